#include "command/copy.h"

#include <assert.h>
#include <pthread.h>

#include "command/copy_answers.h"
#include "command/copy_chains.h"
#include "command/copy_complaints.h"
#include "command/copy_hotel.h"
#include "record/hotel_record.h"

#define THREADS_MAX 64

/* A source that is written in each of so many passes has writers that never rest. */
#define PASSES_MAX 20

/* The pass that compares all, for what comes later is little. */
#define COMPARING_PASS 2

#define PARTITIONS_A_PAGE 1000

#define LARGE_BYTES ((size_t)1 << 30)

struct copying {
	const struct copy_job *job;
	struct copy_result *result;
	struct cx *cx; /* the caller's */
	struct copy_chains chains;

	pthread_mutex_t lock; /* of all that follows, and of *result, while threads run */
	struct codes codes;   /* the page at hand */
	size_t next;          /* of it, for whoever comes first */
	struct vec large;     /* of struct str: of it, too large for a thread's memory */
	struct arena *page;   /* has the page */
	enum err err;         /* of the first store that failed, noted in cx */

	bool compares;  /* all of this pass's figures */
	uint64_t moved; /* written, or being written by somebody else */
	struct complaints refused;
	struct complaints different; /* those of the pass that compares stay */
};

/* One thread, and what it does with each partition of a page. */
struct worker {
	struct copying *copying;
	enum err (*take)(struct worker *worker, struct str code, bool is_last);
	struct copier copier;
	struct arena arenas[2];
	pthread_t id;
};

static void worker_open(struct worker *worker, unsigned thread, size_t arena_bytes)
{
	const struct copying *copying = worker->copying;
	const struct copy_job *job = copying->job;

	worker->copier = (struct copier){ .source = job->from,
					  .target = job->to,
					  .replaces = job->replace,
					  .from = *copying->cx,
					  .to = *copying->cx };
	arena_init(&worker->arenas[0], arena_bytes);
	arena_init(&worker->arenas[1], arena_bytes);
	worker->copier.from.arena = &worker->arenas[0];
	worker->copier.to.arena = &worker->arenas[1];
	worker->copier.from.thread = worker->copier.to.thread = thread;
}

static void worker_close(struct worker *worker)
{
	arena_close(&worker->arenas[0]);
	arena_close(&worker->arenas[1]);
}

static void note(struct copying *copying, const char *what, struct str code,
		 const struct copied *copied)
{
	struct complaints *complaints = NULL;

	copying->result->records += copied->records;
	copying->moved += copied->state == COPIED_WRITTEN || copied->state == COPIED_LATER;
	if (copied->state == COPIED_REFUSED || copied->state == COPIED_TOO_LARGE)
		complaints = &copying->refused;
	else if (copied->state == COPIED_DIFFERS && copying->result->passes >= COMPARING_PASS)
		complaints = &copying->different;
	if (complaints)
		complaints_add(complaints, "%s " STR_FMT ": " STR_FMT, what, STR_ARG(code),
			       STR_ARG(copied->why));
}

static void note_chain(void *state, struct key key, const struct copied *copied)
{
	struct copying *copying = state;

	copying->result->chains++;
	note(copying, str_eq(key.code, STR("~chain")) ? "chain" : "brand", key.item_type, copied);
}

static void note_hotel(struct copying *copying, struct str code, const struct copied *copied)
{
	note(copying, "hotel", code, copied);
	copying->result->hotels++;
	copying->result->copied += copied->state == COPIED_WRITTEN;
	progress_show(copying->job->progress, copying->result->hotels);
}

/* Listings, names and counts follow from the hotels; an intent is part of one. */
static bool is_made_anew(struct str partition)
{
	static const struct str prefixes[] = { STR_INIT("~list-"), STR_INIT("~name-"),
					       STR_INIT("~intent-"), STR_INIT("~chain"),
					       STR_INIT("~brand") };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (str_starts(partition, prefixes[i]))
			return true;
	}
	return false;
}

static bool is_hotel(struct str partition)
{
	return !str_starts(partition, STR("~"));
}

static enum err take_hotel(struct worker *worker, struct str code, bool is_last)
{
	struct copying *copying = worker->copying;
	struct copied copied;
	enum err err = copy_hotel(&worker->copier, code, copying->compares, &copied);

