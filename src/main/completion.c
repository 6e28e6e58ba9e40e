#include "main/completion.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "main/settings.h"

/* The i-th flag of a command, its options first. */
static bool flag_at(const struct command_row *row, size_t i, struct flag *out)
{
	size_t options = 0;

	while (invocation_option(row, options, out)) {
		if (options++ == i)
			return true;
	}
	return !row->no_settings && settings_flag(i - options, out);
}

/* What stands for a value is in capitals; words that are meant literally are not. */
static bool is_word(const char *takes)
{
	return takes && islower((unsigned char)takes[0]);
}

/* Words of `a|b`, blanks between them. */
static void put_words(const char *words)
{
	for (; *words != '\0'; words++)
		putchar(*words == '|' ? ' ' : *words);
}

/* Within single quotes; `also` are characters that take a backslash there. */
static void put_quoted(const char *text, const char *also)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr(also, *text))
			putchar('\\');
		putchar(*text);
	}
}

static void put_commands(const struct command_table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		if (table->rows[i].run)
			printf("%s ", table->rows[i].name);
	}
}

/* What may stand behind a flag. */
static void put_bash_value(const struct flag *flag)
{
	if (!flag->takes)
		return;
	printf("\t*:--%s)", flag->name);
	if (is_word(flag->takes)) {
		printf(" words='");
		put_words(flag->takes);
		putchar('\'');
	} else if (strcmp(flag->takes, "FILE") == 0) {
		printf(" kind=file");
	} else if (strcmp(flag->takes, "FOLDER") == 0) {
		printf(" kind=directory");
	}
	puts(" ;;");
}

static void put_bash_command(const struct command_row *row)
{
	struct flag flag;

	printf("\t\t%s) words='", row->name);
	if (is_word(row->arguments)) {
		put_words(row->arguments);
		putchar(' ');
	}
	for (size_t i = 0; flag_at(row, i, &flag); i++)
		printf("--%s ", flag.name);
	printf("--help'%s ;;\n", row->arguments && !is_word(row->arguments) ? " kind=file" : "");
}

static void put_bash(const struct command_table *table)
{
	static const struct command_row all = { .takes = ~0u };
	struct flag flag;

	puts("# bash completion for innkeeper: innkeeper completion bash\n_innkeeper() {\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words= kind=\n"
	     "\t# --flag=value comes as three words\n"
	     "\tif [ \"$word\" = = ]; then\n\t\tword=\n"
	     "\telif [ \"$before\" = = ]; then\n\t\tbefore=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi\n"
	     "\tcase $COMP_CWORD:$before in");
	printf("\t1:*) words='");
	put_commands(table);
	puts("help --help --version' ;;");
	for (size_t i = 0; flag_at(&all, i, &flag); i++)
		put_bash_value(&flag);
	puts("\t*)\n\t\tcase ${COMP_WORDS[1]} in");
	for (size_t i = 0; i < table->n; i++) {
		if (table->rows[i].run)
			put_bash_command(&table->rows[i]);
	}
	printf("\t\thelp) words='");
	put_commands(table);
	puts("' ;;\n\t\tesac\n\t\t;;\n\tesac\n"
	     "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\"\n"
	     "\t\t[ -z \"$kind\" ] || compgen -A \"$kind\" -- \"$word\")\n"
	     "\t[ -z \"$kind\" ] || compopt -o filenames 2>/dev/null\n\treturn 0\n}\n"
	     "complete -F _innkeeper innkeeper");
}

static void put_zsh_flag(const struct flag *flag)
{
	printf("\t\t\t'--%s%s[", flag->name, flag->takes ? "=" : "");
	put_quoted(flag->meaning, "[]\\:");
	putchar(']');
	if (is_word(flag->takes)) {
		printf(":value:(");
		put_words(flag->takes);
		putchar(')');
	} else if (flag->takes) {
		putchar(':');
		put_quoted(flag->takes, ":\\");
		printf(":%s", strcmp(flag->takes, "FILE") == 0     ? "_files"
			      : strcmp(flag->takes, "FOLDER") == 0 ? "_files -/"
								   : "");
	}
	puts("' \\");
}

