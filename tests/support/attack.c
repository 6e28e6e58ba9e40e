/* A client that means harm: many connections, each sending and reading as slowly or as fast as it is told to.
 *
 * attack --port N [--option number]... [--payload FILE]: see attack_plan.h. Prints `open N` once every connection was tried for the
 * first time, and for each byte of its standard input, and when that ends, `opened`, `closed` (by the server), `held`, `failed`,
 * a line `status N count` for each status that was answered so far, and an empty line. bench/ builds it too.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "attack_plan.h"

#define TICK_MS 20
#define STATUS_MAX 600

struct connection {
	int fd; /* -1 = closed */
	uint32_t events;
	int64_t begun_ms;
	int64_t phase_ms;   /* what its steps are later than its beginning */
	uint64_t sent, got; /* bytes */
	size_t at;          /* in the payload */
	bool is_up;
	long repeats;     /* begun */
	unsigned matched; /* characters of a status line */
	unsigned status;
};

struct attack {
	struct attack_plan plan;
	struct connection *connections;
	int epoll_fd;
	int64_t now_ms;
	double tokens; /* of options.rate */
	uint64_t opened, closed, failed;
	uint64_t statuses[STATUS_MAX];
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static bool take_token(struct attack *attack)
{
	if (attack->plan.rate == 0)
		return true;
	if (attack->tokens < 1)
		return false;
	attack->tokens -= 1;
	return true;
}

static void watch(struct attack *attack, struct connection *connection, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = connection };

	if (events == connection->events)
		return;
	if (epoll_ctl(attack->epoll_fd, connection->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
		      connection->fd, &event) != 0)
		die("epoll_ctl");
	connection->events = events;
}

static void end_connection(struct connection *connection)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	/* Without TIME_WAIT: a flood would be out of ports in a second. */
	setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(connection->fd);
	connection->fd = -1;
	connection->events = 0;
}

static bool is_reading(const struct attack *attack, const struct connection *connection)
{
	int64_t age_ms = attack->now_ms - connection->begun_ms;

	if (attack->plan.read_rate <= 0)
		return attack->plan.read_rate == 0;
	return connection->got < (uint64_t)(attack->plan.read_rate * age_ms / 1000);
}

/* Bytes of the payload that may go now. */
static size_t may_send(const struct attack *attack, const struct connection *connection)
{
	int64_t age_ms = attack->now_ms - connection->begun_ms - connection->phase_ms;
	size_t left = attack->plan.payload_bytes - connection->at;
	int64_t paced;
	uint64_t until;

	if (attack->plan.repeats != 0 && connection->repeats > attack->plan.repeats)
		return 0;
	if (attack->plan.send_rate == 0)
		return left;
	paced = age_ms > 0 ? attack->plan.send_rate * age_ms / 1000 : 0;
	if (attack->plan.step != 0)
		paced -= paced % attack->plan.step;
	until = (uint64_t)(attack->plan.at_once + paced);
	if (until <= connection->sent)
		return 0;
	return until - connection->sent < left ? (size_t)(until - connection->sent) : left;
}

static void watch_again(struct attack *attack, struct connection *connection)
{
	bool waits = attack->plan.rate != 0 && attack->tokens < 1 && connection->at == 0;
	uint32_t events = EPOLLRDHUP;

	if (is_reading(attack, connection))
		events |= EPOLLIN;
	if (!connection->is_up || (!waits && may_send(attack, connection) != 0))
		events |= EPOLLOUT;
	watch(attack, connection, events);
}

