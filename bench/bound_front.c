/* bench/bound_front.c - the bound of an HTTP answer: /small is 400 B, all else 60,000 B. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bound_http.h"

enum { SMALL_BYTES = 400, LARGE_BYTES = 60000 };

struct answers {
	char small[SMALL_BYTES];
	char large[LARGE_BYTES];
	int small_fd, large_fd; /* the same bytes again, for --send file */
};

static void fill(char *to, size_t len)
{
	static const char unit[] = "{\"code\":\"DBL\",\"name\":\"Double\",\"lowPrice\":129.5},";

	for (size_t i = 0; i < len; i++)
		to[i] = unit[i % (sizeof(unit) - 1)];
}

static int memory_file(const char *bytes, size_t len)
{
	int fd = memfd_create("answer", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len) {
		perror("memfd");
		exit(1);
	}
	return fd;
}

static bool answer(void *state, struct bound_exchange *x)
{
	struct answers *a = state;
	bool small = x->path_len == 6 && !memcmp(x->path, "/small", 6);

	x->status = 200;
	x->body = small ? a->small : a->large;
	x->body_len = small ? SMALL_BYTES : LARGE_BYTES;
	x->body_fd = small ? a->small_fd : a->large_fd;
	return true;
}

int main(int argc, char **argv)
{
	static struct answers bodies;
	struct answers *a = &bodies;
	struct bound_http_options o = {
		.threads = 2, .log_path = "bound.log", .answer = answer, .state = a
	};
	int i = 1;

	while (i < argc && bound_http_option(&o, argv, &i))
		;
	if (i < argc || !o.port) {
		fprintf(stderr,
			"usage: bound_front --port N [--threads 2] [--workers 0] [--log-file F]\n"
			"  [--log turn|each|off] [--send writev|copy|two|file] [--epoll level|edge]\n"
			"  [--accept one|reuseport] [--nodelay yes|no]\n");
		return 2;
	}
	fill(a->small, SMALL_BYTES);
	fill(a->large, LARGE_BYTES);
	a->small_fd = memory_file(a->small, SMALL_BYTES);
	a->large_fd = memory_file(a->large, LARGE_BYTES);
	bound_http_run(&o);
	return 0;
}
