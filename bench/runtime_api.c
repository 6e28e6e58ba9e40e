/* bench/runtime_api.c - the Runtime API of Lambda as a bench needs it: as little as a bootstrap takes it for the platform, one call at a time.
 *
 * runtime_api --event FILE --holds TEXT [--bytes N] [--starts N] [--calls N] [--store-fd FD] [--save FILE] PROGRAM ARGUMENT...
 *
 * Starts PROGRAM so many times, gives each the event of the file, whose marks `@@@@@@@@` become a number that no event before had, and the last
 * one so many events more, one after the other. An answer that does not hold TEXT, or has another length than N, ends the run with code 1;
 * so does whatever else PROGRAM says than `next` and an answer. What is printed:
 *   start NEXT_US ANSWER_US CPU_US RSS_KIB HWM_KIB   of each process: from exec to its first `next`, and to the end of its first answer
 *   reach CONNECT_US BYTE_US CPU_US             with --store-fd, a listening socket that nobody answers, instead: to the first connection
 *                                               there, and the first byte
 *   call_us, turn_us, cpu_us and the like       of the calls: see report()
 * Otherwise PROGRAM has the environment that runtime_api has, and its standard streams.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime_wire.h"

#define MARK "@@@@@@@@"
#define MARK_LEN (sizeof(MARK) - 1)
#define MARKS_MAX 8

struct options {
	const char *event, *holds, *save;
	long bytes, starts, calls;
	int store_fd;
	char **program;
};

struct stand_in {
	struct options options;
	struct runtime_wire wire;
	pid_t pid;
	_Atomic int64_t *exec_ns; /* written by the child itself, the last that it does */
	char *event;
	size_t event_bytes;
	char *marks[MARKS_MAX];
	size_t nmarks;
	uint64_t number;
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double us(int64_t ns)
{
	return (double)ns / 1e3;
}

static void options_take(struct options *options, const char *name, char *value)
{
	if (strcmp(name, "--event") == 0)
		options->event = value;
	else if (strcmp(name, "--holds") == 0)
		options->holds = value;
	else if (strcmp(name, "--save") == 0)
		options->save = value;
	else if (strcmp(name, "--bytes") == 0)
		options->bytes = strtol(value, NULL, 10);
	else if (strcmp(name, "--starts") == 0)
		options->starts = strtol(value, NULL, 10);
	else if (strcmp(name, "--calls") == 0)
		options->calls = strtol(value, NULL, 10);
	else if (strcmp(name, "--store-fd") == 0)
		options->store_fd = (int)strtol(value, NULL, 10);
	else
		runtime_wire_die("no such option", name);
}

static struct options options_read(int argc, char **argv)
{
	struct options options = { .starts = 1, .bytes = -1, .store_fd = -1 };
	int i = 1;

	for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2)
		options_take(&options, argv[i], argv[i + 1]);
	options.program = argv + i;
	if (!options.event || !options.holds || i == argc || options.starts < 1)
		runtime_wire_die(
			"usage",
			"lambda_api --event FILE --holds TEXT [--bytes N] [--starts N] [--calls N] "
			"[--store-fd FD] [--save FILE] PROGRAM ARGUMENT...");
	return options;
}

static void read_event(struct stand_in *api)
{
	FILE *file = fopen(api->options.event, "rb");

	api->event = malloc(RUNTIME_WIRE_MAX);
	api->event_bytes = file && api->event ? fread(api->event, 1, RUNTIME_WIRE_MAX, file) : 0;
	if (api->event_bytes == 0 || api->event_bytes == RUNTIME_WIRE_MAX)
		runtime_wire_die("no event in", api->options.event);
	fclose(file);
	api->event[api->event_bytes] = '\0';
	for (char *at = api->event; (at = strstr(at, MARK)); at += MARK_LEN) {
		if (api->nmarks == MARKS_MAX)
			runtime_wire_die("too many marks in", api->options.event);
		api->marks[api->nmarks++] = at;
	}
}

static void program_start(struct stand_in *api)
{
	fflush(stdout);
	api->pid = fork();
	if (api->pid < 0)
		runtime_wire_die("can not fork", strerror(errno));
	if (api->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		*api->exec_ns = now_ns();
		execv(api->options.program[0], api->options.program);
		_exit(127);
	}
}

