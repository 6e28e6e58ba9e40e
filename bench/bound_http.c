#include "bound_http.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bound_conn.h"

enum { EVENTS = 256 };

static void loop_finish(struct loop *l)
{
	struct conn *c, *next;
	uint64_t n;

	if (read(l->wake, &n, sizeof(n)) < 0)
		bound_die("eventfd");
	pthread_mutex_lock(&l->lock);
	c = l->done;
	l->done = NULL;
	pthread_mutex_unlock(&l->lock);
	for (; c; c = next) {
		next = c->next;
		bound_conn_answered(c);
	}
}

static void *loop_main(void *arg)
{
	struct loop *l = arg;
	struct epoll_event ev[EVENTS];

	for (;;) {
		int n = epoll_wait(l->epoll, ev, EVENTS, -1);
		int fd;

		for (int i = 0; i < n; i++) {
			if (ev[i].data.ptr == &l->wake)
				loop_finish(l);
			else if (ev[i].data.ptr == &l->listener)
				while ((fd = accept4(l->listener, NULL, NULL,
						     SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
					bound_conn_open(l, fd);
			else
				bound_conn_event(ev[i].data.ptr, ev[i].events);
		}
		bound_conn_log_flush(l);
	}
	return NULL;
}

void bound_http_done(struct bound_exchange *x)
{
	struct conn *c = (struct conn *)x;
	struct loop *l = c->loop;
	uint64_t one = 1;
	bool first;

	pthread_mutex_lock(&l->lock);
	first = !l->done;
	c->next = l->done;
	l->done = c;
	pthread_mutex_unlock(&l->lock);
	if (first && write(l->wake, &one, sizeof(one)) < 0)
		bound_die("eventfd");
}

static void *worker_main(void *arg)
{
	struct front *f = arg;

	for (;;) {
		struct conn *c;

		pthread_mutex_lock(&f->lock);
		while (!f->first)
			pthread_cond_wait(&f->work, &f->lock);
		c = f->first;
		f->first = c->next;
		if (!f->first)
			f->last = &f->first;
		pthread_mutex_unlock(&f->lock);
		if (f->o.answer(f->o.state, &c->x))
			bound_http_done(&c->x);
	}
	return NULL;
}

static int listener_open(const struct bound_http_options *o)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(o->port) };
	int kind = SOCK_STREAM | SOCK_CLOEXEC | (o->reuseport ? SOCK_NONBLOCK : 0);
	int fd = bound_must(socket(AF_INET, kind, 0), "socket");
	int on = 1;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, o->reuseport ? SO_REUSEPORT : SO_REUSEADDR, &on, sizeof(on));
	bound_must(bind(fd, (struct sockaddr *)&at, sizeof(at)), "bind");
	bound_must(listen(fd, 512), "listen");
	return fd;
}

static void loop_watch(struct loop *l, int fd, void *mark)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = mark };

	bound_must(epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev), "epoll_ctl");
}

static void thread_start(void *(*run)(void *), void *arg)
{
	pthread_t t;

	if (pthread_create(&t, NULL, run, arg))
		bound_die("pthread_create");
	pthread_detach(t);
}

static void loop_start(struct loop *l, struct front *f)
{
	l->front = f;
	l->epoll = bound_must(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
	l->wake = bound_must(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
	pthread_mutex_init(&l->lock, NULL);
	loop_watch(l, l->wake, &l->wake);
	if (f->o.log != BOUND_LOG_OFF)
		l->log_fd = bound_must(
			open(f->o.log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644),
			f->o.log_path);
	if (f->o.reuseport) {
		l->listener = listener_open(&f->o);
		loop_watch(l, l->listener, &l->listener);
	}
	thread_start(loop_main, l);
}

static void *acceptor_main(void *arg)
{
	struct front *f = arg;
	int listener = listener_open(&f->o);

	for (unsigned i = 0;; i++) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0)
			bound_conn_open(&f->loops[i % f->o.threads], fd);
	}
	return NULL;
}

bool bound_http_option(struct bound_http_options *o, char **argv, int *i)
{
	const char *name = argv[*i], *value = argv[*i + 1];

	if (!value)
		return false;
	if (!strcmp(name, "--port"))
		o->port = (uint16_t)strtoul(value, NULL, 10);
	else if (!strcmp(name, "--threads"))
		o->threads = (unsigned)strtoul(value, NULL, 10);
	else if (!strcmp(name, "--workers"))
		o->workers = (unsigned)strtoul(value, NULL, 10);
	else if (!strcmp(name, "--log-file"))
		o->log_path = value;
	else if (!strcmp(name, "--log"))
		o->log = value[0] == 'e'   ? BOUND_LOG_EACH
			 : value[0] == 'o' ? BOUND_LOG_OFF
					   : BOUND_LOG_TURN;
	else if (!strcmp(name, "--send"))
		o->send = value[0] == 'c'   ? BOUND_SEND_COPY
			  : value[0] == 't' ? BOUND_SEND_TWO
			  : value[0] == 'f' ? BOUND_SEND_FILE
					    : BOUND_SEND_WRITEV;
	else if (!strcmp(name, "--epoll"))
		o->edge_triggered = value[0] == 'e';
	else if (!strcmp(name, "--accept"))
		o->reuseport = value[0] == 'r';
	else if (!strcmp(name, "--nodelay"))
		o->nagle = value[0] == 'n';
	else
		return false;
	*i += 2;
	return true;
}

void bound_http_run(const struct bound_http_options *o)
{
	struct front *f = calloc(1, sizeof(*f));
	sigset_t stop;
	int got;

	if (!f)
		bound_die("calloc");
	f->o = *o;
	f->loops = calloc(o->threads, sizeof(*f->loops));
	if (!f->loops)
		bound_die("calloc");
	f->last = &f->first;
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->work, NULL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	for (unsigned i = 0; i < o->threads; i++)
		loop_start(&f->loops[i], f);
	for (unsigned i = 0; i < o->workers; i++)
		thread_start(worker_main, f);
	if (!o->reuseport)
		thread_start(acceptor_main, f);
	sigwait(&stop, &got);
}
