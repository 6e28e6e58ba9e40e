/* main/help.h - what --help prints, and the words that the manual has in common with it. */
#ifndef INNKEEPER_MAIN_HELP_H
#define INNKEEPER_MAIN_HELP_H

#include <stdio.h>

#include "main/invocation.h"

#define HELP_SUMMARY "a hotel central reservation back end"

struct exit_code {
	int code;
	const char *meaning;
};

/* Ends with a NULL meaning. */
extern const struct exit_code help_exit_codes[];

void help_print(FILE *out, const struct command_table *table);

/* About one command that is built. */
void help_print_of(const struct command_row *row);

#endif