/* Connections of a program that is gone, which the next one's would wait behind. */
static void forget_connections(int listener)
{
	struct pollfd waiting = { listener, POLLIN, 0 };

	while (poll(&waiting, 1, 0) > 0)
		close(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
}

/* As the platform ends it that has no extension: without asking. What has ended before has failed. */
static void program_stop(struct stand_in *api)
{
	int status;

	if (waitpid(api->pid, &status, WNOHANG) != 0)
		runtime_wire_die("it ended by itself", api->options.program[0]);
	kill(api->pid, SIGKILL);
	waitpid(api->pid, &status, 0);
	runtime_wire_forget(&api->wire);
	forget_connections(api->wire.listener);
	if (api->options.store_fd >= 0)
		forget_connections(api->options.store_fd);
}

static void send_event(struct stand_in *api)
{
	struct timespec now;
	char head[512], digits[MARK_LEN + 1];
	int n;

	clock_gettime(CLOCK_REALTIME, &now);
	api->number++;
	n = snprintf(
		head, sizeof(head),
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		"Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-%012" PRIu64 "\r\n"
		"Lambda-Runtime-Deadline-Ms: %" PRId64 "\r\n"
		"Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-central-1:123456789012:function:bench\r\n"
		"Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0\r\n"
		"Content-Length: %zu\r\n\r\n",
		api->number, (int64_t)(now.tv_sec + 30) * 1000, api->event_bytes);
	snprintf(digits, sizeof(digits), "%0*" PRIu64, (int)MARK_LEN, api->number);
	for (size_t i = 0; i < api->nmarks; i++)
		memcpy(api->marks[i], digits, MARK_LEN);
	runtime_wire_send(&api->wire, head, (size_t)n, api->event, api->event_bytes);
}

/* NUL bytes are no part of JSON, so the text ends where it should. */
static void check_answer(struct stand_in *api, const struct runtime_request *request)
{
	const struct options *options = &api->options;

	if (!strstr(request->body, options->holds) || strlen(request->body) != request->bytes)
		runtime_wire_die("not the answer that it should be", request->body);
	if (options->bytes >= 0 && request->bytes != (size_t)options->bytes)
		runtime_wire_die("an answer of another length", request->body);
}

static void save_answer(const struct stand_in *api, const struct runtime_request *request)
{
	FILE *file = fopen(api->options.save, "wb");

	if (!file || fwrite(request->body, 1, request->bytes, file) != request->bytes ||
	    fclose(file) != 0)
		runtime_wire_die("can not save", api->options.save);
}

struct moments {
	int64_t asked_ns, sent_ns, answered_ns;
};

static struct moments invoke(struct stand_in *api)
{
	static char taken[] = "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
			      "Content-Length: 16\r\n\r\n";
	static char ok[] = "{\"status\":\"OK\"}\n";
	struct moments moments;
	struct runtime_request request;

	if (!runtime_wire_read(&api->wire).is_next)
		runtime_wire_die("not `next`", api->wire.in);
	moments.asked_ns = moments.sent_ns = now_ns();
	send_event(api);
	request = runtime_wire_read(&api->wire);
	moments.answered_ns = now_ns();
	if (request.is_next)
		runtime_wire_die("no answer but", api->wire.in);
	check_answer(api, &request);
	if (api->options.save)
		save_answer(api, &request);
	runtime_wire_send(&api->wire, taken, sizeof(taken) - 1, ok, sizeof(ok) - 1);
	return moments;
}

/* `name` is VmRSS: or VmHWM:. */
static long memory_kib(const struct stand_in *api, const char *name)
{
	char path[64], text[4096];
	const char *found;
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/status", api->pid);
	file = fopen(path, "r");
	n = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
	text[n] = '\0';
	found = strstr(text, name);
	if (!found)
		runtime_wire_die("nobody's memory", path);
	fclose(file);
	return strtol(found + strlen(name), NULL, 10);
}

/* Of the program, so far. */
static int64_t cpu_ns(const struct stand_in *api)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(api->pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
		runtime_wire_die("nobody's time", strerror(errno));
	return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static void start(struct stand_in *api)
{
	struct moments moments;
	int64_t exec_ns;

	program_start(api);
	moments = invoke(api);
	exec_ns = *api->exec_ns;
	printf("start %.1f %.1f %.1f %ld %ld\n", us(moments.asked_ns - exec_ns),
	       us(moments.answered_ns - exec_ns), us(cpu_ns(api)), memory_kib(api, "VmRSS:"),
	       memory_kib(api, "VmHWM:"));
}

struct reach {
	int store_fd;
	int64_t connect_ns, byte_ns;
};

/* A thread, for the program may reach for its store before it asks for anything. */
static void *wait_for_reach(void *user)
{
	struct reach *reach = user;
	int fd = accept4(reach->store_fd, NULL, NULL, SOCK_CLOEXEC);
	char byte;
	ssize_t n;

	if (fd < 0)
		runtime_wire_die("nobody connects to the store", strerror(errno));
	reach->connect_ns = now_ns();
	runtime_wire_limit(fd);
	do
		n = recv(fd, &byte, 1, 0);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		runtime_wire_die("nothing came for the store", strerror(errno));
	reach->byte_ns = now_ns();
	close(fd);
	return NULL;
}

/* The connection is closed behind the first byte: the program may try again or answer, which nobody hears. */
static void reach(struct stand_in *api)
{
	struct reach reach = { .store_fd = api->options.store_fd };
	pthread_t waiting;

	program_start(api);
	if (pthread_create(&waiting, NULL, wait_for_reach, &reach) != 0)
		runtime_wire_die("no thread", strerror(errno));
	if (!runtime_wire_read(&api->wire).is_next)
		runtime_wire_die("not `next`", api->wire.in);
	send_event(api);
	pthread_join(waiting, NULL);
	printf("reach %.1f %.1f %.1f\n", us(reach.connect_ns - *api->exec_ns),
	       us(reach.byte_ns - *api->exec_ns), us(cpu_ns(api)));
}

static int order(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* call: from when an event has been sent to when its answer is here whole; turn: the same with what follows until `next`; cpu: of the program
 * in a turn. */
static void report(const struct stand_in *api, int64_t *call_ns, int64_t turns_ns, int64_t cpu_ns)
{
	long n = api->options.calls;

	qsort(call_ns, (size_t)n, sizeof(*call_ns), order);
	printf("call_us %.1f\ncall_p90_us %.1f\ncall_p99_us %.1f\n", us(call_ns[n / 2]),
	       us(call_ns[n * 9 / 10]), us(call_ns[n * 99 / 100]));
	printf("turn_us %.1f\ncpu_us %.1f\n", us(turns_ns) / (double)n, us(cpu_ns) / (double)n);
	printf("rss_kib %ld\nhwm_kib %ld\n", memory_kib(api, "VmRSS:"), memory_kib(api, "VmHWM:"));
}

static void call_often(struct stand_in *api)
{
	long warm = api->options.calls / 10 + 1;
	int64_t *call_ns = calloc((size_t)api->options.calls, sizeof(*call_ns));
	int64_t first_ns = 0, cpu_before_ns = 0;
	struct moments moments = { .asked_ns = 0 };

	if (!call_ns)
		runtime_wire_die("no memory", strerror(errno));
	for (long i = -warm; i < api->options.calls; i++) {
		moments = invoke(api);
		if (i == -1) {
			first_ns = moments.answered_ns;
			cpu_before_ns = cpu_ns(api);
		}
		if (i >= 0)
			call_ns[i] = moments.answered_ns - moments.sent_ns;
	}
	report(api, call_ns, moments.answered_ns - first_ns, cpu_ns(api) - cpu_before_ns);
	free(call_ns);
}

int main(int argc, char **argv)
{
	struct stand_in api = { .options = options_read(argc, argv) };

	read_event(&api);
	if (api.options.store_fd >= 0) {
		runtime_wire_limit(api.options.store_fd);
		fcntl(api.options.store_fd, F_SETFD, FD_CLOEXEC);
	}
	runtime_wire_open(&api.wire);
	api.exec_ns = mmap(NULL, sizeof(*api.exec_ns), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (api.exec_ns == MAP_FAILED)
		runtime_wire_die("no memory", strerror(errno));
	for (long i = 0; i < api.options.starts; i++) {
		if (i > 0)
			program_stop(&api);
		if (api.options.store_fd >= 0)
			reach(&api);
		else
			start(&api);
	}
	if (api.options.calls > 0)
		call_often(&api);
	program_stop(&api);
	return 0;
}
