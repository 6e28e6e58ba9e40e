/* layer: net */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deaf_listener.h"
#include "local_client_fixture.h"

#define ROUNDS 200
#define CALLS_MAX 400
#define LONG_BODY ((size_t)32 << 20) /* more than two sockets hold */

static bool stay_silent(struct http_stub_request *request)
{
	http_stub_linger(request->fd);
	return false;
}

static bool answer(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	return true;
}

struct stop {
	struct local_client_fixture *f;
	const struct deaf *
		deaf; /* that the call sends to; NULL = f->stub; with is_connecting none takes it */
	bool is_connecting;
};

/* Stops the client as soon as its request is there, or has begun to be; where nothing comes, after a while. */
static void *stop_soon(void *user)
{
	const struct stop *stop = user;
	char byte;
	int fd;

	if (stop->is_connecting) {
		usleep(300000);
	} else if (stop->deaf) {
		fd = accept(stop->deaf->listener, NULL, NULL);
		recv(fd, &byte, 1, MSG_PEEK);
		usleep(300000); /* all that the sockets hold */
		local_client_stop(stop->f->client);
		close(fd);
		return NULL;
	} else {
		while (http_stub_requests(stop->f->stub) == 0)
			usleep(1000);
		usleep(20000);
	}
	local_client_stop(stop->f->client);
	return NULL;
}

/* The call fails so, long before its time. */
static void assert_stopped(struct stop stop, enum err err)
{
	struct local_client_fixture *f = stop.f;
	struct stopwatch watch;
	pthread_t thread;

	stopwatch_begin(&watch);
	assert_int_equal(pthread_create(&thread, NULL, stop_soon, &stop), 0);
	assert_local_fails(f, err, "stopped");
	assert_in_range(stopwatch_end_ms(&watch), 0, MUCH_LATER_MS);
	pthread_join(thread, NULL);
	assert_local_fails(f, ERR_UNAVAILABLE, "stopped");
	assert_true(local_client_is_stopped(f->client));
}

static void a_stop_ends_a_call_that_waits(void **state)
{
	struct local_client_fixture *f = open_local(stay_silent, NULL);

	(void)state;
	f->call.timeout_ms = LOCAL_CLIENT_FOREVER;
	assert_stopped((struct stop){ .f = f }, ERR_UNCERTAIN);
	assert_int_equal(http_stub_requests(f->stub), 1);
	assert_int_equal(http_stub_connections(f->stub), 1);
	close_local(f);
}

static bool stay_silent_once(struct http_stub_request *request)
{
	return request->connection == 0 ? stay_silent(request) : answer(request);
}

static void what_has_a_limit_loses_its_connection_to_a_stop_and_can_be_asked_again(void **state)
{
	struct local_client_fixture *f = open_local(stay_silent_once, NULL);
	struct stop stop = { .f = f };
	pthread_t thread;

	(void)state;
	f->call.timeout_ms = 60000;
	assert_int_equal(pthread_create(&thread, NULL, stop_soon, &stop), 0);
	assert_local_fails(f, ERR_UNCERTAIN, "ended before an answer");
	pthread_join(thread, NULL);
	assert_local(f, "ok");
	assert_local(f, "ok");
	assert_int_equal(http_stub_connections(f->stub), 2);
	close_local(f);
}

static void a_stop_ends_a_call_that_sends(void **state)
{
	struct local_client_fixture *f;
	struct deaf deaf;

	(void)state;
	deaf_open(&deaf);
	f = open_local_at(answer, "127.0.0.1", deaf.port);
	close(accept(deaf.listener, NULL, NULL)); /* the first's place is ours */
	f->call.method = STR("POST");
	f->call.body = (struct str){ arena_alloc(&f->arena, LONG_BODY), LONG_BODY };
	f->call.timeout_ms = LOCAL_CLIENT_FOREVER;
	assert_stopped((struct stop){ .f = f, .deaf = &deaf }, ERR_UNCERTAIN);
	close_local(f);
	deaf_close(&deaf);
}

static void a_stop_ends_a_call_that_connects(void **state)
{
	struct local_client_fixture *f;
	struct deaf deaf;

	(void)state;
	deaf_open(&deaf);
	f = open_local_at(answer, "127.0.0.1", deaf.port);
	f->call.timeout_ms = LOCAL_CLIENT_FOREVER;
	assert_stopped((struct stop){ .f = f, .is_connecting = true }, ERR_UNAVAILABLE);
	close_local(f);
	deaf_close(&deaf);
}

