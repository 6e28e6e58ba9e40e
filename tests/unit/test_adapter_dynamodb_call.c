/* layer: adapter */
#include "dynamodb_fixture.h"

#include <zlib.h>

#include "codec/instant.h"
#include "patience.h"
#include "port/store_stats.h"

/* Long enough to send a request on a machine that stands still for a while. */
#define DEADLINE_MS 2000

static const char found[] = "{\"Item\":{\"code\":{\"S\":\"h\"},\"itemType\":{\"S\":\"ctl\"},"
			    "\"rev\":{\"N\":\"3\"},\"a\":{\"S\":\"b\"}}}";

static void a_read_is_one_signed_request(void **state)
{
	static const struct dynamodb_answer answers[] = { { 200, NULL, found } };
	struct dynamodb_stub *stub = *state;
	struct item item;

	DYNAMODB_SCRIPT(stub, answers);
	assert_int_equal(get_one(stub, &item), OK);
	assert_int_equal(item.rev, 3);
	assert_int_equal(stub->ncalls, 1);
	assert_string_equal(
		stub->bodies[0],
		"{\"TableName\":\"test-table\",\"ConsistentRead\":true,\"Key\":{\"code\":"
		"{\"S\":\"h\"},\"itemType\":{\"S\":\"ctl\"}}}");
	assert_non_null(strstr(stub->heads[0], "POST / HTTP/1.1\r\n"));
	assert_non_null(strstr(stub->heads[0], "X-Amz-Target: DynamoDB_20120810.GetItem\r\n"));
	assert_non_null(strstr(stub->heads[0], "Content-Type: application/x-amz-json-1.0\r\n"));
	assert_non_null(strstr(stub->heads[0], "Credential=THEKEY/"));
	assert_non_null(strstr(stub->heads[0], "/eu-west-3/dynamodb/aws4_request"));
	assert_non_null(
		strstr(stub->heads[0], "SignedHeaders=content-type;host;x-amz-date;x-amz-target"));
}

static void an_item_that_is_not_there_is_an_answer_without_one(void **state)
{
	static const struct dynamodb_answer answers[] = { { 200, NULL, "{}" } };
	struct dynamodb_stub *stub = *state;
	struct item item;

	DYNAMODB_SCRIPT(stub, answers);
	assert_int_equal(get_one(stub, &item), ERR_NOT_FOUND);
	assert_null(stub->cx.failure.code);
}

static void what_passes_by_itself_is_asked_again(void **state)
{
	static const struct dynamodb_answer answers[] = {
		{ 500, NULL, DYNAMODB_ERROR("InternalServerError") },
		{ 503, NULL, "<html>" },
		{ 400, NULL, DYNAMODB_ERROR("ThrottlingException") },
		{ 400, NULL, DYNAMODB_ERROR("ProvisionedThroughputExceededException") },
		{ 400, NULL, DYNAMODB_ERROR("TransactionConflictException") },
		{ 200, "x-amz-crc32: 1\r\n", found },
		{ 200, NULL, "not JSON" },
		{ 200, NULL, found },
	};
	struct dynamodb_stub *stub = *state;
	struct store_stats stats;
	struct item item;

	DYNAMODB_SCRIPT(stub, answers);
	assert_int_equal(get_one(stub, &item), OK);
	assert_int_equal(stub->ncalls, 8);
	assert_null(stub->cx.failure.code);
	assert_true(store_get_stats(stub->store, &stats));
	assert_true(stats.is_remote);
	assert_int_equal(stats.retries, 7);
	assert_int_equal(stats.throttled, 2);
}

static void a_right_sum_is_believed(void **state)
{
	struct dynamodb_stub *stub = *state;
	struct dynamodb_answer answer = { 200, NULL, found };
	struct item item;

	answer.headers =
		str_c(&stub->arena, str_printf(&stub->arena, "X-Amz-Crc32: %lu\r\n",
					       crc32(0, (const Bytef *)found, sizeof(found) - 1)));
	dynamodb_stub_script(stub, &answer, 1);
	assert_int_equal(get_one(stub, &item), OK);
	assert_int_equal(stub->ncalls, 1);
}

