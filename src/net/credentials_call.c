#include "net/credentials_call.h"

#include "net/http_target.h"

/* Credentials and their wrapping have some 2 KiB; a token of STS may have more. */
#define REPLY_BYTES_MAX ((size_t)64 * 1024)

static struct str without_port(struct str host)
{
	size_t end = host.ptr[0] == '[' ? str_index(host, ']') + 1 : str_index(host, ':');

	return str_sub(host, 0, end);
}

enum err credentials_call_check_url(struct cx *cx, struct str place, const char *variable,
				    struct str url, struct str *host)
{
	struct http_target target;

	if (!http_target_parse(STR("GET"), url, &target) || target.host.len == 0)
		return credentials_refuse(cx, place, "%s is no http or https URL", variable);
	*host = without_port(target.host);
	return OK;
}

static bool may_pass(unsigned status)
{
	return status == 429 || status >= 500;
}

enum err credentials_call(const struct credentials_options *options, struct cx *cx,
			  struct str place, struct http_client_call *call, unsigned tries,
			  struct http_client_reply *out)
{
	struct str reason;
	enum err err = OK;

	call->reply_bytes_max = REPLY_BYTES_MAX;
	if (options->timeout_ms != 0)
		call->timeout_ms = options->timeout_ms;
	for (unsigned i = 0; i < tries && (i == 0 || err != OK || may_pass(out->status)); i++) {
		cx_clear(cx);
		err = http_client_call(options->client, cx, call, out);
	}
	if (err == OK)
		return OK;
	reason = cx->failure.detail;
	cx_clear(cx);
	return credentials_refuse(cx, place, "no answer: " STR_FMT, STR_ARG(reason));
}
