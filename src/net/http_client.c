#include "net/http_client.h"

#include <assert.h>
#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/heap.h"
#include "net/reply_reader.h"
#include "net/http_chars.h"

/* AWS, Jetty and nginx keep what is idle for longer than this: a kept connection is seldom a dead one. */
#define IDLE_MAX_S 20L

#define RECEIVE_BYTES 65536L

/* One call at a time, with the connections that it keeps. */
struct handle {
	CURL *curl;
	struct handle *next; /* of the idle ones */
	char problem[CURL_ERROR_SIZE];
};

struct http_client {
	pthread_mutex_t lock;
	struct handle *idle; /* the one used last first: its connection is the likeliest to live */
	const char *ca_file; /* NULL = where libcurl looks by itself */
};

/* What a call is made of, for libcurl. */
struct request {
	struct arena *arena;
	const struct http_client_call *call;
	const char *url;
	const char *method; /* NULL = as the kind of request says */
	struct curl_slist *lines;
	struct curl_slist **end;
	bool has_body;
	bool has_type;
	bool has_left; /* a connection stood, and some of it may have gone out */
};

static const char *find_ca_file(void)
{
	static const char *const places[] = {
		"/etc/ssl/certs/ca-certificates.crt", /* Debian */
		"/etc/pki/tls/certs/ca-bundle.crt",   /* Amazon Linux */
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (access(places[i], R_OK) == 0)
			return places[i];
	}
	return NULL;
}

struct http_client *http_client_open(void)
{
	struct http_client *client = heap_alloc(sizeof(*client));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		heap_exhausted();
	pthread_mutex_init(&client->lock, NULL);
	client->ca_file = find_ca_file();
	return client;
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
static int note_leaving(void *user, char *to, char *from, int to_port, int from_port)
{
	struct request *request = user;

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
	curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, IDLE_MAX_S);
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, RECEIVE_BYTES);
	/* An empty name keeps the environment's out. */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (client->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, client->ca_file);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, reply_reader_take_line);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, reply_reader_take_body);
	last = curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, note_leaving);
	assert(last == CURLE_OK); /* without it nothing tells what has left */
}

static struct handle *take_handle(struct http_client *client)
{
	struct handle *handle;

	pthread_mutex_lock(&client->lock);
	handle = client->idle;
	if (handle)
		client->idle = handle->next;
	pthread_mutex_unlock(&client->lock);
	if (handle)
		return handle;
	handle = heap_alloc(sizeof(*handle));
	handle->curl = curl_easy_init();
	if (!handle->curl)
		heap_exhausted();
	set_up(client, handle);
	return handle;
}

static void give_handle(struct http_client *client, struct handle *handle)
{
	pthread_mutex_lock(&client->lock);
	handle->next = client->idle;
	client->idle = handle;
	pthread_mutex_unlock(&client->lock);
}

/* Scheme and host of a URL: what a text may show of it. */
static struct str origin(struct str url)
{
	size_t slashes = str_index(url, '/') + 2, len = 0;
	struct str rest = str_sub(url, slashes, url.len);

	while (len < rest.len && rest.ptr[len] != '/' && rest.ptr[len] != '?' &&
	       rest.ptr[len] != '#')
		len++;
	return str_sub(url, 0, slashes + len);
}

static bool is_plain(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_plain_char(text.ptr[i]))
			return false;
	}
	return true;
}

static bool is_url(struct str url)
{
	return (str_starts(url, STR("http://")) || str_starts(url, STR("https://"))) &&
	       is_plain(url) && str_index(url, ' ') == url.len &&
	       str_index(origin(url), '@') == origin(url).len;
}

/* How a request is cut into messages, and what libcurl would do beside it. */
static bool is_framing(struct str name)
{
	static const struct str names[] = {
		STR_INIT("content-length"),
		STR_INIT("transfer-encoding"),
		STR_INIT("connection"),
		STR_INIT("expect"),
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq_nocase(name, names[i]))
			return true;
	}
	return false;
}

/* libcurl only reads the list, as long as the call lasts: it lives in the arena. */
static void add_line(struct request *request, struct str line)
{
	struct curl_slist *node = arena_alloc(request->arena, sizeof(*node));
	char *text = str_c(request->arena, line);

	if (!node || !text)
		return;
	node->data = text;
	*request->end = node;
	request->end = &node->next;
}

static MUST_CHECK enum err add_header(struct request *request, struct cx *cx, struct str name,
				      struct str value)
{
	value = http_chars_trim(value);
	if (!is_token(name) || is_framing(name) || !is_plain(value))
		return fail(cx, ERR_INVALID, "invalid", "a header that can not be sent");
	request->has_type |= str_eq_nocase(name, STR("content-type"));
	/* libcurl's form of an empty header; `Name:` would take one away. */
	add_line(request, value.len == 0 ? str_printf(request->arena, STR_FMT ";", STR_ARG(name))
					 : str_printf(request->arena, STR_FMT ": " STR_FMT,
						      STR_ARG(name), STR_ARG(value)));
	return OK;
}

