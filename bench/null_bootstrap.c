/* bench/null_bootstrap.c - the least that answers an invocation of Lambda: null_bootstrap BYTES gives each event the same proxy answer, of so
 * many bytes in all, without looking at it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define IN_MAX ((size_t)8 << 20)
#define PREFIX "/2018-06-01/runtime/invocation/"

struct bootstrap {
	int fd;
	char *in, *answer;
	size_t answer_bytes;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "null_bootstrap: %s\n", what);
	exit(1);
}

static int connect_to(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	const char *colon = address ? strchr(address, ':') : NULL;
	char host[INET_ADDRSTRLEN] = "";
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (!colon || (size_t)(colon - address) >= sizeof(host))
		die("AWS_LAMBDA_RUNTIME_API must be ADDRESS:PORT");
	memcpy(host, address, (size_t)(colon - address));
	if (inet_pton(AF_INET, host, &to.sin_addr) != 1)
		die("AWS_LAMBDA_RUNTIME_API must be ADDRESS:PORT");
	to.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("can not connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

/* {"statusCode":200,"body":"xxx…"} */
static void make_answer(struct bootstrap *null, size_t bytes)
{
	static const char begin[] = "{\"statusCode\":200,\"body\":\"", end[] = "\"}";

	if (bytes < sizeof(begin) + sizeof(end) || bytes > IN_MAX)
		die("no answer has so many bytes");
	null->answer_bytes = bytes;
	null->answer = malloc(bytes);
	null->in = malloc(IN_MAX + 1);
	if (!null->answer || !null->in)
		die("no memory");
	memset(null->answer, 'x', bytes);
	memcpy(null->answer, begin, sizeof(begin) - 1);
	memcpy(null->answer + bytes - (sizeof(end) - 1), end, sizeof(end) - 1);
}

/* One answer of the Runtime API, head and body; the head is a string then. */
static void receive(struct bootstrap *null)
{
	size_t len = 0, all = 0;

	while (all == 0 || len < all) {
		ssize_t n = recv(null->fd, null->in + len, IN_MAX - len, 0);
		char *end, *length;

		if (n <= 0)
			die("the Runtime API has gone");
		len += (size_t)n;
		null->in[len] = '\0';
		end = all == 0 ? strstr(null->in, "\r\n\r\n") : NULL;
		if (!end)
			continue;
		length = strcasestr(null->in, "\r\nContent-Length:");
		if (!length || length > end)
			die("an answer without a length");
		all = (size_t)(end - null->in) + 4 + strtoul(length + 17, NULL, 10);
	}
}

static void transfer(struct bootstrap *null, char *head, size_t head_bytes, char *body,
		     size_t bytes)
{
	struct iovec parts[] = { { head, head_bytes }, { body, bytes } };

	if (writev(null->fd, parts, 2) != (ssize_t)(head_bytes + bytes))
		die("can not send");
	receive(null);
}

static void answer(struct bootstrap *null)
{
	static char next[] = "GET " PREFIX "next HTTP/1.1\r\nHost: localhost\r\n\r\n";
	char head[256], id[64];
	const char *found;
	int n;

	transfer(null, next, sizeof(next) - 1, NULL, 0);
	found = strcasestr(null->in, "\r\nLambda-Runtime-Aws-Request-Id:");
	if (!found || sscanf(found + 32, " %63[0-9a-zA-Z-]", id) != 1)
		die("an event without an id");
	n = snprintf(head, sizeof(head),
		     "POST " PREFIX "%s/response HTTP/1.1\r\nHost: localhost\r\n"
		     "Content-Length: %zu\r\n\r\n",
		     id, null->answer_bytes);
	transfer(null, head, (size_t)n, null->answer, null->answer_bytes);
}

int main(int argc, char **argv)
{
	struct bootstrap null = { .fd = connect_to(getenv("AWS_LAMBDA_RUNTIME_API")) };

	make_answer(&null, argc > 1 ? strtoul(argv[1], NULL, 10) : 0);
	for (;;)
		answer(&null);
}
