/* store_sql PATH STATEMENT: runs one statement on a store, its pages keeping their sums, and prints as JSON the rows of a query, else how
 * many rows it changed. */
#include <sqlite3.h>
#include <stdio.h>

#include "adapter/sqlite_pages.h"
#include "base/arena.h"
#include "base/buf.h"
#include "codec/json_writer.h"

static void write_column(struct json_writer *json, sqlite3_stmt *stmt, int column)
{
	struct str text = { .ptr = NULL };

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_INTEGER:
		json_i64(json, sqlite3_column_int64(stmt, column));
		break;
	case SQLITE_NULL:
		json_null(json);
		break;
	default:
		text.ptr = (const char *)sqlite3_column_text(stmt, column);
		text.len = (size_t)sqlite3_column_bytes(stmt, column);
		json_string(json, text);
	}
}

static void write_row(struct json_writer *json, sqlite3_stmt *stmt)
{
	json_begin_array(json);
	for (int i = 0; i < sqlite3_column_count(stmt); i++)
		write_column(json, stmt, i);
	json_end_array(json);
}

static int run(sqlite3 *db, const char *sql, struct json_writer *json)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	bool is_query = sqlite3_column_count(stmt) != 0;

	if (is_query)
		json_begin_array(json);
	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		write_row(json, stmt);
		rc = SQLITE_OK;
	}
	if (is_query)
		json_end_array(json);
	else
		json_i64(json, sqlite3_changes(db));
	sqlite3_finalize(stmt);
	return rc;
}

int main(int argc, char **argv)
{
	struct json_writer json;
	struct arena arena;
	sqlite3 *db = NULL;
	struct buf buf;
	int rc;

	if (argc != 3)
		return 2;
	arena_init(&arena, 0);
	buf_init(&buf, &arena);
	json_writer_init(&json, &buf);
	rc = sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, sqlite_pages_vfs());
	if (rc == SQLITE_OK)
		rc = run(db, argv[2], &json);
	if (rc == SQLITE_DONE && !buf.failed)
		printf(STR_FMT "\n", STR_ARG(buf_str(&buf)));
	else
		fprintf(stderr, "store_sql: %s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
	arena_close(&arena);
	return rc == SQLITE_DONE ? 0 : 1;
}
