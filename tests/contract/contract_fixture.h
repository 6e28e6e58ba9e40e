/* tests/contract/contract_fixture.h - what every test of the store's suite works with, and short
 * ways to write, read and compare. The parts of the suite are listed at the end.
 */
#ifndef CONTRACT_CONTRACT_FIXTURE_H
#define CONTRACT_CONTRACT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cx.h"
#include "port/store.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

struct contract {
	struct store *store;
	struct arena arena;
	struct cx cx;    /* of thread 0 */
	size_t conflict; /* of the last commit */
};

/* A cx of its own for thread `thread`, with its arena. */
void contract_cx_open(struct cx *cx, struct arena *arena, unsigned thread);

struct key contract_key(const char *code, const char *item_type);

/* One text attribute, `text`, in the arena. */
struct attrs contract_attrs(struct arena *arena, struct str text);

struct write contract_put(struct arena *arena, struct key key, uint64_t if_rev, uint64_t rev,
			  const char *text);
struct write contract_delete(struct key key, uint64_t if_rev);
struct write contract_check(struct key key, uint64_t if_rev);

enum err contract_commit(struct contract *c, const struct write *writes, size_t n);
enum err contract_commit_one(struct contract *c, struct write write);

/* Puts whatever is there; the test fails when the store does. */
void contract_set(struct contract *c, struct key key, uint64_t rev, const char *text);

/* The item is there with this rev and this text. */
void contract_has(struct contract *c, struct key key, uint64_t rev, const char *text);
void contract_has_not(struct contract *c, struct key key);

/* The page holds exactly these keys, in this order; ends with NULL. */
void contract_page_is(const struct page *page, const char *const *item_types);

/* Everything of the partition, page by page, forwards; limit as in struct query. */
size_t contract_count(struct store *store, struct cx *cx, const char *code, size_t limit);

/* Whatever their order, within maps too; no name stands twice in either. */
bool contract_same_attrs(const struct attrs *a, const struct attrs *b);

extern const struct CMUnitTest contract_commit_tests[];
extern const size_t contract_commit_count;
extern const struct CMUnitTest contract_value_tests[];
extern const size_t contract_value_count;
extern const struct CMUnitTest contract_page_tests[];
extern const size_t contract_page_count;
extern const struct CMUnitTest contract_partition_tests[];
extern const size_t contract_partition_count;
extern const struct CMUnitTest contract_thread_tests[];
extern const size_t contract_thread_count;

#endif
