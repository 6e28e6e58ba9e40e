/* bench/bare_dynamo.c - the bare calls of DynamoDB that a use case makes, by our HTTP client and signature, without its logic.
 *
 * bare_dynamo ENDPOINT REGION CLIENTS SECONDS FILE…: each FILE is a call, its first line the operation, the rest the body. Every client
 * makes them one after the other, again and again. A run of MARK in a body is a number that no call before had.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "base/cx.h"
#include "net/http_client.h"
#include "net/sigv4.h"

#define MARK "@@@@@@@@@@@@@@@@"
#define MARK_LEN (sizeof(MARK) - 1)
#define FILE_MAX ((size_t)8 << 20)
#define REPLY_MAX ((size_t)16 << 20)
#define FILES_MAX 64
#define CLIENTS_MAX 256

struct bare_call {
	struct str target;
	struct str body;
};

struct run {
	struct http_client *http;
	struct sigv4_credentials credentials;
	struct str region, url, host;
	struct bare_call calls[FILES_MAX];
	size_t ncalls;
	uint64_t
		first; /* no earlier process has come so far: a token of ten minutes ago would be answered, not done */
	_Atomic uint64_t turns;
	_Atomic bool stop;
};

struct client {
	pthread_t thread;
	struct run *run;
	int64_t *us; /* what each turn took */
	size_t n, cap;
};

static _Noreturn void die(const char *what, struct str detail)
{
	fprintf(stderr, "bare_dynamo: %s: " STR_FMT "\n", what, STR_ARG(detail));
	exit(1);
}

static void note(struct client *client, int64_t us)
{
	if (client->n == client->cap) {
		client->cap = client->cap ? client->cap * 2 : 65536;
		client->us = realloc(client->us, client->cap * sizeof(*client->us));
		if (!client->us)
			exit(1);
	}
	client->us[client->n++] = us;
}

static struct str with_number(struct arena *arena, struct str body, uint64_t number)
{
	char digits[MARK_LEN + 1];
	char *copy = str_c(arena, body);

	snprintf(digits, sizeof(digits), "%0*llu", (int)MARK_LEN, (unsigned long long)number);
	for (char *at = copy; (at = strstr(at, MARK)); at += MARK_LEN)
		memcpy(at, digits, MARK_LEN);
	return (struct str){ copy, body.len };
}

static void make_call(struct run *run, struct cx *cx, const struct bare_call *bare, uint64_t number)
{
	struct str_pair headers[3 + SIGV4_HEADERS_MAX] = {
		{ STR("Content-Type"), STR("application/x-amz-json-1.0") },
		{ STR("Host"), run->host },
		{ STR("X-Amz-Target"), bare->target },
	};
	struct sigv4_request request = { .method = STR("POST"),
					 .path = STR("/"),
					 .headers = headers,
					 .nheaders = 3,
					 .body = with_number(cx->arena, bare->body, number) };
	struct sigv4_scope scope = { run->region, STR("dynamodb"), clock_wall_ms(cx->clock) };
	struct http_client_call call = { .method = STR("POST"),
					 .url = run->url,
					 .headers = headers,
					 .body = request.body,
					 .timeout_ms = 30000,
					 .reply_bytes_max = REPLY_MAX };
	struct http_client_reply reply;

	call.nheaders = 3 + sigv4_sign(cx->arena, &request, &run->credentials, &scope, headers + 3);
	if (http_client_call(run->http, cx, &call, &reply) != OK)
		die("a call failed", cx->failure.detail);
	if (reply.status != 200)
		die("a call was refused", reply.body);
}

static void *call_often(void *user)
{
	struct client *client = user;
	struct run *run = client->run;
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	/* Once at least: a machine that stands still for a while is slow, not broken. */
	do {
		uint64_t number = run->first + atomic_fetch_add(&run->turns, 1);
		int64_t began = clock_system_us();

		cx_init(&cx, &arena);
		for (size_t i = 0; i < run->ncalls; i++)
			make_call(run, &cx, &run->calls[i], number);
		note(client, clock_system_us() - began);
		arena_reset(&arena, 0);
	} while (!run->stop);
	arena_close(&arena);
	return NULL;
}

static struct bare_call read_call(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "rb");
	char *bytes = arena_bytes(arena, FILE_MAX);
	struct str text = { bytes, file ? fread(bytes, 1, FILE_MAX, file) : 0 };
	size_t line = str_index(text, '\n');

	if (!file || line == text.len)
		die("no call", str_of(path));
	fclose(file);
	return (struct bare_call){
		str_printf(arena, "DynamoDB_20120810." STR_FMT, STR_ARG(str_sub(text, 0, line))),
		str_dup(arena, str_sub(text, line + 1, text.len)),
	};
}

static int order(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void report(const struct client *clients, size_t nclients, double seconds)
{
	struct client all = { .n = 0 };
	struct rusage used;
	double cpu_us;

	for (size_t i = 0; i < nclients; i++) {
		for (size_t j = 0; j < clients[i].n; j++)
			note(&all, clients[i].us[j]);
	}
	if (all.n == 0)
		die("nothing was done", STR("in the time given"));
	qsort(all.us, all.n, sizeof(*all.us), order);
	getrusage(RUSAGE_SELF, &used);
	cpu_us = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
		 (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
	printf("per_second %.1f\np50_us %lld\np99_us %lld\ncpu_us %.1f\n", (double)all.n / seconds,
	       (long long)all.us[all.n / 2], (long long)all.us[all.n * 99 / 100],
	       cpu_us / (double)all.n);
	free(all.us);
}

static void run_clients(struct run *run, size_t nclients, unsigned seconds)
{
	static struct client clients[CLIENTS_MAX];
	int64_t began = clock_system_us();
	struct timespec wait = { .tv_sec = seconds };

	for (size_t i = 0; i < nclients; i++) {
		clients[i].run = run;
		if (pthread_create(&clients[i].thread, NULL, call_often, &clients[i]) != 0)
			exit(1);
	}
	nanosleep(&wait, NULL);
	run->stop = true;
	for (size_t i = 0; i < nclients; i++)
		pthread_join(clients[i].thread, NULL);
	report(clients, nclients, (double)(clock_system_us() - began) / 1e6);
}

int main(int argc, char **argv)
{
	struct arena arena;
	struct run run = { .first = (uint64_t)clock_system_us() };
	size_t nclients = argc > 5 ? strtoul(argv[3], NULL, 10) : 0;

	if (nclients == 0 || nclients > CLIENTS_MAX || argc - 5 > FILES_MAX) {
		fprintf(stderr, "usage: bare_dynamo ENDPOINT REGION CLIENTS SECONDS FILE...\n");
		return 2;
	}
	arena_init(&arena, 0);
	run.http = http_client_open(NULL);
	run.credentials.access_key = str_of(getenv("AWS_ACCESS_KEY_ID"));
	run.credentials.secret_key = str_of(getenv("AWS_SECRET_ACCESS_KEY"));
	run.url = str_printf(&arena, "%s/", argv[1]);
	run.host = str_of(strstr(argv[1], "//") ? strstr(argv[1], "//") + 2 : argv[1]);
	run.region = str_of(argv[2]);
	for (int i = 5; i < argc; i++)
		run.calls[run.ncalls++] = read_call(&arena, argv[i]);
	run_clients(&run, nclients, (unsigned)strtoul(argv[4], NULL, 10));
	http_client_close(run.http);
	arena_close(&arena);
	return 0;
}
