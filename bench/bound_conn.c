#include "bound_conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOG_LINE_BYTES = 512 };

void bound_die(const char *what)
{
	perror(what);
	exit(1);
}

int bound_must(int rc, const char *what)
{
	if (rc < 0)
		bound_die(what);
	return rc;
}

void bound_conn_log_flush(struct loop *l)
{
	if (l->log_len && write(l->log_fd, l->log, l->log_len) < 0)
		bound_die("log");
	l->log_len = 0;
}

static void log_request(struct loop *l, const struct conn *c, const char *id)
{
	const struct bound_http_options *o = &l->front->o;
	struct timespec end;

	if (o->log == BOUND_LOG_OFF)
		return;
	if (l->log_len + LOG_LINE_BYTES > LOG_BYTES)
		bound_conn_log_flush(l);
	clock_gettime(CLOCK_REALTIME, &end);
	l->log_len += bound_log_line(l->log + l->log_len, &l->times, &c->x, id, &c->start, &end);
	if (o->log == BOUND_LOG_EACH)
		bound_conn_log_flush(l);
}

static void conn_arm(struct conn *c, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = c };

	if (c->loop->front->o.edge_triggered || c->armed == events)
		return;
	c->armed = events;
	bound_must(epoll_ctl(c->loop->epoll, EPOLL_CTL_MOD, c->fd, &ev), "epoll_ctl");
}

static void conn_close(struct conn *c)
{
	close(c->fd);
	free(c->copy);
	free(c);
}

/* Length of the complete request at the start of the buffer, 0 when it is not all there. */
static size_t request_len(const struct conn *c)
{
	const char *end = memmem(c->in, c->in_len, "\r\n\r\n", 4);
	const char *field = c->in;
	size_t head;

	if (!end)
		return 0;
	head = (size_t)(end - c->in) + 4;
	if (c->in[0] == 'G')
		return head;
	while ((field = memchr(field, '\n', (size_t)(end - field)))) {
		field++;
		if (!strncasecmp(field, "content-length:", 15)) {
			size_t total = head + strtoul(field + 15, NULL, 10);
			return total <= c->in_len ? total : 0;
		}
	}
	return head;
}

static bool request_take(struct conn *c)
{
	size_t len = request_len(c);
	const char *space, *end;

	if (!len)
		return false;
	c->taken = len;
	space = memchr(c->in, ' ', len);
	end = space ? memchr(space + 1, ' ', len - (size_t)(space + 1 - c->in)) : NULL;
	if (!end) {
		c->dead = true;
		return false;
	}
	c->x.method = c->in;
	c->x.method_len = (size_t)(space - c->in);
	c->x.path = space + 1;
	c->x.path_len = (size_t)(end - space - 1);
	clock_gettime(CLOCK_REALTIME, &c->start);
	return true;
}

static void answer_begin(struct conn *c)
{
	struct loop *l = c->loop;
	char id[BOUND_ID_BYTES];
	size_t head;

	bound_id(id, (uintptr_t)l, ++l->serial);
	bound_times_update(&l->times, c->start.tv_sec);
	head = bound_head(c->head, &l->times, &c->x, id);
	c->out[0] = (struct iovec){ .iov_base = c->head, .iov_len = head };
	c->out[1] = (struct iovec){ .iov_base = (void *)(uintptr_t)c->x.body,
				    .iov_len = c->x.body_len };
	if (l->front->o.send == BOUND_SEND_COPY) {
		c->copy = realloc(c->copy, head + c->x.body_len);
		if (!c->copy)
			bound_die("realloc");
		memcpy(c->copy, c->head, head);
		memcpy(c->copy + head, c->x.body, c->x.body_len);
		c->out[0].iov_base = c->copy;
		c->out[0].iov_len = head + c->x.body_len;
		c->out[1].iov_len = 0;
	}
	log_request(l, c, id);
	memmove(c->in, c->in + c->taken, c->in_len - c->taken);
	c->in_len -= c->taken;
}

