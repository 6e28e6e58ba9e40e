#include "audit/history.h"

#include "base/buf.h"
#include "codec/hash.h"
#include "codec/instant.h"
#include "codec/json_writer.h"
#include "record/item.h"
#include "record/key.h"

/* An item of history carries at most so many bytes of keys and changes; the rest goes into parts (domain.md 1). */
#define PART_BYTES_MAX ((size_t)300 * 1000)

/* Of a change, as change_value makes it; one that has others was edited. */
#define CHANGE_MEMBERS 5

struct key history_key(struct arena *arena, struct str code, uint64_t revision)
{
	return (struct key){ code, key_history(arena, revision, 0) };
}

static struct value change_value(struct arena *arena, const struct history_change *change)
{
	struct vec attrs = { NULL, 0, 0 };

	item_add_text(arena, &attrs, STR("objectName"), change->object_name);
	item_add_text(arena, &attrs, STR("fieldName"), change->field_name);
	item_add_text(arena, &attrs, STR("oldValue"), change->old_value);
	item_add_text(arena, &attrs, STR("newValue"), change->new_value);
	item_add_text(arena, &attrs, STR("humanReadableComment"), change->comment);
	return (struct value){ .kind = VALUE_MAP, .map = { attrs.items, attrs.n } };
}

static size_t change_bytes(const struct history_change *change)
{
	return change->object_name.len + change->field_name.len + change->old_value.len +
	       change->new_value.len + change->comment.len + 100;
}

/* What an entry says of its commit, and how much of it its items have so far. */
struct saying {
	struct vec keys, removed; /* of struct str */
	const struct vec *changes;
	size_t next_key, next_removed, next_change;
};

/* As many texts as the part has room for; none is no attribute. */
static void add_texts(struct arena *arena, struct vec *attrs, struct str name,
		      const struct vec *texts, size_t *next, size_t *bytes)
{
	const size_t first = *next;
	struct vec some;

	while (*next < texts->n) {
		const struct str *text = vec_at(texts, *next, sizeof(*text));

		if (*bytes + text->len + 1 > PART_BYTES_MAX)
			break;
		*bytes += text->len + 1;
		(*next)++;
	}
	if (*next == first)
		return;
	some = (struct vec){ vec_at(texts, first, sizeof(struct str)), *next - first,
			     *next - first };
	item_add_texts(arena, attrs, name, &some);
}

/* The same for changes; at least one where the part has nothing yet, so that it ends. */
static void add_changes(struct arena *arena, struct vec *attrs, struct saying *saying, size_t bytes)
{
	const struct vec *changes = saying->changes;
	struct attr *attr = vec_push(attrs, arena, sizeof(*attr));
	struct value *items = arena_array(arena, changes->n - saying->next_change, sizeof(*items));
	size_t n = 0;

	while (attr && items && saying->next_change < changes->n) {
		const struct history_change *change =
			vec_at(changes, saying->next_change, sizeof(struct history_change));

		if (bytes != 0 && bytes + change_bytes(change) > PART_BYTES_MAX)
			break;
		bytes += change_bytes(change);
		items[n++] = change_value(arena, change);
		saying->next_change++;
	}
	if (!attr || !items)
		saying->next_change = changes->n; /* memory ran out: the commit is refused */
	else
		*attr = (struct attr){ STR("changes"),
				       { .kind = VALUE_LIST, .items = items, .n = n } };
}

static void add_part(struct arena *arena, struct saying *saying, struct vec *attrs)
{
	size_t bytes = 0;

	add_texts(arena, attrs, STR("keys"), &saying->keys, &saying->next_key, &bytes);
	add_texts(arena, attrs, STR("removed"), &saying->removed, &saying->next_removed, &bytes);
	add_changes(arena, attrs, saying, bytes);
}

static bool is_said(const struct saying *saying)
{
	return saying->next_key == saying->keys.n && saying->next_removed == saying->removed.n &&
	       saying->next_change == saying->changes->n;
}

/* The sort keys that this commit puts, or removes, in the hotel's partition. */
static struct vec keys_of(struct batch *batch, struct str code, enum write_op op)
{
	struct vec keys = { NULL, 0, 0 };

	for (size_t i = 0; i < batch->writes.n; i++) {
		const struct write *write = vec_at(&batch->writes, i, sizeof(*write));
		struct str *slot;

		if (write->op != op || !str_eq(write->key.code, code))
			continue;
		slot = vec_push(&keys, batch->cx->arena, sizeof(*slot));
		if (slot)
			*slot = write->key.item_type;
	}
	return keys;
}

static void write_attr(struct json_writer *json, const struct item *item, struct str name)
{
	json_name(json, name);
	json_string(json, item_text(item, name));
}

static void write_texts(struct json_writer *json, const struct item *item, struct str name)
{
	const struct value *texts = attrs_find(&item->attrs, name);

	json_name(json, name);
	json_begin_array(json);
	for (size_t i = 0; texts && i < texts->n; i++)
		json_string(json, texts->items[i].text);
	json_end_array(json);
}

