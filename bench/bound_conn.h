/* bench/bound_conn.h - connections of the bound front, and the structs that its two files share.
 *
 * Owner:   a connection frees itself when its socket is gone and no worker has its request.
 * Threads: all of a connection happens on its loop's thread, only the answerer may be elsewhere;
 *          bound_conn_open on any thread.
 */
#ifndef BENCH_BOUND_CONN_H
#define BENCH_BOUND_CONN_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>
#include <time.h>

#include "bound_http.h"
#include "bound_text.h"

enum { LOG_BYTES = 65536, IN_BYTES = 16384, HEAD_BYTES = 1024 };

struct front {
	struct bound_http_options o;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct conn *first, **last; /* requests that wait for a worker */
	struct loop *loops;
};

struct loop {
	struct front *front;
	int epoll, wake, listener, log_fd;
	pthread_mutex_t lock;
	struct conn *done; /* answered elsewhere, waiting to be sent */
	struct bound_times times;
	uint64_t serial;
	size_t log_len;
	char log[LOG_BYTES];
};

struct conn {
	struct bound_exchange x;
	struct conn *next;
	struct loop *loop;
	int fd;
	uint32_t armed; /* events asked of epoll */
	bool busy;      /* the request is with a worker or the answerer */
	bool dead;
	size_t in_len, taken; /* bytes read; those of them that the current request is */
	struct timespec start;
	struct iovec out[2];
	char *copy; /* for BOUND_SEND_COPY */
	char head[HEAD_BYTES];
	char in[IN_BYTES];
};

/* Prints what errno says about `what` and ends the process. */
_Noreturn void bound_die(const char *what);

/* Gives rc back unless it is negative, which ends the process. */
int bound_must(int rc, const char *what);

/* Takes a connected, non-blocking socket over. */
void bound_conn_open(struct loop *l, int fd);

/* What epoll said about it. */
void bound_conn_event(struct conn *c, uint32_t events);

/* The answer that was made elsewhere is there: sends it and goes on. */
void bound_conn_answered(struct conn *c);

/* Writes the log lines gathered since the last call. */
void bound_conn_log_flush(struct loop *l);

#endif
