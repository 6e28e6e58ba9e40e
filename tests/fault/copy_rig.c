#include "copy_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/item.h"

static struct store *below(struct store *store)
{
	return ((struct copy_rig *)store)->rig->app.store;
}

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	return store_get(below(store), cx, key, out);
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	struct copy_rig *copy = (struct copy_rig *)store;

	if (copy->meddle && !str_starts(query->code, STR("~")))
		copy->meddle(copy);
	return store_query(below(store), cx, query, out);
}

static enum err refuse(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	(void)commit;
	*conflict = 0;
	fprintf(stderr, "# %p: the source is written\n", (void *)store);
	return (fail)(cx, ERR_INTERNAL, "internal", "the source is written");
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	return store_partitions(below(store), cx, after, limit, out);
}

static void leave_open(struct store *store)
{
	(void)store;
}

static const struct store_api source_api = { .name = "source",
					     .max_writes = 1,
					     .max_bytes = 1,
					     .get = get,
					     .query = query,
					     .commit = refuse,
					     .partitions = partitions,
					     .close = leave_open };

void copy_rig_open(struct usecase_rig *rig, struct copy_rig *copy)
{
	*copy = (struct copy_rig){ .rig = rig, .threads = 1, .thread_bytes = 64 << 20 };
	copy->source.api = &source_api;
	copy->from = &copy->source;
	transfer_rig_open(rig, &copy->target);
}

void copy_rig_close(struct copy_rig *copy)
{
	transfer_rig_close(&copy->target);
}

enum err copy_rig_run(struct copy_rig *copy)
{
	struct transfer_target *target = &copy->target;
	struct progress progress = { .form = copy->clock ? PROGRESS_LINES : PROGRESS_SILENT,
				     .unit = "hotels",
				     .clock = copy->clock ? copy->clock : target->cx.clock };
	struct copy_job job = { .from = copy->from,
				.to = &target->app,
				.replace = copy->replace,
				.threads = copy->threads,
				.thread_bytes = copy->thread_bytes,
				.progress = &progress };
	size_t len = 0;
	enum err err;

	free(target->complaints);
	target->complaints = NULL;
	job.complaints = open_memstream(&target->complaints, &len);
	cx_clear(&target->cx);
	err = copy_store(&target->cx, &job, &copy->result);
	fclose(job.complaints);
	return err;
}

void copy_rig_complains(const struct copy_rig *copy, uint64_t complaints, const char *text)
{
	const char *said = copy->target.complaints;

	if (copy->result.complaints != complaints || !strstr(said, text))
		fprintf(stderr, "# %s", said);
	assert_int_equal(copy->result.complaints, complaints);
	assert_non_null(strstr(said, text));
	assert_false(copy->result.is_equal);
}

/* One line for each answer that is kept. */
static struct str list_answers(struct cx *cx, struct store *store)
{
	struct codes codes = { .more = true };
	struct str after = STR("");
	struct buf lines;

	buf_init(&lines, cx->arena);
	while (codes.more) {
		assert_int_equal(store_partitions(store, cx, after, 0, &codes), OK);
		for (size_t i = 0; i < codes.n; i++) {
			struct query query = { .code = codes.items[i] };
			struct page page;

			after = codes.items[i];
			if (!str_starts(after, STR("~idem-")))
				continue;
			assert_int_equal(store_query(store, cx, &query, &page), OK);
			assert_false(page.more);
			for (size_t j = 0; j < page.n; j++)
				buf_printf(&lines, STR_FMT "\n",
					   STR_ARG(item_hash(cx->arena, &page.items[j])));
		}
	}
	return buf_str(&lines);
}

void copy_rig_check(struct copy_rig *copy)
{
	struct transfer_target *target = &copy->target;
	struct store *source = copy->rig->app.store;

	transfer_rig_check(target);
	transfer_rig_same(transfer_rig_export(&target->cx, target->app.store),
			  transfer_rig_export(&target->cx, source));
	transfer_rig_same(list_answers(&target->cx, target->app.store),
			  list_answers(&target->cx, source));
}

void copy_rig_complete(struct copy_rig *copy, uint64_t copied)
{
	enum err err = copy_rig_run(copy);

	if (err != OK || !copy->result.is_equal)
		fprintf(stderr, "# %s " STR_FMT "\n# %s", err_name(err),
			STR_ARG(copy->target.cx.failure.detail), copy->target.complaints);
	assert_int_equal(err, OK);
	assert_string_equal(copy->target.complaints, "");
	assert_true(copy->result.is_equal);
	assert_int_equal(copy->result.copied, copied);
	copy_rig_check(copy);
}

void copy_rig_ask_once(struct usecase_rig *rig, const char *path, const char *body, const char *key)
{
	assert_in_range(usecase_rig_ask(rig, "POST", str_of(path), str_of(body), key), 200, 299);
}

char *copy_rig_hotel_path(struct usecase_rig *rig, struct str name)
{
	struct str code = usecase_rig_code(rig, name);

	return str_c(&rig->process, str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code)));
}

void copy_rig_use_target(struct copy_rig *copy, struct store **source)
{
	*source = copy->rig->app.store;
	copy->rig->app.store = copy->target.app.store;
}

void copy_rig_fill(struct usecase_rig *rig)
{
	struct str body;

	transfer_rig_fill(rig);
	transfer_rig_ask(rig, "PUT", "/brands/INN", STR("{\"chain\":\"ACME\"}"));
	for (unsigned i = 0; i < 5; i++) {
		body = str_printf(&rig->process, "{\"name\":\"Kept %u\"}", i);
		copy_rig_ask_once(rig, "/config", str_c(&rig->process, body),
				  str_c(&rig->process, str_printf(&rig->process, "key-%u", i)));
	}
}
