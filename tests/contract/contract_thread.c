#include "contract_fixture.h"

#include <pthread.h>
#include <string.h>

enum { THREADS = 64 };

/* Asserting is the main thread's: a worker counts what went wrong. */
struct worker {
	pthread_t thread;
	struct contract *c;
	unsigned number; /* of its cx */
	unsigned rounds;
	size_t failed;
};

/* A commit over a network takes many times as long: fewer of them find the same. */
static unsigned rounds_of(const struct contract *c, unsigned rounds)
{
	return c->store->api->is_local ? rounds : rounds / 5;
}

static void run_workers(struct contract *c, unsigned n, unsigned rounds, void *(*work)(void *))
{
	struct worker *workers = arena_array(&c->arena, n, sizeof(*workers));

	for (unsigned i = 0; i < n; i++) {
		workers[i].c = c;
		workers[i].number = i + 1;
		workers[i].rounds = rounds;
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < n; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_int_equal(workers[i].failed, 0);
	}
}

static enum err commit(struct worker *w, struct cx *cx, const struct write *writes, size_t n)
{
	struct commit commit = { .writes = writes, .n = n, .token = STR("t") };
	size_t conflict;

	return store_commit(w->c->store, cx, &commit, &conflict);
}

/* One step of the counter `code`/ctl, with a witness of its own; retried until it is ours. */
static bool count_one(struct worker *w, struct cx *cx, const char *code)
{
	for (int attempt = 0; attempt < 100000; attempt++) {
		struct key key = contract_key(code, "ctl");
		struct item item = { .rev = 0 };
		struct write writes[2];
		enum err err = store_get(w->c->store, cx, key, &item);
		struct str witness =
			str_printf(cx->arena, "history-%06llu", (unsigned long long)item.rev + 1);

		if (err != OK && err != ERR_NOT_FOUND)
			return false;
		writes[0] = contract_put(cx->arena, key, item.rev, item.rev + 1, "count");
		writes[1] = contract_put(cx->arena, (struct key){ key.code, witness }, REV_ABSENT,
					 1, "witness");
		err = commit(w, cx, writes, 2);
		arena_reset(cx->arena, 0);
		if (err != ERR_CONFLICT)
			return err == OK;
	}
	return false;
}

static void *count(void *arg)
{
	struct worker *w = arg;
	struct arena arena;
	struct cx cx;

	contract_cx_open(&cx, &arena, w->number);
	for (unsigned i = 0; i < w->rounds; i++)
		w->failed += !count_one(w, &cx, "h");
	arena_close(&arena);
	return NULL;
}

static void threads_that_step_one_counter_lose_nothing(void **state)
{
	struct contract *c = *state;

	unsigned rounds = rounds_of(c, 20);

	run_workers(c, 16, rounds, count);
	contract_has(c, contract_key("h", "ctl"), 16ULL * rounds, "count");
	assert_int_equal(contract_count(c->store, &c->cx, "h", 0), 16ULL * rounds + 1);
}

static void *write_own_key(void *arg)
{
	struct worker *w = arg;
	struct arena arena;
	struct cx cx;

	contract_cx_open(&cx, &arena, w->number);
	for (unsigned i = 0; i < w->rounds; i++) {
		struct key key = { str_printf(&arena, "h%u", w->number), STR("ctl") };
		struct write write = contract_put(&arena, key, i, i + 1, "own");

		w->failed += commit(w, &cx, &write, 1) != OK;
		arena_reset(&arena, 0);
	}
	arena_close(&arena);
	return NULL;
}

static void threads_with_a_key_each_never_conflict(void **state)
{
	struct contract *c = *state;

	unsigned rounds = rounds_of(c, 20);

	run_workers(c, THREADS, rounds, write_own_key);
	for (unsigned i = 1; i <= THREADS; i++)
		contract_has(c, (struct key){ str_printf(&c->arena, "h%u", i), STR("ctl") }, rounds,
			     "own");
}

/* The second of two members is refused, the first and the third are written. */
static void *write_or_conflict(void *arg)
{
	struct worker *w = arg;
	struct arena arena;
	struct cx cx;

	contract_cx_open(&cx, &arena, w->number);
	for (unsigned i = 0; i < w->rounds; i++) {
		bool wrong = (w->number + i) % 3 == 0;
		struct str code = str_printf(&arena, "h%u", w->number);
		struct str type = str_printf(&arena, "%s-%03u", wrong ? "wrong" : "right", i);
		struct write writes[2] = {
			contract_put(&arena, (struct key){ code, type }, REV_ABSENT, 1, "x"),
			contract_check((struct key){ code, STR("ctl") }, wrong ? 1 : REV_ABSENT),
		};

		w->failed += commit(w, &cx, writes, 2) != (wrong ? ERR_CONFLICT : OK);
		arena_reset(&arena, 0);
	}
	arena_close(&arena);
	return NULL;
}

