#include "net/sigv4.h"

#include <stdlib.h>

#include "base/buf.h"
#include "codec/calendar.h"
#include "codec/hash.h"
#include "codec/url.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define DATE_BYTES 8 /* of the time: YYYYMMDD */
#define DAY_S 86400

static void add_digits(struct buf *out, int number, int ndigits)
{
	for (int unit = ndigits == 4 ? 1000 : 10; unit != 0; unit /= 10)
		buf_add_char(out, (char)('0' + number / unit % 10));
}

/* `20150830T123600Z` */
static struct str write_time(struct arena *arena, int64_t time_ms)
{
	int64_t second = time_ms / 1000;
	struct calendar_date date = calendar_date((int32_t)(second / DAY_S));
	int of_day = (int)(second % DAY_S);
	struct buf out;

	buf_init(&out, arena);
	add_digits(&out, date.year, 4);
	add_digits(&out, date.month, 2);
	add_digits(&out, date.of_month, 2);
	buf_add_char(&out, 'T');
	add_digits(&out, of_day / 3600, 2);
	add_digits(&out, of_day / 60 % 60, 2);
	add_digits(&out, of_day % 60, 2);
	buf_add_char(&out, 'Z');
	return buf_take(&out);
}

/* `20150830/us-east-1/service/aws4_request` */
static void add_scope(struct buf *out, const struct sigv4_scope *scope, struct str time)
{
	buf_add(out, str_sub(time, 0, DATE_BYTES));
	buf_add_char(out, '/');
	buf_add(out, scope->region);
	buf_add_char(out, '/');
	buf_add(out, scope->service);
	buf_add(out, STR("/aws4_request"));
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

static struct str canonical_request(struct arena *arena, const struct sigv4_request *request,
				    struct buf *names)
{
	struct buf out;

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
	add_headers(&out, names, request);
	buf_add_char(&out, '\n');
	buf_add(&out, buf_str(names));
	buf_add_char(&out, '\n');
	buf_add(&out, body_hash(arena, request));
	return buf_str(&out);
}

struct sigv4_text sigv4_write(struct arena *arena, const struct sigv4_request *request,
			      const struct sigv4_scope *scope)
{
	struct str time = write_time(arena, scope->time_ms);
	struct sigv4_text text;
	struct buf out, names;

	buf_init(&names, arena);
	text.canonical_request = canonical_request(arena, request, &names);
	text.signed_headers = buf_str(&names);
	buf_init(&out, arena);
	buf_add(&out, STR(ALGORITHM "\n"));
	buf_add(&out, time);
	buf_add_char(&out, '\n');
	add_scope(&out, scope, time);
	buf_add_char(&out, '\n');
	buf_add(&out, hash_sha256_hex(arena, text.canonical_request));
	text.string_to_sign = buf_str(&out);
	return text;
}

/* The key of the date, of the region in it, of the service there, of the request: each signs the next. */
struct str sigv4_signature(struct arena *arena, struct str secret_key,
			   const struct sigv4_scope *scope, struct str string_to_sign)
{
	struct str time = write_time(arena, scope->time_ms);
	struct str steps[] = { str_sub(time, 0, DATE_BYTES), scope->region, scope->service,
			       STR("aws4_request"), string_to_sign };
	uint8_t hashes[2][HASH_SHA256_BYTES];
	struct buf first;
	struct str key;

	buf_init(&first, arena);
	buf_add(&first, STR("AWS4"));
	buf_add(&first, secret_key);
	key = buf_str(&first);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		hash_hmac_sha256(key, steps[i], hashes[i % 2]);
		key = (struct str){ (const char *)hashes[i % 2], HASH_SHA256_BYTES };
	}
	return hash_hex(arena, (const uint8_t *)key.ptr);
}

static struct str write_authorization(struct arena *arena, struct str access_key,
				      const struct sigv4_scope *scope, struct str time,
				      struct str signed_headers, struct str signature)
{
	struct buf out;

	buf_init(&out, arena);
	buf_add(&out, STR(ALGORITHM " Credential="));
	buf_add(&out, access_key);
	buf_add_char(&out, '/');
	add_scope(&out, scope, time);
	buf_add(&out, STR(", SignedHeaders="));
	buf_add(&out, signed_headers);
	buf_add(&out, STR(", Signature="));
	buf_add(&out, signature);
	return buf_str(&out);
}

size_t sigv4_sign(struct arena *arena, const struct sigv4_request *request,
		  const struct sigv4_credentials *credentials, const struct sigv4_scope *scope,
		  struct str_pair out[SIGV4_HEADERS_MAX])
{
	struct sigv4_request whole = *request;
	struct str_pair *headers =
		arena_array(arena, request->nheaders + SIGV4_HEADERS_MAX, sizeof(*headers));
	struct str time = write_time(arena, scope->time_ms), signature;
	struct sigv4_text text;
	size_t n = 0;

	if (!headers)
		return 0;
	out[n++] = (struct str_pair){ STR("X-Amz-Date"), time };
	if (credentials->session_token.len != 0)
		out[n++] = (struct str_pair){ STR("X-Amz-Security-Token"),
					      credentials->session_token };
	for (size_t i = 0; i < request->nheaders + n; i++)
		headers[i] = i < n ? out[i] : request->headers[i - n];
	whole.headers = headers;
	whole.nheaders += n;
	text = sigv4_write(arena, &whole, scope);
	signature = sigv4_signature(arena, credentials->secret_key, scope, text.string_to_sign);
	out[n].name = STR("Authorization");
	out[n++].value = write_authorization(arena, credentials->access_key, scope, time,
					     text.signed_headers, signature);
	return arena->refused ? 0 : n;
}
