#include "main/man.h"

#include <ctype.h>
#include <stdio.h>

#include "main/build.h"
#include "main/help.h"
#include "main/settings.h"

/* Text of our tables in roff: what begins with a dot or a quote would be a request. */
static void put(const char *text)
{
	if (text[0] == '.' || text[0] == '\'')
		fputs("\\&", stdout);
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '"')
			fputs("\\(dq", stdout);
		else
			putchar(*text);
	}
}

/* The words of `a|b` and FILE: what is meant literally is bold, what stands for something else is italic. */
static void put_argument(const char *text)
{
	printf(isupper((unsigned char)text[0]) ? " \\fI" : " \\fB");
	put(text);
	printf("\\fR");
}

static void put_flag(const struct flag *flag, bool is_setting)
{
	printf(".TP\n\\fB\\-\\-");
	put(flag->name);
	printf("\\fR");
	if (flag->takes)
		put_argument(flag->takes);
	putchar('\n');
	put(flag->meaning);
	putchar('\n');
	if (flag->initial[0] != '\0') {
		printf("[\\fB");
		put(flag->initial);
		puts("\\fR]");
	}
	if (!is_setting)
		return;
	printf(".br\n\\fBINNKEEPER_");
	for (const char *c = flag->name; *c != '\0'; c++)
		putchar(*c == '-' ? '_' : toupper((unsigned char)*c));
	puts("\\fR");
}

static void put_command(const struct command_row *row)
{
	struct flag flag;

	printf(".SS ");
	put(row->name);
	printf("\n\\fBinnkeeper ");
	put(row->name);
	printf("\\fR");
	if (row->arguments)
		put_argument(row->arguments);
	if (row->takes)
		printf(" [\\fIoptions\\fR]");
	puts(row->no_settings ? "" : " [\\fIsettings\\fR]");
	puts(".PP");
	putchar(toupper((unsigned char)row->meaning[0]));
	put(row->meaning + 1);
	puts(".");
	for (size_t i = 0; invocation_option(row, i, &flag); i++)
		put_flag(&flag, false);
}

static void put_settings(void)
{
	struct flag flag;

	puts(".SH SETTINGS\nA flag wins over its variable in the environment,\nwhich wins over the file, "
	     "which wins over the default.\nIn the file a line is\n\\fIname\\fR = \\fIvalue\\fR,\n"
	     "the name without dashes; a line that begins with # is a comment.\n"
	     "Sizes are numbers of bytes, or end in K, M or G; times end in ms, s, m or h.");
	for (size_t i = 0; settings_flag(i, &flag); i++)
		put_flag(&flag, true);
}

int man(const struct invocation *invocation)
{
	const struct command_table *table = invocation->table;

	puts(".TH INNKEEPER 1 \"\" \"innkeeper " BUILD_VERSION "\"\n.SH NAME\n"
	     "innkeeper \\- " HELP_SUMMARY "\n.SH SYNOPSIS\n"
	     "\\fBinnkeeper\\fR \\fICOMMAND\\fR [\\fIarguments\\fR] [\\fIsettings\\fR]\n.br\n"
	     "\\fBinnkeeper help\\fR [\\fICOMMAND\\fR]\n.SH COMMANDS");
	for (size_t i = 0; i < table->n; i++) {
		if (table->rows[i].run)
			put_command(&table->rows[i]);
	}
	put_settings();
	puts(".SH EXIT STATUS");
	for (const struct exit_code *exit = help_exit_codes; exit->meaning; exit++)
		printf(".TP\n\\fB%d\\fR\n%s\n", exit->code, exit->meaning);
	puts(".SH EXAMPLES\n.nf");
	for (size_t i = 0; i < table->n; i++) {
		if (table->rows[i].run) {
			put(table->rows[i].example);
			putchar('\n');
		}
	}
	puts(".fi");
	return EXIT_DONE;
}