static void write_change(struct json_writer *json, const struct value *change)
{
	const struct item members = { .attrs = change->map };

	json_begin_object(json);
	write_attr(json, &members, STR("objectName"));
	write_attr(json, &members, STR("fieldName"));
	write_attr(json, &members, STR("oldValue"));
	write_attr(json, &members, STR("newValue"));
	write_attr(json, &members, STR("humanReadableComment"));
	if (change->map.n != CHANGE_MEMBERS) {
		json_name(json, STR("members"));
		json_u64(json, change->map.n);
	}
	json_end_object(json);
}

/* Canonical: fixed members in a fixed order, so that one entry has one hash on every store. */
struct str history_hash(struct arena *arena, const struct item *item)
{
	const struct value *changes = attrs_find(&item->attrs, STR("changes"));
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	json_begin_object(&json);
	json_name(&json, STR("code"));
	json_string(&json, item->key.code);
	json_name(&json, STR("revision"));
	json_u64(&json, item->rev);
	write_attr(&json, item, STR("timeStamp"));
	write_attr(&json, item, STR("eventName"));
	write_attr(&json, item, STR("by"));
	write_attr(&json, item, STR("requestId"));
	write_texts(&json, item, STR("keys"));
	write_texts(&json, item, STR("removed"));
	write_attr(&json, item, STR("wt"));
	write_attr(&json, item, STR("previous"));
	json_name(&json, STR("changes"));
	json_begin_array(&json);
	for (size_t i = 0; changes && i < changes->n; i++)
		write_change(&json, &changes->items[i]);
	json_end_array(&json);
	json_end_object(&json);
	return hash_sha256_hex(arena, buf_str(&buf));
}

/* The hash of the entry as if it were one item, with the token that the batch adds to it. Its canonical text may take several times
 * the request: it lives in the caller's scratch. */
static struct str whole_hash(struct arena *arena, const struct batch *batch,
			     const struct item *first, const struct saying *saying)
{
	const struct vec *changes = saying->changes;
	struct vec attrs = { NULL, 0, 0 };
	struct value *items = arena_array(arena, changes->n, sizeof(*items));
	struct attr *attr;

	for (size_t i = 0; i < first->attrs.n; i++) {
		attr = vec_push(&attrs, arena, sizeof(*attr));
		if (attr)
			*attr = first->attrs.items[i];
	}
	item_add_text(arena, &attrs, STR("wt"), batch->token);
	item_add_texts(arena, &attrs, STR("keys"), &saying->keys);
	item_add_texts(arena, &attrs, STR("removed"), &saying->removed);
	attr = vec_push(&attrs, arena, sizeof(*attr));
	if (!attr || !items)
		return STR("");
	for (size_t i = 0; i < changes->n; i++)
		items[i] = change_value(arena, vec_at(changes, i, sizeof(struct history_change)));
	*attr = (struct attr){ STR("changes"),
			       { .kind = VALUE_LIST, .items = items, .n = changes->n } };
	return history_hash(arena,
			    &(struct item){ first->key, first->rev, { attrs.items, attrs.n } });
}

/* Time never goes back within a hotel, whatever the clock does, so that a time filter can search. */
static int64_t next_time(const struct cx *cx, const struct ctl *ctl)
{
	int64_t now = clock_wall_ms(cx->clock);

	return ctl->rev > 1 && now <= ctl->history_time_ms ? ctl->history_time_ms + 1 : now;
}

void history_record(struct batch *batch, struct str code, struct ctl *ctl,
		    const struct history_entry *entry)
{
	struct arena *arena = batch->cx->arena;
	struct vec attrs = { NULL, 0, 0 };
	struct arena scratch;
	struct item item;
	struct saying saying = { .keys = keys_of(batch, code, WRITE_PUT),
				 .removed = keys_of(batch, code, WRITE_DELETE),
				 .changes = &entry->changes };

	ctl->history_time_ms = next_time(batch->cx, ctl);
	item_add_text(arena, &attrs, STR("timeStamp"), instant_write(arena, ctl->history_time_ms));
	item_add_text(arena, &attrs, STR("eventName"), entry->event_name);
	item_add_text(arena, &attrs, STR("by"), entry->user);
	item_add_text(arena, &attrs, STR("requestId"), entry->request_id);
	item_add_text(arena, &attrs, STR("previous"), ctl->history_hash);
	item = (struct item){ history_key(arena, code, ctl->rev),
			      ctl->rev,
			      { attrs.items, attrs.n } };
	arena_init(&scratch, 0);
	ctl->history_hash = str_dup(arena, whole_hash(&scratch, batch, &item, &saying));
	arena_close(&scratch);
	item_add_text(arena, &attrs, STR("hash"), ctl->history_hash);
	add_part(arena, &saying, &attrs);
	batch_put(batch, item.key, STR("history"), REV_ABSENT, ctl->rev, &attrs);
	for (unsigned part = 1; !is_said(&saying); part++) {
		struct key key = { code, key_history(arena, ctl->rev, part) };
		struct vec rest = { NULL, 0, 0 };

		add_part(arena, &saying, &rest);
		batch_put(batch, key, STR("history"), REV_ABSENT, ctl->rev, &rest);
	}
}
