#include "net/http_client.h"

#include <assert.h>
#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/heap.h"
#include "codec/hash.h"
#include "net/curl_library.h"
#include "net/http_curl_answer.h"
#include "net/http_curl_request.h"

/* AWS, Jetty and nginx keep what is idle for longer than this: a kept connection is seldom a dead one. */
#define IDLE_MAX_S 20L

#define RECEIVE_BYTES 65536L

/* One call at a time, with the one connection that it keeps. */
struct handle {
	const struct curl_library *library;
	CURL *curl;
	struct handle *next; /* of the idle ones */
	uint64_t origin;     /* the hash of where it leads */
	bool lacks;          /* libcurl did not take an option */
	char problem[CURL_ERROR_SIZE];
};

struct http_client {
	pthread_mutex_t lock;
	struct handle *idle; /* the one used last first: its connection is the likeliest to live */
	bool is_loaded;      /* then nothing of what follows changes any more */
	const char *trusted; /* NULL = not looked for yet; then, where libcurl looks by itself */
	struct curl_library library;
};

void http_client_preload(void)
{
	struct curl_library library;
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	if (curl_library_load(&cx, CURL_LIBRARY_NAME, &library) == OK)
		library.global_init(CURL_GLOBAL_DEFAULT);
	arena_close(&arena);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Does OpenSSL find a certificate there by the hash of its name, which a link of eight digits and `.0` bears? */
static bool has_links(const char *folder)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	bool found = false;

	if (!entries)
		return false;
	while (!found && (entry = readdir(entries)))
		found = strlen(entry->d_name) == 10 && strcmp(entry->d_name + 8, ".0") == 0;
	closedir(entries);
	return found;
}

/* A folder costs a connection the one certificate that it needs, a file all 140 of them: 20 ms. */
static const char *find_trusted(void)
{
	static const char *const places[] = {
		"/etc/ssl/certs",                     /* Debian */
		"/etc/ssl/certs/ca-certificates.crt", /* where that is all that was copied */
		"/etc/pki/tls/certs/ca-bundle.crt",   /* Amazon Linux */
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (is_folder(places[i]) ? has_links(places[i]) : access(places[i], R_OK) == 0)
			return places[i];
	}
	return NULL;
}

struct http_client *http_client_open(const char *trusted)
{
	struct http_client *client = heap_alloc(sizeof(*client));

	pthread_mutex_init(&client->lock, NULL);
	client->trusted = trusted;
	return client;
}

void http_client_close(struct http_client *client)
{
	while (client->idle) {
		struct handle *handle = client->idle;

		client->idle = handle->next;
		handle->library->easy_cleanup(handle->curl);
		free(handle);
	}
	pthread_mutex_destroy(&client->lock);
	if (client->is_loaded)
		client->library.global_cleanup();
	free(client);
}

static void set_long(struct handle *handle, CURLoption option, long value)
{
	if (handle->library->easy_setopt(handle->curl, option, value) != CURLE_OK)
		handle->lacks = true;
}

/* What is pointed to is only read. */
static void set_data(struct handle *handle, CURLoption option, const void *value)
{
	if (handle->library->easy_setopt(handle->curl, option, value) != CURLE_OK)
		handle->lacks = true;
}

/* Nothing but that place: libcurl would look at its own as well. */
static void set_trusted(struct handle *handle, const char *trusted)
{
	bool folder = trusted && is_folder(trusted);

	if (!trusted)
		return;
	set_data(handle, CURLOPT_CAINFO, folder ? NULL : trusted);
	set_data(handle, CURLOPT_CAPATH, folder ? trusted : NULL);
}

/* libcurl calls it when a connection stands, TLS and all, and before it sends a request on it. */
/* NOLINTNEXTLINE(readability-non-const-parameter): as libcurl has it */
static int note_leaving(void *user, char *to, char *from, int to_port, int from_port)
{
	struct http_curl_request *request = user;

	(void)to, (void)from, (void)to_port, (void)from_port;
	request->has_left = true;
	return CURL_PREREQFUNC_OK;
}

static void set_functions(struct handle *handle)
{
	const curl_write_callback take_line = http_curl_answer_take_line;
	const curl_write_callback take_body = http_curl_answer_take_body;
	const curl_prereq_callback leaving = note_leaving;
	CURL *curl = handle->curl;

	if (handle->library->easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_line) != CURLE_OK ||
	    handle->library->easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body) != CURLE_OK ||
	    handle->library->easy_setopt(curl, CURLOPT_PREREQFUNCTION, leaving) != CURLE_OK)
		handle->lacks = true;
}

