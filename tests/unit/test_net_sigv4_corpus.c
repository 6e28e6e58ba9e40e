/* layer: net */
/* Every case of AWS's published test data: canonical request, string to sign, signature. */
#include "arena_fixture.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "codec/hash.h"
#include "codec/instant.h"
#include "codec/url.h"
#include "net/http_chars.h"
#include "net/sigv4.h"

#define HEADERS_MAX 16

struct vector {
	struct sigv4_request request;
	struct str_pair headers[HEADERS_MAX + SIGV4_HEADERS_MAX];
	struct sigv4_credentials credentials;
	struct sigv4_scope scope;
	int64_t expires_s;
	bool signs_body;
};

/* What it should come to: in headers, or in the query (a presigned URL). */
struct expected {
	struct str canonical_request, string_to_sign, signature;
};

static struct str read_text(struct arena *arena, const char *folder, const char *name)
{
	struct str path = str_printf(arena, "%s/%s", folder, name);
	FILE *file = fopen(path.ptr, "rb");
	char bytes[8192];
	size_t len;

	if (!file)
		print_message("# %s can not be read\n", path.ptr);
	assert_non_null(file);
	len = fread(bytes, 1, sizeof(bytes), file);
	assert_true(len < sizeof(bytes));
	fclose(file);
	return str_dup(arena, (struct str){ bytes, len });
}

static struct str cut(struct str *rest, char byte)
{
	size_t end = str_index(*rest, byte);
	struct str piece = str_sub(*rest, 0, end);

	*rest = str_sub(*rest, end + 1, rest->len);
	return piece;
}

/* The path as it would have to be sent: the file has blanks and letters beyond ASCII in it. */
static struct str as_sent(struct arena *arena, struct str path)
{
	struct buf out;

	buf_init(&out, arena);
	for (size_t i = 0; i < path.len; i++) {
		struct str byte = str_sub(path, i, 1);

		buf_add(&out, is_uri_char(byte.ptr[0]) ? byte : url_encode(arena, byte));
	}
	return buf_str(&out);
}

static void add_header(struct vector *vector, struct str name, struct str value)
{
	assert_true(vector->request.nheaders < HEADERS_MAX);
	vector->headers[vector->request.nheaders++] = (struct str_pair){ name, value };
}

static void parse_request(struct arena *arena, struct vector *vector, struct str text)
{
	struct str line = cut(&text, '\n'), target;

	vector->request.method = cut(&line, ' ');
	assert_true(line.len > strlen(" HTTP/1.1"));
	target = str_sub(line, 0, line.len - strlen(" HTTP/1.1"));
	vector->request.path = cut(&target, '?');
	vector->request.query = target;
	while (text.len != 0 && text.ptr[0] != '\n') {
		line = cut(&text, '\n');
		if (line.ptr[0] == ' ') {
			struct str *value = &vector->headers[vector->request.nheaders - 1].value;

			*value = str_printf(arena, STR_FMT "\n" STR_FMT, STR_ARG(*value),
					    STR_ARG(line));
		} else {
			struct str name = cut(&line, ':');

			add_header(vector, name, line);
		}
	}
	vector->request.body = str_sub(text, 1, text.len);
	vector->request.headers = vector->headers;
}

static struct str member(struct arena *arena, json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return str_dup(arena, str_of(text));
}

static void parse_context(struct arena *arena, struct vector *vector, struct str text)
{
	json_t *context = json_loadb(text.ptr, text.len, 0, NULL);
	json_t *credentials = json_object_get(context, "credentials");

	assert_non_null(credentials);
	assert_true(instant_parse(member(arena, context, "timestamp"), &vector->scope.time_ms));
	vector->scope.region = member(arena, context, "region");
	vector->scope.service = member(arena, context, "service");
	vector->credentials.access_key = member(arena, credentials, "access_key_id");
	vector->credentials.secret_key = member(arena, credentials, "secret_access_key");
	/* A token that is left out is added behind our back, unsigned. */
	if (!json_is_true(json_object_get(context, "omit_session_token")))
		vector->credentials.session_token = member(arena, credentials, "token");
	if (json_is_false(json_object_get(context, "normalize"))) {
		vector->request.path_is_final = true;
		vector->request.path = as_sent(arena, vector->request.path);
	}
	vector->signs_body = json_is_true(json_object_get(context, "sign_body"));
	vector->expires_s = json_integer_value(json_object_get(context, "expiration_in_seconds"));
	json_decref(context);
}

static void read_vector(struct arena *arena, const char *folder, struct vector *vector)
{
	*vector = (struct vector){ 0 };
	parse_request(arena, vector, read_text(arena, folder, "request.txt"));
	parse_context(arena, vector, read_text(arena, folder, "context.json"));
}

