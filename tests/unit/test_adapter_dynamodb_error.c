/* layer: adapter */
#include "arena_fixture.h"

#include "adapter/dynamodb_error.h"

#define PREFIX "com.amazonaws.dynamodb.v20120810#"

static struct dynamodb_error parse(void **state, unsigned status, const char *body)
{
	struct dynamodb_error error;

	dynamodb_error_parse(*state, status, str_of(body), &error);
	return error;
}

static void every_error_of_the_service_says_what_to_do(void **state)
{
	static const struct {
		const char *name;
		enum dynamodb_class class;
	} cases[] = {
		{ "ConditionalCheckFailedException", DYNAMODB_CONDITION },
		{ "TransactionConflictException", DYNAMODB_BUSY },
		{ "ReplicatedWriteConflictException", DYNAMODB_BUSY },
		{ "TransactionInProgressException", DYNAMODB_RUNNING },
		{ "ProvisionedThroughputExceededException", DYNAMODB_THROTTLED },
		{ "ThrottlingException", DYNAMODB_THROTTLED },
		{ "RequestLimitExceeded", DYNAMODB_THROTTLED },
		{ "LimitExceededException", DYNAMODB_THROTTLED },
		{ "ItemCollectionSizeLimitExceededException", DYNAMODB_FULL },
		{ "ExpiredTokenException", DYNAMODB_EXPIRED },
		{ "UnrecognizedClientException", DYNAMODB_EXPIRED },
		{ "InvalidSignatureException", DYNAMODB_SKEWED },
		{ "RequestTimeTooSkewed", DYNAMODB_SKEWED },
		{ "InternalServerError", DYNAMODB_BROKEN },
		{ "ValidationException", DYNAMODB_FINAL },
		{ "ResourceNotFoundException", DYNAMODB_FINAL },
		{ "AccessDeniedException", DYNAMODB_FINAL },
		{ "IdempotentParameterMismatchException", DYNAMODB_FINAL },
		{ "MissingAuthenticationToken", DYNAMODB_FINAL },
		{ "OfTomorrow", DYNAMODB_FINAL },
	};
	static const char *const prefixes[] = { PREFIX, "com.amazon.coral.service#", "" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t j = 0; j < 3; j++) {
			struct str body =
				str_printf(*state, "{\"__type\":\"%s%s\",\"message\":\"why\"}",
					   prefixes[j], cases[i].name);
			struct dynamodb_error error;

			dynamodb_error_parse(*state, 400, body, &error);
			assert_text(error.name, str_of(cases[i].name));
			assert_text(error.message, STR("why"));
			assert_int_equal(error.class, cases[i].class);
		}
	}
}

