/* bench/probe.c - how long answers take at a rate that the server can well do: what a healthy client feels while others attack.
 *
 * probe --port N --connections N --rate N --seconds N --payload FILE: one request in the file, sent so many times a second over all
 * connections, a thread each. A request that found its connection still busy counts from the moment at which it was due.
 * Anything but a 200 ends it. Prints `answers`, `p50_us`, `p99_us` and `max_us`.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "attack_plan.h"

#define NUMBERS_EACH 10000000 /* of the marks in a payload: no two connections send the same */
#define ANSWER_MAX ((size_t)1024 * 1024)

struct prober {
	struct attack_plan plan;
	pthread_t thread;
	int fd;
	int64_t begins_us;
	char *answer;
	uint32_t *took_us;
	size_t ntook, max;
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void sleep_until(int64_t us)
{
	const struct timespec until = { us / 1000000, us % 1000000 * 1000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static void die(const char *what)
{
	fprintf(stderr, "probe: %s\n", what);
	exit(1);
}

static void connect_to(struct prober *prober)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)prober->plan.port) };
	struct timeval limit = { .tv_sec = 60 };
	int on = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	prober->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (prober->fd < 0 || connect(prober->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("can not connect");
	setsockopt(prober->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(prober->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

/* The bytes that the answer has in all, or 0 while its head is not there. */
static size_t answer_bytes(char *answer, size_t len)
{
	const char *end, *length;

	answer[len] = '\0';
	end = strstr(answer, "\r\n\r\n");
	if (!end)
		return 0;
	length = strstr(answer, "\r\nContent-Length: ");
	if (strncmp(answer, "HTTP/1.1 200 ", 13) != 0 || !length || length > end)
		die(answer);
	return (size_t)(end - answer) + 4 + strtoul(length + 18, NULL, 10);
}

static void ask(struct prober *prober)
{
	size_t len = 0, all = 0;

	attack_plan_number(&prober->plan);
	if (send(prober->fd, prober->plan.payload, prober->plan.payload_bytes, MSG_NOSIGNAL) !=
	    (ssize_t)prober->plan.payload_bytes)
		die("the connection broke");
	while (all == 0 || len < all) {
		ssize_t n = recv(prober->fd, prober->answer + len, ANSWER_MAX - len, 0);

		if (n < 0 && errno == EINTR)
			continue; /* the limit of time begins anew */
		if (n <= 0)
			die(n == 0 ? "the connection ended" : "no answer");
		len += (size_t)n;
		if (all == 0)
			all = answer_bytes(prober->answer, len);
	}
}

static void *probe(void *state)
{
	struct prober *prober = state;
	int64_t period_us = 1000000 * prober->plan.connections / prober->plan.rate;
	int64_t end_us = prober->begins_us + prober->plan.seconds * 1000000;
	int64_t last_us = 0;

	prctl(PR_SET_TIMERSLACK, 1UL);
	for (int64_t due_us = prober->begins_us; due_us < end_us && prober->ntook < prober->max;
	     due_us += period_us) {
		int64_t from_us = due_us;

		if (last_us < due_us) {
			sleep_until(due_us);
			from_us = now_us(); /* that we were late in waking is not the server's */
		}
		ask(prober);
		last_us = now_us();
		prober->took_us[prober->ntook++] = (uint32_t)(last_us - from_us);
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	const uint32_t *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

static void report(uint32_t *took_us, size_t n)
{
	qsort(took_us, n, sizeof(*took_us), compare);
	printf("answers %zu\np50_us %u\np99_us %u\nmax_us %u\n", n, took_us[n / 2],
	       took_us[n * 99 / 100], took_us[n - 1]);
}

static void start(struct prober *prober, const struct attack_plan *plan, long i)
{
	*prober = (struct prober){ .plan = *plan };
	prober->plan.number = (uint64_t)i * NUMBERS_EACH;
	prober->plan.payload = malloc(plan->payload_bytes);
	prober->answer = malloc(ANSWER_MAX + 1);
	prober->max = (size_t)(plan->rate * plan->seconds / plan->connections) + 1;
	prober->took_us = calloc(prober->max, sizeof(*prober->took_us));
	if (!prober->plan.payload || !prober->answer || !prober->took_us)
		die("no memory");
	memcpy(prober->plan.payload, plan->payload, plan->payload_bytes);
	connect_to(prober);
	/* Spread over one period, so that they do not ask all at once. */
	prober->begins_us = now_us() + 10000 + 1000000 * i / plan->rate;
	if (pthread_create(&prober->thread, NULL, probe, prober) != 0)
		die("no thread");
}

static void stop(struct prober *prober)
{
	close(prober->fd);
	free(prober->plan.payload);
	free(prober->answer);
	free(prober->took_us);
}

int main(int argc, char **argv)
{
	struct attack_plan plan = { .connections = 8, .rate = 400, .seconds = 1 };
	struct prober *probers;
	uint32_t *took_us;
	size_t n = 0;

	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc || !attack_plan_take(&plan, argv[i], argv[i + 1]))
			die(argv[i]);
	}
	probers = calloc((size_t)plan.connections, sizeof(*probers));
	took_us = calloc((size_t)(plan.rate * plan.seconds + plan.connections), sizeof(*took_us));
	if (!plan.payload || !probers || !took_us)
		die("a payload is needed");
	for (long i = 0; i < plan.connections; i++)
		start(&probers[i], &plan, i);
	for (long i = 0; i < plan.connections; i++) {
		pthread_join(probers[i].thread, NULL);
		memcpy(took_us + n, probers[i].took_us, probers[i].ntook * sizeof(*took_us));
		n += probers[i].ntook;
		stop(&probers[i]);
	}
	report(took_us, n);
	free(took_us);
	free(probers);
	free(plan.payload);
	return 0;
}
