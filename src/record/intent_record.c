#include "record/intent_record.h"

#include "base/buf.h"
#include "codec/hash.h"
#include "codec/instant.h"
#include "port/item_size.h"
#include "record/item.h"
#include "record/key.h"

#define PARTS_MAX 9999

/* The names within an entry, and the hotel's code, which is in the part once. */
#define ENTRY_BYTES 64

size_t intent_record_entry_bytes(const struct write *write)
{
	const struct item item = { write->key, write->rev, write->attrs };

	return item_size(&item) + write->attrs.n + ENTRY_BYTES;
}

static struct attr *add(struct arena *arena, struct vec *attrs, struct str name)
{
	struct attr *attr = vec_push(attrs, arena, sizeof(*attr));

	if (attr)
		attr->name = name;
	return attr;
}

/* No attributes: the record is removed. */
static struct value entry_of(struct arena *arena, const struct write *write, struct str hotel)
{
	struct vec attrs = { NULL, 0, 0 };
	struct attr *attr;

	item_add_text(arena, &attrs, STR("itemType"), write->key.item_type);
	if (!str_eq(write->key.code, hotel))
		item_add_text(arena, &attrs, STR("code"), write->key.code);
	if (write->op == WRITE_PUT) {
		if (write->rev != REV_NONE)
			item_add_u64(arena, &attrs, STR("rev"), write->rev);
		attr = add(arena, &attrs, STR("attrs"));
		if (attr)
			attr->value = (struct value){ .kind = VALUE_MAP, .map = write->attrs };
	}
	return (struct value){ .kind = VALUE_MAP, .map = { attrs.items, attrs.n } };
}

static struct str hash_of(struct arena *arena, const struct write *writes, size_t n)
{
	struct arena scratch;
	struct str hash;
	struct buf buf;

	arena_init(&scratch, 0); /* bounded by a part's limit */
	buf_init(&buf, &scratch);
	for (size_t i = 0; i < n; i++) {
		struct item item = { writes[i].key, writes[i].rev, writes[i].attrs };

		buf_add(&buf, item_hash(&scratch, &item));
	}
	hash = hash_sha256_hex(arena, buf_str(&buf));
	arena_close(&scratch);
	return hash;
}

static void add_origin(struct arena *arena, struct vec *attrs, const struct intent *intent)
{
	item_add_text(arena, attrs, STR("hotel"), intent->hotel);
	item_add_text(arena, attrs, STR("at"), intent->at);
}

static void add_part(struct batch *batch, struct intent *intent, const struct write *writes,
		     size_t n)
{
	struct arena *arena = batch->cx->arena;
	struct value *items = arena_array(arena, n, sizeof(*items));
	struct str *hash = vec_push(&intent->hashes, arena, sizeof(*hash));
	struct vec attrs = { NULL, 0, 0 };
	struct attr *attr;

	add_origin(arena, &attrs, intent);
	attr = add(arena, &attrs, STR("writes"));
	if (!items || !hash || !attr)
		return; /* the commit is refused */
	*hash = hash_of(arena, writes, n);
	for (size_t i = 0; i < n; i++)
		items[i] = entry_of(arena, &writes[i], intent->hotel);
	attr->value = (struct value){ .kind = VALUE_LIST, .items = items, .n = n };
	batch_put(batch, key_intent(arena, intent->token, (unsigned)intent->hashes.n),
		  STR("intent"), REV_ANY, 1, &attrs);
}

/* Parts of at most so many bytes, and of at least one write. */
static void add_parts(struct batch *batch, struct intent *intent, const struct vec *writes,
		      size_t part_bytes)
{
	const struct write *all = writes->items;
	size_t first = 0, bytes = 0;

	for (size_t i = 0; i < writes->n; i++) {
		size_t more = intent_record_entry_bytes(&all[i]);

		if (i != first && bytes + more > part_bytes) {
			add_part(batch, intent, all + first, i - first);
			first = i;
			bytes = 0;
		}
		bytes += more;
	}
	if (first != writes->n)
		add_part(batch, intent, all + first, writes->n - first);
}

void intent_record_put_header(struct batch *batch, const struct intent *intent, uint64_t if_rev)
{
	struct arena *arena = batch->cx->arena;
	struct vec attrs = { NULL, 0, 0 };

	add_origin(arena, &attrs, intent);
	item_add_u64(arena, &attrs, STR("documents"), intent->documents);
	item_add_texts(arena, &attrs, STR("hashes"), &intent->hashes);
	batch_put(batch, key_intent(arena, intent->token, 0), STR("intent"), if_rev, intent->next,
		  &attrs);
}

static bool is_document(const struct write *write, struct str hotel)
{
	return str_eq(write->key.code, hotel) &&
	       str_starts(write->key.item_type, KEY_DOCUMENT_FROM) &&
	       !str_starts(write->key.item_type, KEY_HISTORY_PREFIX);
}

static struct vec pick(struct arena *arena, const struct vec *writes, struct str hotel,
		       bool documents)
{
	struct vec picked = { NULL, 0, 0 };

	for (size_t i = 0; i < writes->n; i++) {
		const struct write *write = vec_at(writes, i, sizeof(*write));
		struct write *slot;

		if (is_document(write, hotel) != documents)
			continue;
		slot = vec_push(&picked, arena, sizeof(*slot));
		if (slot)
			*slot = *write;
	}
	return picked;
}