	if (err != OK)
		return err;
	pthread_mutex_lock(&copying->lock);
	if (copied.state == COPIED_TOO_LARGE && !is_last) {
		struct str *slot = vec_push(&copying->large, copying->page, sizeof(*slot));

		*slot = code; /* the page's arena has no cap */
	} else {
		note_hotel(copying, code, &copied);
	}
	pthread_mutex_unlock(&copying->lock);
	return OK;
}

static enum err take_partition(struct worker *worker, struct str code, bool is_last)
{
	struct copying *copying = worker->copying;
	struct copied copied = { .state = COPIED_REFUSED,
				 .why = STR("it is nothing that this version knows") };
	enum err err = OK;

	if (is_hotel(code))
		return take_hotel(worker, code, is_last);
	if (is_made_anew(code))
		return OK;
	if (str_starts(code, COPY_ANSWERS_PREFIX))
		err = copy_answers(&worker->copier, code, &copied);
	if (err != OK)
		return err;
	pthread_mutex_lock(&copying->lock);
	note(copying, "partition", code, &copied);
	pthread_mutex_unlock(&copying->lock);
	return OK;
}

/* Is there anything under the code? */
static enum err has_any(struct cx *cx, struct store *store, struct str code, bool *has)
{
	const struct query query = { .code = code, .limit = 1 };
	struct page page = { .n = 0 };
	enum err err;

	arena_reset(cx->arena, cx->arena->cap_bytes);
	err = store_query(store, cx, &query, &page);
	*has = page.n != 0;
	return err;
}

/* A hotel of the target that the source has not. One that it deleted is a deleted hotel there: this is somebody else's. */
static enum err take_other(struct worker *worker, struct str code, bool is_last)
{
	struct copied copied = { .state = COPIED_DIFFERS,
				 .why = STR("the source has none of that code") };
	struct copying *copying = worker->copying;
	struct copier *copier = &worker->copier;
	bool has = true;
	enum err err = OK;

	(void)is_last;
	if (is_hotel(code))
		err = has_any(&copier->from, copier->source, code, &has);
	/* Found by the source too, but gone since, or never whole. */
	if (err != OK || has)
		return copier_settle(copier, err, &copied);
	pthread_mutex_lock(&copying->lock);
	note(copying, "hotel", code, &copied);
	pthread_mutex_unlock(&copying->lock);
	return OK;
}

static void note_failure(struct copying *copying, enum err err, const struct cx *cx)
{
	struct cx *own = copying->cx;

	if (copying->err != OK)
		return;
	copying->err = err;
	fail_as(own, err, &cx->failure);
}

static bool take_next(struct copying *copying, struct str *code)
{
	bool has;

	pthread_mutex_lock(&copying->lock);
	has = copying->err == OK && copying->next < copying->codes.n;
	if (has)
		*code = copying->codes.items[copying->next++];
	pthread_mutex_unlock(&copying->lock);
	return has;
}

static void *work(void *state)
{
	struct worker *worker = state;
	struct copying *copying = worker->copying;
	struct str code;

	while (take_next(copying, &code)) {
		enum err err = worker->take(worker, code, false);

		if (err == OK)
			continue;
		pthread_mutex_lock(&copying->lock);
		note_failure(copying, err, &worker->copier.from);
		pthread_mutex_unlock(&copying->lock);
	}
	return NULL;
}

/* One by one, for each may need all the memory that there is. */
static void take_large(struct copying *copying, struct worker *worker)
{
	for (size_t i = 0; copying->err == OK && i < copying->large.n; i++) {
		const struct str *code = vec_at(&copying->large, i, sizeof(*code));
		enum err err;

		worker_open(worker, copying->cx->thread, LARGE_BYTES);
		err = worker->take(worker, *code, true);
		if (err != OK)
			note_failure(copying, err, &worker->copier.from);
		worker_close(worker);
	}
}

