#include "store_contract.h"

#include <stdlib.h>
#include <string.h>

#include "contract_fixture.h"

/* What cmocka hands to each set-up: how this adapter is opened. */
struct opener {
	struct store *(*open)(void);
};

static int set_up(void **state)
{
	const struct opener *opener = *state;
	struct contract *c = calloc(1, sizeof(*c));

	if (!c)
		return -1;
	contract_cx_open(&c->cx, &c->arena, 0);
	c->store = opener->open();
	*state = c;
	return c->store ? 0 : -1;
}

static int tear_down(void **state)
{
	struct contract *c = *state;

	store_close(c->store);
	arena_close(&c->arena);
	free(c);
	return 0;
}

static size_t add(struct CMUnitTest *tests, const struct CMUnitTest *part, size_t n,
		  struct opener *opener)
{
	memcpy(tests, part, n * sizeof(*tests));
	for (size_t i = 0; i < n; i++) {
		tests[i].setup_func = set_up;
		tests[i].teardown_func = tear_down;
		tests[i].initial_state = opener;
	}
	return n;
}

int store_contract(const char *name, struct store *(*open)(void))
{
	struct CMUnitTest tests[64];
	struct opener opener = { open };
	size_t n = 0;

	n += add(tests + n, contract_commit_tests, contract_commit_count, &opener);
	n += add(tests + n, contract_value_tests, contract_value_count, &opener);
	n += add(tests + n, contract_page_tests, contract_page_count, &opener);
	n += add(tests + n, contract_partition_tests, contract_partition_count, &opener);
	n += add(tests + n, contract_thread_tests, contract_thread_count, &opener);
	return _cmocka_run_group_tests(name, tests, n, NULL, NULL);
}
