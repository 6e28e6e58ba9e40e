#include "adapter/dynamodb_endpoint.h"

#include <unistd.h>

/* What a host and its port are made of; IPv6 stands in brackets. */
static bool is_authority(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];

		if (byte <= ' ' || byte == 0x7f || byte == '/' || byte == '?' || byte == '#' ||
		    byte == '@')
			return false;
	}
	return text.len != 0;
}

static struct str named(const struct credentials_options *options, const char *variable)
{
	return str_of(options->get_env(variable));
}

/* On Lambda the folder of certificates that our zip brings (tools/lambda_zip), in place of the system's, which may not be there. */
static const char *find_trusted(const struct credentials_options *options, struct arena *arena)
{
	struct str root = named(options, "LAMBDA_TASK_ROOT");
	const char *path;

	if (root.len == 0)
		return NULL;
	path = str_c(arena, str_printf(arena, STR_FMT "/certs", STR_ARG(root)));
	return path && access(path, R_OK | X_OK) == 0 ? path : NULL;
}

static enum err split(struct cx *cx, struct str endpoint, struct dynamodb_endpoint *out)
{
	bool is_tls = str_starts(endpoint, STR("https://"));
	struct str host = str_sub(endpoint, is_tls ? 8 : 7, endpoint.len);

	if (host.len != 0 && host.ptr[host.len - 1] == '/')
		host.len--;
	if ((!is_tls && !str_starts(endpoint, STR("http://"))) || !is_authority(host))
		return fail(cx, ERR_INVALID, "invalid",
			    "DynamoDB's endpoint is no http(s)://HOST[:PORT]");
	out->host = str_dup(cx->arena, host);
	out->url = str_printf(cx->arena, "%s://" STR_FMT "/", is_tls ? "https" : "http",
			      STR_ARG(host));
	return cx_check_memory(cx);
}

/* A name of a region goes into that of a host. */
static bool is_region(struct str region)
{
	for (size_t i = 0; i < region.len; i++) {
		char byte = region.ptr[i];

		if ((byte < 'a' || byte > 'z') && (byte < '0' || byte > '9') && byte != '-')
			return false;
	}
	return region.len != 0 && region.len <= 63;
}

enum err dynamodb_endpoint_find(struct cx *cx, const struct credentials_options *options,
				struct str endpoint, struct dynamodb_endpoint *out)
{
	enum err err = OK;

	out->region = str_dup(cx->arena, str_of(options->region));
	if (out->region.len == 0)
		err = credentials_find_region(cx, options, &out->region);
	if (err != OK)
		return err;
	if (!is_region(out->region))
		return fail(cx, ERR_INVALID, "invalid",
			    "DynamoDB has no region: give `region=`, or set AWS_REGION");
	out->trusted = find_trusted(options, cx->arena);
	if (endpoint.len == 0)
		endpoint = named(options, "AWS_ENDPOINT_URL_DYNAMODB");
	if (endpoint.len == 0)
		endpoint = named(options, "AWS_ENDPOINT_URL");
	if (endpoint.len == 0)
		endpoint = str_printf(cx->arena, "https://dynamodb." STR_FMT ".amazonaws.com%s",
				      STR_ARG(out->region),
				      str_starts(out->region, STR("cn-")) ? ".cn" : "");
	return split(cx, endpoint, out);
}
