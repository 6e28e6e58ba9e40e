#include "contract_folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "adapter/store_sqlite.h"

static char folder[64];
static unsigned stores;

void contract_folder_open(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%.40s/contract-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder)) {
		perror(folder);
		exit(1);
	}
}

struct store *contract_folder_new_sqlite(void)
{
	struct store *store = NULL;
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	if (store_sqlite_open(&cx, str_printf(&arena, "%s/%u.db", folder, stores++), &store) != OK)
		fprintf(stderr, STR_FMT "\n", STR_ARG(cx.failure.detail));
	arena_close(&arena);
	return store;
}

void contract_folder_close(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (dir)
		closedir(dir);
	rmdir(folder);
}
