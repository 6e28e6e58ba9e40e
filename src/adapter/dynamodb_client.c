#include "adapter/dynamodb_client.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>

#include "adapter/dynamodb_endpoint.h"
#include "adapter/dynamodb_retry.h"
#include "base/heap.h"
#include "base/log.h"
#include "codec/instant.h"
#include "net/credentials.h"
#include "net/http_client.h"
#include "net/sigv4.h"

#define TRY_MAX_MS 10000
#define CONNECT_MAX_MS 3000
/* A page of 1 MB whose every byte is an escape, or every second one a number. */
#define REPLY_BYTES_MAX ((size_t)16 << 20)
/* Nearer clocks are not what the service complains of. */
#define SKEW_MIN_MS 60000
/* So many retries within this time are a storm, and a line in the log. */
#define STORM_RETRIES 10
#define STORM_MS 10000
#define HEADERS 3

struct dynamodb_client {
	struct arena arena; /* of the client itself */
	struct dynamodb_endpoint endpoint;
	struct http_client *http;
	struct credentials *credentials;
	struct dynamodb_budget budget;
	_Atomic int64_t skew_ms; /* to be added to our clock */
	pthread_mutex_t lock;    /* of what follows */
	uint64_t retries;
	uint64_t throttled;
	unsigned storm; /* retries since storm_began_ms */
	int64_t storm_began_ms;
};

/* A call and its tries. */
struct trying {
	struct dynamodb_client *client;
	struct cx *cx;
	const struct dynamodb_call *call;
	struct dynamodb_reply *out;
	struct http_client_reply reply; /* of the last try */
	struct str access_key;
	int64_t skew_ms;     /* of the clock that the last try was signed by */
	int64_t deadline_ms; /* INT64_MAX = none */
	unsigned tries;
	unsigned taken; /* of the budget, by the last retry */
	bool is_renewed;
	bool is_set_right; /* the clock */
};

static const char *get_env(const char *name)
{
	return getenv(name);
}

enum err dynamodb_client_open(struct cx *cx, const char *region, const char *endpoint,
			      struct dynamodb_client **out)
{
	struct dynamodb_client *client = heap_alloc(sizeof(*client));
	struct credentials_options options = { .get_env = get_env, .region = region };
	struct cx own = *cx;
	enum err err;

	arena_init(&client->arena, 0);
	own.arena = &client->arena;
	err = dynamodb_endpoint_find(&own, &options, str_of(endpoint), &client->endpoint);
	if (err != OK) {
		fail_as(cx, err, &own.failure);
		arena_close(&client->arena);
		free(client);
		return err;
	}
	client->http = http_client_open(client->endpoint.trusted);
	options.client = client->http;
	options.region = str_c(&client->arena, client->endpoint.region);
	client->credentials = credentials_open(&options);
	dynamodb_budget_open(&client->budget);
	pthread_mutex_init(&client->lock, NULL);
	*out = client;
	return OK;
}

void dynamodb_client_close(struct dynamodb_client *client)
{
	if (!client)
		return;
	credentials_close(client->credentials);
	http_client_close(client->http);
	dynamodb_budget_close(&client->budget);
	pthread_mutex_destroy(&client->lock);
	arena_close(&client->arena);
	free(client);
}

static int64_t left_ms(const struct trying *t)
{
	if (t->deadline_ms == INT64_MAX)
		return INT64_MAX;
	return t->deadline_ms - clock_mono_ms(t->cx->clock);
}

static int64_t timeout_ms(const struct trying *t)
{
	int64_t left = left_ms(t);

	if (left >= TRY_MAX_MS)
		return TRY_MAX_MS;
	left += t->call->writes ? t->cx->outcome_ms : 0;
	return left < 1 ? 1 : left;
}

/* What went wrong before the service said anything. */
static void note_failure(struct trying *t, struct cx *attempt, enum err err)
{
	struct dynamodb_error *error = &t->out->error;

	error->name = attempt->failure.detail;
	if (err == ERR_UNAVAILABLE)
		error->class = DYNAMODB_BUSY;
	else if (err == ERR_UNCERTAIN || (err == ERR_LIMIT && t->call->writes))
		error->class = DYNAMODB_BROKEN;
	else
		error->class = DYNAMODB_FINAL;
}

/* Fills in `all`, and how many headers there are; 0 when the arena refuses. */
static size_t sign(const struct trying *t, const struct sigv4_credentials *credentials,
		   struct str_pair all[HEADERS + SIGV4_HEADERS_MAX])
{
	const struct dynamodb_client *client = t->client;
	const struct sigv4_scope scope = { client->endpoint.region, STR("dynamodb"),
					   clock_wall_ms(t->cx->clock) + t->skew_ms };
	const struct sigv4_request request = { .method = STR("POST"),
					       .path = STR("/"),
					       .headers = all,
					       .nheaders = HEADERS,
					       .body = t->call->body };
	size_t n;

