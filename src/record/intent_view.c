#include "record/intent_view.h"

#include <stddef.h>
#include <stdlib.h>

#include "record/intent_record.h"
#include "record/item.h"
#include "record/key.h"

static struct intent_view *view_of(struct store *store)
{
	return (struct intent_view *)((char *)store - offsetof(struct intent_view, own));
}

static int by_key(const void *a, const void *b)
{
	const struct write *one = a, *other = b;
	int order = str_cmp(one->key.code, other->key.code);

	return order != 0 ? order : str_cmp(one->key.item_type, other->key.item_type);
}

static struct write *overlay_at(const struct intent_view *view, size_t i)
{
	return vec_at(&view->overlay, i, sizeof(struct write));
}

/* The first write of the overlay that does not stand before the key. */
static size_t lower_bound(const struct intent_view *view, struct str code, struct str item_type)
{
	const struct write key = { .key = { code, item_type } };

	return vec_lower_bound(&view->overlay, sizeof(key), &key, by_key);
}

static struct item item_of(const struct write *write)
{
	return (struct item){ write->key, write->rev, write->attrs };
}

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	const struct intent_view *view = view_of(store);
	size_t i = lower_bound(view, key.code, key.item_type);
	const struct write wanted = { .key = key };

	if (i == view->overlay.n || by_key(overlay_at(view, i), &wanted) != 0)
		return store_get(view->below, cx, key, out);
	if (overlay_at(view, i)->op != WRITE_PUT)
		return ERR_NOT_FOUND;
	*out = item_of(overlay_at(view, i));
	return OK;
}

/* The overlay's writes that a page is to show: first <= i < end. */
struct window {
	size_t first, end;
};

/* Those in the query's range, behind `after` and not behind `last` (empty: up to the end). */
static struct window window_of(const struct intent_view *view, const struct query *query,
			       struct str after, struct str last)
{
	struct window window = { lower_bound(view, query->code, query->from), view->overlay.n };
	struct str low = query->backwards ? last : after, high = query->backwards ? after : last;

	if (query->to.len != 0)
		window.end = lower_bound(view, query->code, query->to);
	if (window.end < window.first)
		window.end = window.first;
	while (window.first < window.end && low.len != 0) {
		int order = str_cmp(overlay_at(view, window.first)->key.item_type, low);

		if (order > 0 || (order == 0 && query->backwards))
			break;
		window.first++;
	}
	while (window.first < window.end) {
		const struct key *key = &overlay_at(view, window.end - 1)->key;
		int order = high.len != 0 ? str_cmp(key->item_type, high) : -1;

		if (str_eq(key->code, query->code) &&
		    (order < 0 || (order == 0 && !query->backwards)))
			break;
		window.end--;
	}
	return window;
}

/* The next write of the window in the query's direction; NULL when there is none. */
static const struct write *next_of(const struct intent_view *view, const struct window *window,
				   bool backwards)
{
	if (window->first == window->end)
		return NULL;
	return overlay_at(view, backwards ? window->end - 1 : window->first);
}

static void step(struct window *window, bool backwards)
{
	if (backwards)
		window->end--;
	else
		window->first++;
}

/* Both in the query's direction; of two under one key the overlay's counts. */
static enum err merge(const struct intent_view *view, struct cx *cx, struct window window,
		      bool backwards, struct page *page)
{
	struct item *items =
		arena_array(cx->arena, page->n + window.end - window.first + 1, sizeof(*items));
	const struct write *write = next_of(view, &window, backwards);
	size_t i = 0, n = 0;

	if (!items)
		return cx_check_memory(cx);
	while (write || i < page->n) {
		int order = !write ? 1
			    : i == page->n
				    ? -1
				    : str_cmp(write->key.item_type, page->items[i].key.item_type);

		if (write && i < page->n && backwards)
			order = -order;
		if (order > 0) {
			items[n++] = page->items[i++];
			continue;
		}
		i += order == 0;
		if (write->op == WRITE_PUT)
			items[n++] = item_of(write);
		step(&window, backwards);
		write = next_of(view, &window, backwards);
	}
	page->items = items;
	page->n = n;
	return OK;
}

