/* layer: net */
/* What a request line's target and Host may be, and what is made of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/http_target.h"

#define NCASES(cases) (sizeof(cases) / sizeof((cases)[0]))

static void assert_text(struct str found, const char *expected, const char *sentence)
{
	if (!str_eq(found, str_of(expected)))
		fail_msg("%s: '" STR_FMT "' instead of '%s'", sentence, STR_ARG(found), expected);
}

static void targets_are_taken_apart(void **state)
{
	static const struct {
		const char *sentence, *method, *text;
		const char *path, *query, *host;
	} cases[] = {
		{ "a path is a path", "GET", "/config/1", "/config/1", "", "" },
		{ "what follows ? is the query", "GET", "/config?limit=1?2", "/config", "limit=1?2",
		  "" },
		{ "an escape has two digits of either case", "GET", "/%2f%2F%aA", "/%2f%2F%aA", "",
		  "" },
		{ "* is for OPTIONS", "OPTIONS", "*", "*", "", "" },
		{ "the absolute form has a host", "GET", "http://a.example/b", "/b", "",
		  "a.example" },
		{ "https is absolute too", "GET", "https://a.example:8443/b?c", "/b", "c",
		  "a.example:8443" },
		{ "a scheme is read in any case", "GET", "HTTPS://a/b", "/b", "", "a" },
		{ "the absolute form without a path means /", "GET", "http://a", "/", "", "a" },
		{ "the absolute form without a path but a query means /", "GET", "http://a?b", "/",
		  "b", "a" },
		{ "OPTIONS of the absolute form without a path means *", "OPTIONS", "http://a", "*",
		  "", "a" },
		{ "OPTIONS of the absolute form with a query means /", "OPTIONS", "http://a?b", "/",
		  "b", "a" },
	};
	(void)state;
	for (size_t i = 0; i < NCASES(cases); i++) {
		struct http_target target;

		if (!http_target_parse(str_of(cases[i].method), str_of(cases[i].text), &target))
			fail_msg("%s: refused", cases[i].sentence);
		assert_text(target.path, cases[i].path, cases[i].sentence);
		assert_text(target.query, cases[i].query, cases[i].sentence);
		assert_text(target.host, cases[i].host, cases[i].sentence);
	}
}

static void other_targets_are_refused(void **state)
{
	static const struct {
		const char *sentence, *method, *text;
	} cases[] = {
		{ "nothing is no target", "GET", "" },
		{ "a path begins with a slash", "GET", "config" },
		{ "* is for OPTIONS alone", "GET", "*" },
		{ "the authority form is CONNECT's", "GET", "a.example:80" },
		{ "a scheme that is not http is refused", "GET", "ftp://a/b" },
		{ "half a scheme is none", "GET", "http:/a" },
		{ "the absolute form needs a host", "GET", "http:///b" },
		{ "the absolute form needs a host that is one", "GET", "http://a@b/" },
		{ "the path of the absolute form is checked", "GET", "http://a/%" },
		{ "the query of the absolute form is checked", "GET", "http://a?%0g" },
		{ "a fragment is never sent", "GET", "/a#b" },
		{ "an escape at the end needs both digits", "GET", "/a%2" },
		{ "the first digit of an escape is one", "GET", "/a%g0" },
		{ "the second digit of an escape is one", "GET", "/a%0g" },
	};
	(void)state;
	for (size_t i = 0; i < NCASES(cases); i++) {
		struct http_target target;

		if (http_target_parse(str_of(cases[i].method), str_of(cases[i].text), &target))
			fail_msg("%s: taken", cases[i].sentence);
	}
}

static void a_host_is_a_name_or_an_address_with_a_port_at_most(void **state)
{
	static const struct {
		const char *sentence, *host;
		bool good;
	} cases[] = {
		{ "a name", "a.example", true },
		{ "an IPv4 address", "127.0.0.1", true },
		{ "the lowest port", "a:1", true },
		{ "the highest port", "a:65535", true },
		{ "an IPv6 address", "[::1]", true },
		{ "an IPv6 address with a port", "[fe80::A]:80", true },
		{ "an IPv6 address that ends with an IPv4 one", "[::ffff:127.0.0.1]", true },
		{ "nothing", "", false },
		{ "a port alone", ":80", false },
		{ "port 0", "a:0", false },
		{ "a port past 16 bits", "a:65536", false },
		{ "a port of six digits", "a:000080", false },
		{ "no port behind the colon", "a:", false },
		{ "a port that is no number", "a:b", false },
		{ "something else than a port", "a/80", false },
		{ "an IPv6 address without its end", "[::1", false },
		{ "brackets around nothing", "[]", false },
		{ "brackets around too little", "[:]", false },
		{ "a zone behind an IPv6 address", "[fe80::1%eth0]", false },
		{ "something between address and port", "[::1]a:80", false },
	};
	(void)state;
	for (size_t i = 0; i < NCASES(cases); i++) {
		if (http_host_check(str_of(cases[i].host)) != cases[i].good)
			fail_msg("%s: %s", cases[i].sentence, cases[i].good ? "refused" : "taken");
	}
}

static void a_host_has_at_most_255_bytes(void **state)
{
	char host[257];

	(void)state;
	memset(host, 'a', sizeof(host));
	assert_true(http_host_check((struct str){ host, 255 }));
	assert_false(http_host_check((struct str){ host, 256 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_are_taken_apart),
		cmocka_unit_test(other_targets_are_refused),
		cmocka_unit_test(a_host_is_a_name_or_an_address_with_a_port_at_most),
		cmocka_unit_test(a_host_has_at_most_255_bytes),
	};

	return cmocka_run_group_tests_name("net_target", tests, NULL, NULL);
}
