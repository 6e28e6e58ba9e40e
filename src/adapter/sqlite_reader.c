#include "adapter/sqlite_reader.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "adapter/sqlite_attrs.h"
#include "adapter/sqlite_db.h"
#include "adapter/sqlite_memo.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/vec.h"

#define PAGE_BYTES ((size_t)1024 * 1024)

enum statement { GET, FORWARDS, BACKWARDS, PARTITIONS, STATEMENTS };

/* The columns of every statement that reads items. */
enum column { ITEM_TYPE, REV, ATTRS };

#define SELECT "SELECT itemType,rev,attrs FROM item WHERE code=?1"
#define RANGE " AND itemType>=?2 AND itemType<?3 ORDER BY itemType"

static const char *const sql[STATEMENTS] = {
	[GET] = SELECT " AND itemType=?2",
	[FORWARDS] = SELECT RANGE,
	[BACKWARDS] = SELECT RANGE " DESC",
	/* One look into the index a code, and a row as soon as it is found: items in between are not visited. */
	[PARTITIONS] = "WITH RECURSIVE partition(code) AS ("
		       "SELECT min(code) FROM item WHERE code>?1 UNION ALL "
		       "SELECT (SELECT min(code) FROM item WHERE code>partition.code) "
		       "FROM partition WHERE partition.code IS NOT NULL) "
		       "SELECT code FROM partition WHERE code IS NOT NULL",
};

struct sqlite_reader {
	sqlite3 *db;
	sqlite3_stmt *stmt[STATEMENTS];
	struct sqlite_attrs_parser parser;
	struct sqlite_memo *memo;
};

void sqlite_reader_close(struct sqlite_reader *reader)
{
	if (!reader)
		return;
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(reader->stmt[i]);
	sqlite3_close(reader->db);
	sqlite_attrs_close(&reader->parser);
	free(reader);
}

enum err sqlite_reader_open(struct cx *cx, const char *path, struct sqlite_memo *memo,
			    struct sqlite_reader **out)
{
	struct sqlite_reader *reader = heap_alloc(sizeof(*reader));
	enum err err;

	reader->memo = memo;
	err = sqlite_db_open_reader(cx, path, &reader->db);
	for (int i = 0; err == OK && i < STATEMENTS; i++)
		err = sqlite_db_prepare(cx, reader->db, sql[i], &reader->stmt[i]);
	if (err == OK)
		*out = reader;
	else
		sqlite_reader_close(reader);
	return err;
}

/* A NULL pointer would bind NULL, which no comparison is true for. */
static int bind_text(sqlite3_stmt *stmt, int at, struct str text)
{
	return sqlite3_bind_text64(stmt, at, text.len == 0 ? "" : text.ptr, text.len, SQLITE_STATIC,
				   SQLITE_UTF8);
}

static enum err fail_damaged(struct cx *cx, struct key key, enum err err, const char *problem)
{
	struct str shown = sqlite_db_shown(key.code, key.item_type);

	log_request(cx, LOG_LEVEL_ERROR, "item_damaged", "at or behind " STR_FMT "/" STR_FMT ": %s",
		    STR_ARG(key.code), STR_ARG(shown), problem);
	return fail(cx, err, err == ERR_INTERNAL ? "internal" : "unavailable",
		    "an item is damaged: " STR_FMT "/" STR_FMT, STR_ARG(key.code), STR_ARG(shown));
}

/* `key` is the item asked for, or the last one before the trouble. */
static enum err fail_read(struct cx *cx, int rc, struct key key)
{
	struct str shown = sqlite_db_shown(key.code, key.item_type);

	if (sqlite_db_is_damaged(rc))
		return fail_damaged(cx, key, sqlite_db_damage(rc), sqlite3_errstr(rc));
	log_request(cx, LOG_LEVEL_ERROR, "read_failed",
		    "at or behind " STR_FMT "/" STR_FMT ": %s (%d)", STR_ARG(key.code),
		    STR_ARG(shown), sqlite3_errstr(rc), rc);
	return sqlite_db_fail(cx, rc, "the database can not be read");
}

