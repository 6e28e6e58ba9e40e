#include "adapter/store_dynamodb.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "adapter/dynamodb_client.h"
#include "adapter/dynamodb_read.h"
#include "adapter/dynamodb_schema.h"
#include "adapter/dynamodb_write.h"
#include "base/heap.h"
#include "port/store_stats.h"

struct store_dynamodb {
	struct store store;
	struct dynamodb_table table;
	char *name;
	pthread_mutex_t lock; /* of what follows */
	uint64_t applied;
	uint64_t conflicts;
	uint64_t failed;
	struct histogram members; /* each commit is a group of its own */
	struct histogram sync_us;
};

static const struct dynamodb_table *table_of(struct store *store)
{
	return &((struct store_dynamodb *)store)->table;
}

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	return dynamodb_read_get(table_of(store), cx, key, out);
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	return dynamodb_read_query(table_of(store), cx, query, out);
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	return dynamodb_read_partitions(table_of(store), cx, after, limit, out);
}

static void count(struct store_dynamodb *self, enum err err, uint64_t took_us)
{
	pthread_mutex_lock(&self->lock);
	if (err == OK) {
		self->applied++;
		histogram_add(&self->members, &histogram_members, 1);
		histogram_add(&self->sync_us, &histogram_us, took_us);
	} else if (err == ERR_CONFLICT) {
		self->conflicts++;
	} else {
		self->failed++;
	}
	pthread_mutex_unlock(&self->lock);
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	struct store_dynamodb *self = (struct store_dynamodb *)store;
	int64_t began_us = clock_system_us();
	enum err err = dynamodb_write_commit(&self->table, cx, commit, conflict);

	count(self, err, (uint64_t)(clock_system_us() - began_us));
	return err;
}

static void stats(struct store *store, struct store_stats *out)
{
	struct store_dynamodb *self = (struct store_dynamodb *)store;

	pthread_mutex_lock(&self->lock);
	out->applied = self->applied;
	out->conflicts = self->conflicts;
	out->failed = self->failed;
	histogram_read(&self->members, &out->members);
	histogram_read(&self->sync_us, &out->sync_us);
	pthread_mutex_unlock(&self->lock);
	out->is_remote = true;
	dynamodb_client_stats(self->table.client, out);
}

static void close_all(struct store *store)
{
	struct store_dynamodb *self = (struct store_dynamodb *)store;

	dynamodb_client_close(self->table.client);
	pthread_mutex_destroy(&self->lock);
	free(self->name);
	free(self);
}

static const struct store_api api = {
	.name = "dynamodb",
	.max_writes = DYNAMODB_WRITES_MAX,
	.max_bytes = DYNAMODB_COMMIT_BYTES_MAX,
	.has_strangers = true,
	.get = get,
	.query = query,
	.commit = commit,
	.partitions = partitions,
	.stats = stats,
	.close = close_all,
};

/* As the service takes it; it goes into requests as it is. */
static bool is_table_name(struct str name)
{
	static const char more[] = "_.-";

	for (size_t i = 0; i < name.len; i++) {
		char byte = name.ptr[i];

		if ((byte < 'a' || byte > 'z') && (byte < 'A' || byte > 'Z') &&
		    (byte < '0' || byte > '9') && !memchr(more, byte, sizeof(more) - 1))
			return false;
	}
	return name.len >= 3 && name.len <= 255;
}

enum err store_dynamodb_open(struct cx *cx, const struct store_dynamodb_options *options,
			     struct store **out)
{
	struct store_dynamodb *self;
	enum err err;

	if (!is_table_name(str_of(options->table)))
		return fail(cx, ERR_INVALID, "invalid",
			    "the table's name has not 3 to 255 of A-Z a-z 0-9 _ . -");
	self = heap_alloc(sizeof(*self));
	self->store.api = &api;
	self->name = strdup(options->table);
	if (!self->name)
		heap_exhausted();
	self->table.name = str_of(self->name);
	pthread_mutex_init(&self->lock, NULL);
	err = dynamodb_client_open(cx, options->region, options->endpoint, &self->table.client);
	if (err == OK && options->creates)
		err = dynamodb_schema_ensure(&self->table, cx);
	else if (err == OK && !options->asks_later)
		err = dynamodb_schema_check(&self->table, cx);
	if (err == OK)
		*out = &self->store;
	else
		close_all(&self->store);
	return err;
}