static ssize_t send_some(struct conn *c)
{
	off_t at = (off_t)(c->x.body_len - c->out[1].iov_len);

	if (c->loop->front->o.send == BOUND_SEND_FILE && !c->out[0].iov_len)
		return sendfile(c->fd, c->x.body_fd, &at, c->out[1].iov_len);
	if (c->loop->front->o.send == BOUND_SEND_FILE)
		return send(c->fd, c->out[0].iov_base, c->out[0].iov_len, MSG_MORE);
	if (!c->out[0].iov_len)
		return write(c->fd, c->out[1].iov_base, c->out[1].iov_len);
	if (c->loop->front->o.send == BOUND_SEND_TWO || !c->out[1].iov_len)
		return write(c->fd, c->out[0].iov_base, c->out[0].iov_len);
	return writev(c->fd, c->out, 2);
}

/* True when all is sent; false when the socket is full or gone. */
static bool answer_send(struct conn *c)
{
	while (c->out[0].iov_len + c->out[1].iov_len) {
		ssize_t n = send_some(c);

		if (n < 0 && errno == EAGAIN) {
			conn_arm(c, EPOLLOUT);
			return false;
		}
		if (n < 0) {
			c->dead = true;
			return false;
		}
		for (int i = 0; i < 2; i++) {
			size_t cut = (size_t)n < c->out[i].iov_len ? (size_t)n : c->out[i].iov_len;
			c->out[i].iov_base = (char *)c->out[i].iov_base + cut;
			c->out[i].iov_len -= cut;
			n -= (ssize_t)cut;
		}
	}
	return true;
}

/* True when the read filled the buffer, so that more may be waiting. */
static bool conn_read(struct conn *c)
{
	size_t room = IN_BYTES - c->in_len;
	ssize_t n = room ? read(c->fd, c->in + c->in_len, room) : 0;

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0) {
		c->dead = true;
		return false;
	}
	c->in_len += (size_t)n;
	return (size_t)n == room;
}

static void work_push(struct front *f, struct conn *c)
{
	c->next = NULL;
	pthread_mutex_lock(&f->lock);
	*f->last = c;
	f->last = &c->next;
	pthread_cond_signal(&f->work);
	pthread_mutex_unlock(&f->lock);
}

static void request_start(struct conn *c)
{
	const struct bound_http_options *o = &c->loop->front->o;

	c->busy = true;
	if (o->workers) {
		work_push(c->loop->front, c);
	} else if (o->answer(o->state, &c->x)) {
		c->busy = false;
		answer_begin(c);
	}
}

static void conn_step(struct conn *c, bool readable)
{
	while (!c->dead && !c->busy && answer_send(c)) {
		if (request_take(c)) {
			request_start(c);
		} else if (!c->dead && readable) {
			readable = conn_read(c);
			if (!c->dead && !readable && request_take(c))
				request_start(c);
		} else {
			conn_arm(c, EPOLLIN);
			break;
		}
	}
	if (c->dead && !c->busy)
		conn_close(c);
}

void bound_conn_event(struct conn *c, uint32_t events)
{
	if (!c->busy) {
		conn_step(c, events & (EPOLLIN | EPOLLHUP | EPOLLERR));
	} else if (events & (EPOLLHUP | EPOLLERR)) {
		epoll_ctl(c->loop->epoll, EPOLL_CTL_DEL, c->fd, NULL);
		c->dead = true;
	} else {
		conn_arm(c, 0);
	}
}

void bound_conn_open(struct loop *l, int fd)
{
	const struct bound_http_options *o = &l->front->o;
	struct conn *c = calloc(1, sizeof(*c) + o->slot_bytes);
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
	int on = 1;

	if (!c)
		bound_die("calloc");
	if (o->edge_triggered)
		ev.events |= EPOLLOUT | EPOLLET;
	if (!o->nagle)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->fd = fd;
	c->loop = l;
	c->armed = EPOLLIN;
	c->x.slot = c + 1;
	bound_must(epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev), "epoll_ctl");
}

void bound_conn_answered(struct conn *c)
{
	c->busy = false;
	if (!c->dead)
		answer_begin(c);
	conn_step(c, c->loop->front->o.edge_triggered);
}