static void put_zsh_command(const struct command_row *row)
{
	struct flag flag;

	printf("\t%s)\n\t\t_arguments \\\n", row->name);
	for (size_t i = 0; flag_at(row, i, &flag); i++)
		put_zsh_flag(&flag);
	if (is_word(row->arguments)) {
		printf("\t\t\t'1:argument:(");
		put_words(row->arguments);
		puts(")' \\");
	} else if (row->arguments) {
		puts("\t\t\t'1:file:_files' \\");
	}
	puts("\t\t\t'--help[print help]' ;;");
}

static void put_zsh(const struct command_table *table)
{
	puts("#compdef innkeeper\n# zsh completion for innkeeper: innkeeper completion zsh\n_innkeeper() {\n"
	     "\tlocal -a commands=(");
	for (size_t i = 0; i < table->n; i++) {
		if (!table->rows[i].run)
			continue;
		printf("\t\t'%s:", table->rows[i].name);
		put_quoted(table->rows[i].meaning, "\\:");
		puts("'");
	}
	puts("\t\t'help:print help, or more about a command'\n\t)\n\tif ((CURRENT == 2)); then\n"
	     "\t\t_describe command commands\n\t\treturn\n\tfi\n"
	     "\tshift words\n\t((CURRENT--))\n\tcase $words[1] in");
	for (size_t i = 0; i < table->n; i++) {
		if (table->rows[i].run)
			put_zsh_command(&table->rows[i]);
	}
	puts("\thelp) _describe command commands ;;\n\tesac\n}\n"
	     "if [[ $funcstack[1] == _innkeeper ]]; then\n\t_innkeeper \"$@\"\nelse\n"
	     "\tcompdef _innkeeper innkeeper\nfi");
}

static void put_fish_flag(const char *commands, const struct flag *flag)
{
	printf("complete -c innkeeper -n '__fish_seen_subcommand_from %s' -l %s", commands,
	       flag->name);
	if (is_word(flag->takes))
		printf(" -x -a %s", flag->takes);
	else if (flag->takes)
		printf("%s", strcmp(flag->takes, "FILE") == 0 ? " -r -F"
			     : strcmp(flag->takes, "FOLDER") == 0
				     ? " -x -a '(__fish_complete_directories)'"
				     : " -x");
	printf(" -d '");
	put_quoted(flag->meaning, "\\");
	puts("'");
}

static void put_fish_command(const struct command_row *row)
{
	struct flag flag;

	printf("complete -c innkeeper -n __fish_use_subcommand -a %s -d '", row->name);
	put_quoted(row->meaning, "\\");
	puts("'");
	for (size_t i = 0; flag_at(row, i, &flag); i++)
		put_fish_flag(row->name, &flag);
	printf("complete -c innkeeper -n '__fish_seen_subcommand_from %s' -l help -d 'print help'\n",
	       row->name);
	if (!row->arguments)
		return;
	printf("complete -c innkeeper -n '__fish_seen_subcommand_from %s' ", row->name);
	if (is_word(row->arguments)) {
		printf("-a '");
		put_words(row->arguments);
		puts("'");
	} else {
		puts("-F");
	}
}

static void put_fish(const struct command_table *table)
{
	puts("# fish completion for innkeeper: innkeeper completion fish\ncomplete -c innkeeper -f");
	for (size_t i = 0; i < table->n; i++) {
		if (table->rows[i].run)
			put_fish_command(&table->rows[i]);
	}
	printf("complete -c innkeeper -n __fish_use_subcommand -a help -d 'print help'\n"
	       "complete -c innkeeper -n '__fish_seen_subcommand_from help' -a '");
	put_commands(table);
	puts("'");
}

int completion(const struct invocation *invocation)
{
	const char *shell = invocation->words[0];

	if (strcmp(shell, "bash") == 0)
		put_bash(invocation->table);
	else if (strcmp(shell, "zsh") == 0)
		put_zsh(invocation->table);
	else if (strcmp(shell, "fish") == 0)
		put_fish(invocation->table);
	else {
		fprintf(stderr, "innkeeper completion: %s is none of bash, zsh, fish\n", shell);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}
