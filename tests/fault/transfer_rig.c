#include "transfer_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter/store_sqlite.h"
#include "audit/history.h"
#include "command/export.h"
#include "record/key.h"
#include "usecase/check_hotel.h"

void transfer_rig_open(struct usecase_rig *rig, struct transfer_target *target)
{
	static unsigned number;

	*target = (struct transfer_target){ .app = rig->app };
	arena_init(&target->arena, 0);
	cx_init(&target->cx, &target->arena);
	target->cx.clock = &rig->clock.base;
	snprintf(target->path, sizeof(target->path), "%s/target-%u.db", rig->folder, number++);
	assert_int_equal(store_sqlite_open(&target->cx, str_of(target->path), &target->app.store),
			 OK);
}

void transfer_rig_reopen(struct transfer_target *target)
{
	store_close(target->app.store);
	cx_clear(&target->cx);
	assert_int_equal(store_sqlite_open(&target->cx, str_of(target->path), &target->app.store),
			 OK);
}

void transfer_rig_close(struct transfer_target *target)
{
	store_close(target->app.store);
	arena_close(&target->arena);
	free(target->complaints);
	unlink(target->path);
}

struct str transfer_rig_export(struct cx *cx, struct store *store)
{
	struct export_result result;
	struct export_job job = { .store = store, .complaints = stderr };
	char *text = NULL;
	struct str copy;
	size_t len = 0;

	job.out = open_memstream(&text, &len);
	assert_int_equal(export_store(cx, &job, &result), OK);
	assert_int_equal(result.left_out, 0);
	fclose(job.out);
	copy = str_dup(cx->arena, (struct str){ text, len });
	free(text);
	return copy;
}

enum err transfer_rig_import(struct transfer_target *target, struct str text, bool replace)
{
	struct import_job job = { .app = &target->app, .replace = replace };
	/* A file of nothing can not be opened. */
	struct str given = text.len == 0 ? STR("\n") : text;
	size_t len = 0;
	enum err err;

	free(target->complaints);
	target->complaints = NULL;
	job.in = fmemopen((void *)(uintptr_t)given.ptr, given.len, "r");
	job.complaints = open_memstream(&target->complaints, &len);
	assert_non_null(job.in);
	cx_clear(&target->cx);
	err = import_store(&target->cx, &job, &target->result);
	fclose(job.in);
	fclose(job.complaints);
	return err;
}

bool transfer_rig_complains(const struct transfer_target *target, const char *text)
{
	return strstr(target->complaints, text) != NULL;
}

void transfer_rig_same(struct str a, struct str b)
{
	size_t at = 0;

	while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at])
		at++;
	if (at != a.len || at != b.len)
		fprintf(stderr, "# differ at %zu: " STR_FMT "\n# " STR_FMT "\n", at,
			STR_ARG(str_sub(a, at, 200)), STR_ARG(str_sub(b, at, 200)));
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.ptr, b.ptr, a.len);
}

/* Every hotel of the store is whole; returns how many there are. */
size_t transfer_rig_check(struct transfer_target *target)
{
	struct codes codes = { .more = true };
	struct str after = STR("");
	size_t hotels = 0;

	while (codes.more) {
		assert_int_equal(store_partitions(target->app.store, &target->cx, after, 0, &codes),
				 OK);
		for (size_t i = 0; i < codes.n; i++) {
			struct hotel_check check = { .seek = STR("") };

			after = codes.items[i];
			if (str_starts(after, STR("~")))
				continue;
			hotels++;
			assert_int_equal(check_hotel(&target->cx, target->app.store, after, &check),
					 OK);
			for (size_t j = 0; j < check.findings.list.n; j++)
				fprintf(stderr, "# " STR_FMT " " STR_FMT "\n",
					STR_ARG(findings_at(&check.findings, j)->key.item_type),
					STR_ARG(findings_at(&check.findings, j)->detail));
			assert_int_equal(check.findings.list.n, 0);
		}
	}
	return hotels;
}

