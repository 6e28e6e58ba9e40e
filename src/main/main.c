#include <stdio.h>
#include <string.h>

#include "main/serve.h"
#include "main/settings.h"

#define EXIT_USAGE 2

static void print_help(FILE *out)
{
	fputs("innkeeper: a hotel central reservation back end\n\n"
	      "Usage:\n"
	      "  innkeeper serve [settings]   answer HTTP until SIGTERM\n"
	      "  innkeeper version            print the version\n"
	      "  innkeeper help               print this\n\n"
	      "Examples:\n"
	      "  innkeeper serve --data ./data\n"
	      "  INNKEEPER_LISTEN=127.0.0.1:9000 innkeeper serve --cache-size 1G\n\n"
	      "Settings (each also as INNKEEPER_… in the environment, a flag wins):\n",
	      out);
	settings_print_help(out);
}

static bool is_unbuilt(const char *command)
{
	static const char *const commands[] = { "lambda",  "demo",   "import",  "export",
						"copy",    "backup", "restore", "check",
						"migrate", "keys",   "openapi", "config" };

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i], command) == 0)
			return true;
	}
	return false;
}

static bool wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	}
	return argc > 1 && strcmp(argv[1], "help") == 0;
}

int main(int argc, char **argv)
{
	if (wants_help(argc, argv)) {
		print_help(stdout);
		return 0;
	}
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "serve") == 0)
		return serve(argc - 2, argv + 2);
	if (strcmp(argv[1], "version") == 0 || strcmp(argv[1], "--version") == 0) {
		puts("innkeeper " INNKEEPER_VERSION);
		return 0;
	}
	if (is_unbuilt(argv[1]))
		fprintf(stderr, "innkeeper: %s is not built yet\n", argv[1]);
	else
		fprintf(stderr, "innkeeper: there is no command %s: see innkeeper --help\n",
			argv[1]);
	return EXIT_USAGE;
}
