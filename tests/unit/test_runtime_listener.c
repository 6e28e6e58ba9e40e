/* layer: runtime */
/* Addresses that can be listened on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#undef fail /* ours is a function */

#include "base/cx.h"
#include "runtime/http_listener.h"

static void only_addresses_can_be_listened_on(void **state)
{
	static const char *const bad[] = { "",
					   "8080",
					   ":8080",
					   "127.0.0.1",
					   "127.0.0.1:",
					   "127.0.0.1:x",
					   "127.0.0.1:65536",
					   "127.0.0.1:-1",
					   "example.org:80",
					   "::1:80",
					   "[::1]",
					   "[::1:80",
					   "256.1.1.1:80",
					   "*:80",
					   "127.1:80",
					   "0x7f.0.0.1:80",
					   "[127.0.0.1:80" };
	struct arena arena;
	struct cx cx;
	int fd;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cx_init(&cx, &arena);
		if (http_listener_open(&cx, bad[i], &fd) != ERR_INVALID)
			assert_string_equal(bad[i], "listened on");
		assert_false(http_listener_is_loopback(bad[i]));
	}
	arena_close(&arena);
}

static void an_address_in_use_is_unavailable(void **state)
{
	struct arena arena;
	struct cx cx;
	int first, second;

	(void)state;
	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	assert_int_equal(http_listener_open(&cx, "localhost:0", &first), OK);
	assert_int_equal(
		http_listener_open(&cx, str_c(&arena, http_listener_address(&cx, first)), &second),
		ERR_UNAVAILABLE);
	assert_non_null(strstr(str_c(&arena, cx.failure.detail), "can not listen on 127.0.0.1:"));
	close(first);
	arena_close(&arena);
}

static void loopback_addresses_are_told_from_others(void **state)
{
	(void)state;
	assert_true(http_listener_is_loopback("127.0.0.1:80"));
	assert_true(http_listener_is_loopback("127.9.9.9:0"));
	assert_true(http_listener_is_loopback("localhost:80"));
	assert_true(http_listener_is_loopback("[::1]:80"));
	assert_false(http_listener_is_loopback("0.0.0.0:80"));
	assert_false(http_listener_is_loopback("[::]:80"));
	assert_false(http_listener_is_loopback("10.0.0.1:80"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_addresses_can_be_listened_on),
		cmocka_unit_test(an_address_in_use_is_unavailable),
		cmocka_unit_test(loopback_addresses_are_told_from_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
