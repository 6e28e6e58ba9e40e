#include "net/credentials_container.h"

#include <arpa/inet.h>
#include <string.h>

#include "net/credentials_call.h"
#include "net/credentials_file.h"
#include "net/credentials_reply.h"

#define TIMEOUT_MS 2000
#define TRIES 3

#define RELATIVE_URI "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL_URI "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

static const struct str place = STR_INIT("container endpoint");

/* 127.0.0.0/8, and where ECS and EKS answer. */
static bool is_near_ipv4(const char *text)
{
	struct in_addr address, ecs, eks;

	if (inet_pton(AF_INET, text, &address) != 1)
		return false;
	inet_pton(AF_INET, "169.254.170.2", &ecs);
	inet_pton(AF_INET, "169.254.170.23", &eks);
	return ntohl(address.s_addr) >> 24 == 127 || address.s_addr == ecs.s_addr ||
	       address.s_addr == eks.s_addr;
}

static bool is_near_ipv6(const char *text)
{
	struct in6_addr address, eks;

	if (inet_pton(AF_INET6, text, &address) != 1)
		return false;
	inet_pton(AF_INET6, "fd00:ec2::23", &eks);
	return IN6_IS_ADDR_LOOPBACK(&address) || memcmp(&address, &eks, sizeof(eks)) == 0;
}

/* Everybody else on the way could read what is sent in the clear. */
static bool is_near(struct str host)
{
	char text[INET6_ADDRSTRLEN];
	const bool is_ipv6 = host.ptr[0] == '[';

	if (str_eq_nocase(host, STR("localhost")))
		return true;
	if (is_ipv6)
		host = str_sub(host, 1, host.len - 2);
	if (host.len >= sizeof(text))
		return false;
	memcpy(text, host.ptr, host.len);
	text[host.len] = '\0';
	return is_ipv6 ? is_near_ipv6(text) : is_near_ipv4(text);
}

enum err credentials_container_url(const struct credentials_options *options, struct cx *cx,
				   struct str *url)
{
	struct str relative = credentials_env(options, RELATIVE_URI), host;
	enum err err;

	if (relative.len != 0) {
		if (relative.ptr[0] != '/')
			return credentials_refuse(cx, place, RELATIVE_URI " is no path");
		*url = str_printf(cx->arena, "http://169.254.170.2" STR_FMT, STR_ARG(relative));
		return credentials_call_check_url(cx, place, RELATIVE_URI, *url, &host);
	}
	*url = credentials_env(options, FULL_URI);
	if (url->len == 0)
		return OK;
	err = credentials_call_check_url(cx, place, FULL_URI, *url, &host);
	if (err != OK)
		return err;
	if (!str_starts(*url, STR("https://")) && !is_near(host))
		return credentials_refuse(
			cx, place,
			FULL_URI " is neither https nor of this machine or its container platform");
	return OK;
}

/* Empty when the endpoint is to be asked without one. */
static enum err read_token(const struct credentials_options *options, struct cx *cx,
			   struct str *out)
{
	struct str path = credentials_env(options, TOKEN_FILE);

	if (path.len != 0)
		return credentials_file_token(cx, place, TOKEN_FILE, path, out);
	*out = credentials_env(options, TOKEN);
	if (out->len != 0 && !credentials_is_token(*out))
		return credentials_refuse(cx, place,
					  TOKEN " has characters that no header may have");
	return OK;
}

enum err credentials_container_fetch(const struct credentials_options *options, struct cx *cx,
				     struct credentials_found *out)
{
	struct str_pair header = { .name = STR("Authorization") };
	struct http_client_call call = {
		.method = STR("GET"),
		.headers = &header,
		.timeout_ms = TIMEOUT_MS,
	};
	struct http_client_reply reply;
	enum err err = credentials_container_url(options, cx, &call.url);

	if (err != OK || call.url.len == 0)
		return err;
	out->place = place;
	err = read_token(options, cx, &header.value);
	if (err != OK)
		return err;
	call.nheaders = header.value.len != 0;
	err = credentials_call(options, cx, place, &call, TRIES, &reply);
	if (err != OK)
		return err;
	if (reply.status != 200)
		return credentials_refuse(cx, place, "the answer has status %u", reply.status);
	return credentials_reply_parse(cx, reply.body, out);
}
