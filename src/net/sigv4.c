#include "net/sigv4.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

#include "base/buf.h"
#include "codec/calendar.h"
#include "codec/hash.h"
#include "codec/url.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define DATE_BYTES 8 /* of the time: YYYYMMDD */
#define DAY_S 86400

/* `20150830T123600Z` */
static struct str write_time(struct arena *arena, int64_t time_ms)
{
	int64_t second = time_ms / 1000;
	struct calendar_date date = calendar_date((int32_t)(second / DAY_S));
	int of_day = (int)(second % DAY_S);

	return str_printf(arena, "%04d%02d%02dT%02d%02d%02dZ", date.year, date.month, date.of_month,
			  of_day / 3600, of_day / 60 % 60, of_day % 60);
}

/* `20150830/us-east-1/service/aws4_request` */
static struct str write_scope(struct arena *arena, const struct sigv4_scope *scope)
{
	struct str date = str_sub(write_time(arena, scope->time_ms), 0, DATE_BYTES);

	return str_printf(arena, STR_FMT "/" STR_FMT "/" STR_FMT "/aws4_request", STR_ARG(date),
			  STR_ARG(scope->region), STR_ARG(scope->service));
}

/* Cuts what stands before the next `byte` off the rest. */
static struct str cut(struct str *rest, char byte)
{
	size_t end = str_index(*rest, byte);
	struct str piece = str_sub(*rest, 0, end);

	*rest = str_sub(*rest, end + 1, rest->len);
	return piece;
}

/* Without `.`, `..` and empty segments; each encoded. */
static void add_path(struct buf *out, struct str path)
{
	struct str *segments = arena_array(out->arena, path.len + 1, sizeof(*segments));
	struct str rest = path;
	size_t n = 0;

	while (segments && rest.len != 0) {
		struct str segment = cut(&rest, '/');

		if (str_eq(segment, STR("..")))
			n -= n != 0;
		else if (segment.len != 0 && !str_eq(segment, STR(".")))
			segments[n++] = segment;
	}
	for (size_t i = 0; i < n; i++) {
		buf_add_char(out, '/');
		buf_add(out, url_encode(out->arena, segments[i]));
	}
	if (n == 0 || path.ptr[path.len - 1] == '/')
		buf_add_char(out, '/');
}

/* Escapes as everybody writes them; what is no escape is text. */
static struct str encode_anew(struct arena *arena, struct str text)
{
	struct str plain;

	return url_encode(arena, url_decode(arena, text, &plain) ? plain : text);
}

static int order_parameters(const void *a, const void *b)
{
	const struct str_pair *x = a, *y = b;
	int order = str_cmp(x->name, y->name);

	return order != 0 ? order : str_cmp(x->value, y->value);
}

static void add_query(struct buf *out, struct str query)
{
	struct str_pair *pairs = arena_array(out->arena, query.len + 1, sizeof(*pairs));
	struct str rest = query;
	size_t n = 0;

	while (pairs && rest.len != 0) {
		struct str value = cut(&rest, '&'), name = cut(&value, '=');

		if (name.len == 0 && value.len == 0)
			continue;
		pairs[n++] = (struct str_pair){ encode_anew(out->arena, name),
						encode_anew(out->arena, value) };
	}
	if (n != 0)
		qsort(pairs, n, sizeof(*pairs), order_parameters);
	for (size_t i = 0; i < n; i++) {
		if (i != 0)
			buf_add_char(out, '&');
		buf_add(out, pairs[i].name);
		buf_add_char(out, '=');
		buf_add(out, pairs[i].value);
	}
}

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* One blank for each run of them, none at the ends. */
static struct str squeeze(struct arena *arena, struct str value)
{
	char *out = arena_bytes(arena, value.len);
	size_t len = 0;

	for (size_t i = 0; out && i < value.len; i++) {
		if (!is_space(value.ptr[i]))
			out[len++] = value.ptr[i];
		else if (len != 0 && out[len - 1] != ' ')
			out[len++] = ' ';
	}
	return (struct str){ out, len - (len != 0 && out[len - 1] == ' ') };
}

static struct str lower(struct arena *arena, struct str name)
{
	char *out = arena_bytes(arena, name.len);