/* The page at hand, by all threads. The caller's is the first; where no other can be made it does all. */
static void take_page(struct copying *copying, enum err (*take)(struct worker *, struct str, bool))
{
	struct worker workers[THREADS_MAX];
	unsigned n = copying->job->threads < THREADS_MAX ? copying->job->threads : THREADS_MAX;
	unsigned started = 1;

	assert(n > 0);
	copying->next = 0;
	copying->large = (struct vec){ NULL, 0, 0 };
	for (unsigned i = 0; i < n; i++) {
		workers[i] = (struct worker){ .copying = copying, .take = take };
		worker_open(&workers[i], copying->cx->thread + i, copying->job->thread_bytes);
	}
	while (started < n &&
	       pthread_create(&workers[started].id, NULL, work, &workers[started]) == 0)
		started++;
	work(&workers[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(workers[i].id, NULL);
	for (unsigned i = 0; i < n; i++)
		worker_close(&workers[i]);
	take_large(copying, &workers[0]);
}

static void count(struct copying *copying)
{
	for (size_t i = 0; i < copying->codes.n; i++)
		copying->job->progress->total += is_hotel(copying->codes.items[i]);
}

/* All partitions of a store, page by page; `take` NULL: the hotels are counted. */
static enum err walk(struct copying *copying, struct store *store,
		     enum err (*take)(struct worker *, struct str, bool))
{
	struct arena
		pages[2]; /* by turns: a page is asked for by the last code of the one before */
	struct str after = STR("");
	struct cx cx = *copying->cx;

	arena_init(&pages[0], 0);
	arena_init(&pages[1], 0);
	copying->codes.more = true;
	for (unsigned turn = 0; copying->err == OK && copying->codes.more; turn++) {
		enum err err;

		cx.arena = copying->page = &pages[turn % 2];
		arena_reset(cx.arena, 0);
		err = store_partitions(store, &cx, after, PARTITIONS_A_PAGE, &copying->codes);
		if (err != OK)
			note_failure(copying, err, &cx);
		else if (take)
			take_page(copying, take);
		else
			count(copying);
		if (err == OK && copying->codes.n != 0)
			after = copying->codes.items[copying->codes.n - 1];
	}
	arena_close(&pages[0]);
	arena_close(&pages[1]);
	return copying->err;
}

static enum err run_chains(struct copying *copying, enum err (*run)(struct copy_chains *))
{
	struct worker worker = { .copying = copying };
	enum err err;

	worker_open(&worker, copying->cx->thread, LARGE_BYTES);
	copying->chains.copier = &worker.copier;
	err = run(&copying->chains);
	if (err != OK)
		note_failure(copying, err, &worker.copier.from);
	worker_close(&worker);
	return err;
}

static enum err run_pass(struct copying *copying)
{
	const struct copy_job *job = copying->job;
	enum err err;

	copying->result->passes++;
	copying->compares = copying->result->passes == COMPARING_PASS;
	copying->job->progress->what = copying->compares ? "compare" : "copy";
	copying->result->hotels = copying->result->chains = copying->moved = 0;
	complaints_clear(&copying->refused);
	err = run_chains(copying, copy_chains);
	if (err == OK)
		err = walk(copying, job->from, take_partition);
	if (err != OK || !copying->compares)
		return err;
	err = run_chains(copying, copy_chains_find_others);
	return err == OK ? walk(copying, job->to->store, take_other) : err;
}

/* What is refused may wait for something that the pass had looked at before: once more, when all is quiet. */
static bool is_settled(const struct copying *copying, uint64_t moved_before)
{
	if (copying->result->passes < COMPARING_PASS || copying->moved != 0)
		return false;
	return copying->refused.n == 0 || moved_before == 0;
}

static enum err run_passes(struct copying *copying)
{
	struct copy_result *result = copying->result;
	enum err err = walk(copying, copying->job->from, NULL);
	bool is_done = false;

	while (err == OK && !is_done && result->passes < PASSES_MAX) {
		const uint64_t before = copying->moved;

		err = run_pass(copying);
		is_done = is_settled(copying, before);
	}
	result->complaints = copying->refused.n + copying->different.n;
	result->is_equal = err == OK && is_done && result->complaints == 0;
	return err;
}

enum err copy_store(struct cx *cx, const struct copy_job *job, struct copy_result *result)
{
	struct copying copying = { .job = job, .result = result, .cx = cx };
	enum err err;

	*result = (struct copy_result){ .passes = 0 };
	copying.chains = (struct copy_chains){ .arena = cx->arena, .take = note_chain };
	copying.chains.state = &copying;
	pthread_mutex_init(&copying.lock, NULL);
	complaints_open(&copying.refused);
	complaints_open(&copying.different);
	err = run_passes(&copying);
	progress_hide(job->progress);
	complaints_print(&copying.refused, job->complaints);
	complaints_print(&copying.different, job->complaints);
	complaints_close(&copying.refused);
	complaints_close(&copying.different);
	pthread_mutex_destroy(&copying.lock);
	return err;
}