void intent_record_add(struct batch *batch, struct str token, struct str hotel,
		       const struct vec *writes, size_t part_bytes, struct intent *out)
{
	struct cx *cx = batch->cx;
	struct vec documents = pick(cx->arena, writes, hotel, true);
	struct vec others = pick(cx->arena, writes, hotel, false);

	*out = (struct intent){ .token = token, .hotel = hotel, .next = 1 };
	out->at = instant_write(cx->arena, clock_wall_ms(cx->clock));
	add_parts(batch, out, &documents, part_bytes);
	out->documents = out->hashes.n;
	add_parts(batch, out, &others, part_bytes);
	intent_record_put_header(batch, out, REV_ANY);
	if (out->hashes.n > PARTS_MAX && batch->err == OK)
		batch->err = fail(cx, ERR_LIMIT, "too_large", "one write takes more than %d parts",
				  PARTS_MAX);
}

static enum err fail_record(struct cx *cx, struct str token, const char *what)
{
	return fail(cx, ERR_INTERNAL, "internal", "intent " STR_FMT ": %s", STR_ARG(token), what);
}

enum err intent_record_get(struct cx *cx, struct store *store, struct str token, struct intent *out)
{
	const struct value *hashes;
	struct item item;
	enum err err = store_get(store, cx, key_intent(cx->arena, token, 0), &item);

	*out = (struct intent){ .token = token };
	if (err != OK)
		return err;
	if (item_u64(&item, STR("sv")) > ITEM_VERSION)
		return fail_record(cx, token, "of a newer version than this program: upgrade it");
	out->hotel = item_text(&item, STR("hotel"));
	out->at = item_text(&item, STR("at"));
	out->next = item.rev;
	out->documents = item_u64(&item, STR("documents"));
	hashes = attrs_find(&item.attrs, STR("hashes"));
	for (size_t i = 0; hashes && i < hashes->n; i++) {
		struct str *slot = vec_push(&out->hashes, cx->arena, sizeof(*slot));

		if (slot)
			*slot = hashes->items[i].text;
	}
	err = cx_check_memory(cx);
	if (err == OK && (out->next > out->hashes.n || out->documents > out->hashes.n))
		err = fail_record(cx, token, "its header is not what was sealed");
	return err;
}

static bool read_entry(const struct value *entry, struct str hotel, struct write *out)
{
	const struct item item = { .attrs = entry->map };
	const struct value *attrs = attrs_find(&entry->map, STR("attrs"));
	struct str code = item_text(&item, STR("code"));

	*out = (struct write){ .op = WRITE_DELETE, .if_rev = REV_ANY };
	out->key = (struct key){ code.len != 0 ? code : hotel, item_text(&item, STR("itemType")) };
	if (attrs) {
		out->op = WRITE_PUT;
		out->rev = item_u64(&item, STR("rev"));
		out->attrs = attrs->map;
		if (out->rev == 0)
			out->rev = REV_NONE;
	}
	return out->key.item_type.len != 0;
}

enum err intent_record_get_part(struct cx *cx, struct store *store, const struct intent *intent,
				uint64_t part, struct vec *writes)
{
	const struct str *hash = vec_at(&intent->hashes, part - 1, sizeof(*hash));
	const size_t before = writes->n;
	const struct value *entries;
	bool readable = true;
	struct item item;
	enum err err =
		store_get(store, cx, key_intent(cx->arena, intent->token, (unsigned)part), &item);

	if (err != OK)
		return err;
	entries = attrs_find(&item.attrs, STR("writes"));
	for (size_t i = 0; entries && i < entries->n; i++) {
		struct write *slot = vec_push(writes, cx->arena, sizeof(*slot));

		if (!slot)
			return cx_check_memory(cx);
		readable = read_entry(&entries->items[i], intent->hotel, slot) && readable;
	}
	if (!readable || writes->n == before ||
	    !str_eq(*hash, hash_of(cx->arena, vec_at(writes, before, sizeof(struct write)),
				   writes->n - before)))
		return fail_record(cx, intent->token, "a part is not what was sealed");
	return OK;
}

/* The attributes but those of the seal, and `wt` as given; empty = as it is. */
static struct vec copy_attrs(struct arena *arena, const struct attrs *attrs, struct str token)
{
	struct vec copy = { NULL, 0, 0 };

	for (size_t i = 0; i < attrs->n; i++) {
		struct str name = attrs->items[i].name;
		struct attr *attr;

		if (str_eq(name, STR("intent")) || str_eq(name, STR("after")))
			continue;
		attr = add(arena, &copy, name);
		if (attr)
			attr->value = attrs->items[i].value;
		if (attr && token.len != 0 && str_eq(name, STR("wt")))
			attr->value.text = token;
	}
	return copy;
}

struct write intent_record_seal(struct arena *arena, const struct write *ctl, struct str token)
{
	const struct item item = { .attrs = ctl->attrs };
	struct vec attrs = copy_attrs(arena, &ctl->attrs, token);
	struct write sealed = *ctl;

	item_add_text(arena, &attrs, STR("intent"), token);
	item_add_text(arena, &attrs, STR("after"), item_text(&item, STR("wt")));
	sealed.attrs = (struct attrs){ attrs.items, attrs.n };
	return sealed;
}

struct item intent_record_unseal(struct arena *arena, const struct item *ctl)
{
	struct vec attrs = copy_attrs(arena, &ctl->attrs, item_text(ctl, STR("after")));

	return (struct item){ ctl->key, ctl->rev, { attrs.items, attrs.n } };
}