static void a_refused_commit_undoes_only_itself(void **state)
{
	struct contract *c = *state;

	unsigned rounds = rounds_of(c, 30);

	run_workers(c, 32, rounds, write_or_conflict);
	for (unsigned i = 1; i <= 32; i++) {
		const char *code = str_c(&c->arena, str_printf(&c->arena, "h%u", i));
		struct page page;

		assert_int_equal(contract_count(c->store, &c->cx, code, 0), rounds * 2 / 3);
		assert_int_equal(
			store_query(c->store, &c->cx,
				    &(struct query){ .code = str_of(code), .from = STR("w") },
				    &page),
			OK);
		assert_int_equal(page.n, 0);
	}
}

/* Hands numbers around: each thread waits for its turn, which the one before it has committed. */
struct relay {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	unsigned turn;
};

struct runner {
	struct worker worker;
	struct relay *relay;
};

static void *run_relay(void *arg)
{
	struct runner *r = arg;
	struct arena arena;
	struct cx cx;

	contract_cx_open(&cx, &arena, r->worker.number);
	for (unsigned i = 0; i < r->worker.rounds; i++) {
		unsigned turn = i * 8 + r->worker.number - 1;
		struct key key = contract_key("h", "baton");
		struct item item = { .rev = 0 };
		struct write write;

		pthread_mutex_lock(&r->relay->lock);
		while (r->relay->turn != turn)
			pthread_cond_wait(&r->relay->moved, &r->relay->lock);
		pthread_mutex_unlock(&r->relay->lock);
		r->worker.failed += store_get(r->worker.c->store, &cx, key, &item) !=
				    (turn == 0 ? ERR_NOT_FOUND : OK);
		r->worker.failed += item.rev != turn;
		write = contract_put(&arena, key, turn, turn + 1, "x");
		r->worker.failed += commit(&r->worker, &cx, &write, 1) != OK;
		pthread_mutex_lock(&r->relay->lock);
		r->relay->turn++;
		pthread_cond_broadcast(&r->relay->moved);
		pthread_mutex_unlock(&r->relay->lock);
		arena_reset(&arena, 0);
	}
	arena_close(&arena);
	return NULL;
}

static void a_commit_is_read_by_every_thread_as_soon_as_it_is_answered(void **state)
{
	struct contract *c = *state;
	struct relay relay = { .turn = 0 };
	struct runner runners[8];

	pthread_mutex_init(&relay.lock, NULL);
	pthread_cond_init(&relay.moved, NULL);
	for (unsigned i = 0; i < 8; i++) {
		runners[i] = (struct runner){ { .c = c, .number = i + 1, .rounds = 25 }, &relay };
		assert_int_equal(
			pthread_create(&runners[i].worker.thread, NULL, run_relay, &runners[i]), 0);
	}
	for (unsigned i = 0; i < 8; i++) {
		pthread_join(runners[i].worker.thread, NULL);
		assert_int_equal(runners[i].worker.failed, 0);
	}
}

/* Two items of one commit always have the same rev, whoever reads them and when. */
static void *mix(void *arg)
{
	struct worker *w = arg;
	struct arena arena;
	struct cx cx;

	contract_cx_open(&cx, &arena, w->number);
	for (unsigned i = 0; i < w->rounds; i++) {
		const char *code = w->number % 2 == 0 ? "h0" : "h1";
		struct query query = { .code = str_of(code), .to = STR("z") };
		struct page page = { .n = 0 };

		w->failed += store_query(w->c->store, &cx, &query, &page) != OK;
		w->failed += page.n != 2 || page.items[0].rev != page.items[1].rev;
		if (page.n == 2 && i % 2 == 0) {
			uint64_t rev = page.items[0].rev;
			struct write writes[2] = {
				contract_put(&arena, contract_key(code, "a"), rev, rev + 1, "x"),
				contract_put(&arena, contract_key(code, "b"), rev, rev + 1, "x"),
			};
			enum err err = commit(w, &cx, writes, 2);

			w->failed += err != OK && err != ERR_CONFLICT;
		}
		arena_reset(&arena, 0);
	}
	arena_close(&arena);
	return NULL;
}

static void sixty_four_threads_never_see_half_a_commit(void **state)
{
	struct contract *c = *state;

	for (int i = 0; i < 2; i++) {
		const char *code = i == 0 ? "h0" : "h1";

		contract_set(c, contract_key(code, "a"), 1, "x");
		contract_set(c, contract_key(code, "b"), 1, "x");
	}
	run_workers(c, THREADS, rounds_of(c, 30), mix);
}

const struct CMUnitTest contract_thread_tests[] = {
	cmocka_unit_test(threads_that_step_one_counter_lose_nothing),
	cmocka_unit_test(threads_with_a_key_each_never_conflict),
	cmocka_unit_test(a_refused_commit_undoes_only_itself),
	cmocka_unit_test(a_commit_is_read_by_every_thread_as_soon_as_it_is_answered),
	cmocka_unit_test(sixty_four_threads_never_see_half_a_commit),
};
const size_t contract_thread_count =
	sizeof(contract_thread_tests) / sizeof(contract_thread_tests[0]);
