#include "net/credentials.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/heap.h"
#include "base/log.h"
#include "codec/instant.h"
#include "net/credentials_chain.h"
#include "net/credentials_profile.h"

/* So long before they expire others are fetched. */
#define AHEAD_MS ((int64_t)15 * 60 * 1000)

/* The pause after the first failure, doubled by each further one up to the longest; and after any attempt. */
#define PAUSE_MS 1000
#define PAUSE_MAX_MS 30000

/* Others that live less than AHEAD_MS are not asked for again before this. */
#define PAUSE_SHORT_MAX_MS 60000

/* All that one fetch reads: two profile files, or three answers. */
#define FETCH_BYTES_MAX ((size_t)4 * 1024 * 1024)

#define FAILURE_BYTES_MAX 512

/* The current ones; their texts follow. */
struct kept {
	struct sigv4_credentials keys;
	int64_t expires_ms;
	size_t size_bytes;
	char texts[];
};

struct credentials {
	struct credentials_options options;
	char *region;
	pthread_mutex_t mutex;
	pthread_cond_t fetched;
	struct kept *kept; /* NULL = none have come yet */
	bool is_refused;   /* the service does not take these */
	bool is_fetching;
	bool has_thread; /* one that runs, or has ended and was not joined */
	pthread_t thread;
	const struct clock *clock; /* of whoever began the fetch */
	unsigned failures;         /* since the last success */
	int64_t tried_ms;          /* the end of the last attempt, monotonic */
	char failure[FAILURE_BYTES_MAX];
};

struct credentials *credentials_open(const struct credentials_options *options)
{
	struct credentials *self = heap_alloc(sizeof(*self));
	pthread_condattr_t attr;

	self->region = strdup(options->region ? options->region : "");
	if (!self->region)
		heap_exhausted();
	self->options = *options;
	self->options.region = self->region;
	pthread_mutex_init(&self->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&self->fetched, &attr);
	pthread_condattr_destroy(&attr);
	return self;
}

static void forget(struct credentials *self)
{
	if (self->kept)
		explicit_bzero(self->kept, self->kept->size_bytes);
	free(self->kept);
	self->kept = NULL;
}

void credentials_close(struct credentials *self)
{
	if (self->has_thread)
		pthread_join(self->thread, NULL);
	forget(self);
	pthread_cond_destroy(&self->fetched);
	pthread_mutex_destroy(&self->mutex);
	free(self->region);
	free(self);
}

static struct str keep_text(char **at, struct str text)
{
	char *to = *at;

	if (text.len != 0)
		memcpy(to, text.ptr, text.len);
	*at = to + text.len;
	return (struct str){ to, text.len };
}

static void keep(struct credentials *self, const struct credentials_found *found)
{
	const struct sigv4_credentials *keys = &found->keys;
	const size_t size_bytes = sizeof(struct kept) + keys->access_key.len +
				  keys->secret_key.len + keys->session_token.len;
	struct kept *kept = heap_alloc(size_bytes);
	char *at = kept->texts;

	kept->keys.access_key = keep_text(&at, keys->access_key);
	kept->keys.secret_key = keep_text(&at, keys->secret_key);
	kept->keys.session_token = keep_text(&at, keys->session_token);
	kept->expires_ms = found->expires_ms;
	kept->size_bytes = size_bytes;
	forget(self);
	self->kept = kept;
	self->is_refused = false;
	self->failures = 0;
}

/* With the mutex held. */
static void note_failure(struct credentials *self, struct str why)
{
	self->failures++;
	snprintf(self->failure, sizeof(self->failure), STR_FMT, STR_ARG(why));
}

/* Keys that last are no event: a command that has them in its environment says nothing but its own. */
static void say(struct cx *cx, enum err err, const struct credentials_found *found)
{
	if (err != OK)
		log_event(LOG_LEVEL_WARN, "credentials_failed", STR_FMT,
			  STR_ARG(cx->failure.detail));
	else if (found->expires_ms != INT64_MAX)
		log_event(LOG_LEVEL_INFO, "credentials", STR_FMT ", until " STR_FMT,
			  STR_ARG(found->place),
			  STR_ARG(instant_write(cx->arena, found->expires_ms)));
}

/* A thread of its own: no request's deadline cuts a fetch short that all wait for. */
static void *fetch(void *argument)
{
	struct credentials *self = argument;
	struct credentials_found found;
	struct arena arena;
	struct cx cx;
	enum err err;

	arena_init(&arena, FETCH_BYTES_MAX);
	cx_init(&cx, &arena);
	cx.clock = self->clock;
	err = credentials_chain_fetch(&self->options, &cx, &found);
	say(&cx, err, &found);
	pthread_mutex_lock(&self->mutex);
	if (err == OK)
		keep(self, &found);
	else
		note_failure(self, cx.failure.detail);
	self->tried_ms = clock_mono_ms(cx.clock);
	self->is_fetching = false;
	pthread_cond_broadcast(&self->fetched);
	pthread_mutex_unlock(&self->mutex);
	arena_wipe(&arena);
	return NULL;
}

