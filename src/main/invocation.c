#include "main/invocation.h"

#include <stdio.h>
#include <string.h>

#include "main/settings.h"
#include "main/suggest.h"

struct option {
	struct flag flag;
	enum option_bit bit;
	size_t offset;
};

#define OPTION(name, bit, member, takes, meaning)                                           \
	{                                                                                   \
		{ name, takes, "", meaning }, bit, offsetof(struct command_options, member) \
	}

/* One of the contract that is not built: refused, and shown to nobody. */
#define UNBUILT(name, bit)                         \
	{                                          \
		{ name, "URL", "", NULL }, bit, 0, \
	}

static const struct option options[] = {
	OPTION("json", TAKES_JSON, json, NULL, "print JSON, one object a line"),
	OPTION("quiet", TAKES_QUIET, quiet, NULL, "show no progress"),
	OPTION("replace", TAKES_REPLACE, replace, NULL, "put it over what is there"),
	OPTION("repair", TAKES_REPAIR, repair, NULL,
	       "write anew what follows from the hotels: listings, names, counts"),
	OPTION("origin", TAKES_ORIGIN, origin, NULL,
	       "say of each setting whether a flag, the environment, the file or nobody gave it"),
	OPTION("head", TAKES_HEAD, head, "HASH",
	       "also find a hotel whose history continues this hash"),
	OPTION("only", TAKES_ONLY, only, "store", "these parts of it alone, separated by commas"),
	OPTION("from", TAKES_STORES, from, "URL", "the store to copy, which is only read"),
	OPTION("to", TAKES_STORES, to, "URL", "the store that gets what it holds"),
	UNBUILT("sales-from", TAKES_STORES),
	UNBUILT("sales-to", TAKES_STORES),
	UNBUILT("blob-from", TAKES_STORES),
	UNBUILT("blob-to", TAKES_STORES),
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

static const struct option *find(const struct command_row *row, struct str flag)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if ((row->takes & options[i].bit) && str_eq(str_of(options[i].flag.name), flag))
			return &options[i];
	}
	return NULL;
}

static enum err fail_unknown(struct invocation *invocation, const char *argument, struct str flag)
{
	struct cx *cx = invocation->cx;
	struct suggestion near = { .word = flag };
	struct str hint;

	for (size_t i = 0; i < OPTIONS; i++) {
		if ((invocation->row->takes & options[i].bit) && options[i].flag.meaning)
			suggest_consider(&near, options[i].flag.name);
	}
	if (!invocation->row->no_settings)
		settings_suggest(&near);
	hint = suggest_text(&near, cx->arena, "--");
	return fail(cx, ERR_INVALID, "invalid", "there is no setting %s" STR_FMT ": see --help",
		    argument, STR_ARG(hint));
}

static enum err take_option(struct invocation *invocation, const struct vec *rest, size_t *i)
{
	const char *argument = *(const char **)vec_at(rest, *i, sizeof(char *));
	struct str text = str_of(argument);
	struct str flag = str_sub(text, 2, str_index(text, '=') - 2);
	const struct option *option =
		str_starts(text, STR("--")) ? find(invocation->row, flag) : NULL;
	void *at;

	if (!option)
		return fail_unknown(invocation, argument, flag);
	if (!option->flag.meaning)
		return fail(invocation->cx, ERR_INVALID, "not_implemented", "--%s is not built yet",
			    option->flag.name);
	at = (char *)&invocation->options + option->offset;
	if (!option->flag.takes && flag.len + 2 < text.len)
		return fail(invocation->cx, ERR_INVALID, "invalid", "--%s takes no value",
			    option->flag.name);
	if (!option->flag.takes)
		*(bool *)at = true;
	else if (flag.len + 2 < text.len)
		*(const char **)at = argument + flag.len + 3;
	else if (*i + 1 < rest->n)
		*(const char **)at = *(const char **)vec_at(rest, ++*i, sizeof(char *));
	else
		return fail(invocation->cx, ERR_INVALID, "invalid", "--%s needs a value",
			    option->flag.name);
	return OK;
}

enum err invocation_read(struct invocation *invocation, int argc, char **argv)
{
	const struct command_row *row = invocation->row;
	struct vec rest = { NULL, 0, 0 };
	enum err err = settings_take_flags(invocation->cx, argc, argv, &invocation->flags, &rest);

	invocation->words = arena_array(invocation->cx->arena, rest.n, sizeof(char *));
	for (size_t i = 0; err == OK && i < rest.n; i++) {
		const char *argument = *(const char **)vec_at(&rest, i, sizeof(char *));
		bool is_word = argument[0] != '-' || strcmp(argument, "-") == 0;

		if (is_word && invocation->nwords < row->words)
			invocation->words[invocation->nwords++] = argument;
		else
			err = take_option(invocation, &rest, &i);
	}
	if (err == OK && row->no_settings && invocation->flags.n != 0)
		return fail(invocation->cx, ERR_INVALID, "invalid", "it takes no settings");
	if (err == OK && invocation->nwords < row->words && !row->words_free)
		return fail(invocation->cx, ERR_INVALID, "invalid",
			    "something is missing: innkeeper %s %s", row->name, row->arguments);
	return err;
}

int invocation_refuse(const struct invocation *invocation, int code)
{
	fprintf(stderr, "innkeeper %s: " STR_FMT "\n", invocation->row->name,
		STR_ARG(invocation->cx->failure.detail));
	return code;
}

bool invocation_option(const struct command_row *row, size_t i, struct flag *out)
{
	for (size_t at = 0; at < OPTIONS; at++) {
		if (!(row->takes & options[at].bit) || !options[at].flag.meaning || i-- != 0)
			continue;
		*out = options[at].flag;
		return true;
	}
	return false;
}
