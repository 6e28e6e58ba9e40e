/* layer: net */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http_client_fixture.h"
#include "patience.h"

/* tests/unit/https_stub.py, which ends with what it reads from. */
struct https_stub {
	char folder[64];
	char certificate[128];
	pid_t pid;
	int leash;
	int port;
};

static int open_https_stub(void **state)
{
	struct https_stub *stub = calloc(1, sizeof(*stub));
	const char *place = getenv("TMPDIR");
	int in[2], out[2];
	char line[16] = "";
	FILE *said;

	assert_non_null(stub);
	*state = stub;
	snprintf(stub->folder, sizeof(stub->folder), "%s/https-XXXXXX", place ? place : "/tmp");
	assert_non_null(mkdtemp(stub->folder));
	snprintf(stub->certificate, sizeof(stub->certificate), "%s/certificate.pem", stub->folder);
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	stub->pid = fork();
	if (stub->pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		close(in[1]);
		execlp("python3", "python3", "-B", "tests/unit/https_stub.py", stub->folder, NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	stub->leash = in[1];
	said = fdopen(out[0], "r");
	assert_non_null(fgets(line, sizeof(line), said));
	stub->port = (int)strtol(line, NULL, 10);
	fclose(said);
	return 0;
}

static int close_https_stub(void **state)
{
	struct https_stub *stub = *state;
	struct dirent *entry;
	DIR *entries;

	close(stub->leash);
	waitpid(stub->pid, NULL, 0);
	entries = opendir(stub->folder);
	while ((entry = readdir(entries)))
		unlinkat(dirfd(entries), entry->d_name, 0);
	closedir(entries);
	rmdir(stub->folder);
	free(stub);
	return 0;
}

static enum err call_tls(struct http_client *client, struct cx *cx, const char *host, int port,
			 int64_t timeout_ms, struct http_client_reply *reply)
{
	struct http_client_call call = {
		.method = STR("POST"),
		.url = str_printf(cx->arena, "https://%s:%d/", host, port),
		.body = STR("{}"),
		.timeout_ms = timeout_ms,
		.reply_bytes_max = BODY_MAX,
	};

	cx_clear(cx);
	return http_client_call(client, cx, &call, reply);
}

/* The call fails before anything of it leaves, with that in the text. */
static void assert_unavailable(struct http_client *client, const char *host, int port,
			       int64_t timeout_ms, const char *text)
{
	struct http_client_reply reply;
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	assert_int_equal(call_tls(client, &cx, host, port, timeout_ms, &reply), ERR_UNAVAILABLE);
	if (!strstr(str_c(&arena, cx.failure.detail), text))
		assert_says(&cx, cx.failure.detail, text);
	arena_close(&arena);
	http_client_close(client);
}

static void a_certificate_that_nobody_vouches_for_is_unavailable(void **state)
{
	const struct https_stub *stub = *state;

	assert_unavailable(http_client_open(NULL), "127.0.0.1", stub->port, TIMEOUT_MS,
			   "certificate");
}

static void a_certificate_of_another_host_is_unavailable(void **state)
{
	const struct https_stub *stub = *state;

	assert_unavailable(http_client_open(stub->certificate), "localhost", stub->port, TIMEOUT_MS,
			   "certificate");
}

static void a_file_of_certificates_that_is_none_is_unavailable(void **state)
{
	const struct https_stub *stub = *state;

	assert_unavailable(http_client_open("/nowhere.pem"), "127.0.0.1", stub->port, TIMEOUT_MS,
			   "certificate");
}

static bool answer_plainly(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	return true;
}

static void a_handshake_that_nobody_answers_is_unavailable(void **state)
{
	struct http_stub *stub = http_stub_open(answer_plainly, NULL);

	(void)state;
	/* "timed out" or "timeout": whichever of libcurl's clocks looks first. */
	assert_unavailable(http_client_open(NULL), "127.0.0.1", http_stub_port(stub), 1500, "time");
	wait_until(http_stub_connections(stub) == 1);
	assert_int_equal(http_stub_requests(stub), 0);
	http_stub_close(stub);
}

/* Several calls, on one connection. */
static void assert_kept(struct http_client *client, int port)
{
	struct http_client_reply first, reply;
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	assert_int_equal(call_tls(client, &cx, "127.0.0.1", port, TIMEOUT_MS, &first), OK);
	for (int i = 0; i < 5; i++) {
		usleep(20000);
		assert_int_equal(call_tls(client, &cx, "127.0.0.1", port, TIMEOUT_MS, &reply), OK);
		assert_text(reply.body, first.body);
	}
	http_client_close(client);
	arena_close(&arena);
}

static void a_connection_with_a_certificate_of_a_trusted_file_is_kept(void **state)
{
	const struct https_stub *stub = *state;

	assert_kept(http_client_open(stub->certificate), stub->port);
}

static void a_connection_with_a_certificate_of_a_trusted_folder_is_kept(void **state)
{
	const struct https_stub *stub = *state;

	assert_kept(http_client_open(stub->folder), stub->port);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_that_nobody_vouches_for_is_unavailable),
		cmocka_unit_test(a_certificate_of_another_host_is_unavailable),
		cmocka_unit_test(a_file_of_certificates_that_is_none_is_unavailable),
		cmocka_unit_test(a_handshake_that_nobody_answers_is_unavailable),
		cmocka_unit_test(a_connection_with_a_certificate_of_a_trusted_file_is_kept),
		cmocka_unit_test(a_connection_with_a_certificate_of_a_trusted_folder_is_kept),
	};

	return cmocka_run_group_tests(tests, open_https_stub, close_https_stub);
}
