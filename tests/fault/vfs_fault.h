/* tests/fault/vfs_fault.h - a file system for SQLite that fails, tears or delays chosen calls, and that can
 * lose what was not synced, as a power cut does.
 *
 * It stands in front of the system's and is the process's default once registered. Threads: any;
 * a call that is under way keeps the plan that it met.
 */
#ifndef FAULT_VFS_FAULT_H
#define FAULT_VFS_FAULT_H

#include <stdbool.h>

enum vfs_fault_call {
	VFS_FAULT_READ = 1,
	VFS_FAULT_WRITE = 2,
	VFS_FAULT_SYNC = 4,
	VFS_FAULT_TRUNCATE = 8,
	VFS_FAULT_SHM = 16, /* growing the index over the log */
	VFS_FAULT_DELETE = 32,
};

struct vfs_fault_plan {
	unsigned calls;     /* enum vfs_fault_call, to be combined */
	const char *suffix; /* only files whose name ends so; NULL = all */
	unsigned nth;       /* the first call to fail; 0 = none */
	unsigned count;     /* how many fail from there on; 0 = one */
	int rc;             /* SQLITE_…; SQLITE_OK: it is only delayed */
	int error;          /* errno beside it */
	bool torn;          /* a write that fails writes its first half */
	unsigned delay_ms;
	bool is_held;  /* until vfs_fault_release() */
	int exit_code; /* not 0: the process ends with it at the first call to fail, as by kill -9 */
};

/* Makes it the default of the process. */
void vfs_fault_register(void);

/* From now on a sync that does not fail is not made either: for tests that end no process and cut no power, whose disk may be slow. */
void vfs_fault_spare_syncs(void);

/* Calls that are held go on, and none is held any more by the plan. */
void vfs_fault_release(void);

/* Begins to count calls anew; NULL: nothing fails. */
void vfs_fault_plan(const struct vfs_fault_plan *plan);

/* Calls of the plan's kinds so far, and how many of them failed. */
unsigned vfs_fault_seen(void);
unsigned vfs_fault_failed(void);

/* From now on remembers what of each file was synced; a file that is there when it is opened counts as synced. */
void vfs_fault_remember(void);

/* Sets every remembered file back to what was synced. The process must not touch them any more. */
void vfs_fault_cut_power(void);

#endif
