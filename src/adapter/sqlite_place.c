#include "adapter/sqlite_place.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/heap.h"

static const char *const endings[SQLITE_PLACE_FILES] = { "", "-wal", "-shm" };

void sqlite_place_open(struct sqlite_place *place, const char *path)
{
	struct stat st;
	char *name;

	for (size_t i = 0; i < SQLITE_PLACE_FILES; i++) {
		if (asprintf(&name, "%s%s", path, endings[i]) < 0)
			heap_exhausted();
		if (stat(name, &st) < 0) {
			free(name);
			continue;
		}
		place->paths[i] = name;
		place->devices[i] = st.st_dev;
		place->numbers[i] = st.st_ino;
	}
}

bool sqlite_place_is_kept(const struct sqlite_place *place)
{
	struct stat st;

	for (size_t i = 0; i < SQLITE_PLACE_FILES; i++) {
		if (place->paths[i] &&
		    (stat(place->paths[i], &st) < 0 || st.st_dev != place->devices[i] ||
		     st.st_ino != place->numbers[i]))
			return false;
	}
	return true;
}

void sqlite_place_close(struct sqlite_place *place)
{
	for (size_t i = 0; i < SQLITE_PLACE_FILES; i++)
		free(place->paths[i]);
}
