/* layer: adapter */
/* Calls that are under way together when the service first says that our clock is wrong. */
#include "cx_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "adapter/store_dynamodb.h"
#include "http_stub.h"

#define CALLS 8

static const char table[] =
	"{\"Table\":{\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":\"code\","
	"\"KeyType\":\"HASH\"},{\"AttributeName\":\"itemType\",\"KeyType\":\"RANGE\"}],"
	"\"AttributeDefinitions\":[{\"AttributeName\":\"code\",\"AttributeType\":\"S\"},"
	"{\"AttributeName\":\"itemType\",\"AttributeType\":\"S\"}]}}";

static const char refusal[] =
	"HTTP/1.1 403 Refused\r\nDate: Mon, 01 Jan 2035 12:00:00 GMT\r\nContent-Length: 42\r\n\r\n"
	"{\"__type\":\"x.y#InvalidSignatureException\"}";

struct service {
	pthread_barrier_t all_sent;
	struct store *store;
	atomic_uint refused;
	atomic_uint answered;
};

static bool serve(struct http_stub_request *request)
{
	struct service *service = request->user;

	if (strstr(request->head, "DescribeTable")) {
		http_stub_answer(request->fd, table);
	} else if (strstr(request->head, "X-Amz-Date: 20350101T12")) {
		http_stub_answer(request->fd, "{}");
	} else {
		const unsigned n = atomic_fetch_add(&service->refused, 1);

		if (n < CALLS)
			pthread_barrier_wait(&service->all_sent);
		/* One after the other: when the second hears it the first has set the clock right. */
		nanosleep(&(struct timespec){ .tv_nsec = (long)n * 20000000 }, NULL);
		http_stub_say(request->fd, refusal);
	}
	return true;
}

static void *get_one(void *argument)
{
	struct service *service = argument;
	struct arena arena;
	struct item item;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	if (store_get(service->store, &cx, (struct key){ STR("h"), STR("ctl") }, &item) ==
	    ERR_NOT_FOUND)
		atomic_fetch_add(&service->answered, 1);
	arena_close(&arena);
	return NULL;
}

static void all_that_were_signed_by_a_wrong_clock_are_signed_again(void **state)
{
	struct cx *cx = *state;
	struct service service = { .refused = 0 };
	struct http_stub *http = http_stub_open(serve, &service);
	const char *endpoint = str_c(
		cx->arena, str_printf(cx->arena, "http://127.0.0.1:%d", http_stub_port(http)));
	const struct store_dynamodb_options options = {
		.table = "test-table", .region = "eu-west-3", .endpoint = endpoint, .creates = false
	};
	pthread_t threads[CALLS];

	setenv("AWS_ACCESS_KEY_ID", "THEKEY", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "THESECRET", 1);
	pthread_barrier_init(&service.all_sent, NULL, CALLS);
	assert_int_equal(store_dynamodb_open(cx, &options, &service.store), OK);
	for (size_t i = 0; i < CALLS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, get_one, &service), 0);
	for (size_t i = 0; i < CALLS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&service.answered), CALLS);
	assert_int_equal(atomic_load(&service.refused), CALLS);
	store_close(service.store);
	http_stub_close(http);
	pthread_barrier_destroy(&service.all_sent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			all_that_were_signed_by_a_wrong_clock_are_signed_again, open_cx, close_cx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
