/* layer: net */
#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deaf_listener.h"
#include "local_client_fixture.h"

static int answering_port; /* of the second address that `several.test` has */

/* In place of the system's: `several.test` has two addresses, nobody answers at the first; nobody else has a name. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the library's are reserved */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		struct addrinfo **out)
{
	static struct sockaddr_in at[2];
	static struct addrinfo found[2];

	(void)service;
	if (strcmp(name, "several.test") != 0 || hints->ai_socktype != SOCK_STREAM)
		return EAI_NONAME;
	for (int i = 0; i < 2; i++) {
		at[i] = (struct sockaddr_in){ .sin_family = AF_INET,
					      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
					      .sin_port = htons((uint16_t)answering_port) };
		found[i] = (struct addrinfo){ .ai_family = AF_INET,
					      .ai_socktype = SOCK_STREAM,
					      .ai_addr = (struct sockaddr *)&at[i],
					      .ai_addrlen = sizeof(at[i]) };
	}
	at[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	found[0].ai_next = &found[1];
	*out = found;
	return 0;
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the library's are reserved */
void freeaddrinfo(struct addrinfo *found)
{
	(void)found;
}

static bool answer(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	return true;
}

static void a_refused_connection_is_unavailable(void **state)
{
	int holder, port = http_stub_closed_port(&holder);
	struct local_client_fixture *f = open_local_at(answer, "127.0.0.1", port);

	(void)state;
	f->call.url = STR("/?secret=1");
	assert_local_fails(f, ERR_UNAVAILABLE, "Connection refused");
	assert_non_null(strstr(str_c(&f->arena, f->cx.failure.detail), "127.0.0.1:"));
	assert_null(strstr(str_c(&f->arena, f->cx.failure.detail), "secret"));
	close(holder);
	close_local(f);
}

static void what_is_no_address_is_unavailable(void **state)
{
	static const char *const addresses[] = {
		"",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:0",
		":9001",
		"[::1]",
		"[::1]:",
		"::1:9001",
		"127.0.0.1:65536",
		"127.0.0.1:x",
		"[]:1",
		"a b:9001",
		"a/b:9001",
		"[127.0.0.1]:1",
		"127.0.0.1:9001 ",
		"a\r\nX: 1:9001",
	};
	struct local_client_fixture *f = open_local(answer, NULL);
	struct local_client *first = f->client;

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		f->client = local_client_open(str_of(addresses[i]));
		assert_local_fails(f, ERR_UNAVAILABLE, addresses[i]);
		local_client_close(f->client);
	}
	f->client = first;
	close_local(f);
}

static void an_unknown_name_is_unavailable(void **state)
{
	struct local_client_fixture *f = open_local_at(answer, "nobody.test", 0);

	(void)state;
	assert_local_fails(f, ERR_UNAVAILABLE, "nobody.test");
	close_local(f);
}

static void of_several_addresses_the_first_that_answers_is_taken(void **state)
{
	struct local_client_fixture *f = open_local_at(answer, "several.test", 0);
	int holder;

	(void)state;
	answering_port = http_stub_port(f->stub);
	assert_local(f, "ok");
	assert_local(f, "ok");
	assert_int_equal(http_stub_connections(f->stub), 1);
	answering_port = http_stub_closed_port(&holder);
	local_client_close(f->client);
	f->client = local_client_open(STR("several.test:9"));
	assert_local_fails(f, ERR_UNAVAILABLE, "Connection refused");
	close(holder);
	close_local(f);
}

/* One connection at ::1 is answered. */
static void *answer_at_ipv6(void *user)
{
	int fd = accept(*(int *)user, NULL, NULL);
	char bytes[4096];

	if (recv(fd, bytes, sizeof(bytes), 0) > 0)
		http_stub_answer(fd, "six");
	http_stub_linger(fd);
	close(fd);
	return NULL;
}

static void an_ipv6_address_stands_in_brackets(void **state)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t len = sizeof(at);
	int listener = socket(AF_INET6, SOCK_STREAM, 0);
	struct local_client_fixture *f;
	pthread_t thread;

	(void)state;
	if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof(at)) != 0) {
		print_message("NOTE there is no ::1 here: a call to it was not tried\n");
		f = open_local_at(answer, "[::1]", 9);
		assert_local_fails(f, ERR_UNAVAILABLE, "[::1]:9");
		close_local(f);
		return;
	}
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
	assert_int_equal(pthread_create(&thread, NULL, answer_at_ipv6, &listener), 0);
	f = open_local_at(answer, "[::1]", ntohs(at.sin6_port));
	assert_local(f, "six");
	close_local(f);
	pthread_join(thread, NULL);
	close(listener);
}

static void a_host_that_takes_no_connection_is_unavailable_in_time(void **state)
{
	static const int64_t times[][2] = { { LOCAL_CLIENT_FOREVER, SHORT_MS },
					    { SHORT_MS, 60000 },
					    { SHORT_MS, 0 } };
	struct deaf deaf;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct local_client_fixture *f;

		deaf_open(&deaf);
		f = open_local_at(answer, "127.0.0.1", deaf.port);
		f->call.timeout_ms = times[i][0];
		f->call.connect_ms = times[i][1];
		assert_fails_in_time(f, ERR_UNAVAILABLE);
		close_local(f);
		deaf_close(&deaf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_connection_is_unavailable),
		cmocka_unit_test(what_is_no_address_is_unavailable),
		cmocka_unit_test(an_unknown_name_is_unavailable),
		cmocka_unit_test(of_several_addresses_the_first_that_answers_is_taken),
		cmocka_unit_test(an_ipv6_address_stands_in_brackets),
		cmocka_unit_test(a_host_that_takes_no_connection_is_unavailable_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