static struct str column_text(sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	return (struct str){ text, text ? (size_t)sqlite3_column_bytes(stmt, column) : 0 };
}

/* `text` is in the arena. */
static enum err parse_attrs(struct sqlite_reader *reader, struct cx *cx, struct str text,
			    struct item *out)
{
	if (!cx->arena->refused &&
	    sqlite_attrs_parse(&reader->parser, cx->arena, text, &out->attrs))
		return OK;
	if (cx->arena->refused)
		return cx_check_memory(cx);
	return fail_damaged(cx, out->key, ERR_INTERNAL, "its attributes are not what was written");
}

/* The row at hand; out->key.code is set before. */
static enum err read_row(struct sqlite_reader *reader, struct cx *cx, sqlite3_stmt *stmt,
			 struct item *out)
{
	struct str text = str_dup(cx->arena, column_text(stmt, ATTRS));

	out->key.item_type = str_dup(cx->arena, column_text(stmt, ITEM_TYPE));
	out->rev = (uint64_t)sqlite3_column_int64(stmt, REV);
	if (sqlite3_column_type(stmt, REV) != SQLITE_INTEGER || out->rev == REV_ABSENT ||
	    (out->rev > INT64_MAX && out->rev != REV_NONE))
		return fail_damaged(cx, out->key, ERR_INTERNAL, "its revision is none");
	return parse_attrs(reader, cx, text, out);
}

/* The item as the memo has it: its key is the caller's. */
static enum err remembered(struct sqlite_reader *reader, struct cx *cx, struct key key,
			   struct str text, struct item *out)
{
	out->key.code = str_dup(cx->arena, key.code);
	out->key.item_type = str_dup(cx->arena, key.item_type);
	return parse_attrs(reader, cx, text, out);
}

enum err sqlite_reader_get(struct sqlite_reader *reader, struct cx *cx, struct key key,
			   struct item *out)
{
	sqlite3_stmt *stmt = reader->stmt[GET];
	struct sqlite_memo_stamp stamp;
	bool stamped = sqlite_memo_now(reader->memo, &stamp);
	struct str text;
	enum err err;
	int rc;

	if (stamped && sqlite_memo_get(reader->memo, &stamp, key, cx->arena, &out->rev, &text))
		return remembered(reader, cx, key, text, out);

	rc = bind_text(stmt, 1, key.code);
	if (rc == SQLITE_OK)
		rc = bind_text(stmt, 2, key.item_type);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		out->key.code = str_dup(cx->arena, key.code);
		err = read_row(reader, cx, stmt, out);
		if (stamped && err == OK)
			sqlite_memo_put(reader->memo, &stamp, key, out->rev,
					column_text(stmt, ATTRS));
	} else {
		err = rc == SQLITE_DONE ? ERR_NOT_FOUND : fail_read(cx, rc, key);
	}
	sqlite3_reset(stmt); /* ends its transaction, which would hold back the log */
	return err;
}

/* Texts compare by bytes, so the next possible key behind one is the same with a NUL behind it. */
static struct str lower_bound(struct cx *cx, const struct query *query)
{
	char *room;

	if (query->backwards || query->after.len == 0 || str_cmp(query->after, query->from) < 0)
		return query->from;
	room = arena_bytes(cx->arena, query->after.len + 1);
	if (!room)
		return query->from; /* the page fails on the refused arena */
	memcpy(room, query->after.ptr, query->after.len);
	room[query->after.len] = '\0';
	return (struct str){ room, query->after.len + 1 };
}

/* Empty: no bound. */
static struct str upper_bound(const struct query *query)
{
	if (!query->backwards || query->after.len == 0)
		return query->to;
	if (query->to.len != 0 && str_cmp(query->to, query->after) < 0)
		return query->to;
	return query->after;
}

