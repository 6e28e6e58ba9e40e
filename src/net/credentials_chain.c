#include "net/credentials_chain.h"

#include "net/credentials_container.h"
#include "net/credentials_instance.h"
#include "net/credentials_profile.h"
#include "net/credentials_web.h"

static enum err fetch_environment(const struct credentials_options *options, struct cx *cx,
				  struct credentials_found *out)
{
	const struct sigv4_credentials keys = {
		.access_key = credentials_env(options, "AWS_ACCESS_KEY_ID"),
		.secret_key = credentials_env(options, "AWS_SECRET_ACCESS_KEY"),
		.session_token = credentials_env(options, "AWS_SESSION_TOKEN"),
	};

	(void)cx;
	if (keys.access_key.len + keys.secret_key.len + keys.session_token.len == 0)
		return OK;
	out->place = STR("environment");
	out->keys = keys;
	return OK;
}

enum err credentials_chain_fetch(const struct credentials_options *options, struct cx *cx,
				 struct credentials_found *out)
{
	static enum err (*const places[])(const struct credentials_options *, struct cx *,
					  struct credentials_found *) = {
		fetch_environment,           credentials_web_fetch,      credentials_profile_fetch,
		credentials_container_fetch, credentials_instance_fetch,
	};
	enum err err = OK;

	*out = (struct credentials_found){ .expires_ms = INT64_MAX };
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		err = places[i](options, cx, out);
		if (err != OK || out->place.len != 0)
			break;
	}
	if (err == OK)
		err = cx_check_memory(cx);
	if (err != OK)
		return err;
	if (out->place.len == 0)
		return fail(cx, ERR_UNAVAILABLE, "unavailable",
			    "AWS credentials: no place is configured that has some");
	return credentials_check(cx, out);
}
