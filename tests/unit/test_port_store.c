/* layer: port */
/* What every store has before its adapter is asked: a deadline, and memory. */
#include "cx_fixture.h"

#include "port/store.h"

/* An adapter that answers everything with NOT_FOUND and counts. */
struct fake {
	struct store store;
	unsigned calls;
};

static enum err answer(struct store *store)
{
	((struct fake *)store)->calls++;
	return ERR_NOT_FOUND;
}

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	(void)cx, (void)key, (void)out;
	return answer(store);
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	(void)cx, (void)query, (void)out;
	return answer(store);
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	(void)cx, (void)commit;
	*conflict = 0;
	return answer(store);
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	(void)cx, (void)after, (void)limit, (void)out;
	return answer(store);
}

static enum err backup(struct store *store, struct cx *cx, struct str path)
{
	(void)cx, (void)path;
	return answer(store);
}

static const struct store_api api = {
	.name = "fake",
	.get = get,
	.query = query,
	.commit = commit,
	.partitions = partitions,
	.backup = backup,
};

static const struct store_api api_without_backup = { .name = "fake" };

enum call { GET, QUERY, COMMIT, PARTITIONS, BACKUP, CALLS };

static enum err call(enum call which, struct store *store, struct cx *cx)
{
	struct codes codes;
	struct item item;
	struct page page;
	size_t conflict;

	switch (which) {
	case GET:
		return store_get(store, cx, (struct key){ STR("h"), STR("ctl") }, &item);
	case QUERY:
		return store_query(store, cx, &(struct query){ .code = STR("h") }, &page);
	case COMMIT:
		return store_commit(store, cx, &(struct commit){ .n = 0 }, &conflict);
	case PARTITIONS:
		return store_partitions(store, cx, STR(""), 0, &codes);
	default:
		return store_backup(store, cx, STR("/nowhere"));
	}
}

static void every_call_in_time_is_the_adapters(void **state)
{
	struct fake fake = { .store.api = &api };

	for (enum call which = GET; which < CALLS; which++) {
		assert_int_equal(call(which, &fake.store, *state), ERR_NOT_FOUND);
		assert_int_equal(fake.calls, which + 1);
	}
}

static void no_call_past_its_deadline_reaches_the_adapter(void **state)
{
	struct fake fake = { .store.api = &api };
	struct cx *cx = *state;

	for (enum call which = GET; which < CALLS; which++) {
		cx_clear(cx);
		cx->deadline_mono_ms = 1;
		assert_int_equal(call(which, &fake.store, cx), ERR_UNAVAILABLE);
		assert_string_equal(cx->failure.code, "unavailable");
	}
	assert_int_equal(fake.calls, 0);
}

static void nothing_is_committed_once_memory_was_refused(void **state)
{
	struct fake fake = { .store.api = &api };
	struct cx *cx = *state;

	cx->arena->refused = true;
	assert_int_equal(call(COMMIT, &fake.store, cx), ERR_LIMIT);
	assert_int_equal(fake.calls, 0);
	assert_int_equal(call(GET, &fake.store, cx), ERR_NOT_FOUND);
	cx->arena->refused = false;
}

static void an_engine_with_backups_of_its_own_says_so(void **state)
{
	struct fake fake = { .store.api = &api_without_backup };
	struct cx *cx = *state;

	assert_int_equal(call(BACKUP, &fake.store, cx), ERR_INVALID);
	assert_string_equal(cx->failure.code, "invalid");
	cx_clear(cx);
	cx->deadline_mono_ms = 1;
	assert_int_equal(call(BACKUP, &fake.store, cx), ERR_UNAVAILABLE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_call_in_time_is_the_adapters),
		TEST(no_call_past_its_deadline_reaches_the_adapter),
		TEST(nothing_is_committed_once_memory_was_refused),
		TEST(an_engine_with_backups_of_its_own_says_so),
	};

	return cmocka_run_group_tests_name("port_store", tests, NULL, NULL);
}
