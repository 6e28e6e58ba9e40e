/* layer: command */
/* The lines of an export: one record has one text, whatever order an engine gives its attributes in. */
#include "cx_fixture.h"

#include "command/record_text.h"

static const char line_by_name[] =
	"{\"code\":\"h\",\"itemType\":\"cfg-tag-A\",\"rev\":3,\"attrs\":{\"\":null,\"B\":\"x\",\"a\":[{\"m\":1.50,\"n\":{}},2],"
	"\"b\":true,\"map\":{\"1\":1,\"10\":10,\"9\":9}}}\n";

static const char *const other_orders[] = {
	"{\"code\":\"h\",\"itemType\":\"cfg-tag-A\",\"rev\":3,\"attrs\":{\"map\":{\"9\":9,\"10\":10,\"1\":1},\"b\":true,"
	"\"a\":[{\"n\":{},\"m\":1.50},2],\"B\":\"x\",\"\":null}}",
	"{\"code\":\"h\",\"itemType\":\"cfg-tag-A\",\"rev\":3,\"attrs\":{\"b\":true,\"B\":\"x\",\"\":null,"
	"\"map\":{\"10\":10,\"1\":1,\"9\":9},\"a\":[{\"m\":1.50,\"n\":{}},2]}}",
};

static struct str written(struct cx *cx, const struct item *item)
{
	struct buf buf;

	buf_init(&buf, cx->arena);
	record_text_write_item(&buf, item);
	return buf_str(&buf);
}

static void attributes_are_written_by_name_whatever_order_they_come_in(void **state)
{
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(other_orders) / sizeof(other_orders[0]); i++) {
		struct record_text record;

		assert_int_equal(record_text_read(cx, str_of(other_orders[i]), &record), OK);
		assert_int_equal(record.kind, RECORD_TEXT_ITEM);
		assert_int_equal(record.item.attrs.n, 5);
		assert_text(written(cx, &record.item), str_of(line_by_name));
	}
}

static void what_was_written_is_read_and_written_as_the_same_bytes(void **state)
{
	struct cx *cx = *state;
	struct str line = str_of(line_by_name);
	struct record_text record;

	assert_int_equal(record_text_read(cx, str_sub(line, 0, line.len - 1), &record), OK);
	assert_text(written(cx, &record.item), line);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(attributes_are_written_by_name_whatever_order_they_come_in),
		TEST(what_was_written_is_read_and_written_as_the_same_bytes),
	};

	return cmocka_run_group_tests_name("command_record_text", tests, NULL, NULL);
}