static struct expected read_expected(struct arena *arena, const char *folder, const char *where)
{
	return (struct expected){
		read_text(arena, folder, str_printf(arena, "%s-canonical-request.txt", where).ptr),
		read_text(arena, folder, str_printf(arena, "%s-string-to-sign.txt", where).ptr),
		read_text(arena, folder, str_printf(arena, "%s-signature.txt", where).ptr),
	};
}

static bool is_same(const char *what, struct str got, struct str wanted)
{
	if (str_eq(got, wanted))
		return true;
	print_message("# %s\n# got:\n" STR_FMT "\n# wanted:\n" STR_FMT "\n", what, STR_ARG(got),
		      STR_ARG(wanted));
	return false;
}

static bool is_expected(const struct sigv4_text *text, struct str signature,
			const struct expected *expected)
{
	return is_same("canonical request", text->canonical_request, expected->canonical_request) &&
	       is_same("string to sign", text->string_to_sign, expected->string_to_sign) &&
	       is_same("signature", signature, expected->signature);
}

/* A URL that is presigned: all but the signature itself are parameters of the query. */
static bool holds_in_query(struct arena *arena, const struct vector *vector,
			   const struct expected *expected)
{
	struct sigv4_request whole = vector->request;
	struct sigv4_text text = sigv4_write(arena, &whole, &vector->scope);
	struct str lines = text.string_to_sign, algorithm = cut(&lines, '\n'),
		   time = cut(&lines, '\n'), scope = cut(&lines, '\n');
	struct str token = vector->credentials.session_token;

	whole.query = str_printf(
		arena,
		STR_FMT "&X-Amz-SignedHeaders=" STR_FMT "&X-Amz-Expires=%lld&X-Amz-Date=" STR_FMT
			"&X-Amz-Credential=" STR_FMT "/" STR_FMT "&X-Amz-Algorithm=" STR_FMT
			"%s" STR_FMT,
		STR_ARG(whole.query), STR_ARG(url_encode(arena, text.signed_headers)),
		(long long)vector->expires_s, STR_ARG(time),
		STR_ARG(vector->credentials.access_key), STR_ARG(scope), STR_ARG(algorithm),
		token.len ? "&X-Amz-Security-Token=" : "", STR_ARG(url_encode(arena, token)));
	text = sigv4_write(arena, &whole, &vector->scope);
	return is_expected(&text,
			   sigv4_signature(arena, vector->credentials.secret_key, &vector->scope,
					   text.string_to_sign),
			   expected);
}

static bool holds_in_headers(struct arena *arena, struct vector *vector,
			     const struct expected *expected)
{
	struct str_pair added[SIGV4_HEADERS_MAX];
	struct sigv4_request whole;
	struct sigv4_text text;
	struct str value;
	size_t n;

	if (vector->signs_body)
		add_header(vector, STR("x-amz-content-sha256"),
			   hash_sha256_hex(arena, vector->request.body));
	n = sigv4_sign(arena, &vector->request, &vector->credentials, &vector->scope, added);
	assert_in_range(n, 2, SIGV4_HEADERS_MAX);
	whole = vector->request;
	for (size_t i = 0; i + 1 < n; i++)
		vector->headers[whole.nheaders++] = added[i];
	text = sigv4_write(arena, &whole, &vector->scope);
	value = added[n - 1].value;
	assert_text(added[n - 1].name, STR("Authorization"));
	return is_expected(&text, str_sub(value, value.len - 64, 64), expected);
}

static bool holds(struct arena *arena, const char *folder)
{
	struct expected in_headers = read_expected(arena, folder, "header");
	struct expected in_query = read_expected(arena, folder, "query");
	struct vector vector;

	read_vector(arena, folder, &vector);
	return holds_in_query(arena, &vector, &in_query) &&
	       holds_in_headers(arena, &vector, &in_headers);
}

static int is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void every_published_case_is_signed_as_AWS_signs_it(void **state)
{
	struct arena *arena = *state;
	const char *shared = getenv("INNKEEPER_SHARED");
	struct str folder =
		str_printf(arena, "%s/corpora/sigv4", shared && *shared ? shared : "../shared");
	struct dirent **names = NULL;
	int n = scandir(folder.ptr, &names, is_case, alphasort), nwrong = 0;

	if (n < 0)
		print_message("# NOT RUN: there is no published SigV4 corpus at %s\n", folder.ptr);
	else
		assert_true(n >= 38);
	for (int i = 0; i < n; i++) {
		struct str path =
			str_printf(arena, STR_FMT "/%s", STR_ARG(folder), names[i]->d_name);

		if (!holds(arena, path.ptr)) {
			print_message("# %s\n", names[i]->d_name);
			nwrong++;
		}
		free(names[i]);
	}
	free(names);
	assert_int_equal(nwrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_published_case_is_signed_as_AWS_signs_it,
						open_arena, close_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