/* A thread that was started before has ended, or is about to: it needs the mutex no more. */
static void begin_fetch(struct credentials *self, const struct cx *cx)
{
	if (self->has_thread)
		pthread_join(self->thread, NULL);
	self->clock = cx->clock;
	self->is_fetching = true;
	self->has_thread = pthread_create(&self->thread, NULL, fetch, self) == 0;
	if (self->has_thread)
		return;
	self->is_fetching = false;
	self->tried_ms = clock_mono_ms(cx->clock);
	note_failure(self, STR("AWS credentials: no thread can be started"));
}

/* What is left of the life of the current ones; 0 when there are none. */
static int64_t left_ms(const struct credentials *self, const struct cx *cx)
{
	const int64_t now_ms = clock_wall_ms(cx->clock);

	return self->kept && self->kept->expires_ms > now_ms ? self->kept->expires_ms - now_ms : 0;
}

static int64_t pause_ms(const struct credentials *self, int64_t left)
{
	int64_t pause = PAUSE_MS;

	/* Half of a short life: the pause began when they came. */
	if (self->failures == 0 && !self->is_refused && left > PAUSE_MS)
		return left < PAUSE_SHORT_MAX_MS ? left : PAUSE_SHORT_MAX_MS;
	for (unsigned i = 1; i < self->failures && pause < PAUSE_MAX_MS; i++)
		pause *= 2;
	return pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS;
}

static bool is_fetch_due(const struct credentials *self, const struct cx *cx)
{
	const int64_t left = left_ms(self, cx);

	if (self->is_fetching || (left >= AHEAD_MS && !self->is_refused))
		return false;
	return (!self->kept && self->failures == 0) ||
	       clock_mono_ms(cx->clock) - self->tried_ms >= pause_ms(self, left);
}

/* The caller's clock may be a test's: only the time that is left is taken from it. */
static struct timespec wait_until(const struct cx *cx)
{
	int64_t left = cx->deadline_mono_ms - clock_mono_ms(cx->clock);
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	if (left < 0)
		left = 0;
	until.tv_sec += left / 1000;
	until.tv_nsec += left % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	return until;
}

/* Until the fetch that is under way has ended, or cx's time has. */
static void wait_for_fetch(struct credentials *self, const struct cx *cx)
{
	const struct timespec until = wait_until(cx);
	int rc = 0;

	while (self->is_fetching && rc == 0) {
		if (cx->deadline_mono_ms == 0)
			rc = pthread_cond_wait(&self->fetched, &self->mutex);
		else
			rc = pthread_cond_timedwait(&self->fetched, &self->mutex, &until);
	}
}

static enum err refuse(const struct credentials *self, struct cx *cx)
{
	cx->failure.retry_after_s = 1;
	if (self->is_fetching)
		return fail(cx, ERR_UNAVAILABLE, "unavailable",
			    "the AWS credentials take too long to come");
	if (self->failures == 0)
		return fail(cx, ERR_UNAVAILABLE, "unavailable",
			    "the AWS credentials have expired a moment after they came");
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "%s", self->failure);
}

enum err credentials_get(struct credentials *self, struct cx *cx, struct sigv4_credentials *out)
{
	enum err err = OK;

	pthread_mutex_lock(&self->mutex);
	if (is_fetch_due(self, cx))
		begin_fetch(self, cx);
	if (self->is_refused || left_ms(self, cx) == 0)
		wait_for_fetch(self, cx);
	if (left_ms(self, cx) == 0) {
		err = refuse(self, cx);
	} else {
		out->access_key = str_dup(cx->arena, self->kept->keys.access_key);
		out->secret_key = str_dup(cx->arena, self->kept->keys.secret_key);
		out->session_token = str_dup(cx->arena, self->kept->keys.session_token);
	}
	pthread_mutex_unlock(&self->mutex);
	return err == OK ? cx_check_memory(cx) : err;
}

void credentials_expire(struct credentials *self, struct str access_key)
{
	pthread_mutex_lock(&self->mutex);
	if (self->kept && str_eq(self->kept->keys.access_key, access_key))
		self->is_refused = true;
	pthread_mutex_unlock(&self->mutex);
}

enum err credentials_find_region(struct cx *cx, const struct credentials_options *options,
				 struct str *out)
{
	static const char *const variables[] = { "AWS_REGION", "AWS_DEFAULT_REGION" };
	const char *source = "the profile's region";
	enum err err = OK;

	*out = STR("");
	for (size_t i = 0; i < 2 && out->len == 0; i++) {
		*out = credentials_env(options, variables[i]);
		if (out->len != 0)
			source = variables[i];
	}
	if (out->len == 0)
		err = credentials_profile_region(options, cx, out);
	if (err != OK)
		return err;
	if (!credentials_is_region(*out))
		return fail(cx, ERR_UNAVAILABLE, "unavailable", "%s is no AWS region", source);
	*out = str_dup(cx->arena, *out);
	return cx_check_memory(cx);
}
