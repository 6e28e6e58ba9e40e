#include "aws_fixture.h"

#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/instant.h"
#include "disagree.h"
#include "patience.h"
#include "http_stub.h"
#include "net/credentials_chain.h"

#define VARIABLES_MAX 32
#define ANSWERS_MAX 64
#define FILES_MAX 16

struct variable {
	const char *name;
	char *value;
};

struct answer {
	char *start;
	char *body;
	unsigned status;
};

struct aws {
	struct arena arena;
	struct cx cx;
	struct clock clock;
	struct credentials_options options;
	struct http_stub *stub;
	char home[64];
	pthread_mutex_t mutex; /* of all below */
	struct answer answers[ANSWERS_MAX];
	unsigned nanswers;
	char *seen[4096];
	unsigned nseen;
	char *last;
	bool is_held;
	int64_t wall_ms, mono_ms;
};

/* An environment has no owner to be asked for: there is one, as there is one of a process. */
static struct variable variables[VARIABLES_MAX];

static const char *get_env(const char *name)
{
	for (size_t i = 0; i < VARIABLES_MAX; i++) {
		if (variables[i].name && strcmp(variables[i].name, name) == 0)
			return variables[i].value;
	}
	return NULL;
}

void aws_set(struct aws *aws, const char *name, const char *value)
{
	char text[2048], server[64];
	const char *mark = value ? strstr(value, "%s") : NULL;
	size_t i = 0;

	while (variables[i].name && strcmp(variables[i].name, name) != 0)
		i++;
	assert_true(i < VARIABLES_MAX - 1);
	variables[i].name = name;
	free(variables[i].value);
	variables[i].value = NULL;
	if (!value)
		return;
	snprintf(server, sizeof(server), "http://127.0.0.1:%d", http_stub_port(aws->stub));
	snprintf(text, sizeof(text), "%.*s%s%s", mark ? (int)(mark - value) : (int)strlen(value),
		 value, mark ? server : "", mark ? mark + 2 : "");
	variables[i].value = strdup(text);
}

static bool starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* In one piece: a second one would wait until the first is acknowledged. */
static void answer(struct http_stub_request *request, unsigned status, const char *body)
{
	char *text;

	if (asprintf(&text, "HTTP/1.1 %u As told\r\nContent-Length: %zu\r\n\r\n%s", status,
		     strlen(body), body) < 0)
		abort();
	http_stub_say(request->fd, text);
	free(text);
}

/* With the mutex. False when the client has gone before the release: its next try is not counted beside this one. */
static bool wait_for_release(struct aws *aws, int fd, unsigned nth)
{
	while (aws->is_held && !http_stub_is_left(fd)) {
		pthread_mutex_unlock(&aws->mutex);
		nap();
		pthread_mutex_lock(&aws->mutex);
	}
	if (!http_stub_is_left(fd))
		return true;
	aws->seen[nth][0] = '\0';
	return false;
}

static bool serve(struct http_stub_request *request)
{
	struct aws *aws = request->user;
	struct answer found = { .status = 404 };
	char *body;

	pthread_mutex_lock(&aws->mutex);
	assert_true(aws->nseen < sizeof(aws->seen) / sizeof(aws->seen[0]));
	aws->seen[aws->nseen++] = strdup(request->head);
	free(aws->last);
	if (asprintf(&aws->last, "%s\r\n%s", request->head, request->body) < 0)
		abort();
	if (!wait_for_release(aws, request->fd, aws->nseen - 1)) {
		pthread_mutex_unlock(&aws->mutex);
		return false;
	}
	for (unsigned i = 0; i < aws->nanswers; i++) {
		if (starts(request->head, aws->answers[i].start))
			found = aws->answers[i];
	}
	body = strdup(found.body ? found.body : "");
	pthread_mutex_unlock(&aws->mutex);
	if (found.status > 1)
		answer(request, found.status, body);
	else if (found.status == 1)
		http_stub_linger(request->fd);
	free(body);
	return found.status > 1;
}

static int64_t wall_ms(const struct clock *clock)
{
	struct aws *aws = (struct aws *)((char *)(uintptr_t)clock - offsetof(struct aws, clock));
	int64_t ms;

	pthread_mutex_lock(&aws->mutex);
	ms = aws->wall_ms;
	pthread_mutex_unlock(&aws->mutex);
	return ms;
}

static int64_t mono_ms(const struct clock *clock)
{
	struct aws *aws = (struct aws *)((char *)(uintptr_t)clock - offsetof(struct aws, clock));
	int64_t ms;

	pthread_mutex_lock(&aws->mutex);
	ms = aws->mono_ms;
	pthread_mutex_unlock(&aws->mutex);
	return ms;
}

struct aws *aws_open(void)
{
	struct aws *aws = calloc(1, sizeof(*aws));
	const char *folder = getenv("TMPDIR");

	assert_non_null(aws);
	arena_init(&aws->arena, 0);
	cx_init(&aws->cx, &aws->arena);
	aws->clock = (struct clock){ wall_ms, mono_ms };
	aws->cx.clock = &aws->clock;
	aws->wall_ms = AWS_NOW_MS;
	aws->mono_ms = 1000000;
	pthread_mutex_init(&aws->mutex, NULL);
	snprintf(aws->home, sizeof(aws->home), "%.40s/aws-XXXXXX", folder ? folder : "/tmp");
	assert_non_null(mkdtemp(aws->home));
	aws->stub = http_stub_open(serve, aws);
	aws->options = (struct credentials_options){ .get_env = get_env,
						     .client = http_client_open(NULL),
						     .region = "",
						     .timeout_ms = 60000 };
	aws_set(aws, "HOME", aws->home);
	aws_set(aws, "AWS_EC2_METADATA_DISABLED", "true");
	return aws;
}

