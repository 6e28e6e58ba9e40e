#include "main/help.h"

#include <string.h>

#include "main/settings.h"

#define VARIABLES "each also as INNKEEPER_… in the environment, a flag wins"

const struct exit_code help_exit_codes[] = {
	{ EXIT_DONE, "done" },
	{ EXIT_FAILED, "failed" },
	{ EXIT_USAGE, "wrong usage" },
	{ EXIT_DAMAGE, "check found damage" },
	{ 0, NULL },
};

static void print_flag(FILE *out, const struct flag *flag)
{
	const char *takes = flag->takes ? flag->takes : "";
	int width = 22 - (int)strlen(flag->name);

	fprintf(out, "  --%s %-*s %s", flag->name, width, takes, flag->meaning);
	fprintf(out, flag->initial[0] != '\0' ? " [%s]\n" : "%s\n", flag->initial);
}

static void print_settings(FILE *out)
{
	struct flag flag;

	for (size_t i = 0; settings_flag(i, &flag); i++)
		print_flag(out, &flag);
}

void help_print(FILE *out, const struct command_table *table)
{
	fputs("innkeeper: " HELP_SUMMARY "\n\n"
	      "Usage: innkeeper COMMAND [arguments] [settings]\n\nCommands:\n",
	      out);
	for (size_t i = 0; i < table->n; i++) {
		const struct command_row *row = &table->rows[i];
		const char *arguments = row->arguments ? row->arguments : "";

		if (row->run)
			fprintf(out, "  %s %-*s %s\n", row->name, 24 - (int)strlen(row->name),
				arguments, row->meaning);
	}
	fputs("  help [COMMAND]            print this, or more about a command\n\nExamples:\n",
	      out);
	for (size_t i = 0; i < table->n; i++) {
		if (table->rows[i].run)
			fprintf(out, "  %s\n", table->rows[i].example);
	}
	fputs("\nSettings of every command that has any (" VARIABLES "):\n", out);
	print_settings(out);
	fputs("\nExit codes: ", out);
	for (const struct exit_code *exit = help_exit_codes; exit->meaning; exit++)
		fprintf(out, "%s%d %s", exit == help_exit_codes ? "" : ", ", exit->code,
			exit->meaning);
	fputs("\n", out);
}

void help_print_of(const struct command_row *row)
{
	struct flag flag;

	printf("innkeeper %s: %s\n\nUsage: innkeeper %s%s%s%s%s\n\nExamples:\n  %s\n", row->name,
	       row->meaning, row->name, row->arguments ? " " : "",
	       row->arguments ? row->arguments : "", row->takes ? " [options]" : "",
	       row->no_settings ? "" : " [settings]", row->example);
	if (row->takes)
		puts("\nOptions:");
	for (size_t i = 0; invocation_option(row, i, &flag); i++)
		print_flag(stdout, &flag);
	if (!row->no_settings) {
		puts("\nSettings (" VARIABLES "):");
		print_settings(stdout);
	}
}
