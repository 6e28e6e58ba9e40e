/* fuzz_import.c: any bytes as the lines of a hotel: a line that is taken is written so that it reads as the same again, and a hotel
 * that is taken has one of each record it needs; what is refused says why.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/vec.h"
#include "command/record_text.h"
#include "usecase/import_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_again(struct cx *cx, const struct record_text *record)
{
	struct record_text again;
	struct buf first, second;

	buf_init(&first, cx->arena);
	record_text_write_item(&first, &record->item);
	require(record_text_read(cx, buf_str(&first), &again) == OK);
	require(again.kind == record->kind && again.item.rev == record->item.rev);
	buf_init(&second, cx->arena);
	record_text_write_item(&second, &again.item);
	require(str_eq(buf_str(&first), buf_str(&second)));
}

static void take_line(struct cx *cx, struct str line, struct vec *items)
{
	struct record_text record;
	struct item *item;

	if (record_text_read(cx, line, &record) != OK) {
		require(cx->failure.code && cx->failure.detail.len != 0);
		cx_clear(cx);
		return;
	}
	if (record.kind == RECORD_TEXT_CHAIN || record.kind == RECORD_TEXT_ITEM)
		check_again(cx, &record);
	if (record.kind != RECORD_TEXT_ITEM)
		return;
	require(record.begin_bytes <= line.len && record.item.rev != 0);
	item = vec_push(items, cx->arena, sizeof(*item));
	*item = record.item;
	item->key.code = ((struct item *)items->items)->key.code;
}

static void check_hotel(struct cx *cx, const struct vec *items)
{
	struct imported hotel = { .items = items->items, .n = items->n };
	size_t wrong;

	if (items->n == 0)
		return;
	hotel.code = hotel.items[0].key.code;
	if (import_check(cx, &hotel, &wrong) == OK) {
		require(import_find(&hotel, STR("ctl")) != NULL);
		require(hotel.ctl.deleted == !hotel.head);
		return;
	}
	require(wrong <= hotel.n && cx->failure.code && cx->failure.detail.len != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct vec items = { NULL, 0, 0 };
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	while (text.len != 0) {
		struct str line = str_sub(text, 0, str_index(text, '\n'));

		take_line(&cx, line, &items);
		text = str_sub(text, line.len + 1, text.len);
	}
	check_hotel(&cx, &items);
	arena_close(&arena);
	return 0;
}