/* What is the same for every call. */
static void set_up(struct handle *handle, const char *trusted)
{
	set_long(handle, CURLOPT_NOSIGNAL, 1);
	/* A name server that is silent holds up no call past its time. */
	set_long(handle, CURLOPT_QUICK_EXIT, 1);
	set_data(handle, CURLOPT_ERRORBUFFER, handle->problem);
	set_data(handle, CURLOPT_PROTOCOLS_STR, "http,https");
	set_long(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	set_long(handle, CURLOPT_PATH_AS_IS, 1);
	set_long(handle, CURLOPT_TCP_NODELAY, 1);
	set_long(handle, CURLOPT_MAXCONNECTS, 1);
	set_long(handle, CURLOPT_MAXAGE_CONN, IDLE_MAX_S);
	set_long(handle, CURLOPT_BUFFERSIZE, RECEIVE_BYTES);
	/* An empty name keeps the environment's out. */
	set_data(handle, CURLOPT_PROXY, "");
	set_data(handle, CURLOPT_NOPROXY, "*");
	set_long(handle, CURLOPT_NETRC, CURL_NETRC_IGNORED);
	set_long(handle, CURLOPT_FOLLOWLOCATION, 0);
	set_long(handle, CURLOPT_SSL_VERIFYPEER, 1);
	set_long(handle, CURLOPT_SSL_VERIFYHOST, 2);
	set_trusted(handle, trusted);
	set_functions(handle);
}

static struct handle *make_handle(const struct http_client *client)
{
	struct handle *handle = heap_alloc(sizeof(*handle));

	handle->library = &client->library;
	handle->curl = client->library.easy_init();
	if (!handle->curl)
		heap_exhausted();
	set_up(handle, client->trusted);
	/* A libcurl built without one of them, or older, would ask proxies, go where it is sent, or not tell what has left. */
	assert(!handle->lacks);
	return handle;
}

/* What an idle connection says is no answer to what is asked next, a late 408 say: libcurl 7.88 would take it for one. It sees
 * that a connection is shut, and makes another. */
static void shut_if_it_spoke(struct handle *handle)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	char byte;

	handle->library->easy_getinfo(handle->curl, CURLINFO_ACTIVESOCKET, &fd);
	if (fd != CURL_SOCKET_BAD && recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0)
		shutdown(fd, SHUT_RDWR);
}

/* The one used last of those that lead there, else any, whose connection is then given up. */
static struct handle *take_handle(struct http_client *client, struct str url)
{
	uint64_t where = hash_fnv1a64(http_curl_request_origin(url));
	struct handle **at, *handle;

	pthread_mutex_lock(&client->lock);
	at = &client->idle;
	while (*at && (*at)->origin != where)
		at = &(*at)->next;
	if (!*at)
		at = &client->idle;
	handle = *at;
	if (handle)
		*at = handle->next;
	pthread_mutex_unlock(&client->lock);
	if (!handle)
		handle = make_handle(client);
	handle->origin = where;
	shut_if_it_spoke(handle);
	return handle;
}

static void give_handle(struct http_client *client, struct handle *handle)
{
	pthread_mutex_lock(&client->lock);
	handle->next = client->idle;
	client->idle = handle;
	pthread_mutex_unlock(&client->lock);
}

static long milliseconds(int64_t ms)
{
	return ms > INT_MAX ? INT_MAX : (long)ms;
}

/* The request of this call, and nothing of the one before. */
static void load_request(struct handle *handle, const struct http_curl_request *request)
{
	set_data(handle, CURLOPT_URL, request->url);
	set_data(handle, CURLOPT_HTTPHEADER, request->lines);
	set_data(handle, CURLOPT_CUSTOMREQUEST, NULL);
	if (request->has_body) {
		set_long(handle, CURLOPT_POST, 1);
		set_data(handle, CURLOPT_POSTFIELDS,
			 request->body.len != 0 ? request->body.ptr : "");
		handle->library->easy_setopt(handle->curl, CURLOPT_POSTFIELDSIZE_LARGE,
					     (curl_off_t)request->body.len);
	} else {
		/* In this order: fields, even none, make it a POST. */
		set_data(handle, CURLOPT_POSTFIELDS, NULL);
		set_long(handle, CURLOPT_HTTPGET, 1);
	}
	if (str_eq(str_of(request->method), STR("HEAD")))
		set_long(handle, CURLOPT_NOBODY, 1);
	else
		set_data(handle, CURLOPT_CUSTOMREQUEST, request->method);
	set_data(handle, CURLOPT_PREREQDATA, request);
}