static MUST_CHECK enum err add_headers(struct request *request, struct cx *cx)
{
	const struct http_client_call *call = request->call;
	enum err err = OK;

	for (size_t i = 0; i < call->nheaders && err == OK; i++)
		err = add_header(request, cx, call->headers[i].name, call->headers[i].value);
	if (err == OK && cx->traceparent.len != 0)
		err = add_header(request, cx, STR("traceparent"), cx->traceparent);
	if (err == OK && cx->tracestate.len != 0)
		err = add_header(request, cx, STR("tracestate"), cx->tracestate);
	if (err != OK)
		return err;
	/* What libcurl would add by itself. */
	add_line(request, STR("Expect:"));
	if (!request->has_type)
		add_line(request, STR("Content-Type:"));
	return OK;
}

static MUST_CHECK enum err write_request(struct request *request, struct cx *cx,
					 const struct http_client_call *call)
{
	enum err err;

	*request = (struct request){ .arena = cx->arena, .call = call };
	request->end = &request->lines;
	if (!is_url(call->url))
		return fail(cx, ERR_INVALID, "invalid", "a URL that can not be called");
	if (!is_token(call->method))
		return fail(cx, ERR_INVALID, "invalid", "a method that can not be sent");
	request->has_body = call->body.len != 0 || str_eq(call->method, STR("POST")) ||
			    str_eq(call->method, STR("PUT")) || str_eq(call->method, STR("PATCH"));
	err = add_headers(request, cx);
	if (err != OK)
		return err;
	request->url = str_c(cx->arena, call->url);
	request->method = str_c(cx->arena, call->method);
	return cx_check_memory(cx);
}

static long milliseconds(int64_t ms)
{
	return ms > LONG_MAX ? LONG_MAX : (long)ms;
}

/* The request of this call, and nothing of the one before. */
static void load(CURL *curl, const struct request *request, struct reply_reader *answer)
{
	const struct http_client_call *call = request->call;
	int64_t connect_ms = call->connect_ms > 0 && call->connect_ms < call->timeout_ms
				     ? call->connect_ms
				     : call->timeout_ms;

	curl_easy_setopt(curl, CURLOPT_URL, request->url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, request->lines);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL);
	if (request->has_body) {
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.len ? call->body.ptr : "");
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
	} else {
		/* In this order: fields, even none, make it a POST. */
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, NULL);
		curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	}
	if (str_eq(call->method, STR("HEAD")))
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds(call->timeout_ms));
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect_ms));
	curl_easy_setopt(curl, CURLOPT_PREREQDATA, request);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
}

static MUST_CHECK enum err note_problem(struct cx *cx, const struct request *request,
					const struct reply_reader *answer, CURLcode code,
					const char *problem)
{
	struct str host = origin(request->call->url);
	enum err err = cx_check_memory(cx);

	if (err != OK)
		return err;
	if (answer->is_too_long)
		return fail(cx, ERR_LIMIT, "too_large",
			    "the answer of " STR_FMT " is longer than is taken", STR_ARG(host));
	if (code == CURLE_URL_MALFORMAT)
		return fail(cx, ERR_INVALID, "invalid", "a URL that can not be called");
	if (problem[0] == '\0')
		problem = curl_easy_strerror(code);
	if (request->has_left)
		return fail(cx, ERR_UNCERTAIN, "uncertain", STR_FMT ": %s", STR_ARG(host), problem);
	return fail(cx, ERR_UNAVAILABLE, "unavailable", STR_FMT ": %s", STR_ARG(host), problem);
}

static MUST_CHECK enum err perform(struct handle *handle, struct cx *cx, struct request *request,
				   struct http_client_reply *out)
{
	struct reply_reader answer;
	long status = 0;
	CURLcode code;

	reply_reader_init(&answer, cx->arena, handle->curl, request->call->reply_bytes_max);
	if (cx->arena->refused)
		return cx_check_memory(cx);
	load(handle->curl, request, &answer);
	handle->problem[0] = '\0';
	code = curl_easy_perform(handle->curl);
	if (code != CURLE_OK || cx->arena->refused)
		return note_problem(cx, request, &answer, code, handle->problem);
	curl_easy_getinfo(handle->curl, CURLINFO_RESPONSE_CODE, &status);
	*out = (struct http_client_reply){
		.status = (unsigned)status,
		.body = buf_take(&answer.body),
		.headers = answer.headers,
		.nheaders = answer.nheaders,
	};
	return OK;
}

enum err http_client_call(struct http_client *client, struct cx *cx,
			  const struct http_client_call *call, struct http_client_reply *out)
{
	struct request request;
	enum err err = write_request(&request, cx, call);
	struct handle *handle;

	assert(call->timeout_ms > 0);
	if (err != OK)
		return err;
	handle = take_handle(client);
	err = perform(handle, cx, &request, out);
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
