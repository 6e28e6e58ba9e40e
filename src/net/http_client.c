#include "net/http_client.h"

#include <assert.h>
#include <curl/curl.h>
#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/heap.h"
#include "codec/hash.h"
#include "net/http_curl_answer.h"
#include "net/http_curl_request.h"

/* AWS, Jetty and nginx keep what is idle for longer than this: a kept connection is seldom a dead one. */
#define IDLE_MAX_S 20L

#define RECEIVE_BYTES 65536L

/* One call at a time, with the one connection that it keeps. */
struct handle {
	CURL *curl;
	struct handle *next; /* of the idle ones */
	uint64_t origin;     /* the hash of where it leads */
	char problem[CURL_ERROR_SIZE];
};

struct http_client {
	pthread_mutex_t lock;
	struct handle *idle; /* the one used last first: its connection is the likeliest to live */
	const char *trusted; /* NULL = where libcurl looks by itself */
};

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

/* Nothing but that place: libcurl would look at its own as well. */
static void set_trusted(CURL *curl, const char *trusted)
{
	bool folder = trusted && is_folder(trusted);

	if (!trusted)
		return;
	curl_easy_setopt(curl, CURLOPT_CAINFO, folder ? NULL : trusted);
	curl_easy_setopt(curl, CURLOPT_CAPATH, folder ? trusted : NULL);
}

struct http_client *http_client_open_trusting(const char *trusted)
{
	struct http_client *client = heap_alloc(sizeof(*client));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		heap_exhausted();
	pthread_mutex_init(&client->lock, NULL);
	client->trusted = trusted;
	return client;
}

struct http_client *http_client_open(void)
{
	return http_client_open_trusting(find_trusted());
}

void http_client_close(struct http_client *client)
{
	while (client->idle) {
		struct handle *handle = client->idle;

		client->idle = handle->next;
		curl_easy_cleanup(handle->curl);
		free(handle);
	}
	pthread_mutex_destroy(&client->lock);
	curl_global_cleanup();
	free(client);
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

/* What is the same for every call. */
static void set_up(const struct http_client *client, struct handle *handle)
{
	CURL *curl = handle->curl;
	CURLcode last;

	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	/* A name server that is silent holds up no call past its time. */
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, handle->problem);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, IDLE_MAX_S);
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, RECEIVE_BYTES);
	/* An empty name keeps the environment's out. */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	set_trusted(curl, client->trusted);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, http_curl_answer_take_line);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, http_curl_answer_take_body);
	last = curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, note_leaving);
	assert(last == CURLE_OK); /* without it nothing tells what has left */
}

static struct handle *make_handle(const struct http_client *client)
{
	struct handle *handle = heap_alloc(sizeof(*handle));

	handle->curl = curl_easy_init();
	if (!handle->curl)
		heap_exhausted();
	set_up(client, handle);
	return handle;
}

/* What an idle connection says is no answer to what is asked next, a late 408 say: libcurl 7.88 would take it for one. It sees
 * that a connection is shut, and makes another. */
static void shut_if_it_spoke(struct handle *handle)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	char byte;

	curl_easy_getinfo(handle->curl, CURLINFO_ACTIVESOCKET, &fd);
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
static void load_request(CURL *curl, const struct http_curl_request *request)
{
	curl_easy_setopt(curl, CURLOPT_URL, request->url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, request->lines);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL);
	if (request->has_body) {
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
				 request->body.len != 0 ? request->body.ptr : "");
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
	} else {
		/* In this order: fields, even none, make it a POST. */
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, NULL);
		curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	}
	if (str_eq(str_of(request->method), STR("HEAD")))
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt(curl, CURLOPT_PREREQDATA, request);
}

static void load_limits(CURL *curl, const struct http_client_call *call)
{
	bool is_limited = call->connect_ms > 0 && call->connect_ms < call->timeout_ms;

	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds(call->timeout_ms));
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
			 milliseconds(is_limited ? call->connect_ms : call->timeout_ms));
}

static MUST_CHECK enum err note_problem(struct cx *cx, struct str url, bool has_left, CURLcode code,
					const char *problem)
{
	struct str host = http_curl_request_origin(url);

	if (code == CURLE_URL_MALFORMAT)
		return fail(cx, ERR_INVALID, "invalid", "a URL that can not be called");
	if (problem[0] == '\0')
		problem = code == CURLE_OK ? "a head without an end" : curl_easy_strerror(code);
	if (has_left)
		return fail(cx, ERR_UNCERTAIN, "uncertain", STR_FMT ": %s", STR_ARG(host), problem);
	return fail(cx, ERR_UNAVAILABLE, "unavailable", STR_FMT ": %s", STR_ARG(host), problem);
}

static MUST_CHECK enum err take_answer(struct handle *handle, struct cx *cx,
				       struct http_curl_answer *answer,
				       struct http_client_reply *out)
{
	long status = 0;

	curl_easy_getinfo(handle->curl, CURLINFO_RESPONSE_CODE, &status);
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

	http_curl_answer_init(&answer, cx->arena, handle->curl, call->reply_bytes_max);
	if (cx->arena->refused)
		return cx_check_memory(cx);
	load_request(handle->curl, request);
	load_limits(handle->curl, call);
	curl_easy_setopt(handle->curl, CURLOPT_HEADERDATA, &answer);
	curl_easy_setopt(handle->curl, CURLOPT_WRITEDATA, &answer);
	handle->problem[0] = '\0';
	code = curl_easy_perform(handle->curl);
	if (cx->arena->refused)
		return cx_check_memory(cx);
	if (answer.is_too_long)
		return fail(cx, ERR_LIMIT, "too_large",
			    "the answer of " STR_FMT " is longer than is taken",
			    STR_ARG(http_curl_request_origin(call->url)));
	/* libcurl does not mind a head that is cut off. */
	if (code != CURLE_OK || !answer.is_complete)
		return note_problem(cx, call->url, request->has_left, code, handle->problem);
	return take_answer(handle, cx, &answer, out);
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