	for (size_t i = 0; out && i < name.len; i++) {
		char byte = name.ptr[i];

		out[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
	}
	return (struct str){ out, out ? name.len : 0 };
}

struct header {
	struct str name, value;
	size_t place; /* in the request: values of one name keep their order */
};

static int order_headers(const void *a, const void *b)
{
	const struct header *x = a, *y = b;
	int order = str_cmp(x->name, y->name);

	return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

/* The lines of all headers to `out`, their names to `names`. */
static void add_headers(struct buf *out, struct buf *names, const struct sigv4_request *request)
{
	size_t n = request->nheaders;
	struct header *headers = arena_array(out->arena, n, sizeof(*headers));

	if (!headers)
		return;
	for (size_t i = 0; i < n; i++)
		headers[i] = (struct header){ lower(out->arena, request->headers[i].name),
					      squeeze(out->arena, request->headers[i].value), i };
	qsort(headers, n, sizeof(*headers), order_headers);
	for (size_t i = 0; i < n; i++) {
		if (i != 0 && str_eq(headers[i].name, headers[i - 1].name)) {
			buf_add_char(out, ',');
		} else {
			if (i != 0) {
				buf_add_char(out, '\n');
				buf_add_char(names, ';');
			}
			buf_add(names, headers[i].name);
			buf_add(out, headers[i].name);
			buf_add_char(out, ':');
		}
		buf_add(out, headers[i].value);
	}
	if (n != 0)
		buf_add_char(out, '\n');
}

static struct str body_hash(struct arena *arena, const struct sigv4_request *request)
{
	for (size_t i = 0; i < request->nheaders; i++) {
		if (str_eq_nocase(request->headers[i].name, STR("x-amz-content-sha256")))
			return request->headers[i].value;
	}
	return hash_sha256_hex(arena, request->body);
}

struct sigv4_text sigv4_write(struct arena *arena, const struct sigv4_request *request,
			      const struct sigv4_scope *scope)
{
	struct sigv4_text text;
	struct buf out, names;

	buf_init(&names, arena);
	buf_init(&out, arena);
	buf_add(&out, request->method);
	buf_add_char(&out, '\n');
	if (request->path_is_final)
		buf_add(&out, request->path);
	else
		add_path(&out, request->path);
	buf_add_char(&out, '\n');
	add_query(&out, request->query);
	buf_add_char(&out, '\n');
	add_headers(&out, &names, request);
	buf_add_char(&out, '\n');
	buf_add(&out, buf_str(&names));
	buf_add_char(&out, '\n');
	buf_add(&out, body_hash(arena, request));

	text.canonical_request = buf_str(&out);
	text.signed_headers = buf_str(&names);
	buf_init(&out, arena);
	buf_add(&out, STR(ALGORITHM "\n"));
	buf_add(&out, write_time(arena, scope->time_ms));
	buf_add_char(&out, '\n');
	buf_add(&out, write_scope(arena, scope));
	buf_add_char(&out, '\n');
	buf_add(&out, hash_sha256_hex(arena, text.canonical_request));
	text.string_to_sign = buf_str(&out);
	return text;
}

static void hmac(struct str key, struct str text, uint8_t out[HASH_SHA256_BYTES])
{
	const unsigned char *done = HMAC(EVP_sha256(), key.ptr, (int)key.len,
					 (const unsigned char *)text.ptr, text.len, out, NULL);

	assert(done); /* it fails only where malloc does, and that ends the process */
}

/* The key of the date, of the region in it, of the service there, of the request: each signs the next. */
static struct str sign(struct arena *arena, struct str secret_key, const struct sigv4_scope *scope,
		       struct str text)
{
	struct str steps[] = { str_sub(write_time(arena, scope->time_ms), 0, DATE_BYTES),
			       scope->region, scope->service, STR("aws4_request"), text };
	struct str key = str_printf(arena, "AWS4" STR_FMT, STR_ARG(secret_key));
	uint8_t hashes[2][HASH_SHA256_BYTES];

	if (arena->refused)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		hmac(key, steps[i], hashes[i % 2]);
		key = (struct str){ (const char *)hashes[i % 2], HASH_SHA256_BYTES };
	}
	return hash_hex(arena, (const uint8_t *)key.ptr);
}

size_t sigv4_sign(struct arena *arena, const struct sigv4_request *request,
		  const struct sigv4_credentials *credentials, const struct sigv4_scope *scope,
		  struct str_pair out[SIGV4_HEADERS_MAX])
{
	struct sigv4_request whole = *request;
	struct str_pair *headers =
		arena_array(arena, request->nheaders + SIGV4_HEADERS_MAX, sizeof(*headers));
	struct str access_key = credentials->access_key, where = write_scope(arena, scope);
	struct sigv4_text text;
	struct str signature;
	size_t n = 0;

	if (!headers)
		return 0;
	out[n++] = (struct str_pair){ STR("X-Amz-Date"), write_time(arena, scope->time_ms) };
	if (credentials->session_token.len != 0)
		out[n++] = (struct str_pair){ STR("X-Amz-Security-Token"),
					      credentials->session_token };
	for (size_t i = 0; i < request->nheaders + n; i++)
		headers[i] = i < n ? out[i] : request->headers[i - n];
	whole.headers = headers;
	whole.nheaders += n;
	text = sigv4_write(arena, &whole, scope);
	signature = sign(arena, credentials->secret_key, scope, text.string_to_sign);
	out[n].name = STR("Authorization");
	out[n++].value = str_printf(arena,
				    ALGORITHM " Credential=" STR_FMT "/" STR_FMT
					      ", SignedHeaders=" STR_FMT ", Signature=" STR_FMT,
				    STR_ARG(access_key), STR_ARG(where),
				    STR_ARG(text.signed_headers), STR_ARG(signature));
	return arena->refused ? 0 : n;
}
