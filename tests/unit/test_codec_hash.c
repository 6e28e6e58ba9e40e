/* layer: codec */
#include "arena_fixture.h"

#include <string.h>

#include "codec/hash.h"

static void the_codes_of_the_seed_are_found(void **state)
{
	(void)state;
	assert_int_equal(hash_fnv1a32(STR(""), STR("My First hotel")), 364425903);
	assert_int_equal(hash_fnv1a32(STR("My First"), STR(" hotel")), 364425903);
	assert_int_equal(hash_fnv1a32(STR("My First hotel"), str_of(NULL)), 364425903);
}

/* The empty hash is the offset basis; the others are published test values of FNV's authors. */
static void fnv_agrees_with_its_published_values(void **state)
{
	(void)state;
	assert_int_equal(hash_fnv1a32(STR(""), STR("")), 0x811c9dc5u);
	assert_int_equal(hash_fnv1a32(STR("a"), STR("")), 0xe40c292cu);
	assert_int_equal(hash_fnv1a32(STR("foo"), STR("bar")), 0xbf9cf968u);
	assert_true(hash_fnv1a64(STR("")) == UINT64_C(0xcbf29ce484222325));
	assert_true(hash_fnv1a64(STR("a")) == UINT64_C(0xaf63dc4c8601ec8c));
	assert_true(hash_fnv1a64(STR("foobar")) == UINT64_C(0x85944171f73967e8));
}

static void sha256_agrees_with_its_standard(void **state)
{
	char million[1000];
	struct str long_text = { arena_bytes(*state, 1000000), 1000000 };

	assert_text(hash_sha256_hex(*state, STR("")),
		    STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
	assert_text(hash_sha256_hex(*state, str_of(NULL)),
		    STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
	assert_text(hash_sha256_hex(*state, STR("abc")),
		    STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	assert_text(hash_sha256_hex(*state, STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmn"
						"lmnomnopnopq")),
		    STR("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
	memset(million, 'a', sizeof(million));
	for (size_t i = 0; i < long_text.len; i += sizeof(million))
		memcpy((char *)(uintptr_t)long_text.ptr + i, million, sizeof(million));
	assert_text(hash_sha256_hex(*state, long_text),
		    STR("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

static void the_bytes_are_those_of_the_digits(void **state)
{
	uint8_t bytes[HASH_SHA256_BYTES];

	(void)state;
	hash_sha256(STR("abc"), bytes);
	assert_int_equal(bytes[0], 0xba);
	assert_int_equal(bytes[31], 0xad);
}

/* The cases of RFC 4231, and those around the size of a block. */
static void hmac_agrees_with_its_standard(void **state)
{
	const struct {
		struct str key, text, digits;
	} cases[] = {
		{ { memset(arena_bytes(*state, 20), 0x0b, 20), 20 },
		  STR("Hi There"),
		  STR("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7") },
		{ STR("Jefe"), STR("what do ya want for nothing?"),
		  STR("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843") },
		{ { memset(arena_bytes(*state, 131), 0xaa, 131), 131 },
		  STR("Test Using Larger Than Block-Size Key - Hash Key First"),
		  STR("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54") },
		{ { memset(arena_bytes(*state, 64), 'k', 64), 64 },
		  STR(""),
		  STR("83026a325aaee70e36cfe607536aa1054104ad1077c36134810d4ccded1ccd3b") },
		{ STR(""), str_of(NULL),
		  STR("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad") },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[HASH_SHA256_BYTES];

		hash_hmac_sha256(cases[i].key, cases[i].text, bytes);
		assert_text(hash_hex(*state, bytes), cases[i].digits);
	}
}

static void digits_past_the_cap_are_empty(void **state)
{
	arena_reset(*state, 63);
	assert_text(hash_sha256_hex(*state, STR("abc")), STR(""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_codes_of_the_seed_are_found), TEST(fnv_agrees_with_its_published_values),
		TEST(sha256_agrees_with_its_standard), TEST(the_bytes_are_those_of_the_digits),
		TEST(hmac_agrees_with_its_standard),   TEST(digits_past_the_cap_are_empty),
	};

	return cmocka_run_group_tests_name("codec_hash", tests, NULL, NULL);
}