/* nftw() calls it from the leaves to the top. */
static int remove_one(const char *path, const struct stat *is, int kind, struct FTW *at)
{
	(void)is, (void)kind, (void)at;
	return remove(path);
}

void aws_close(struct aws *aws)
{
	http_client_close(aws->options.client);
	http_stub_close(aws->stub);
	for (unsigned i = 0; i < aws->nanswers; i++) {
		free(aws->answers[i].start);
		free(aws->answers[i].body);
	}
	for (unsigned i = 0; i < aws->nseen; i++)
		free(aws->seen[i]);
	for (size_t i = 0; i < VARIABLES_MAX; i++)
		free(variables[i].value);
	memset(variables, 0, sizeof(variables));
	free(aws->last);
	assert_int_equal(nftw(aws->home, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	pthread_mutex_destroy(&aws->mutex);
	arena_close(&aws->arena);
	free(aws);
}

struct cx *aws_cx(struct aws *aws)
{
	return &aws->cx;
}

void aws_limit_calls(struct aws *aws)
{
	aws->options.timeout_ms = 0;
}

const struct credentials_options *aws_options(struct aws *aws)
{
	return &aws->options;
}

const struct clock *aws_clock(const struct aws *aws)
{
	return &aws->clock;
}

void aws_pass(struct aws *aws, int64_t ms)
{
	pthread_mutex_lock(&aws->mutex);
	aws->wall_ms += ms;
	aws->mono_ms += ms;
	pthread_mutex_unlock(&aws->mutex);
}

void aws_set_wall(struct aws *aws, int64_t ms)
{
	pthread_mutex_lock(&aws->mutex);
	aws->wall_ms = ms;
	pthread_mutex_unlock(&aws->mutex);
}

const char *aws_write(struct aws *aws, const char *name, const char *text)
{
	char *path = str_c(&aws->arena, str_printf(&aws->arena, "%s/%s", aws->home, name));
	char *slash = strrchr(path, '/');
	FILE *file;

	*slash = '\0';
	mkdir(path, 0700);
	*slash = '/';
	if (!text) {
		unlink(path);
		return path;
	}
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	return path;
}

void aws_answer(struct aws *aws, const char *start, unsigned status, const char *body)
{
	unsigned i = 0;

	pthread_mutex_lock(&aws->mutex);
	while (i < aws->nanswers && strcmp(aws->answers[i].start, start) != 0)
		i++;
	assert_true(i < ANSWERS_MAX);
	if (i < aws->nanswers) {
		free(aws->answers[i].start);
		free(aws->answers[i].body);
	} else {
		aws->nanswers++;
	}
	aws->answers[i] = (struct answer){ strdup(start), strdup(body), status };
	pthread_mutex_unlock(&aws->mutex);
}

void aws_answer_keys(struct aws *aws, const char *start, const char *access_key, int64_t life_ms)
{
	struct str expires = instant_write(&aws->arena, wall_ms(&aws->clock) + life_ms);
	char body[1024];

	snprintf(body, sizeof(body),
		 "{\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"SECRET/%s\","
		 "\"Token\":\"SECRET-token==\",\"Expiration\":\"" STR_FMT "\"}",
		 access_key, access_key, STR_ARG(expires));
	aws_answer(aws, start, 200, body);
}

unsigned aws_count(struct aws *aws, const char *start)
{
	unsigned n = 0;

	pthread_mutex_lock(&aws->mutex);
	for (unsigned i = 0; i < aws->nseen; i++)
		n += starts(aws->seen[i], start);
	pthread_mutex_unlock(&aws->mutex);
	return n;
}

const char *aws_last(struct aws *aws)
{
	return aws->last ? aws->last : "";
}

void aws_hold(struct aws *aws)
{
	pthread_mutex_lock(&aws->mutex);
	aws->is_held = true;
	pthread_mutex_unlock(&aws->mutex);
}

void aws_release(struct aws *aws)
{
	pthread_mutex_lock(&aws->mutex);
	aws->is_held = false;
	pthread_mutex_unlock(&aws->mutex);
}

const char *aws_failure(struct cx *cx)
{
	const char *text = str_c(cx->arena, cx->failure.detail);

	assert_int_equal(cx->failure.err, ERR_UNAVAILABLE);
	assert_string_equal(cx->failure.code, "unavailable");
	if (strcasestr(text, "secret/") || strcasestr(text, "secret-"))
		disagree("a secret is in: %s", text);
	return text;
}

const char *aws_fetch(struct aws *aws)
{
	struct cx *cx = &aws->cx;
	struct credentials_found found;

	cx_clear(cx);
	if (credentials_chain_fetch(&aws->options, cx, &found) != OK)
		return aws_failure(cx);
	assert_true(str_starts(found.keys.secret_key, STR("SECRET/")));
	return str_c(cx->arena, str_printf(cx->arena, STR_FMT " " STR_FMT, STR_ARG(found.place),
					   STR_ARG(found.keys.access_key)));
}
