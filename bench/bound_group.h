/* bench/bound_group.h - the least group commit: one writer thread, one SQLite transaction a group.
 *
 * A member is the three rows of one addRoomType; each is a savepoint, so that a condition that
 * fails undoes only its own. A failing engine ends the process: a bound has no recovery.
 * Owner:   members are the caller's until their done() was called.
 * Threads: any number submit; done() runs on the writer thread, after the sync.
 */
#ifndef BENCH_BOUND_GROUP_H
#define BENCH_BOUND_GROUP_H

#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>

enum { BOUND_GROUP_MAX = 256 };

struct bound_member {
	struct bound_member *next;
	unsigned hotel;
	uint64_t rev; /* set by the submit: the revision that is written, over rev - 1 */
	bool applied; /* false: the condition on rev did not hold */
	void (*done)(struct bound_member *m);
	sem_t wake; /* of bound_group_add only */
};

struct bound_group_options {
	const char *path;          /* of a database that does not exist yet */
	unsigned hotels;           /* made at open, each with a ctl row */
	unsigned linger_us;        /* how long the writer waits for more members once it has one */
	unsigned checkpoint_pages; /* 0: SQLite's 1,000 */
	unsigned wal_mib;          /* zeros written into the log beforehand; 0: none */
	unsigned page_bytes;       /* 0: SQLite's 4,096 */
};

/* Takes the pair at argv[*i] when it is an option of the group, moving *i; false: it is not. */
bool bound_group_option(struct bound_group_options *o, char **argv, int *i);

/* Makes the database and starts the writer. */
struct bound_group *bound_group_open(const struct bound_group_options *o);

/* Queues a member; many of one hotel may be in one group, in the order of their submits. */
void bound_group_submit(struct bound_group *g, struct bound_member *m);

/* One writer of a hotel at a time, as the domain has it: waits for the hotel, then for the sync. */
bool bound_group_add(struct bound_group *g, unsigned hotel);

/* Prints commits, groups, members a group and the spread of their sizes to stdout. */
void bound_group_print(struct bound_group *g);

#endif
