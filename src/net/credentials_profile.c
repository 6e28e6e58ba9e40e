#include "net/credentials_profile.h"

#include <stddef.h>

#include "net/credentials_file.h"
#include "net/credentials_ini.h"

#define PROFILE "AWS_PROFILE"
#define CREDENTIALS_FILE "AWS_SHARED_CREDENTIALS_FILE"
#define CONFIG_FILE "AWS_CONFIG_FILE"

/* What a file says of the profile; empty = nothing. */
struct section {
	bool is_there;
	struct str access_key;
	struct str secret_key;
	struct str session_token;
	struct str region;
	struct str unbuilt; /* a setting that asks for a way which is not built */
};

struct profile {
	struct str name;
	struct str place;
	bool is_named;
	struct section credentials;
	struct section config;
};

static struct str *find_member(struct section *section, struct str name)
{
	static const struct {
		struct str name;
		size_t at;
	} members[] = {
		{ STR_INIT("aws_access_key_id"), offsetof(struct section, access_key) },
		{ STR_INIT("aws_secret_access_key"), offsetof(struct section, secret_key) },
		{ STR_INIT("aws_session_token"), offsetof(struct section, session_token) },
		{ STR_INIT("region"), offsetof(struct section, region) },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (str_eq_nocase(name, members[i].name))
			return (struct str *)((char *)section + members[i].at);
	}
	return NULL;
}

static bool is_unbuilt(struct str name)
{
	static const struct str names[] = {
		STR_INIT("role_arn"),          STR_INIT("source_profile"),
		STR_INIT("credential_source"), STR_INIT("credential_process"),
		STR_INIT("login_session"),     STR_INIT("web_identity_token_file"),
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq_nocase(name, names[i]))
			return true;
	}
	return str_eq_nocase(str_sub(name, 0, 4), STR("sso_"));
}

static enum err refuse_line(struct cx *cx, const struct profile *profile, struct str path,
			    unsigned line, const char *problem)
{
	return credentials_refuse(cx, profile->place, "line %u of " STR_FMT " %s", line,
				  STR_ARG(path), problem);
}

/* A value that is NULL has not come yet. */
static enum err parse(struct cx *cx, const struct profile *profile, struct str path,
		      struct str text, bool is_config, struct section *out)
{
	struct str *member = NULL;
	enum credentials_ini_step step;
	struct credentials_ini ini;
	struct str_pair setting;

	credentials_ini_init(&ini, text, profile->name, is_config);
	while ((step = credentials_ini_next(&ini, &setting)) != CREDENTIALS_INI_END) {
		if (step == CREDENTIALS_INI_BAD)
			return refuse_line(cx, profile, path, ini.line, ini.problem);
		if (step == CREDENTIALS_INI_MORE) {
			if (member)
				return refuse_line(cx, profile, path, ini.line,
						   "goes on with the value of the line above");
			continue;
		}
		member = find_member(out, setting.name);
		if (member && member->ptr)
			return refuse_line(cx, profile, path, ini.line, "names a setting again");
		if (member)
			*member = setting.value;
		else if (is_unbuilt(setting.name))
			out->unbuilt = setting.name;
	}
	out->is_there = ini.was_there;
	return OK;
}

/* Empty when nothing names it: no variable, and no HOME. */
static struct str find_path(const struct credentials_options *options, struct cx *cx,
			    const char *variable, const char *name)
{
	struct str path = credentials_env(options, variable);
	struct str home = credentials_env(options, "HOME");

	if (path.len != 0 || home.len == 0)
		return path;
	return str_printf(cx->arena, STR_FMT "/.aws/%s", STR_ARG(home), name);
}

static enum err read_section(const struct credentials_options *options, struct cx *cx,
			     const struct profile *profile, bool is_config, struct section *out)
{
	const char *variable = is_config ? CONFIG_FILE : CREDENTIALS_FILE;
	const bool may_be_missing = credentials_env(options, variable).len == 0;
	struct str path = find_path(options, cx, variable, is_config ? "config" : "credentials");
	struct str text = STR("");
	enum err err = OK;

	if (path.len != 0)
		err = credentials_file_read(cx, profile->place, path, may_be_missing, &text);
	return err == OK ? parse(cx, profile, path, text, is_config, out) : err;
}

static enum err read_profile(const struct credentials_options *options, struct cx *cx,
			     struct profile *out)
{
	struct str name = credentials_env(options, PROFILE);
	enum err err;

	*out = (struct profile){ .name = STR("default"), .is_named = name.len != 0 };
	if (out->is_named)
		out->name = name;
	out->place = str_printf(cx->arena, "profile " STR_FMT, STR_ARG(out->name));
	err = read_section(options, cx, out, false, &out->credentials);
	if (err == OK)
		err = read_section(options, cx, out, true, &out->config);
	if (err == OK && out->is_named && !out->credentials.is_there && !out->config.is_there)
		return credentials_refuse(cx, out->place, "no profile file has it");
	return err;
}

static bool has_keys(const struct section *section)
{
	return section->access_key.len + section->secret_key.len + section->session_token.len != 0;
}

enum err credentials_profile_fetch(const struct credentials_options *options, struct cx *cx,
				   struct credentials_found *out)
{
	const struct section *section;
	struct profile profile;
	enum err err = read_profile(options, cx, &profile);
	struct str unbuilt;

	if (err != OK)
		return err;
	unbuilt = profile.config.unbuilt.len != 0 ? profile.config.unbuilt
						  : profile.credentials.unbuilt;
	if (unbuilt.len != 0)
		return credentials_refuse(cx, profile.place, STR_FMT " is a way that is not built",
					  STR_ARG(unbuilt));
	section = has_keys(&profile.credentials) ? &profile.credentials : &profile.config;
	if (!has_keys(section))
		return profile.is_named ? credentials_refuse(cx, profile.place, "it has no keys")
					: OK;
	out->place = profile.place;
	out->keys = (struct sigv4_credentials){ section->access_key, section->secret_key,
						section->session_token };
	return OK;
}

enum err credentials_profile_region(const struct credentials_options *options, struct cx *cx,
				    struct str *region)
{
	struct profile profile;
	enum err err = read_profile(options, cx, &profile);

	if (err != OK)
		return err;
	*region =
		profile.config.region.len != 0 ? profile.config.region : profile.credentials.region;
	return OK;
}