static void open_connection(struct attack *attack, struct connection *connection)
{
	const struct attack_plan *plan = &attack->plan;
	struct sockaddr_in from = { .sin_family = AF_INET }, to = { .sin_family = AF_INET };
	int on = 1, small = 4096;

	*connection =
		(struct connection){ .fd = socket(AF_INET,
						  SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
				     .begun_ms = attack->now_ms,
				     .repeats = 1 };
	from.sin_addr.s_addr =
		htonl(INADDR_LOOPBACK + (uint32_t)(attack->opened % (uint64_t)plan->addresses));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((uint16_t)plan->port);
	if (connection->fd < 0)
		die("socket");
	setsockopt(connection->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (plan->read_rate != 0)
		setsockopt(connection->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	if (bind(connection->fd, (struct sockaddr *)&from, sizeof(from)) != 0)
		die("bind");
	if (plan->step != 0) /* 97 has no factor in common with most of them */
		connection->phase_ms =
			(int64_t)(attack->opened * 97) % (1000 * plan->step / plan->send_rate + 1);
	attack->opened++;
	if (connect(connection->fd, (struct sockaddr *)&to, sizeof(to)) == 0 ||
	    errno == EINPROGRESS) {
		watch(attack, connection, EPOLLOUT | EPOLLRDHUP);
		return;
	}
	attack->failed++;
	end_connection(connection);
}

static void take_byte(struct attack *attack, struct connection *connection, char byte)
{
	static const char line[] = "HTTP/1.1 ";
	const unsigned before = sizeof(line) - 1;

	if (connection->matched < before) {
		connection->matched =
			byte == line[connection->matched] ? connection->matched + 1 : byte == 'H';
		return;
	}
	connection->status = connection->status * 10 + (unsigned)(byte - '0');
	if (++connection->matched < before + 3)
		return;
	if (connection->status < STATUS_MAX)
		attack->statuses[connection->status]++;
	connection->matched = connection->status = 0;
}

/* Once; false when the server has ended the connection. */
static bool receive(struct attack *attack, struct connection *connection)
{
	static char bytes[65536];
	size_t room = attack->plan.read_rate > 0 ? 512 : sizeof(bytes);
	ssize_t n = recv(connection->fd, bytes, room, 0);

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	connection->got += (uint64_t)n;
	for (const char *at = bytes, *end = bytes + n; at < end; at++) {
		if (connection->matched == 0 && !(at = memchr(at, 'H', (size_t)(end - at))))
			break;
		take_byte(attack, connection, *at);
	}
	return true;
}

/* Once; false when the connection is over, by the server or because it was sent what it is for. */
static bool transmit(struct attack *attack, struct connection *connection)
{
	size_t wanted = may_send(attack, connection);
	ssize_t n;

	if (wanted != 0) {
		if (connection->at == 0 && !take_token(attack))
			return true;
		if (connection->at == 0)
			attack_plan_number(&attack->plan);
		n = send(connection->fd, attack->plan.payload + connection->at, wanted,
			 MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN;
		connection->sent += (uint64_t)n;
		connection->at += (size_t)n;
		if (connection->at < attack->plan.payload_bytes)
			return true;
		connection->at = 0;
		connection->repeats++;
	}
	return !attack->plan.drops || may_send(attack, connection) != 0;
}

static void open_again(struct attack *attack, struct connection *connection)
{
	if (attack->plan.again && (attack->plan.payload_bytes != 0 || take_token(attack)))
		open_connection(attack, connection);
}

static void serve_connection(struct attack *attack, struct connection *connection, uint32_t events)
{
	bool is_open = true, by_us = false;

	if (events & ~(uint32_t)EPOLLOUT) {
		is_open = receive(attack, connection);
		/* A reader that waits does not see what is before the end, but the end counts. */
		if (attack->plan.read_rate != 0 && (events & (EPOLLRDHUP | EPOLLERR | EPOLLHUP)))
			is_open = false;
	}
	if (is_open && (events & EPOLLOUT)) {
		connection->is_up = true;
		is_open = transmit(attack, connection);
		by_us = !is_open && attack->plan.drops;
	}
	if (is_open) {
		watch_again(attack, connection);
		return;
	}
	if (!connection->is_up)
		attack->failed++;
	else if (!by_us)
		attack->closed++;
	end_connection(connection);
	if (by_us)
		open_again(attack, connection);
}

static void tick(struct attack *attack)
{
	for (long i = 0; i < attack->plan.connections; i++) {
		struct connection *connection = &attack->connections[i];

		if (connection->fd >= 0)
			watch_again(attack, connection);
		else
			open_again(attack, connection);
	}
}

/* In steps, so that the server's queue of those who wait to be accepted does not overflow. */
static void open_all(struct attack *attack)
{
	struct epoll_event events[256];

	for (long i = 0; i < attack->plan.connections; i++) {
		attack->now_ms = now_ms();
		open_connection(attack, &attack->connections[i]);
		if (i % 256 == 255) {
			int n = epoll_wait(attack->epoll_fd, events, 256, 2);

			for (int e = 0; e < n; e++)
				serve_connection(attack, events[e].data.ptr, events[e].events);
		}
	}
	printf("open %ld\n", attack->plan.connections);
	fflush(stdout);
}

static bool has_input_ended(void)
{
	char byte;

	return read(STDIN_FILENO, &byte, 1) <= 0;
}

/* What has come by the end: whoever tells us to end may know of it. */
static void take_rest(struct attack *attack)
{
	for (long i = 0; i < attack->plan.connections; i++) {
		struct connection *connection = &attack->connections[i];
		struct pollfd end = { .fd = connection->fd, .events = POLLRDHUP };
		bool is_open = true;

		if (connection->fd < 0 || !connection->is_up)
			continue;
		for (uint64_t before = ~connection->got; is_open && before != connection->got;) {
			before = connection->got;
			is_open = attack->plan.read_rate != 0 || receive(attack, connection);
		}
		if (!is_open || (poll(&end, 1, 0) == 1 && end.revents != 0)) {
			attack->closed++;
			end_connection(connection);
		}
	}
}

static void report(const struct attack *attack)
{
	long held = 0;

	for (long i = 0; i < attack->plan.connections; i++)
		held += attack->connections[i].fd >= 0;
	printf("opened %llu\nclosed %llu\nheld %ld\nfailed %llu\n",
	       (unsigned long long)attack->opened, (unsigned long long)attack->closed, held,
	       (unsigned long long)attack->failed);
	for (unsigned status = 0; status < STATUS_MAX; status++) {
		if (attack->statuses[status] != 0)
			printf("status %u %llu\n", status,
			       (unsigned long long)attack->statuses[status]);
	}
	printf("\n");
	fflush(stdout);
}

static void run(struct attack *attack)
{
	struct epoll_event events[256], input = { .events = EPOLLIN, .data.ptr = NULL };
	int64_t ticked_ms = attack->now_ms;

	if (epoll_ctl(attack->epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &input) != 0)
		die("standard input");
	for (;;) {
		int n = epoll_wait(attack->epoll_fd, events, 256, TICK_MS);
		int64_t before_ms = attack->now_ms;

		attack->now_ms = now_ms();
		attack->tokens += (double)(attack->plan.rate * (attack->now_ms - before_ms)) / 1000;
		if (attack->tokens > (double)attack->plan.rate / 10)
			attack->tokens = (double)attack->plan.rate / 10 + 1;
		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr)
				serve_connection(attack, events[i].data.ptr, events[i].events);
			else if (has_input_ended())
				return;
			else
				report(attack);
		}
		if (attack->now_ms - ticked_ms >= TICK_MS) {
			ticked_ms = attack->now_ms;
			tick(attack);
		}
	}
}

int main(int argc, char **argv)
{
	struct attack attack = { .plan = { .connections = 1, .addresses = 1 } };

	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc || !attack_plan_take(&attack.plan, argv[i], argv[i + 1])) {
			fprintf(stderr, "attack: what is %s?\n", argv[i]);
			return 2;
		}
	}
	attack_plan_limit(&attack.plan);
	attack.connections = calloc((size_t)attack.plan.connections, sizeof(*attack.connections));
	attack.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (!attack.connections || attack.epoll_fd < 0)
		die("attack");
	open_all(&attack);
	attack.now_ms = now_ms();
	run(&attack);
	take_rest(&attack);
	report(&attack);
	free(attack.connections);
	free(attack.plan.payload);
	close(attack.epoll_fd);
	return 0;
}