static void after_a_stop_nothing_is_waited_for_without_an_end(void **state)
{
	struct local_client_fixture *f = open_local(answer, NULL);

	(void)state;
	f->call.timeout_ms = LOCAL_CLIENT_FOREVER;
	assert_false(local_client_is_stopped(f->client));
	local_client_stop(f->client);
	assert_local_fails(f, ERR_UNAVAILABLE, "stopped");
	local_client_stop(f->client);
	assert_local_fails(f, ERR_UNAVAILABLE, "stopped");
	assert_int_equal(http_stub_connections(f->stub), 0);
	close_local(f);
	f = open_local(answer, NULL);
	f->call.timeout_ms = LOCAL_CLIENT_FOREVER;
	assert_local(f, "ok");
	local_client_stop(f->client);
	assert_local_fails(f, ERR_UNAVAILABLE, "stopped");
	assert_int_equal(http_stub_requests(f->stub), 1);
	close_local(f);
}

static bool answer_and_die(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	return false;
}

struct neighbour {
	pthread_t thread;
	atomic_bool ends;
	uintptr_t nwrong;
};

/* Sockets of somebody else, who takes the numbers that the client gives back. */
static void *use_descriptors(void *user)
{
	struct neighbour *neighbour = user;

	while (!atomic_load(&neighbour->ends)) {
		int pair[2];
		char byte = 'x';

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
		    send(pair[0], "y", 1, MSG_NOSIGNAL) != 1 || recv(pair[1], &byte, 1, 0) != 1 ||
		    send(pair[1], "y", 1, MSG_NOSIGNAL) != 1 || byte != 'y')
			neighbour->nwrong++;
		close(pair[0]);
		close(pair[1]);
	}
	return NULL;
}

struct stopper {
	struct local_client *client;
	long wait_us;
};

static void *stop_then(void *user)
{
	struct stopper *stopper = user;

	usleep((useconds_t)stopper->wait_us);
	local_client_stop(stopper->client);
	return NULL;
}

/* Calls on new connections, one after the other, until a stop at any moment ends them. */
static void call_until_stopped(struct http_stub *stub, long wait_us)
{
	struct stopper stopper = { client_of(stub), wait_us };
	const struct http_client_call call = { .method = STR("GET"),
					       .url = STR("/"),
					       .timeout_ms = LOCAL_CLIENT_FOREVER,
					       .reply_bytes_max = 100 };
	struct http_client_reply reply;
	unsigned ncalls = 0;
	struct arena arena;
	pthread_t thread;
	struct cx cx;

	arena_init(&arena, 0);
	assert_int_equal(pthread_create(&thread, NULL, stop_then, &stopper), 0);
	while (!local_client_is_stopped(stopper.client)) {
		/* The stub takes some hundreds: more than come before a stop that is not late. */
		if (++ncalls > CALLS_MAX) {
			nap();
			continue;
		}
		cx_init(&cx, &arena);
		if (local_client_call(stopper.client, &cx, &call, &reply) == OK)
			assert_int_equal(reply.status, 200);
		arena_reset(&arena, 0);
	}
	pthread_join(thread, NULL);
	cx_init(&cx, &arena);
	assert_int_equal(local_client_call(stopper.client, &cx, &call, &reply), ERR_UNAVAILABLE);
	local_client_close(stopper.client);
	arena_close(&arena);
}

static void a_stop_at_any_moment_harms_no_descriptor_of_others(void **state)
{
	struct neighbour neighbour = { .nwrong = 0 };

	(void)state;
	assert_int_equal(pthread_create(&neighbour.thread, NULL, use_descriptors, &neighbour), 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct http_stub *stub = http_stub_open(answer_and_die, NULL);

		call_until_stopped(stub, 20L * i);
		http_stub_close(stub);
	}
	atomic_store(&neighbour.ends, true);
	pthread_join(neighbour.thread, NULL);
	assert_int_equal(neighbour.nwrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stop_ends_a_call_that_waits),
		cmocka_unit_test(
			what_has_a_limit_loses_its_connection_to_a_stop_and_can_be_asked_again),
		cmocka_unit_test(a_stop_ends_a_call_that_sends),
		cmocka_unit_test(a_stop_ends_a_call_that_connects),
		cmocka_unit_test(after_a_stop_nothing_is_waited_for_without_an_end),
		cmocka_unit_test(a_stop_at_any_moment_harms_no_descriptor_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
