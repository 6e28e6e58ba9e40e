/* layer: net */
/* Cases of our own; canonical requests are written by hand after AWS's rules, signatures computed of them by Python's hmac. */
#include "arena_fixture.h"

#include <string.h>

#include "net/sigv4.h"

#define SECRET "abcdefghijklmnopqrstuvwxyz0123456789/+AB"
#define LEAP_DAY_MS 1709251199999 /* 2024-02-29T23:59:59.999Z */
#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct sigv4_scope scope = { STR_INIT("eu-central-1"), STR_INIT("dynamodb"),
					  LEAP_DAY_MS };

static void a_call_of_dynamodb_is_signed_with_its_token(void **state)
{
	static const struct str_pair headers[] = {
		{ STR_INIT("X-Amz-Target"), STR_INIT("DynamoDB_20120810.GetItem") },
		{ STR_INIT("Host"), STR_INIT("127.0.0.1:8000") },
		{ STR_INIT("Content-Type"), STR_INIT("application/x-amz-json-1.0") },
	};
	const struct sigv4_request request = { STR("POST"), STR("/"),  STR(""), headers,
					       3,           STR("{}"), false };
	const struct sigv4_credentials credentials = { STR("AKID"), STR(SECRET), STR("token//==") };
	struct str_pair out[SIGV4_HEADERS_MAX];

	assert_int_equal(sigv4_sign(*state, &request, &credentials, &scope, out), 3);
	assert_text(out[0].name, STR("X-Amz-Date"));
	assert_text(out[0].value, STR("20240229T235959Z"));
	assert_text(out[1].name, STR("X-Amz-Security-Token"));
	assert_text(out[1].value, STR("token//=="));
	assert_text(out[2].name, STR("Authorization"));
	assert_text(
		out[2].value,
		STR("AWS4-HMAC-SHA256 "
		    "Credential=AKID/20240229/eu-central-1/dynamodb/aws4_request, "
		    "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;"
		    "x-amz-target, Signature=57e501b0a26d41bc739efdddcf807a0679512dee8ff05fb9104ea62c58121b3b"));
}

static void a_path_of_s3_and_a_hash_that_is_given_are_signed_as_they_are(void **state)
{
	static const struct str_pair headers[] = {
		{ STR_INIT("host"), STR_INIT("h") },
		{ STR_INIT("X-Amz-Content-SHA256"), STR_INIT("UNSIGNED-PAYLOAD") },
	};
	const struct sigv4_request request = {
		STR("GET"), STR("/a/../b%20c//d.txt"), STR("uploads"), headers, 2, STR("body"), true
	};
	const struct sigv4_credentials credentials = { STR("AKID"), STR(SECRET), STR("") };
	const struct sigv4_scope s3 = { STR("us-east-1"), STR("s3"), 0 };
	struct str_pair out[SIGV4_HEADERS_MAX];

	assert_int_equal(sigv4_sign(*state, &request, &credentials, &s3, out), 2);
	assert_text(out[0].value, STR("19700101T000000Z"));
	assert_text(
		out[1].value,
		STR("AWS4-HMAC-SHA256 "
		    "Credential=AKID/19700101/us-east-1/s3/aws4_request, "
		    "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
		    "Signature=10595400087aae32afae331c53ef8d43001d727451727e975ace1fc4d6cd65b2"));
}

/* The canonical request of a GET without a body. */
static struct str canonical(struct arena *arena, struct str path, struct str query,
			    const struct str_pair *headers, size_t nheaders)
{
	const struct sigv4_request request = { .method = STR("GET"),
					       .path = path,
					       .query = query,
					       .headers = headers,
					       .nheaders = nheaders };

	return sigv4_write(arena, &request, &scope).canonical_request;
}