static void what_does_not_pass_is_asked_once(void **state)
{
	static const char *const names[] = { "ValidationException", "AccessDeniedException",
					     "ResourceNotFoundException", "OfTomorrow" };
	struct dynamodb_stub *stub = *state;

	for (size_t i = 0; i < 4; i++) {
		struct dynamodb_answer answer = { .status = 400 };
		struct item item;

		answer.body = str_c(&stub->arena, str_printf(&stub->arena,
							     "{\"__type\":\"x#%s\",\"message\":"
							     "\"the value that was sent\"}",
							     names[i]));
		dynamodb_stub_script(stub, &answer, 1);
		assert_int_equal(get_one(stub, &item), ERR_UNAVAILABLE);
		assert_int_equal(stub->ncalls, 1);
		assert_string_equal(stub->cx.failure.code, "unavailable");
		assert_int_equal(stub->cx.failure.retry_after_s, 1);
		assert_detail_has(stub, names[i]);
		assert_detail_has(stub, "GetItem");
		assert_detail_has(stub, "REQUEST1");
		assert_null(strstr(str_c(&stub->arena, stub->cx.failure.detail), "was sent"));
		assert_false(store_has_damage(stub->store));
	}
}

static void tries_end(void **state)
{
	static const struct dynamodb_answer broken[] = { { 500, NULL, NULL } };
	static const struct dynamodb_answer slow[] = { { 400, NULL,
							 DYNAMODB_ERROR("ThrottlingException") } };
	struct dynamodb_stub *stub = *state;
	struct item item;

	DYNAMODB_SCRIPT(stub, broken);
	assert_int_equal(get_one(stub, &item), ERR_UNAVAILABLE);
	assert_int_equal(stub->ncalls, 10);
	assert_detail_has(stub, "HTTP status 500 at try 10");
	DYNAMODB_SCRIPT(stub, slow);
	assert_int_equal(get_one(stub, &item), ERR_UNAVAILABLE);
	assert_int_equal(stub->ncalls, 10);
	assert_int_equal(stub->cx.failure.retry_after_s, 5);
}

/* The budget is the store's: who comes later asks once. */
static void a_service_in_trouble_is_not_asked_the_more_for_it(void **state)
{
	static const struct dynamodb_answer broken[] = { { 500, NULL, NULL } };
	static const struct dynamodb_answer well[] = { { 200, NULL, found } };
	struct dynamodb_stub *stub = *state;
	struct item item;

	DYNAMODB_SCRIPT(stub, broken);
	for (int i = 0; i < 10; i++)
		assert_int_equal(get_one(stub, &item), ERR_UNAVAILABLE);
	assert_int_equal(stub->ncalls, 10 + 500 / 14);
	DYNAMODB_SCRIPT(stub, well);
	for (int i = 0; i < 14; i++)
		assert_int_equal(get_one(stub, &item), OK);
	DYNAMODB_SCRIPT(stub, broken);
	assert_int_equal(get_one(stub, &item), ERR_UNAVAILABLE);
	assert_int_equal(stub->ncalls, 2);
}

static void expired_credentials_are_renewed_once(void **state)
{
	static const struct dynamodb_answer once[] = {
		{ 400, NULL, DYNAMODB_ERROR("ExpiredTokenException") },
		{ 200, NULL, found },
	};
	static const struct dynamodb_answer ever[] = {
		{ 400, NULL, DYNAMODB_ERROR("UnrecognizedClientException") },
	};
	struct dynamodb_stub *stub = *state;
	struct item item;

	DYNAMODB_SCRIPT(stub, once);
	assert_int_equal(get_one(stub, &item), OK);
	assert_int_equal(stub->ncalls, 2);
	DYNAMODB_SCRIPT(stub, ever);
	assert_int_equal(get_one(stub, &item), ERR_UNAVAILABLE);
	assert_int_equal(stub->ncalls, 2);
	assert_detail_has(stub, "UnrecognizedClientException");
	assert_null(strstr(str_c(&stub->arena, stub->cx.failure.detail), "THE"));
}

