/* layer: net */
/* The grammar of Host and of request targets, text by text; each text is a block of exactly its size, so that a read beside it is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "exact_text.h"
#include "net/http_target.h"

#define X62 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const char *const hosts[] = {
	"a",          "h.example",
	"a-b_c~d.1",  "127.0.0.1",
	"h:1",        "h:9",
	"h:80",       "h:65535",
	"h:00080",    "[::1]",
	"[::]",       "[0:9aF::0.0.0.0]",
	"[::1]:8080", X62 X62 X62 X62 "xxxxxxx",
};

static const char *const no_hosts[] = {
	"",
	":80",
	"!",
	"!a",
	"a!",
	"h:",
	"h:0",
	"h:00000",
	"h:65536",
	"h:99999",
	"h:000080",
	"h:8o",
	"h:80:80",
	"h/80",
	"a b",
	"[",
	"[]",
	"[:]",
	"[:80",
	"[::1",
	"[g::]",
	"[::g]",
	"[::1]80",
	"[::1]:",
	"[::1]:0",
	"[::-1]",
	"[::/1]",
	"::1",
	X62 X62 X62 X62 "xxxxxxxx",
};

static void check_hosts(const char *const *texts, size_t n, bool wanted)
{
	for (size_t i = 0; i < n; i++) {
		struct str text = exact_text(texts[i]);

		if (http_host_check(text) != wanted)
			fail_msg("\"%s\" is %s", texts[i], wanted ? "refused" : "taken");
		exact_text_free(text);
	}
}

static void a_host_is_a_name_or_an_address_and_a_port_at_most(void **state)
{
	(void)state;
	check_hosts(hosts, sizeof(hosts) / sizeof(hosts[0]), true);
	check_hosts(no_hosts, sizeof(no_hosts) / sizeof(no_hosts[0]), false);
}

static const struct {
	const char *method, *text;
	const char *pieces; /* path, query, host, apart by blanks; NULL = refused */
} targets[] = {
	{ "GET", "/", "/  " },
	{ "GET", "//", "//  " },
	{ "GET", "/a", "/a  " },
	{ "GET", "/?", "/  " },
	{ "GET", "/a?b", "/a b " },
	{ "GET", "/a?b?c/d", "/a b?c/d " },
	{ "GET", "/%00%9f%Af%0F", "/%00%9f%Af%0F  " },
	{ "GET", "/a?%0a", "/a %0a " },
	{ "GET", "http://h", "/  h" },
	{ "GET", "HTTP://h:1/", "/  h:1" },
	{ "GET", "https://h/a?b", "/a b h" },
	{ "GET", "HttpS://h?b", "/ b h" },
	{ "GET", "http://[::1]:8/a", "/a  [::1]:8" },
	{ "OPTIONS", "*", "*  " },
	{ "OPTIONS", "http://h", "*  h" },
	{ "OPTIONS", "https://h:1", "*  h:1" },
	{ "OPTIONS", "http://h/", "/  h" },
	{ "OPTIONS", "http://h?", "/  h" },
	{ "OPTIONS", "http://h?b", "/ b h" },
	{ "OPTIONS", "/", "/  " },
	{ "GET", "", NULL },
	{ "GET", "*", NULL },
	{ "OPTIONS", "**", NULL },
	{ "GET", "a", NULL },
	{ "GET", "a/b", NULL },
	{ "GET", "?a", NULL },
	{ "GET", "h:80", NULL },
	{ "GET", "/#", NULL },
	{ "GET", "/a b", NULL },
	{ "GET", "/\"", NULL },
	{ "GET", "/%", NULL },
	{ "GET", "/%0", NULL },
	{ "GET", "/%g0", NULL },
	{ "GET", "/%0g", NULL },
	{ "GET", "/%gg", NULL },
	{ "GET", "/a?%", NULL },
	{ "GET", "/abcdef%1", NULL },
	{ "GET", "/abcdef%g", NULL },
	{ "GET", "http:/h", NULL },
	{ "GET", "http://", NULL },
	{ "GET", "https://", NULL },
	{ "GET", "http:///a", NULL },
	{ "GET", "http://?a", NULL },
	{ "GET", "http://u@h/", NULL },
	{ "GET", "http://h:0/", NULL },
	{ "GET", "http://h/#", NULL },
	{ "GET", "https:/h/", NULL },
	{ "GET", "httpss://h/", NULL },
	{ "GET", "ftp://h/", NULL },
	{ "GET", "xhttp://h/", NULL },
};

static void a_target_is_a_path_or_an_absolute_uri(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		struct str text = exact_text(targets[i].text), pieces = { NULL, 0 };
		struct http_target target;

		if (http_target_parse(str_of(targets[i].method), text, &target))
			pieces = str_printf(&arena, STR_FMT " " STR_FMT " " STR_FMT,
					    STR_ARG(target.path), STR_ARG(target.query),
					    STR_ARG(target.host));
		if (!pieces.ptr != !targets[i].pieces || !str_eq(pieces, str_of(targets[i].pieces)))
			fail_msg("%s %s is '" STR_FMT "'", targets[i].method, targets[i].text,
				 STR_ARG(pieces));
		exact_text_free(text);
	}
	arena_close(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_is_a_name_or_an_address_and_a_port_at_most),
		cmocka_unit_test(a_target_is_a_path_or_an_absolute_uri),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
