/* bench/bound_commit.c - the bound of a durable addRoomType: the group commit, or the front on it.
 *
 * Alone: N client threads, each one commit at a time, for some seconds. --front: the same commit
 * over HTTP with no logic, called on a worker, on the event thread (--workers 0), or without a
 * waiting thread at all (--front queue: the writer hands the exchange back to its event thread).
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bound_group.h"
#include "bound_conn.h"
#include "bound_http.h"

enum { ANSWER_BYTES = 600 };

struct run {
	struct bound_group *group;
	unsigned hotels, seconds;
	const char *front; /* worker or queue; NULL: clients in process */
	bool queue, stop;
	char answer[ANSWER_BYTES];
};

struct client {
	pthread_t thread;
	struct run *run;
	unsigned seed;
	uint32_t *ns; /* latency of each commit */
	size_t n, cap;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static void client_note(struct client *c, uint64_t ns)
{
	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 65536;
		c->ns = realloc(c->ns, c->cap * sizeof(*c->ns));
		if (!c->ns)
			exit(1);
	}
	c->ns[c->n++] = ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
}

static void *client_main(void *arg)
{
	struct client *c = arg;
	struct run *r = c->run;

	do {
		unsigned hotel = (unsigned)rand_r(&c->seed) % r->hotels;
		uint64_t start = now_ns();

		if (!bound_group_add(r->group, hotel)) {
			fprintf(stderr, "a condition failed\n");
			exit(1);
		}
		client_note(c, now_ns() - start);
	} while (!__atomic_load_n(&r->stop, __ATOMIC_RELAXED));
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void run_clients(struct run *r, unsigned clients)
{
	struct client *c = calloc(clients, sizeof(*c));
	struct client all = { .n = 0 };
	uint64_t start = now_ns(), took;
	size_t median, high;

	if (!c)
		exit(1);
	for (unsigned i = 0; i < clients; i++) {
		c[i].run = r;
		c[i].seed = i + 1;
		if (pthread_create(&c[i].thread, NULL, client_main, &c[i]))
			exit(1);
	}
	sleep(r->seconds);
	__atomic_store_n(&r->stop, true, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < clients; i++) {
		pthread_join(c[i].thread, NULL);
		for (size_t k = 0; k < c[i].n; k++)
			client_note(&all, c[i].ns[k]);
	}
	took = now_ns() - start;
	if (!all.ns)
		bound_die("no commit was answered");
	qsort(all.ns, all.n, sizeof(*all.ns), by_value);
	median = all.n / 2;
	high = all.n * 99 / 100;
	printf("per_second %.0f\np50_us %.1f\np99_us %.1f\n", (double)all.n * 1e9 / (double)took,
	       (double)all.ns[median] / 1e3, (double)all.ns[high] / 1e3);
}

static void exchange_fill(struct run *r, struct bound_exchange *x, bool applied)
{
	x->status = applied ? 200 : 409;
	x->body = r->answer;
	x->body_len = ANSWER_BYTES;
}

/* In an exchange's slot with --front queue; the member first, so that done() finds the rest. */
struct queued {
	struct bound_member member;
	struct run *run;
	struct bound_exchange *x;
};

static void queued_done(struct bound_member *m)
{
	struct queued *q = (struct queued *)m;

	exchange_fill(q->run, q->x, m->applied);
	bound_http_done(q->x);
}

/* The path is /config/h000123/rooms/type. */
static unsigned hotel_of(const struct run *r, const struct bound_exchange *x)
{
	return x->path_len > 9 ? (unsigned)strtoul(x->path + 9, NULL, 10) % r->hotels : 0;
}

static bool answer(void *state, struct bound_exchange *x)
{
	struct run *r = state;
	struct queued *q = x->slot;

	if (r->queue) {
		q->run = r;
		q->x = x;
		q->member.hotel = hotel_of(r, x);
		q->member.done = queued_done;
		bound_group_submit(r->group, &q->member);
		return false;
	}
	exchange_fill(r, x, bound_group_add(r->group, hotel_of(r, x)));
	return true;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: bound_commit --db FILE [--hotels 1000] [--linger-us 0] [--checkpoint-pages N] "
		"[--page-bytes N]\n"
		"  --clients N --seconds N      in process\n"
		"  --front worker|queue --port N [--threads 2] [--workers 64] [--log-file F] ...\n"
		"with the options of bound_front; prints the groups at SIGTERM\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct run r = { .seconds = 3 };
	struct bound_group_options g = { .hotels = 1000 };
	struct bound_http_options o = { .threads = 2, .workers = 64, .log_path = "bound.log" };
	unsigned clients = 1;
	int i = 1;

	while (i + 1 < argc) {
		if (bound_group_option(&g, argv, &i) || bound_http_option(&o, argv, &i))
			continue;
		if (!strcmp(argv[i], "--clients"))
			clients = (unsigned)strtoul(argv[i + 1], NULL, 10);
		else if (!strcmp(argv[i], "--seconds"))
			r.seconds = (unsigned)strtoul(argv[i + 1], NULL, 10);
		else if (!strcmp(argv[i], "--front"))
			r.front = argv[i + 1];
		else
			break;
		i += 2;
	}
	if (i < argc || !g.path || !g.hotels || !clients || (r.front && !o.port))
		return usage();
	r.hotels = g.hotels;
	r.group = bound_group_open(&g);
	memset(r.answer, 'a', sizeof(r.answer));
	o.answer = answer;
	o.state = &r;
	o.slot_bytes = sizeof(struct queued);
	r.queue = r.front && !strcmp(r.front, "queue");
	if (r.queue)
		o.workers = 0;
	if (r.front)
		bound_http_run(&o);
	else
		run_clients(&r, clients);
	bound_group_print(r.group);
	_exit(0);
}