static void paths_are_normalised_and_encoded_once_more(void **state)
{
	static const struct {
		const char *path, *canonical;
	} cases[] = {
		{ "/", "/" },
		{ "", "/" },
		{ "//", "/" },
		{ "/a", "/a" },
		{ "/a/", "/a/" },
		{ "//a///b//", "/a/b/" },
		{ "/./a/.", "/a" },
		{ "/a/../b", "/b" },
		{ "/../../a", "/a" },
		{ "/a/b/../..", "/" },
		{ "/...", "/..." },
		{ "/a%20b", "/a%2520b" },
		{ "/a b+c=d", "/a%20b%2Bc%3Dd" },
		{ "/\xc3\xa9~-._", "/%C3%A9~-._" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_text(canonical(*state, str_of(cases[i].path), STR(""), NULL, 0),
			    str_printf(*state, "GET\n%s\n\n\n\n" EMPTY_HASH, cases[i].canonical));
}

static void queries_are_encoded_and_in_order(void **state)
{
	static const struct {
		const char *query, *canonical;
	} cases[] = {
		{ "", "" },
		{ "a", "a=" },
		{ "a=", "a=" },
		{ "&&a=1&", "a=1" },
		{ "b=1&a=2", "a=2&b=1" },
		{ "a=2&a=1&a=10", "a=1&a=10&a=2" },
		{ "a-b=1&a=2", "a=2&a-b=1" },
		{ "a=1&A=2", "A=2&a=1" },
		{ "a=b=c", "a=b%3Dc" },
		{ "a=%2f%7E", "a=%2F~" },
		{ "a=x+y", "a=x%2By" },
		{ "a=/?", "a=%2F%3F" },
		{ "a=%zz", "a=%25zz" },
		{ "a=%", "a=%25" },
		{ "=1", "=1" },
		{ "\xc3\xa9=1&z=2", "%C3%A9=1&z=2" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_text(canonical(*state, STR("/"), str_of(cases[i].query), NULL, 0),
			    str_printf(*state, "GET\n/\n%s\n\n\n" EMPTY_HASH, cases[i].canonical));
}

static void headers_are_in_order_joined_by_name_and_squeezed(void **state)
{
	static const struct str_pair headers[] = {
		{ STR_INIT("My-Header2"), STR_INIT("  \"a   b\t c\"  ") },
		{ STR_INIT("my-header1"), STR_INIT("z") },
		{ STR_INIT("Host"), STR_INIT("h") },
		{ STR_INIT("MY-HEADER1"), STR_INIT("a\r\n  b") },
		{ STR_INIT("My-Header"), STR_INIT("") },
		{ STR_INIT("My-Header3"), STR_INIT(" \t") },
	};

	assert_text(
		canonical(*state, STR("/"), STR(""), headers, 6),
		STR("GET\n/\n\nhost:h\nmy-header:\nmy-header1:z,a b\nmy-header2:\"a b c\"\n"
		    "my-header3:\n\nhost;my-header;my-header1;my-header2;my-header3\n" EMPTY_HASH));
}

static void an_arena_that_refuses_gives_no_headers(void **state)
{
	static const struct str_pair host = { STR_INIT("host"), STR_INIT("h") };
	const struct sigv4_request request = {
		.method = STR("POST"), .path = STR("/"), .headers = &host, .nheaders = 1
	};
	const struct sigv4_credentials credentials = { STR("AKID"), STR(SECRET), STR("t") };
	struct str_pair out[SIGV4_HEADERS_MAX];
	struct arena arena;
	size_t n = 0;

	(void)state;
	for (size_t cap_bytes = 1; n == 0; cap_bytes *= 2) {
		assert_true(cap_bytes < 1u << 20);
		arena_init(&arena, cap_bytes);
		n = sigv4_sign(&arena, &request, &credentials, &scope, out);
		assert_int_equal(n, arena.refused ? 0 : 3);
		arena_close(&arena);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_call_of_dynamodb_is_signed_with_its_token),
		TEST(a_path_of_s3_and_a_hash_that_is_given_are_signed_as_they_are),
		TEST(paths_are_normalised_and_encoded_once_more),
		TEST(queries_are_encoded_and_in_order),
		TEST(headers_are_in_order_joined_by_name_and_squeezed),
		TEST(an_arena_that_refuses_gives_no_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