static int bind_query(sqlite3_stmt *stmt, struct cx *cx, const struct query *query)
{
	struct str upper = upper_bound(query);
	int rc = bind_text(stmt, 1, query->code);

	if (rc == SQLITE_OK)
		rc = bind_text(stmt, 2, lower_bound(cx, query));
	if (rc != SQLITE_OK)
		return rc;
	if (upper.len == 0)
		return sqlite3_bind_zeroblob(stmt, 3,
					     0); /* every blob is greater than every text */
	return bind_text(stmt, 3, upper);
}

/* What an item takes in the arena, near enough. */
static size_t item_cost(sqlite3_stmt *stmt, const struct sqlite_reader *reader)
{
	return sizeof(struct item) + (size_t)sqlite3_column_bytes(stmt, ATTRS) +
	       (size_t)sqlite3_column_bytes(stmt, ITEM_TYPE) +
	       reader->parser.values * sizeof(struct attr);
}

static enum err read_page(struct sqlite_reader *reader, struct cx *cx, sqlite3_stmt *stmt,
			  const struct query *query, struct page *out)
{
	struct key last = { query->code, query->from };
	struct str code = str_dup(cx->arena, query->code);
	struct vec items = { .items = NULL };
	size_t bytes = 0;
	enum err err = OK;
	int rc = SQLITE_DONE;

	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct item *item;

		out->more = bytes >= PAGE_BYTES || (query->limit != 0 && items.n == query->limit);
		if (out->more)
			break;
		item = vec_push(&items, cx->arena, sizeof(*item));
		if (!item)
			return cx_check_memory(cx);
		item->key.code = code;
		err = read_row(reader, cx, stmt, item);
		last = item->key;
		bytes += item_cost(stmt, reader);
	}
	if (err == OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		err = fail_read(cx, rc, last);
	out->items = items.items;
	out->n = items.n;
	return err;
}

enum err sqlite_reader_query(struct sqlite_reader *reader, struct cx *cx, const struct query *query,
			     struct page *out)
{
	sqlite3_stmt *stmt = reader->stmt[query->backwards ? BACKWARDS : FORWARDS];
	enum err err;
	int rc;

	*out = (struct page){ .items = NULL };
	rc = bind_query(stmt, cx, query);
	if (rc == SQLITE_OK)
		err = read_page(reader, cx, stmt, query, out);
	else
		err = sqlite_db_fail(cx, rc, "the database can not be read");
	sqlite3_reset(stmt); /* ends its transaction, which would hold back the log */
	return err;
}

static enum err read_codes(struct cx *cx, sqlite3_stmt *stmt, struct str after, size_t limit,
			   struct codes *out)
{
	struct vec codes = { .items = NULL };
	struct str *code = NULL;
	size_t bytes = 0;
	int rc;

	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		out->more = bytes >= PAGE_BYTES || (limit != 0 && codes.n == limit);
		if (out->more)
			break;
		code = vec_push(&codes, cx->arena, sizeof(*code));
		if (!code)
			break;
		*code = str_dup(cx->arena, column_text(stmt, 0));
		bytes += sizeof(*code) + code->len;
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return fail_read(cx, rc, (struct key){ code ? *code : after, { NULL, 0 } });
	out->items = codes.items;
	out->n = codes.n;
	return cx_check_memory(cx);
}

enum err sqlite_reader_partitions(struct sqlite_reader *reader, struct cx *cx, struct str after,
				  size_t limit, struct codes *out)
{
	sqlite3_stmt *stmt = reader->stmt[PARTITIONS];
	enum err err;
	int rc;

	*out = (struct codes){ .items = NULL };
	rc = bind_text(stmt, 1, after);
	if (rc == SQLITE_OK)
		err = read_codes(cx, stmt, after, limit, out);
	else
		err = sqlite_db_fail(cx, rc, "the database can not be read");
	sqlite3_reset(stmt); /* ends its transaction, which would hold back the log */
	return err;
}
