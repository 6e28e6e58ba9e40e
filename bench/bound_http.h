/* bench/bound_http.h - the least HTTP/1.1 front that could answer: the measure of the real one.
 *
 * It finds the end of a head, skips a body by its Content-Length, answers, logs. It refuses
 * nothing and has no timers, so it must never face a network: it binds 127.0.0.1 only.
 * Owner:   bound_http_run owns sockets and threads; bodies belong to the answerer and stay.
 * Threads: the answerer is called on event threads or on workers, many at once.
 * Errors:  a failing set-up call ends the process with a line on stderr.
 * Limits:  16 KiB a request, head and body together; beyond it the connection closes.
 */
#ifndef BENCH_BOUND_HTTP_H
#define BENCH_BOUND_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum bound_log { BOUND_LOG_TURN, BOUND_LOG_EACH, BOUND_LOG_OFF };
enum bound_send { BOUND_SEND_WRITEV, BOUND_SEND_COPY, BOUND_SEND_TWO, BOUND_SEND_FILE };

/* One request and its answer; it lives as long as its connection. */
struct bound_exchange {
	const char *method; /* not terminated, as the next */
	size_t method_len;
	const char *path;
	size_t path_len;
	int status;       /* the answerer's to fill, as the next two */
	const char *body; /* must outlive the sending of it */
	size_t body_len;
	int body_fd; /* a file of the same bytes, for BOUND_SEND_FILE */
	void *slot;  /* slot_bytes of the answerer's own, zero at first */
};

struct bound_http_options {
	uint16_t port;
	unsigned threads; /* event threads, at least 1 */
	unsigned workers; /* 0: the answerer runs on the event threads */
	bool edge_triggered;
	bool reuseport; /* a listener in each event thread in place of one acceptor */
	bool nagle;     /* leaves TCP_NODELAY off */
	enum bound_log log;
	enum bound_send send;
	const char *log_path; /* opened for append; needed unless log is off */
	size_t slot_bytes;
	void *state; /* handed to the answerer */
	/* True: answered. False: bound_http_done follows, from any thread. */
	bool (*answer)(void *state, struct bound_exchange *x);
};

/* Takes the pair at argv[*i] when it is an option of the front, moving *i; false: it is not. */
bool bound_http_option(struct bound_http_options *o, char **argv, int *i);

/* Hands an exchange back whose answerer said false; call once. */
void bound_http_done(struct bound_exchange *x);

/* Serves until SIGTERM or SIGINT; the threads still run when it returns: end the process. */
void bound_http_run(const struct bound_http_options *o);

#endif