	all[0] = (struct str_pair){ STR("Content-Type"), STR("application/x-amz-json-1.0") };
	all[1] = (struct str_pair){ STR("Host"), client->endpoint.host };
	all[2] = (struct str_pair){ STR("X-Amz-Target"),
				    str_printf(t->cx->arena, "DynamoDB_20120810.%s",
					       t->call->operation) };
	n = sigv4_sign(t->cx->arena, &request, credentials, &scope, all + HEADERS);
	return n == 0 ? 0 : HEADERS + n;
}

/* Sends the request once; false when there was no answer. */
static bool send_once(struct trying *t)
{
	struct str_pair headers[HEADERS + SIGV4_HEADERS_MAX];
	struct http_client_call call = { .method = STR("POST"),
					 .url = t->client->endpoint.url,
					 .headers = headers,
					 .body = t->call->body,
					 .connect_ms = CONNECT_MAX_MS,
					 .reply_bytes_max = REPLY_BYTES_MAX };
	struct sigv4_credentials credentials;
	struct cx attempt = *t->cx;
	enum err err;

	cx_clear(&attempt);
	err = credentials_get(t->client->credentials, &attempt, &credentials);
	if (err != OK) {
		note_failure(t, &attempt, err);
		t->out->error.class = DYNAMODB_FINAL; /* they were fetched in vain often enough */
		return false;
	}
	t->access_key = credentials.access_key;
	t->skew_ms = t->client->skew_ms;
	call.nheaders = sign(t, &credentials, headers);
	call.timeout_ms = timeout_ms(t);
	if (cx_check_memory(&attempt) != OK || call.nheaders == 0)
		err = ERR_LIMIT;
	else
		err = http_client_call(t->client->http, &attempt, &call, &t->reply);
	if (err != OK)
		note_failure(t, &attempt, err);
	return err == OK;
}

static bool has_right_sum(const struct http_client_reply *reply)
{
	struct str said = http_client_find(reply, STR("x-amz-crc32"));
	uint64_t sum;

	if (said.len == 0)
		return true;
	return str_to_u64(said, &sum) &&
	       sum == crc32_z(0, (const Bytef *)reply->body.ptr, reply->body.len);
}

/* What is no JSON object is not the service's word, whoever sent it with 200: it proves nothing. */
static bool is_object(struct str body)
{
	return body.len >= 2 && body.ptr[0] == '{' && body.ptr[body.len - 1] == '}';
}

/* One try; true when it was done. */
static bool try_once(struct trying *t)
{
	struct dynamodb_error *error = &t->out->error;

	*error = (struct dynamodb_error){ .class = DYNAMODB_FINAL };
	t->reply = (struct http_client_reply){ .status = 0 };
	t->tries++;
	if (!send_once(t))
		return false;
	if (!has_right_sum(&t->reply)) {
		error->class = DYNAMODB_BROKEN;
		error->name = STR("an answer with a wrong x-amz-crc32");
		return false;
	}
	if (t->reply.status == 200 && !is_object(t->reply.body)) {
		error->class = DYNAMODB_BROKEN;
		error->name = STR("an answer that is none");
		return false;
	}
	if (t->reply.status == 200) {
		t->out->body = t->reply.body;
		return true;
	}
	dynamodb_error_parse(t->cx->arena, t->reply.status, t->reply.body, error);
	return false;
}

/* False: our clock is as good as the service's, or was set right in vain. */
static bool set_clock_right(struct trying *t)
{
	int64_t theirs, ours = clock_wall_ms(t->cx->clock), skew;

	if (t->is_set_right ||
	    !instant_parse_http(http_client_find(&t->reply, STR("Date")), &theirs))
		return false;
	skew = theirs - ours;
	if (llabs(skew - t->skew_ms) < SKEW_MIN_MS)
		return false;
	/* Of many that were signed by the wrong clock one sets it right for all. */
	if (llabs(skew - t->client->skew_ms) >= SKEW_MIN_MS) {
		log_event(LOG_LEVEL_WARN, "clock_skewed", "DynamoDB's clock is %lld s from ours",
			  (long long)(skew / 1000));
		t->client->skew_ms = skew;
	}
	t->is_set_right = true;
	return true;
}

/* Once each: what was wrong with the request itself. */
static void put_right(struct trying *t)
{
	struct dynamodb_error *error = &t->out->error;

	if (error->class == DYNAMODB_SKEWED && !set_clock_right(t))
		error->class = DYNAMODB_FINAL;
	if (error->class != DYNAMODB_EXPIRED)
		return;
	if (t->is_renewed) {
		error->class = DYNAMODB_FINAL;
		return;
	}
	credentials_expire(t->client->credentials, t->access_key);
	t->is_renewed = true;
}