/* A balancer's page, an empty answer, half an answer. */
static void what_is_not_from_the_service_is_told_by_its_status(void **state)
{
	static const struct {
		unsigned status;
		const char *body;
		enum dynamodb_class class;
	} cases[] = {
		{ 500, "", DYNAMODB_BROKEN },
		{ 502, "<html>Bad gateway</html>", DYNAMODB_BROKEN },
		{ 503, "{\"message\":\"no type\"}", DYNAMODB_BROKEN },
		{ 504, "{\"__type\":", DYNAMODB_BROKEN },
		{ 429, "slow down", DYNAMODB_THROTTLED },
		{ 413, "", DYNAMODB_TOO_LARGE },
		{ 408, "", DYNAMODB_BROKEN },
		{ 403, "<html>Forbidden</html>", DYNAMODB_FINAL },
		{ 400, "[]", DYNAMODB_FINAL },
		{ 400, "{\"__type\":\"com.amazonaws#\"}", DYNAMODB_FINAL },
		{ 301, "", DYNAMODB_BROKEN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dynamodb_error error = parse(state, cases[i].status, cases[i].body);

		assert_int_equal(error.class, cases[i].class);
		assert_true(str_starts(error.name, STR("HTTP status ")));
		assert_int_equal(error.found.key.code.len, 0);
	}
}

/* Whatever a 500 is called, it may have been done. */
static void a_status_of_500_is_never_a_promise(void **state)
{
	static const char *const names[] = { "ThrottlingException", "InternalServerError",
					     "ConditionalCheckFailedException" };

	for (size_t i = 0; i < 3; i++) {
		struct str body = str_printf(*state, "{\"__type\":\"" PREFIX "%s\"}", names[i]);
		struct dynamodb_error error;

		dynamodb_error_parse(*state, 500, body, &error);
		assert_int_equal(error.class, DYNAMODB_BROKEN);
		assert_text(error.name, str_of(names[i]));
	}
}

static void what_stands_in_the_way_of_a_put_is_read(void **state)
{
	struct dynamodb_error error = parse(
		state, 400,
		"{\"Item\":{\"wt\":{\"S\":\"t1\"},\"rev\":{\"N\":\"7\"},\"code\":{\"S\":\"h\"},"
		"\"itemType\":{\"S\":\"ctl\"}},\"__type\":\"" PREFIX
		"ConditionalCheckFailedException\",\"Message\":\"The conditional request failed\"}");

	assert_int_equal(error.class, DYNAMODB_CONDITION);
	assert_text(error.found.key.code, STR("h"));
	assert_text(error.found.key.item_type, STR("ctl"));
	assert_int_equal(error.found.rev, 7);
	assert_text(attrs_find(&error.found.attrs, STR("wt"))->text, STR("t1"));
	error = parse(state, 400, "{\"__type\":\"ConditionalCheckFailedException\"}");
	assert_int_equal(error.class, DYNAMODB_CONDITION);
	assert_int_equal(error.found.key.code.len, 0);
	assert_null(attrs_find(&error.found.attrs, STR("wt")));
}

static void a_cancelled_transaction_is_told_by_the_reason_that_decides(void **state)
{
	static const struct {
		const char *codes; /* blanks between them */
		enum dynamodb_class class;
		const char *name;
		size_t condition;
	} cases[] = {
		{ "ConditionalCheckFailed", DYNAMODB_CONDITION, "ConditionalCheckFailed", 0 },
		{ "None None ConditionalCheckFailed", DYNAMODB_CONDITION, "ConditionalCheckFailed",
		  2 },
		{ "None ConditionalCheckFailed None ConditionalCheckFailed", DYNAMODB_CONDITION,
		  "ConditionalCheckFailed", 1 },
		{ "TransactionConflict None", DYNAMODB_BUSY, "TransactionConflict", 0 },
		{ "TransactionConflict ConditionalCheckFailed", DYNAMODB_CONDITION,
		  "ConditionalCheckFailed", 1 },
		{ "ValidationError ConditionalCheckFailed", DYNAMODB_CONDITION,
		  "ConditionalCheckFailed", 1 },
		{ "ThrottlingError", DYNAMODB_THROTTLED, "ThrottlingError", 0 },
		{ "None ProvisionedThroughputExceeded", DYNAMODB_THROTTLED,
		  "ProvisionedThroughputExceeded", 1 },
		{ "TransactionConflict ThrottlingError", DYNAMODB_THROTTLED, "ThrottlingError", 1 },
		{ "TransactionConflict ValidationError", DYNAMODB_FINAL, "ValidationError", 1 },
		{ "ThrottlingError ItemCollectionSizeLimitExceeded", DYNAMODB_FULL,
		  "ItemCollectionSizeLimitExceeded", 1 },
		{ "TransactionConflict OfTomorrow", DYNAMODB_FINAL, "OfTomorrow", 1 },
		{ "OfTomorrow ConditionalCheckFailed", DYNAMODB_CONDITION, "ConditionalCheckFailed",
		  1 },
		{ "None", DYNAMODB_FINAL, "TransactionCanceledException", 0 },
		{ "", DYNAMODB_FINAL, "TransactionCanceledException", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str codes = str_of(cases[i].codes), body = STR("");
		struct dynamodb_error error;

		while (codes.len != 0) {
			size_t len = str_index(codes, ' ');

			body = str_printf(*state, STR_FMT "%s{\"Code\":\"" STR_FMT "\"}",
					  STR_ARG(body), body.len == 0 ? "" : ",",
					  STR_ARG(str_sub(codes, 0, len)));
			codes = str_sub(codes, len + 1, codes.len);
		}
		body = str_printf(*state,
				  "{\"__type\":\"" PREFIX "TransactionCanceledException\","
				  "\"CancellationReasons\":[" STR_FMT "],\"Message\":\"[...]\"}",
				  STR_ARG(body));
		dynamodb_error_parse(*state, 400, body, &error);
		assert_int_equal(error.class, cases[i].class);
		assert_text(error.name, str_of(cases[i].name));
		assert_int_equal(error.condition, cases[i].condition);
	}
}

static void the_reason_for_throttling_is_told(void **state)
{
	struct dynamodb_error error =
		parse(state, 400,
		      "{\"__type\":\"" PREFIX "ThrottlingException\",\"message\":\"slow\","
		      "\"throttlingReasons\":[{\"resource\":\"arn:x\",\"reason\":"
		      "\"TableWriteKeyRangeThroughputExceeded\"},{\"reason\":\"other\"}]}");

	assert_int_equal(error.class, DYNAMODB_THROTTLED);
	assert_text(error.throttled, STR("TableWriteKeyRangeThroughputExceeded"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_error_of_the_service_says_what_to_do,
						open_arena, close_arena),
		cmocka_unit_test_setup_teardown(what_is_not_from_the_service_is_told_by_its_status,
						open_arena, close_arena),
		cmocka_unit_test_setup_teardown(a_status_of_500_is_never_a_promise, open_arena,
						close_arena),
		cmocka_unit_test_setup_teardown(what_stands_in_the_way_of_a_put_is_read, open_arena,
						close_arena),
		cmocka_unit_test_setup_teardown(
			a_cancelled_transaction_is_told_by_the_reason_that_decides, open_arena,
			close_arena),
		cmocka_unit_test_setup_teardown(the_reason_for_throttling_is_told, open_arena,
						close_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
