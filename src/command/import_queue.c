#include "command/import_queue.h"

#include <stdarg.h>
#include <stdbool.h>

#include "command/fault.h"
#include "record/commit_many.h"
#include "usecase/import_hotel.h"

/* A commit is as large as makes it fast, and no larger than one hotel needs. */
#define COMMIT_RECORDS 1000
#define COMMIT_BYTES ((size_t)1 << 20)

void import_queue_complain(struct import_queue *queue, uint64_t line, const char *format, ...)
{
	FILE *out = queue->job->complaints;
	va_list arguments;

	fprintf(out, "line %llu: ", (unsigned long long)line);
	va_start(arguments, format);
	vfprintf(out, format, arguments);
	va_end(arguments);
	fputc('\n', out);
	queue->result->complaints++;
}

/* Says why a hotel or a chain does not come in; returns err where that ends the import. */
enum err import_queue_refuse(struct import_queue *queue, uint64_t line, const char *what,
			     struct str code, enum err err)
{
	if (err == OK || !fault_is_own(&queue->cx, err))
		return err;
	import_queue_complain(queue, line, "%s " STR_FMT " is not imported: %s", what,
			      STR_ARG(code), fault_text(&queue->cx));
	cx_clear(&queue->cx);
	return OK;
}

/* An item that the commit, and no other, puts: the listing of its first hotel. Without one an unclear answer stays so. */
static struct key find_witness(const struct batch *batch)
{
	for (size_t i = 0; i < batch->writes.n; i++) {
		const struct write *write = vec_at(&batch->writes, i, sizeof(*write));

		if (write->op == WRITE_PUT && str_starts(write->key.code, STR("~list-")))
			return write->key;
	}
	return (struct key){ STR(""), STR("") };
}

static enum err commit_batch(struct import_queue *queue)
{
	size_t conflict;

	return commit_many(&queue->batch, queue->job->app->store, find_witness(&queue->batch),
			   &conflict);
}

static void count_in(struct import_queue *queue, const struct imported *hotel)
{
	queue->result->counts.hotels++;
	queue->result->counts.records += hotel->n;
}

static enum import_over over_of(const struct import_job *job)
{
	return job->replace ? IMPORT_OVER_ANY : IMPORT_OVER_NONE;
}

static enum err commit_alone(struct import_queue *queue, const struct imported *hotel)
{
	const struct import_job *job = queue->job;
	enum err err;

	batch_init(&queue->batch, &queue->cx);
	err = import_hotel(&queue->cx, job->app->store, hotel, over_of(job), &queue->batch);
	if (err == OK)
		err = commit_batch(queue);
	if (err == OK)
		count_in(queue, hotel);
	return import_queue_refuse(queue, hotel->line, "hotel", hotel->code, err);
}

/* Where somebody else wrote meanwhile, one hotel must not keep the others out. */
enum err import_queue_commit(struct import_queue *queue)
{
	const size_t n = queue->pending.n;
	enum err err = n == 0 ? OK : commit_batch(queue);
	bool again = err == ERR_CONFLICT;

	for (size_t i = 0; err == OK && i < n; i++)
		count_in(queue, vec_at(&queue->pending, i, sizeof(struct imported)));
	if (again) {
		err = OK;
		for (size_t i = 0; err == OK && i < n; i++)
			err = commit_alone(queue,
					   vec_at(&queue->pending, i, sizeof(struct imported)));
	}
	queue->pending = (struct vec){ NULL, 0, 0 };
	queue->bytes = 0;
	batch_init(&queue->batch, &queue->cx);
	if (err == OK && n != 0 && queue->job->watch)
		queue->job->watch(queue->job->watcher, queue->bytes_read,
				  queue->result->counts.hotels);
	return err;
}

enum err import_queue_add(struct import_queue *queue, const struct imported *hotel, size_t bytes)
{
	const struct import_job *job = queue->job;
	struct imported *pending;
	enum err err =
		import_hotel(&queue->cx, job->app->store, hotel, over_of(job), &queue->batch);
	const bool again = err == ERR_CONFLICT && !queue->cx.failure.code;

	if (again) {
		err = import_queue_commit(queue);
		if (err == OK)
			err = import_hotel(&queue->cx, job->app->store, hotel, over_of(job),
					   &queue->batch);
	}
	if (err != OK)
		return import_queue_refuse(queue, hotel->line, "hotel", hotel->code, err);
	pending = vec_push(&queue->pending, queue->cx.arena, sizeof(*pending));
	if (!pending)
		return cx_check_memory(&queue->cx);
	*pending = *hotel;
	queue->bytes += bytes;
	/* One that began a batch behind another is committed at once: nothing that was read for it stays. */
	return again || queue->batch.writes.n >= COMMIT_RECORDS || queue->bytes >= COMMIT_BYTES
		       ? import_queue_commit(queue)
		       : OK;
}

void import_queue_reset(struct import_queue *queue)
{
	if (queue->pending.n != 0)
		return;
	arena_reset(queue->cx.arena, IMPORT_MEMORY_BYTES_MAX);
	batch_init(&queue->batch, &queue->cx);
}