/* Logs the first line of a storm alone. */
static void count_retry(struct trying *t)
{
	struct dynamodb_client *client = t->client;
	const struct dynamodb_error *error = &t->out->error;
	int64_t now_ms = clock_mono_ms(t->cx->clock);
	bool is_storm;

	pthread_mutex_lock(&client->lock);
	client->retries++;
	client->throttled += error->class == DYNAMODB_THROTTLED;
	if (client->storm == 0 || now_ms - client->storm_began_ms > STORM_MS) {
		client->storm = 0;
		client->storm_began_ms = now_ms;
	}
	is_storm = ++client->storm == STORM_RETRIES;
	pthread_mutex_unlock(&client->lock);
	if (is_storm)
		log_request(t->cx, LOG_LEVEL_WARN, "store_retries",
			    "DynamoDB was asked again %d times within %d s, now %s after " STR_FMT
			    " " STR_FMT,
			    STORM_RETRIES, STORM_MS / 1000, t->call->operation,
			    STR_ARG(error->name), STR_ARG(error->throttled));
}

static int64_t asked_ms(const struct trying *t)
{
	uint64_t ms;

	if (!str_to_u64(http_client_find(&t->reply, STR("x-amz-retry-after")), &ms) ||
	    ms > INT32_MAX)
		return 0;
	return (int64_t)ms;
}

static void sleep_ms(int64_t ms)
{
	struct timespec rest = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
		continue;
}

/* True when another try may help, after the wait for it. */
static bool wait_to_retry(struct trying *t)
{
	struct dynamodb_retry retry = { .tries = t->tries,
					.asked_ms = asked_ms(t),
					.left_ms = left_ms(t) };
	int64_t wait_ms;

	put_right(t);
	retry.class = t->out->error.class;
	rand_fill(t->cx->rand, &retry.chance, sizeof(retry.chance));
	wait_ms = dynamodb_retry_wait_ms(&retry);
	if (wait_ms < 0)
		return false;
	t->taken = dynamodb_budget_take(&t->client->budget, retry.class);
	if (t->taken == 0)
		return false;
	count_retry(t);
	sleep_ms(wait_ms);
	return left_ms(t) > 0;
}

/* The error for the last try, noted but for CONFLICT. */
static enum err conclude(struct trying *t)
{
	const struct dynamodb_error *error = &t->out->error;
	struct str id = http_client_find(&t->reply, STR("x-amzn-RequestId"));
	enum err err = ERR_UNAVAILABLE;
	const char *code = "unavailable";

	if (error->class == DYNAMODB_CONDITION)
		return ERR_CONFLICT;
	if (!t->call->writes && t->cx->arena->refused)
		return cx_check_memory(t->cx);
	if (t->out->is_unclear) {
		err = ERR_UNCERTAIN;
		code = "uncertain";
	} else if (t->call->writes &&
		   (error->class == DYNAMODB_TOO_LARGE || error->class == DYNAMODB_FULL)) {
		err = ERR_LIMIT;
		code = error->class == DYNAMODB_FULL ? "storage_full" : "too_large";
	}
	if (error->class == DYNAMODB_FINAL && !t->call->is_question && error->message.len != 0 &&
	    !str_eq(error->name, STR("ValidationException")))
		log_request(t->cx, LOG_LEVEL_ERROR, "store_refused", "%s: " STR_FMT ": " STR_FMT,
			    t->call->operation, STR_ARG(error->name), STR_ARG(error->message));
	if (err == ERR_UNAVAILABLE)
		t->cx->failure.retry_after_s = error->class == DYNAMODB_THROTTLED ? 5 : 1;
	t->cx->failure.is_private = true;
	return fail(t->cx, err, code, "DynamoDB, %s: " STR_FMT " at try %u%s" STR_FMT,
		    t->call->operation, STR_ARG(error->name), t->tries,
		    id.len == 0 ? "" : ", request ", STR_ARG(id));
}

enum err dynamodb_client_call(struct dynamodb_client *client, struct cx *cx,
			      const struct dynamodb_call *call, struct dynamodb_reply *out)
{
	struct trying t = { .client = client, .cx = cx, .call = call, .out = out };
	bool done;

	*out = (struct dynamodb_reply){ .is_unclear = false };
	t.deadline_ms = cx->deadline_mono_ms == 0 ? INT64_MAX : cx->deadline_mono_ms;
	do {
		done = try_once(&t);
		if (!done && call->writes &&
		    (out->error.class == DYNAMODB_BROKEN || out->error.class == DYNAMODB_RUNNING))
			out->is_unclear = true;
	} while (!done && wait_to_retry(&t));
	if (!done)
		return conclude(&t);
	dynamodb_budget_give(&client->budget, t.taken);
	return OK;
}

void dynamodb_client_stats(struct dynamodb_client *client, struct store_stats *out)
{
	pthread_mutex_lock(&client->lock);
	out->retries += client->retries;
	out->throttled += client->throttled;
	pthread_mutex_unlock(&client->lock);
}
