/* port/store.h - records by (code, itemType): read by key or range, committed all or nothing.
 *
 * Owner:   what a call returns lives in cx->arena; what is passed in is read during the call only.
 *          A store lives from its adapter's open to store_close.
 * Threads: one store may be used by many threads, one cx by one; adapters may keep something by cx->thread.
 * Errors:  NOT_FOUND (get) and CONFLICT (commit) are answers: not noted in cx. UNAVAILABLE: nothing
 *          was written. UNCERTAIN: it may have been written, read the witness. LIMIT `storage_full`:
 *          the same, reads go on. INTERNAL: the same, what is stored is damaged. All but the two answers are noted.
 * Reads:   see every commit acknowledged before the call, whoever made it; each is a moment of its own.
 */
#ifndef INNKEEPER_PORT_STORE_H
#define INNKEEPER_PORT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "port/value.h"

struct key {
	struct str code;      /* partition; not empty */
	struct str item_type; /* order within it: by bytes */
};

struct item {
	struct key key;
	uint64_t rev; /* never 0; REV_NONE: it has none, another program wrote it */
	struct attrs
		attrs; /* all but the key and rev; their order says nothing, and that within a map neither */
};

/* A range of one partition: from <= item_type < to. */
struct query {
	struct str code;
	struct str from;  /* empty = from the first */
	struct str to;    /* empty = to the last */
	struct str after; /* only keys behind this one in the query's direction; empty = all */
	bool backwards;
	size_t limit; /* items; 0 = as many as a page holds */
};

struct page {
	struct item *items;
	size_t n;
	bool more; /* ask again with `after` = the last item's key; a page that is not the last has n > 0 */
};

/* Codes of partitions that hold at least one item. */
struct codes {
	struct str *items;
	size_t n;
	bool more; /* ask again behind the last one; a page that is not the last has n > 0 */
};

#define REV_ABSENT 0              /* condition: there is no such item */
#define REV_ANY UINT64_MAX        /* no condition */
#define REV_NONE (UINT64_MAX - 1) /* an item without rev: no program of ours wrote it */

struct write {
	enum write_op { WRITE_PUT, WRITE_DELETE, WRITE_CHECK } op;
	struct key key;
	uint64_t if_rev; /* the stored item's rev, which may be REV_NONE; REV_ABSENT, or REV_ANY */
	uint64_t
		rev; /* WRITE_PUT: the new rev, not 0; REV_NONE only where an item is taken over as it is */
	struct attrs attrs; /* WRITE_PUT: replaces all attributes */
	/* Together with an if_rev that names a rev: the stored item's `wt` must be this text too. Empty = not looked at. */
	struct str if_token;
};

struct commit {
	const struct write *writes; /* no two name one key */
	size_t n;
	struct str token; /* names this commit when it is sent again, at most 36 characters */
};

struct store;
struct store_stats;

struct store_api {
	const char *name;
	size_t max_writes;  /* of one commit */
	size_t max_bytes;   /* of one commit, the sum of what it puts by DynamoDB's size formula */
	bool is_local;      /* reads never wait for a network */
	bool has_strangers; /* other programs write to it too: items of the sample's may be there */
	MUST_CHECK enum err (*get)(struct store *, struct cx *, struct key, struct item *out);
	MUST_CHECK enum err (*query)(struct store *, struct cx *, const struct query *,
				     struct page *out);
	/* On CONFLICT *conflict is the index of a write whose condition did not hold. */
	MUST_CHECK enum err (*commit)(struct store *, struct cx *, const struct commit *,
				      size_t *conflict);
	/* All codes, each once, behind `after` (empty = from the first) in an order of the engine's own; `limit` as of a query. */
	MUST_CHECK enum err (*partitions)(struct store *, struct cx *, struct str after,
					  size_t limit, struct codes *out);
	/* NULL where the engine has backups of its own. */
	MUST_CHECK enum err (*backup)(struct store *, struct cx *, struct str path);
	void (*stats)(struct store *, struct store_stats *out); /* NULL: the engine's own */
	void (*close)(struct store *);
};

/* What an adapter's store begins with. */
struct store {
	const struct store_api *api;
	bool has_damage; /* see store_has_damage */
};

/* Some call was INTERNAL since it was opened. */
bool store_has_damage(const struct store *store);

MUST_CHECK enum err store_get(struct store *store, struct cx *cx, struct key key, struct item *out);
MUST_CHECK enum err store_query(struct store *store, struct cx *cx, const struct query *query,
				struct page *out);
MUST_CHECK enum err store_commit(struct store *store, struct cx *cx, const struct commit *commit,
				 size_t *conflict);
MUST_CHECK enum err store_partitions(struct store *store, struct cx *cx, struct str after,
				     size_t limit, struct codes *out);

/* Writes the whole store as of one moment, with every commit acknowledged before the call, into a new file, which is on disk when it is
 * answered; others write meanwhile. INVALID: something is at `path`, it can not be written, or the engine has backups of its own; LIMIT
 * `storage_full`. Where it fails nothing is left behind. */
MUST_CHECK enum err store_backup(struct store *store, struct cx *cx, struct str path);

/* Waits for the calls under way; NULL is nothing. */
void store_close(struct store *store);
#endif
