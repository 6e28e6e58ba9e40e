/* dynamodb_fixture.h - set-up, and short ways to read and to commit on a DynamoDB that is a test's. */
#ifndef INNKEEPER_TESTS_DYNAMODB_FIXTURE_H
#define INNKEEPER_TESTS_DYNAMODB_FIXTURE_H

#include "arena_fixture.h"

#include <string.h>

#include "dynamodb_stub.h"

static inline int open_stub(void **state)
{
	*state = dynamodb_stub_open();
	return 0;
}

static inline int close_stub(void **state)
{
	dynamodb_stub_close(*state);
	return 0;
}

static inline enum err get_one(struct dynamodb_stub *stub, struct item *out)
{
	return store_get(stub->store, &stub->cx, (struct key){ STR("h"), STR("ctl") }, out);
}

/* A put of h/ctl from rev 1 to rev 2 with the token TOKEN in `wt`. */
static inline struct write put_one(struct dynamodb_stub *stub)
{
	struct attr *attr = arena_alloc(&stub->arena, sizeof(*attr));

	*attr = (struct attr){ STR("wt"), { .kind = VALUE_TEXT, .text = STR("TOKEN") } };
	return (struct write){ .op = WRITE_PUT,
			       .key = { STR("h"), STR("ctl") },
			       .if_rev = 1,
			       .rev = 2,
			       .attrs = { attr, 1 } };
}

static inline enum err commit_all(struct dynamodb_stub *stub, const struct write *writes, size_t n,
				  size_t *conflict)
{
	struct commit commit = { writes, n, STR("TOKEN") };

	return store_commit(stub->store, &stub->cx, &commit, conflict);
}

static inline void assert_detail_has(struct dynamodb_stub *stub, const char *text)
{
	const char *detail = str_c(&stub->arena, stub->cx.failure.detail);

	if (!strstr(detail, text))
		assert_string_equal(detail, text);
}

#define STUB_TEST(f) cmocka_unit_test_setup_teardown(f, open_stub, close_stub)

#endif