/* As far as the page below reaches, what is laid over it is known too. */
static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	const struct intent_view *view = view_of(store);
	struct query below = *query;
	enum err err;

	do {
		struct str after = below.after, last = STR("");

		err = store_query(view->below, cx, &below, out);
		if (err != OK)
			return err;
		if (out->more)
			last = below.after = out->items[out->n - 1].key.item_type;
		err = merge(view, cx, window_of(view, query, after, last), query->backwards, out);
	} while (err == OK && out->n == 0 && out->more);
	if (query->limit != 0 && out->n > query->limit) {
		out->n = query->limit;
		out->more = true;
	}
	return err;
}

/* `ctl` itself as it will be. */
static enum err add_ctl(struct cx *cx, struct store *store, struct str code, struct vec *writes)
{
	struct write *slot;
	struct item ctl;
	enum err err = store_get(store, cx, (struct key){ code, KEY_CTL }, &ctl);

	if (err != OK)
		return err;
	slot = vec_push(writes, cx->arena, sizeof(*slot));
	ctl = intent_record_unseal(cx->arena, &ctl);
	*slot = (struct write){
		.op = WRITE_PUT, .key = ctl.key, .rev = ctl.rev, .attrs = ctl.attrs
	};
	return OK;
}

/* NOT_FOUND, not noted: a part that should be there is not: somebody is finishing. *at is how far then. */
static enum err load(struct cx *cx, struct intent_view *view, struct str code, struct str token,
		     enum intent_scope scope, uint64_t *at)
{
	struct intent intent;
	enum err err = intent_record_get(cx, view->below, token, &intent);
	uint64_t last = scope == INTENT_ALL ? intent.hashes.n : intent.documents;

	*at = intent.next;
	view->overlay = (struct vec){ NULL, 0, 0 };
	for (uint64_t part = intent.next; err == OK && part <= last; part++)
		err = intent_record_get_part(cx, view->below, &intent, part, &view->overlay);
	if (err == OK && scope == INTENT_ALL)
		err = add_ctl(cx, view->below, code, &view->overlay);
	if (err == OK && view->overlay.n != 0)
		qsort(view->overlay.items, view->overlay.n, sizeof(struct write), by_key);
	return err;
}

static enum err load_latest(struct cx *cx, struct intent_view *view, struct str code,
			    struct ctl *ctl, enum intent_scope scope)
{
	struct cx loading = *cx;
	struct str stuck = STR("");
	uint64_t stuck_at = 0, at = 0;
	enum err err = OK;

	loading.arena = &view->arena;
	while (ctl->intent.len != 0) {
		arena_reset(&view->arena, 0);
		err = load(&loading, view, code, ctl->intent, scope, &at);
		if (err != OK && err != ERR_NOT_FOUND)
			fail_as(cx, err, &loading.failure);
		if (err != ERR_NOT_FOUND)
			return err;
		if (str_eq(stuck, ctl->intent) && stuck_at == at)
			return fail(cx, ERR_INTERNAL, "internal",
				    "intent " STR_FMT ": a part is missing", STR_ARG(stuck));
		stuck = ctl->intent;
		stuck_at = at;
		err = record_get_ctl(cx, view->below, code, ctl);
		if (err != OK)
			return err;
	}
	view->store = view->below;
	return OK;
}

void intent_view_close(struct intent_view *view)
{
	arena_close(&view->arena);
}

enum err intent_view_open(struct cx *cx, struct store *store, struct str code, struct ctl *ctl,
			  enum intent_scope scope, struct intent_view *out)
{
	enum err err;

	*out = (struct intent_view){ .below = store };
	arena_init(&out->arena, 0);
	out->api = (struct store_api){ .name = store->api->name,
				       .is_local = store->api->is_local,
				       .has_strangers = store->api->has_strangers,
				       .get = get,
				       .query = query };
	out->own.api = &out->api;
	out->store = &out->own;
	err = load_latest(cx, out, code, ctl, scope);
	if (err != OK)
		arena_close(&out->arena);
	return err;
}
