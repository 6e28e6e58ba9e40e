/* layer: codec */
#include "arena_fixture.h"

#include <inttypes.h>
#include <string.h>

#include "../fuzz/json_copy.h"
#include "base/rand.h"
#include "codec/utf8.h"
#include "jansson_oracle.h"

#define DOCUMENTS 400
#define MUTATIONS 40

/* A small generator of our own, so that a seed gives the same documents everywhere. */
struct dice {
	uint64_t state;
};

static uint64_t roll(struct dice *dice, uint64_t sides)
{
	dice->state ^= dice->state << 13;
	dice->state ^= dice->state >> 7;
	dice->state ^= dice->state << 17;
	return (dice->state >> 16) % sides;
}

/* INNKEEPER_SEED, or chance; printed, so that a failure can be had again. */
static struct dice dice_of_this_run(void)
{
	const char *given = getenv("INNKEEPER_SEED");
	struct dice dice = { 0 };

	if (!given || !str_to_u64(str_of(given), &dice.state))
		rand_fill(&rand_system, &dice.state, sizeof(dice.state));
	if (dice.state == 0)
		dice.state = 1;
	print_message("# INNKEEPER_SEED=%" PRIu64 "\n", dice.state);
	return dice;
}

static struct str random_text(struct dice *dice, struct arena *arena)
{
	size_t letters = (size_t)roll(dice, roll(dice, 8) == 0 ? 60 : 12), len = 0;
	char *text = arena_bytes(arena, letters * 4);

	for (size_t i = 0; i < letters; i++) {
		static const uint32_t ranges[] = { 0x20, 0x80, 0x80,  0x80,   0x80,
						   0x80, 0x80, 0x800, 0xd800, 0x110000 };
		uint32_t c = (uint32_t)roll(dice, ranges[roll(dice, 10)]);

		if (c >= 0xd800 && c <= 0xdfff)
			c = '"';
		len += utf8_write(c, text + len);
	}
	return (struct str){ text, len };
}

static void write_random_number(struct dice *dice, struct json_writer *out)
{
	struct buf buf;

	buf_init(&buf, out->buf->arena);
	if (roll(dice, 2))
		buf_add_char(&buf, '-');
	buf_add_u64(&buf, roll(dice, roll(dice, 2) ? 10 : 1000000000));
	if (roll(dice, 2))
		buf_printf(&buf, ".%03u", (unsigned)roll(dice, 1000));
	if (roll(dice, 4) == 0)
		buf_printf(&buf, "%c%s%u", roll(dice, 2) ? 'e' : 'E',
			   roll(dice, 2) ? "-" : (roll(dice, 2) ? "+" : ""),
			   (unsigned)roll(dice, 400));
	json_raw(out, buf_str(&buf));
}

static void write_random_scalar(struct dice *dice, struct json_writer *out)
{
	switch (roll(dice, 6)) {
	case 0:
		json_null(out);
		return;
	case 1:
		json_bool(out, roll(dice, 2));
		return;
	case 2:
	case 3:
		write_random_number(dice, out);
		return;
	default:
		json_string(out, random_text(dice, out->buf->arena));
		return;
	}
}

static void write_random_value(struct dice *dice, struct json_writer *out, unsigned depth)
{
	uint64_t kind = depth == 0 ? 0 : roll(dice, 4), n = roll(dice, 6);

	if (kind == 0 || kind == 1) {
		write_random_scalar(dice, out);
		return;
	}
	if (kind == 2) {
		json_begin_array(out);
		for (; n != 0; n--)
			write_random_value(dice, out, depth - 1);
		json_end_array(out);
		return;
	}
	json_begin_object(out);
	for (; n != 0; n--) {
		json_name(out, random_text(dice, out->buf->arena));
		write_random_value(dice, out, depth - 1);
	}
	json_end_object(out);
}

