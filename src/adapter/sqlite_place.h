/* adapter/sqlite_place.h - are a database's files still where they were opened?
 *
 * What is written to a file that was removed, or moved away, succeeds, is synced, and is found by nobody afterwards.
 * Owner:   the store; opened with its writer, before anybody asks.
 * Threads: any may ask.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_PLACE_H
#define INNKEEPER_ADAPTER_SQLITE_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

/* The database, its log, the index over that. */
#define SQLITE_PLACE_FILES 3

struct sqlite_place {
	char *paths[SQLITE_PLACE_FILES]; /* the place's own */
	dev_t devices[SQLITE_PLACE_FILES];
	ino_t numbers[SQLITE_PLACE_FILES];
};

/* Notes the files of a database that a connection has open and has read from. What is not there then is not asked for later. */
void sqlite_place_open(struct sqlite_place *place, const char *path);

/* False when one of them is gone, or another one is in its place. */
bool sqlite_place_is_kept(const struct sqlite_place *place);

/* One of zeros is nothing. */
void sqlite_place_close(struct sqlite_place *place);

#endif
