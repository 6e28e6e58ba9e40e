#include "runtime/lambda_event_caller.h"

#include "runtime/lambda_members.h"

/* Of an authorizer's context anything may come. */
static enum err read_object(struct cx *cx, const char *where, struct str text,
			    struct lambda_member *members, size_t n)
{
	if (text.len == 0 || text.ptr[0] != '{')
		return OK;
	return lambda_members_read(cx, where, text, members, n);
}

/* The first of the members that says something, unless one is found already. */
static enum err choose(struct cx *cx, const struct lambda_member *members, size_t n,
		       struct str *user)
{
	for (size_t i = 0; i < n && user->len == 0; i++) {
		bool is_text = members[i].text.len != 0 && members[i].text.ptr[0] == '"';
		enum err err = is_text ? lambda_members_text(cx, &members[i], user) : OK;

		if (err != OK)
			return err;
	}
	return OK;
}

static enum err read_names(struct cx *cx, const char *where, struct str text,
			   struct lambda_member *members, size_t n, struct str *user)
{
	enum err err = read_object(cx, where, text, members, n);

	return err != OK ? err : choose(cx, members, n, user);
}

static enum err read_claims(struct cx *cx, struct str text, struct str *user)
{
	struct lambda_member names[] = { { "cognito:username", STR("") },
					 { "username", STR("") },
					 { "sub", STR("") } };

	return read_names(cx, "claims", text, names, sizeof(names) / sizeof(names[0]), user);
}

static enum err read_jwt(struct cx *cx, struct str text, struct str *user)
{
	struct lambda_member claims = { "claims", STR("") };
	enum err err = read_object(cx, "jwt", text, &claims, 1);

	return err != OK ? err : read_claims(cx, claims.text, user);
}

/* Who came by an identity pool has a role that all its users have. */
static enum err read_iam(struct cx *cx, struct str text, struct str *user)
{
	enum { COGNITO, ARN, MEMBERS };
	struct lambda_member members[MEMBERS] = {
		[COGNITO] = { "cognitoIdentity", STR("") }, [ARN] = { "userArn", STR("") }
	};
	struct lambda_member id = { "identityId", STR("") };
	enum err err = read_object(cx, "iam", text, members, MEMBERS);

	if (err == OK)
		err = read_names(cx, "cognitoIdentity", members[COGNITO].text, &id, 1, user);
	return err != OK ? err : choose(cx, &members[ARN], 1, user);
}

static enum err read_authorizer(struct cx *cx, struct str text, struct str *user)
{
	enum { CLAIMS, JWT, PRINCIPAL, LAMBDA, IAM, MEMBERS };
	struct lambda_member members[MEMBERS] = {
		[CLAIMS] = { "claims", STR("") },
		[JWT] = { "jwt", STR("") },
		[PRINCIPAL] = { "principalId", STR("") },
		[LAMBDA] = { "lambda", STR("") },
		[IAM] = { "iam", STR("") },
	};
	struct lambda_member principal = { "principalId", STR("") };
	enum err err = read_object(cx, "authorizer", text, members, MEMBERS);

	if (err == OK)
		err = read_claims(cx, members[CLAIMS].text, user);
	if (err == OK)
		err = read_jwt(cx, members[JWT].text, user);
	if (err == OK)
		err = choose(cx, &members[PRINCIPAL], 1, user);
	if (err == OK)
		err = read_names(cx, "lambda", members[LAMBDA].text, &principal, 1, user);
	if (err == OK)
		err = read_iam(cx, members[IAM].text, user);
	return err;
}

enum err lambda_event_caller_read(struct cx *cx, struct str authorizer, struct str identity,
				  struct str *user)
{
	struct lambda_member names[] = { { "cognitoIdentityId", STR("") }, { "userArn", STR("") } };
	enum err err;

	*user = STR("");
	err = read_authorizer(cx, authorizer, user);
	if (err != OK)
		return err;
	return read_names(cx, "identity", identity, names, sizeof(names) / sizeof(names[0]), user);
}