static struct str random_document(struct dice *dice, struct arena *arena)
{
	struct json_writer writer;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&writer, &buf);
	json_begin_array(&writer);
	write_random_value(dice, &writer, 5);
	write_random_value(dice, &writer, 5);
	json_end_array(&writer);
	return buf_str(&buf);
}

/* One to three bytes replaced, inserted or removed, or the text cut; half of them telling ones. */
static struct str mutate(struct dice *dice, struct arena *arena, struct str text)
{
	static const char telling[] = "{}[]:,\"\\ \n\t0123456789-+.eEu/bdDfFtrulsn\xc3\xa9\xed\xf0";
	char *bytes = arena_bytes(arena, text.len + 3);
	size_t len = text.len;

	memcpy(bytes, text.ptr, len);
	for (uint64_t n = roll(dice, 3) + 1; n != 0 && len != 0; n--) {
		size_t at = (size_t)roll(dice, len);
		char byte = roll(dice, 2) ? (char)roll(dice, 256)
					  : telling[roll(dice, sizeof(telling) - 1)];

		switch (roll(dice, 8)) {
		case 0:
			len = at;
			break;
		case 1:
		case 2:
			memmove(bytes + at, bytes + at + 1, --len - at);
			break;
		case 3:
		case 4:
			memmove(bytes + at + 1, bytes + at, len++ - at);
			bytes[at] = byte;
			break;
		default:
			bytes[at] = byte;
		}
	}
	return (struct str){ bytes, len };
}

/*
 * Where the two may differ, each for its reason. All else is a disagreement.
 *  - jansson keeps numbers as double or long long and refuses what does not fit; we keep the text.
 *  - jansson refuses NUL in a member's name, being C strings there; we read it, the field tables
 *    refuse it.
 *  - we refuse nesting beyond 32 levels (jansson: 2,048) and names beyond 256 bytes (jansson: no
 *    limit): the limits of our API.
 *  - jansson 2.14 loses a raw NUL straight behind a number or a word; NUL there is never JSON.
 * Same members twice are no difference: neither reader refuses them here, the field tables do.
 */
static bool may_differ(struct str text, enum oracle_verdict verdict, const char *problem)
{
	if (verdict == ORACLE_NUMBER || verdict == ORACLE_NUL)
		return true;
	return verdict == ORACLE_ACCEPTS && problem &&
	       (strcmp(problem, "the text nests too deep") == 0 ||
		strcmp(problem, "a member's name is too long") == 0 ||
		memchr(text.ptr, '\0', text.len));
}

static void print_text(struct str text)
{
	print_message("# disagreement on %zu bytes: ", text.len);
	for (size_t i = 0; i < text.len; i++)
		print_message("%02x", (unsigned char)text.ptr[i]);
	print_message("\n");
}

/* True when the text was accepted by both. */
static bool compare(struct arena *arena, struct str text)
{
	enum oracle_verdict verdict = oracle_judge(text.ptr, text.len);
	struct str copy;
	const char *problem = json_copy(arena, text, &copy);

	if (may_differ(text, verdict, problem))
		return false;
	if ((verdict == ORACLE_ACCEPTS) != !problem ||
	    (!problem && !oracle_same(text.ptr, text.len, copy.ptr, copy.len))) {
		print_text(text);
		assert_string_equal(problem ? problem : "accepted", "what jansson says");
	}
	return !problem;
}

static void random_documents_come_out_as_they_went_in(void **state)
{
	struct dice dice = dice_of_this_run();

	for (int i = 0; i < 4 * DOCUMENTS; i++) {
		struct str text = random_document(&dice, *state), copy;

		assert_null(json_copy(*state, text, &copy));
		assert_text(copy, text);
		arena_reset(*state, 0);
	}
}

static void jansson_agrees_on_random_documents(void **state)
{
	struct dice dice = dice_of_this_run();
	int accepted = 0;

	for (int i = 0; i < 4 * DOCUMENTS; i++) {
		accepted += compare(*state, random_document(&dice, *state));
		arena_reset(*state, 0);
	}
	assert_true(accepted > DOCUMENTS);
}