static void load_limits(struct handle *handle, const struct http_client_call *call)
{
	bool is_limited = call->connect_ms > 0 && call->connect_ms < call->timeout_ms;

	set_long(handle, CURLOPT_TIMEOUT_MS, milliseconds(call->timeout_ms));
	set_long(handle, CURLOPT_CONNECTTIMEOUT_MS,
		 milliseconds(is_limited ? call->connect_ms : call->timeout_ms));
}

static MUST_CHECK enum err note_problem(const struct handle *handle, struct cx *cx, struct str url,
					bool has_left, CURLcode code)
{
	struct str host = http_curl_request_origin(url);
	const char *problem = handle->problem;

	if (code == CURLE_URL_MALFORMAT)
		return fail(cx, ERR_INVALID, "invalid", "a URL that can not be called");
	if (problem[0] == '\0')
		problem = code == CURLE_OK ? "a head without an end"
					   : handle->library->easy_strerror(code);
	if (has_left)
		return fail(cx, ERR_UNCERTAIN, "uncertain", STR_FMT ": %s", STR_ARG(host), problem);
	return fail(cx, ERR_UNAVAILABLE, "unavailable", STR_FMT ": %s", STR_ARG(host), problem);
}

static MUST_CHECK enum err take_answer(struct handle *handle, struct cx *cx,
				       struct http_curl_answer *answer,
				       struct http_client_reply *out)
{
	long status = 0;

	handle->library->easy_getinfo(handle->curl, CURLINFO_RESPONSE_CODE, &status);
	*out = (struct http_client_reply){
		.status = (unsigned)status,
		.body = buf_take(&answer->body),
		.headers = answer->headers,
		.nheaders = answer->nheaders,
	};
	return cx_check_memory(cx);
}

static MUST_CHECK enum err perform(struct handle *handle, struct cx *cx,
				   const struct http_client_call *call,
				   struct http_curl_request *request, struct http_client_reply *out)
{
	struct http_curl_answer answer;
	CURLcode code;

	http_curl_answer_init(&answer, cx->arena, handle->library, handle->curl,
			      call->reply_bytes_max);
	if (cx->arena->refused)
		return cx_check_memory(cx);
	load_request(handle, request);
	load_limits(handle, call);
	set_data(handle, CURLOPT_HEADERDATA, &answer);
	set_data(handle, CURLOPT_WRITEDATA, &answer);
	handle->problem[0] = '\0';
	code = handle->library->easy_perform(handle->curl);
	if (cx->arena->refused)
		return cx_check_memory(cx);
	if (answer.is_too_long)
		return fail(cx, ERR_LIMIT, "too_large",
			    "the answer of " STR_FMT " is longer than is taken",
			    STR_ARG(http_curl_request_origin(call->url)));
	/* libcurl does not mind a head that is cut off. */
	if (code != CURLE_OK || !answer.is_complete)
		return note_problem(handle, cx, call->url, request->has_left, code);
	return take_answer(handle, cx, &answer, out);
}

/* Whose certificates are trusted is looked for here too, for it reads folders. */
static MUST_CHECK enum err load(struct http_client *client, struct cx *cx)
{
	enum err err = OK;

	pthread_mutex_lock(&client->lock);
	if (!client->is_loaded)
		err = curl_library_load(cx, CURL_LIBRARY_NAME, &client->library);
	if (err == OK && !client->is_loaded) {
		if (client->library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
			heap_exhausted();
		if (!client->trusted)
			client->trusted = find_trusted();
		client->is_loaded = true;
	}
	pthread_mutex_unlock(&client->lock);
	return err;
}

enum err http_client_call(struct http_client *client, struct cx *cx,
			  const struct http_client_call *call, struct http_client_reply *out)
{
	struct http_curl_request request;
	struct handle *handle;
	enum err err;

	assert(call->timeout_ms > 0);
	err = http_curl_request_write(&request, cx, call->method, call->url, call->headers,
				      call->nheaders, call->body);
	if (err == OK)
		err = load(client, cx);
	if (err != OK)
		return err;
	handle = take_handle(client, call->url);
	err = perform(handle, cx, call, &request, out);
	give_handle(client, handle);
	return err;
}

struct str http_client_find(const struct http_client_reply *reply, struct str name)
{
	for (size_t i = 0; i < reply->nheaders; i++) {
		if (str_eq_nocase(reply->headers[i].name, name))
			return reply->headers[i].value;
	}
	return (struct str){ NULL, 0 };
}
