/* layer: net */
#include "cx_fixture.h"

#include <stdio.h>
#include <string.h>

#include "net/curl_library.h"
#include "net/http_client.h"
#include <cmocka.h>

static bool is_in_memory(const char *library)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	bool found = false;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		found = found || strstr(line, library);
	fclose(maps);
	return found;
}

/* The first of this program, which nothing has loaded it before. */
static void a_client_loads_libcurl_neither_when_opened_nor_when_closed(void **state)
{
	(void)state;
	assert_true(is_in_memory("libc.so"));
	http_client_close(http_client_open(NULL));
	assert_false(is_in_memory("libcurl.so"));
}

static void a_library_that_is_missing_is_named(void **state)
{
	struct curl_library library;
	struct cx *cx = *state;

	assert_int_equal(curl_library_load(cx, "libnowhere.so.4", &library), ERR_INTERNAL);
	assert_non_null(strstr(str_c(cx->arena, cx->failure.detail),
			       "libcurl can not be loaded: libnowhere.so.4: "));
	assert_false(is_in_memory("libcurl.so"));
}

static void a_library_without_our_functions_is_refused(void **state)
{
	struct curl_library library;
	struct cx *cx = *state;

	assert_int_equal(curl_library_load(cx, "libm.so.6", &library), ERR_INTERNAL);
	assert_non_null(strstr(str_c(cx->arena, cx->failure.detail), "curl_global_init"));
}

static void a_preload_brings_it_for_clients_to_come(void **state)
{
	(void)state;
	http_client_preload();
	assert_true(is_in_memory("libcurl.so"));
}

static void every_function_is_found(void **state)
{
	struct curl_library library;
	struct cx *cx = *state;
	void *at[sizeof(library) / sizeof(void *)];

	memset(&library, 0, sizeof(library));
	assert_int_equal(curl_library_load(cx, CURL_LIBRARY_NAME, &library), OK);
	memcpy(at, &library, sizeof(at));
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		assert_non_null(at[i]);
	assert_string_equal(library.easy_strerror(CURLE_OK), "No error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_loads_libcurl_neither_when_opened_nor_when_closed),
		cmocka_unit_test_setup_teardown(a_library_that_is_missing_is_named, open_cx,
						close_cx),
		cmocka_unit_test_setup_teardown(a_library_without_our_functions_is_refused, open_cx,
						close_cx),
		cmocka_unit_test(a_preload_brings_it_for_clients_to_come),
		cmocka_unit_test_setup_teardown(every_function_is_found, open_cx, close_cx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