static void jansson_agrees_on_damaged_documents(void **state)
{
	struct dice dice = dice_of_this_run();
	int accepted = 0;

	for (int i = 0; i < DOCUMENTS; i++) {
		struct str text = random_document(&dice, *state);

		for (int j = 0; j < MUTATIONS; j++)
			accepted += compare(*state, mutate(&dice, *state, text));
		arena_reset(*state, 0);
	}
	print_message("# %d of %d damaged documents were still JSON\n", accepted,
		      DOCUMENTS * MUTATIONS);
	assert_in_range(accepted, DOCUMENTS * MUTATIONS / 100, DOCUMENTS * MUTATIONS * 9 / 10);
}

/* Half of an escape, two halves that fit or do not, and what stands around them. */
static struct str random_escapes(struct dice *dice, struct arena *arena)
{
	static const char *const pieces[] = { "\\u",   "\\ud83d", "\\ude00", "\\uDBFF", "\\uDC00",
					      "\\u00", "0041",    "e9",      "\\",      "\\\\",
					      "\\n",   "\\/",     "\\\"",    "x",       "\xc3\xa9",
					      "g",     "\\u0000", "\\uFFFF" };
	struct buf buf;

	buf_init(&buf, arena);
	buf_add_char(&buf, '"');
	for (uint64_t n = roll(dice, 6); n != 0; n--)
		buf_add(&buf, str_of(pieces[roll(dice, sizeof(pieces) / sizeof(*pieces))]));
	buf_add_char(&buf, '"');
	return buf_str(&buf);
}

static void jansson_agrees_on_random_escapes(void **state)
{
	struct dice dice = dice_of_this_run();
	int accepted = 0;

	for (int i = 0; i < 20 * DOCUMENTS; i++) {
		accepted += compare(*state, random_escapes(&dice, *state));
		arena_reset(*state, 0);
	}
	assert_in_range(accepted, DOCUMENTS, 19 * DOCUMENTS);
}

/* So that the list above stays true: each of its reasons, with the verdicts of both. */
static void the_known_differences_are_as_listed(void **state)
{
	struct str deep =
		STR("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	struct str name = str_printf(*state, "{\"%0300d\":1}", 0), copy;
	struct str lost = STR("[1\0]"), twice = STR("{\"a\":1,\"a\":2}"), big = STR("1e999"),
		   nul = STR("{\"\\u0000\":1}");

	assert_int_equal(oracle_judge(big.ptr, big.len), ORACLE_NUMBER);
	assert_null(json_copy(*state, big, &copy));
	assert_int_equal(oracle_judge(nul.ptr, nul.len), ORACLE_NUL);
	assert_null(json_copy(*state, nul, &copy));
	assert_int_equal(oracle_judge(deep.ptr, deep.len), ORACLE_ACCEPTS);
	assert_string_equal(json_copy(*state, deep, &copy), "the text nests too deep");
	assert_int_equal(oracle_judge(name.ptr, name.len), ORACLE_ACCEPTS);
	assert_string_equal(json_copy(*state, name, &copy), "a member's name is too long");
	assert_int_equal(oracle_judge(lost.ptr, lost.len), ORACLE_ACCEPTS);
	assert_string_equal(json_copy(*state, lost, &copy), "a comma or ] is expected here");
	assert_int_equal(oracle_judge(twice.ptr, twice.len), ORACLE_ACCEPTS);
	assert_null(json_copy(*state, twice, &copy));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(random_documents_come_out_as_they_went_in),
		TEST(jansson_agrees_on_random_documents),
		TEST(jansson_agrees_on_damaged_documents),
		TEST(jansson_agrees_on_random_escapes),
		TEST(the_known_differences_are_as_listed),
	};

	return cmocka_run_group_tests_name("codec_json_oracle", tests, NULL, NULL);
}