/* The date that the n-th request was signed for, as X-Amz-Date has it. */
static const char *signed_for(const struct dynamodb_stub *stub, size_t n)
{
	const char *date = strstr(stub->heads[n], "X-Amz-Date: ");

	assert_non_null(date);
	return date + strlen("X-Amz-Date: ");
}

static void a_wrong_clock_is_set_right_by_the_services_once(void **state)
{
	static const struct dynamodb_answer far[] = {
		{ 403, "Date: Mon, 01 Jan 2035 12:00:00 GMT\r\n",
		  DYNAMODB_ERROR("InvalidSignatureException") },
		{ 200, NULL, found },
	};
	static const struct dynamodb_answer ever[] = {
		{ 403, "Date: Fri, 01 Feb 2036 12:00:00 GMT\r\n",
		  DYNAMODB_ERROR("RequestTimeTooSkewed") },
	};
	struct dynamodb_stub *stub = *state;
	struct item item;

	DYNAMODB_SCRIPT(stub, far);
	assert_int_equal(get_one(stub, &item), OK);
	assert_int_equal(stub->ncalls, 2);
	assert_memory_equal(signed_for(stub, 1), "20350101T1200", 13);
	assert_int_equal(get_one(stub, &item), OK);
	assert_memory_equal(signed_for(stub, 2), "20350101T1200", 13);
	DYNAMODB_SCRIPT(stub, ever);
	assert_int_equal(get_one(stub, &item), ERR_UNAVAILABLE);
	assert_int_equal(stub->ncalls, 2);
	assert_memory_equal(signed_for(stub, 1), "20360201T1200", 13);
}

/* A wrong secret is no wrong clock. */
static void a_signature_refused_at_the_right_time_is_final(void **state)
{
	struct dynamodb_stub *stub = *state;
	struct dynamodb_answer answer = { 403, NULL, DYNAMODB_ERROR("InvalidSignatureException") };
	char date[30] = "";
	struct item item;

	instant_write_http(clock_wall_ms(stub->cx.clock), date);
	answer.headers = str_c(&stub->arena, str_printf(&stub->arena, "Date: %.29s\r\n", date));
	dynamodb_stub_script(stub, &answer, 1);
	assert_int_equal(get_one(stub, &item), ERR_UNAVAILABLE);
	assert_int_equal(stub->ncalls, 1);
}

static void a_read_ends_at_its_deadline(void **state)
{
	static const struct dynamodb_answer silent[] = { { 0, NULL, NULL } };
	struct dynamodb_stub *stub = *state;
	int64_t began_ms = clock_mono_ms(stub->cx.clock);
	struct stopwatch watch;
	struct item item;

	DYNAMODB_SCRIPT(stub, silent);
	stub->cx.deadline_mono_ms = began_ms + DEADLINE_MS;
	stopwatch_begin(&watch);
	assert_int_equal(get_one(stub, &item), ERR_UNAVAILABLE);
	assert_in_range(stopwatch_end_ms(&watch), 0, DEADLINE_MS + 5000);
	assert_true(clock_mono_ms(stub->cx.clock) - began_ms >= DEADLINE_MS - 10);
	assert_int_equal(stub->ncalls, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STUB_TEST(a_read_is_one_signed_request),
		STUB_TEST(an_item_that_is_not_there_is_an_answer_without_one),
		STUB_TEST(what_passes_by_itself_is_asked_again),
		STUB_TEST(a_right_sum_is_believed),
		STUB_TEST(what_does_not_pass_is_asked_once),
		STUB_TEST(tries_end),
		STUB_TEST(a_service_in_trouble_is_not_asked_the_more_for_it),
		STUB_TEST(expired_credentials_are_renewed_once),
		STUB_TEST(a_wrong_clock_is_set_right_by_the_services_once),
		STUB_TEST(a_signature_refused_at_the_right_time_is_final),
		STUB_TEST(a_read_ends_at_its_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
