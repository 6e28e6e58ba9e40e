#include "dynamodb_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "adapter/store_dynamodb.h"
#include "contract_fixture.h"

/* A test program is one thread while it makes tables. */
static struct {
	struct dynamodb_client *client;
	char name[64];
	unsigned n;
} tables;

static void die(const char *what, const struct cx *cx)
{
	fprintf(stderr, "%s: " STR_FMT "\n", what, STR_ARG(cx->failure.detail));
	exit(1);
}

const char *dynamodb_tables_name(void)
{
	return tables.name;
}

void dynamodb_tables_open(void)
{
	const char *endpoint = getenv("DYNAMODB_LOCAL");
	char key[32];
	struct arena arena;
	struct cx cx;

	contract_cx_open(&cx, &arena, 0);
	if (!endpoint)
		die("DYNAMODB_LOCAL names no endpoint", &cx);
	/* Signatures are not verified; the key is the name of the database. */
	snprintf(key, sizeof(key), "K" STR_FMT, STR_ARG(rand_hex(cx.rand, cx.arena, 8)));
	setenv("AWS_ACCESS_KEY_ID", key, 1);
	setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
	unsetenv("AWS_SESSION_TOKEN");
	if (dynamodb_client_open(&cx, "us-east-1", endpoint, &tables.client) != OK)
		die("no client", &cx);
	arena_close(&arena);
}

enum err dynamodb_tables_call(struct cx *cx, const char *operation, const char *more,
			      struct dynamodb_reply *out)
{
	struct dynamodb_call call = { .operation = operation };

	call.body = str_printf(cx->arena, "{\"TableName\":\"%s\"%s%s}", tables.name,
			       *more ? "," : "", more);
	return dynamodb_client_call(tables.client, cx, &call, out);
}

static void remove_table(void)
{
	struct dynamodb_reply reply;
	struct arena arena;
	struct cx cx;

	if (tables.n == 0)
		return;
	contract_cx_open(&cx, &arena, 0);
	if (dynamodb_tables_call(&cx, "UpdateTable", "\"DeletionProtectionEnabled\":false",
				 &reply) != OK ||
	    dynamodb_tables_call(&cx, "DeleteTable", "", &reply) != OK)
		die(tables.name, &cx);
	arena_close(&arena);
}

void dynamodb_tables_close(void)
{
	remove_table();
	dynamodb_client_close(tables.client);
}

static struct store *open_store(bool creates)
{
	struct store_dynamodb_options options = { .table = tables.name,
						  .region = "us-east-1",
						  .endpoint = getenv("DYNAMODB_LOCAL"),
						  .creates = creates };
	struct store *store = NULL;
	struct arena arena;
	struct cx cx;

	contract_cx_open(&cx, &arena, 0);
	if (store_dynamodb_open(&cx, &options, &store) != OK)
		die(tables.name, &cx);
	arena_close(&arena);
	return store;
}

struct store *dynamodb_tables_new_store(void)
{
	remove_table();
	snprintf(tables.name, sizeof(tables.name), "contract-%u", ++tables.n);
	return open_store(true);
}

struct store *dynamodb_tables_same_store(void)
{
	return open_store(false);
}