void transfer_rig_ask(struct usecase_rig *rig, const char *method, const char *path,
		      struct str body)
{
	unsigned status = usecase_rig_ask(rig, method, str_of(path), body, NULL);

	if (status >= 300)
		fprintf(stderr, "# %s %s: %u " STR_FMT "\n", method, path, status,
			STR_ARG(rig->answer.body));
	assert_in_range(status, 200, 299);
}

struct str transfer_rig_make_hotel(struct usecase_rig *rig, struct str name_json, const char *more)
{
	struct str body =
		str_printf(&rig->process, "{\"name\":" STR_FMT "%s}", STR_ARG(name_json), more);
	struct str location;

	transfer_rig_ask(rig, "POST", "/config", body);
	location = usecase_rig_header(rig, "Location");
	while (str_index(location, '/') < location.len)
		location = str_sub(location, str_index(location, '/') + 1, location.len);
	return str_dup(&rig->process, location);
}

void transfer_rig_add_types(struct usecase_rig *rig, struct str code, unsigned n, size_t bytes)
{
	struct str path =
		str_printf(&rig->process, "/config/" STR_FMT "/rooms/type", STR_ARG(code));
	struct buf body;

	buf_init(&body, &rig->process);
	buf_add(&body, STR("{\"roomTypes\":["));
	for (unsigned i = 0; i < n; i++) {
		buf_printf(&body, "%s{\"code\":\"T-%u.x_\",\"lowPrice\":129.50,\"description\":\"",
			   i == 0 ? "" : ",", i);
		for (size_t j = 0; j < bytes; j++)
			buf_add_char(&body, (char)('a' + (i + j) % 26));
		buf_add(&body, STR("\"}"));
	}
	buf_add(&body, STR("]}"));
	transfer_rig_ask(rig, "POST", str_c(&rig->process, path), buf_str(&body));
}

/* deleteHotel as it leaves the records: the control record with a mark, and history. */
void transfer_rig_delete_hotel(struct usecase_rig *rig, struct str code)
{
	const struct history_entry entry = { .event_name = STR("deleteHotel") };
	struct ctl ctl, next;
	struct batch batch;
	size_t conflict;
	struct head head;
	struct cx cx;

	cx_init(&cx, &rig->process);
	assert_int_equal(record_get_ctl(&cx, rig->app.store, code, &ctl), OK);
	assert_int_equal(record_get_head(&cx, rig->app.store, code, &head), OK);
	batch_init(&batch, &cx);
	batch_delete(&batch, (struct key){ code, KEY_HEAD }, head.rev);
	record_drop_listings(&batch, &head, NULL);
	batch_delete(&batch, key_name(cx.arena, head.owner, head.hotel.name), REV_ANY);
	next = ctl;
	next.rev++;
	next.deleted = true;
	history_record(&batch, code, &next, &entry);
	record_put_ctl(&batch, code, &ctl, &next);
	assert_int_equal(
		batch_commit(&batch, rig->app.store, (struct key){ STR(""), STR("") }, &conflict),
		OK);
}

/* The text up to the end of the n-th line. */
struct str transfer_rig_first_lines(struct str text, size_t n)
{
	size_t len = 0;

	while (n-- != 0)
		len += str_index(str_sub(text, len, text.len), '\n') + 1;
	return str_sub(text, 0, len);
}

void transfer_rig_fill(struct usecase_rig *rig)
{
	struct str code;

	transfer_rig_ask(rig, "PUT", "/chains/ACME", STR("{\"name\":\"Acme\"}"));
	transfer_rig_make_hotel(rig, STR("\"One\""), ",\"chain\":\"ACME\"");
	code = transfer_rig_make_hotel(rig, STR("\"Two\""), "");
	transfer_rig_add_types(rig, code, 3, 5);
	transfer_rig_add_types(rig, code, 1, 6);
	transfer_rig_delete_hotel(rig, transfer_rig_make_hotel(rig, STR("\"Gone\""), ""));
}
