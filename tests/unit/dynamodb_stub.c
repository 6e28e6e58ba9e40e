#include "dynamodb_stub.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapter/store_dynamodb.h"

#include <cmocka.h>
#undef fail

static void fill_zero(const struct rand *rand, void *out, size_t len)
{
	(void)rand;
	memset(out, 0, len);
}

static const struct rand least = { fill_zero };

static const struct dynamodb_answer described = {
	200, NULL,
	"{\"Table\":{\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":\"code\","
	"\"KeyType\":\"HASH\"},{\"AttributeName\":\"itemType\",\"KeyType\":\"RANGE\"}],"
	"\"AttributeDefinitions\":[{\"AttributeName\":\"code\",\"AttributeType\":\"S\"},"
	"{\"AttributeName\":\"itemType\",\"AttributeType\":\"S\"}]}}"
};

static bool serve(struct http_stub_request *request)
{
	struct dynamodb_stub *stub = request->user;
	size_t n = stub->ncalls < stub->nanswers ? stub->ncalls : stub->nanswers - 1;
	const struct dynamodb_answer *answer = &stub->answers[n];
	const char *body = answer->body ? answer->body : "{}";
	char text[4096]; /* sent as one: in two it would wait for the client's word on the first */

	if (stub->ncalls < DYNAMODB_STUB_CALLS) {
		stub->heads[stub->ncalls] = strdup(request->head);
		stub->bodies[stub->ncalls] = strdup(request->body);
	}
	stub->ncalls++;
	if (answer->status == 0) {
		http_stub_linger(request->fd);
		return false;
	}
	snprintf(
		text, sizeof(text),
		"HTTP/1.1 %d Said\r\nx-amzn-RequestId: REQUEST1\r\n%sContent-Length: %zu\r\n\r\n%s",
		answer->status, answer->headers ? answer->headers : "", strlen(body), body);
	http_stub_say(request->fd, text);
	return true;
}

static void forget_calls(struct dynamodb_stub *stub)
{
	for (size_t i = 0; i < stub->ncalls && i < DYNAMODB_STUB_CALLS; i++) {
		free(stub->heads[i]);
		free(stub->bodies[i]);
	}
	stub->ncalls = 0;
}

void dynamodb_stub_script(struct dynamodb_stub *stub, const struct dynamodb_answer *answers,
			  size_t n)
{
	forget_calls(stub);
	stub->answers = answers;
	stub->nanswers = n;
	cx_clear(&stub->cx);
}

struct dynamodb_stub *dynamodb_stub_open(void)
{
	struct dynamodb_stub *stub = calloc(1, sizeof(*stub));
	struct store_dynamodb_options options = { .table = "test-table", .region = "eu-west-3" };
	char endpoint[64];

	setenv("AWS_ACCESS_KEY_ID", "THEKEY", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "THESECRET", 1);
	unsetenv("AWS_SESSION_TOKEN");
	arena_init(&stub->arena, 0);
	cx_init(&stub->cx, &stub->arena);
	stub->cx.rand = &least;
	dynamodb_stub_script(stub, &described, 1);
	stub->http = http_stub_open(serve, stub);
	snprintf(endpoint, sizeof(endpoint), "http://127.0.0.1:%d", http_stub_port(stub->http));
	options.endpoint = endpoint;
	assert_int_equal(store_dynamodb_open(&stub->cx, &options, &stub->store), OK);
	return stub;
}

void dynamodb_stub_close(struct dynamodb_stub *stub)
{
	store_close(stub->store);
	http_stub_close(stub->http);
	forget_calls(stub);
	arena_close(&stub->arena);
	free(stub);
}
