/* net/credentials_ini.h - the settings of one profile in a file of the tools of AWS.
 *
 * `[name]` in the credentials file, `[profile name]` or `[default]` in the config file; `name = value` below it; a line that begins with
 * `#` or `;` is a comment; a line that is deeper than the setting above it goes on with that one's value.
 * Sections of other profiles may hold anything.
 */
#ifndef INNKEEPER_NET_CREDENTIALS_INI_H
#define INNKEEPER_NET_CREDENTIALS_INI_H

#include <stdbool.h>

#include "base/str.h"

struct credentials_ini {
	struct str rest;
	struct str profile;
	bool is_config;
	bool is_inside; /* of a section of the profile */
	bool was_there; /* such a section has begun */
	unsigned line;  /* of what came last, from 1 */
	size_t depth; /* blanks before the setting above; SIZE_MAX = there is none in this section */
	const char *problem;
};

/* What credentials_ini_next has found. */
enum credentials_ini_step {
	CREDENTIALS_INI_SETTING, /* a name and a value, trimmed */
	CREDENTIALS_INI_MORE,    /* a line that goes on with the value of the setting before */
	CREDENTIALS_INI_END,
	CREDENTIALS_INI_BAD, /* see `line` and `problem` */
};

void credentials_ini_init(struct credentials_ini *ini, struct str text, struct str profile,
			  bool is_config);

enum credentials_ini_step credentials_ini_next(struct credentials_ini *ini, struct str_pair *out);

#endif
