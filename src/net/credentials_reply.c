#include "net/credentials_reply.h"

#include "codec/instant.h"
#include "codec/json_reader.h"

#define VALUES_MAX 100

enum member { CODE, ACCESS_KEY, SECRET_KEY, TOKEN, EXPIRATION, MEMBERS };

static const struct str names[MEMBERS] = {
	[CODE] = STR_INIT("Code"),
	[ACCESS_KEY] = STR_INIT("AccessKeyId"),
	[SECRET_KEY] = STR_INIT("SecretAccessKey"),
	[TOKEN] = STR_INIT("Token"),
	[EXPIRATION] = STR_INIT("Expiration"),
};

static unsigned find_member(struct str name)
{
	unsigned i = 0;

	while (i < MEMBERS && !str_eq(name, names[i]))
		i++;
	return i;
}

/* A pointer that is not NULL says that the member came. */
static bool read_members(struct json_reader *reader, struct str values[MEMBERS])
{
	struct str name;

	if (!json_enter_object(reader))
		return false;
	while (json_next_member(reader, &name)) {
		const unsigned member = find_member(name);

		if (member == MEMBERS) {
			if (!json_skip(reader))
				return false;
		} else if (values[member].ptr || !json_read_string(reader, &values[member])) {
			return false;
		}
	}
	return json_reader_finish(reader);
}

enum err credentials_reply_expiry(struct cx *cx, struct str text, struct credentials_found *out)
{
	if (!instant_parse(text, &out->expires_ms))
		return credentials_refuse(cx, out->place,
					  "the answer names no instant at which they expire");
	return OK;
}

enum err credentials_reply_parse(struct cx *cx, struct str body, struct credentials_found *out)
{
	struct str values[MEMBERS] = { 0 };
	struct json_reader reader;

	json_reader_init(&reader, cx->arena, body, VALUES_MAX);
	if (!read_members(&reader, values))
		return credentials_refuse(cx, out->place,
					  "the answer is no JSON object with each member once");
	if (values[CODE].ptr && !str_eq(values[CODE], STR("Success")))
		return credentials_refuse(cx, out->place, "the answer says that it is no success");
	for (unsigned i = ACCESS_KEY; i < MEMBERS; i++) {
		if (values[i].len == 0)
			return credentials_refuse(cx, out->place, "the answer has no " STR_FMT,
						  STR_ARG(names[i]));
	}
	out->keys = (struct sigv4_credentials){
		.access_key = values[ACCESS_KEY],
		.secret_key = values[SECRET_KEY],
		.session_token = values[TOKEN],
	};
	return credentials_reply_expiry(cx, values[EXPIRATION], out);
}
