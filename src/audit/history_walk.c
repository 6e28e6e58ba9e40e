#include "audit/history_walk.h"

#include <string.h>

#include "audit/history.h"
#include "codec/instant.h"
#include "record/item.h"
#include "record/key.h"

void history_walk_open(struct history_walk *walk, struct str code, struct findings *findings)
{
	*walk = (struct history_walk){ .findings = findings, .code = code };
	arena_init(&walk->arena, 0);
}

void history_walk_close(struct history_walk *walk)
{
	arena_close(&walk->arena);
}

/* recursion: values nest */
static struct value copy_value(struct arena *arena, const struct value *value)
{
	struct value copy = *value;

	copy.text = str_dup(arena, value->text);
	copy.items = arena_array(arena, value->n, sizeof(*copy.items));
	copy.map.items = arena_array(arena, value->map.n, sizeof(*copy.map.items));
	for (size_t i = 0; copy.items && i < value->n; i++)
		copy.items[i] = copy_value(arena, &value->items[i]);
	for (size_t i = 0; copy.map.items && i < value->map.n; i++) {
		copy.map.items[i].name = str_dup(arena, value->map.items[i].name);
		copy.map.items[i].value = copy_value(arena, &value->map.items[i].value);
	}
	return copy;
}

static void copy_item(struct arena *arena, const struct item *item, struct item *out)
{
	const struct value attrs = { .kind = VALUE_MAP, .map = item->attrs };

	*out = (struct item){ .rev = item->rev };
	out->key.code = str_dup(arena, item->key.code);
	out->key.item_type = str_dup(arena, item->key.item_type);
	out->attrs = copy_value(arena, &attrs).map;
}

/* The entry's list of that name, made where it has none; NULL past the arena's cap. */
static struct value *list_of(struct history_walk *walk, struct str name)
{
	struct attrs *attrs = &walk->entry.attrs;
	struct attr *more;

	for (size_t i = 0; i < attrs->n; i++) {
		if (str_eq(attrs->items[i].name, name))
			return &attrs->items[i].value;
	}
	more = arena_array(&walk->arena, attrs->n + 1, sizeof(*more));
	if (!more)
		return NULL;
	memcpy(more, attrs->items, attrs->n * sizeof(*more));
	more[attrs->n] = (struct attr){ name, { .kind = VALUE_LIST } };
	*attrs = (struct attrs){ more, attrs->n + 1 };
	return &more[attrs->n - 1].value;
}

static void append_list(struct history_walk *walk, const struct item *part, struct str name)
{
	const struct value *more = attrs_find(&part->attrs, name);
	struct value *all = more ? list_of(walk, name) : NULL;
	struct value *items;

	if (!all)
		return; /* the hash tells */
	items = arena_array(&walk->arena, all->n + more->n, sizeof(*items));
	if (!items)
		return;
	if (all->n != 0)
		memcpy(items, all->items, all->n * sizeof(*items));
	for (size_t i = 0; i < more->n; i++)
		items[all->n + i] = copy_value(&walk->arena, &more->items[i]);
	all->items = items;
	all->n += more->n;
}

static void append_part(struct history_walk *walk, const struct item *part)
{
	append_list(walk, part, STR("keys"));
	append_list(walk, part, STR("removed"));
	append_list(walk, part, STR("changes"));
}

static void check_time(struct history_walk *walk)
{
	int64_t time_ms;

	if (!instant_parse(item_text(&walk->entry, STR("timeStamp")), &time_ms)) {
		findings_add(walk->findings, FINDING_HISTORY, walk->entry.key, "has no time");
		return;
	}
	if (time_ms < walk->time_ms)
		findings_add(walk->findings, FINDING_HISTORY, walk->entry.key,
			     "is of an earlier time than the one before");
	walk->time_ms = time_ms;
}

static void remember_hash(struct history_walk *walk, struct str hash)
{
	walk->hash = (struct str){ walk->hash_text, sizeof(walk->hash_text) };
	if (hash.len == walk->hash.len)
		memcpy(walk->hash_text, hash.ptr, hash.len);
	else
		walk->hash.len = 0; /* the finding is made, and the next one's link is nothing */
}

void history_walk_settle(struct history_walk *walk)
{
	struct str hash = item_text(&walk->entry, STR("hash"));
	struct findings *findings = walk->findings;
	struct key key = walk->entry.key;

	if (!walk->is_open)
		return;
	walk->is_open = false;
	if (!str_eq(hash, history_hash(&walk->arena, &walk->entry)))
		findings_add(findings, FINDING_HISTORY, key, "was changed: it has another hash");
	if (walk->follows && !str_eq(item_text(&walk->entry, STR("previous")), walk->hash))
		findings_add(findings, FINDING_HISTORY, key,
			     "does not carry the hash of the one before");
	check_time(walk);
	walk->found = walk->found || (walk->seek.len != 0 && str_eq(hash, walk->seek));
	remember_hash(walk, hash);
	if (walk->take)
		walk->take(walk->context, &walk->entry);
	arena_reset(&walk->arena, 0);
}

static void begin(struct history_walk *walk, const struct item *item, uint64_t revision)
{
	history_walk_settle(walk);
	walk->follows = revision == walk->revision + 1;
	if (revision > walk->revision + 1)
		findings_add(walk->findings, FINDING_HISTORY, item->key,
			     "follows revision %llu: there is a gap",
			     (unsigned long long)walk->revision);
	if (item->rev != revision)
		findings_add(walk->findings, FINDING_HISTORY, item->key,
			     "is of revision %llu by its record", (unsigned long long)item->rev);
	copy_item(&walk->arena, item, &walk->entry);
	walk->revision = revision;
	walk->parts = 0;
	walk->is_open = true;
}

void history_walk_take(struct history_walk *walk, const struct item *item)
{
	uint64_t revision = 0;
	unsigned part = 0;

	if (!key_parse_history(item->key.item_type, &revision, &part)) {
		if (item->rev == REV_NONE)
			return;
		findings_add(walk->findings, FINDING_KEY, item->key, "is no key of history");
		return;
	}
	if (part == 0) {
		begin(walk, item, revision);
		return;
	}
	walk->parts++;
	if (!walk->is_open || revision != walk->revision || part != walk->parts ||
	    !str_eq(item_text(item, STR("wt")), item_text(&walk->entry, STR("wt"))))
		findings_add(walk->findings, FINDING_HISTORY, item->key,
			     "is no next part of its entry");
	else
		append_part(walk, item);
}

void history_walk_compare(struct history_walk *walk, const struct ctl *ctl)
{
	struct key key = { walk->code, KEY_CTL };

	if (ctl->rev != walk->revision)
		findings_add(walk->findings, FINDING_HISTORY, key,
			     "has revision %llu, history ends with %llu",
			     (unsigned long long)ctl->rev, (unsigned long long)walk->revision);
	else if (!str_eq(ctl->history_hash, walk->hash))
		findings_add(walk->findings, FINDING_HISTORY, key,
			     "has another hash than the last revision");
	else if (ctl->history_time_ms != walk->time_ms)
		findings_add(walk->findings, FINDING_HISTORY, key,
			     "has another time than the last revision");
}
