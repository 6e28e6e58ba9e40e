#include "adapter/sqlite_group.h"

#include <sqlite3.h>

#include "adapter/sqlite_db.h"
#include "base/clock.h"
#include "base/log.h"

/*
 * A member that was refused because of others that failed with it was not refused after all; of itself it
 * has written nothing, so for it nothing is uncertain.
 */
static void fail_group(struct sqlite_group *group, enum err err, int rc)
{
	for (struct sqlite_job *job = group->first; job; job = job->next) {
		bool wrote = job->outcome.err == OK;

		job->outcome = (struct sqlite_outcome){ .err = err, .rc = rc };
		if (err == ERR_UNCERTAIN && !wrote)
			job->outcome.err = ERR_UNAVAILABLE;
	}
}

static void log_failure(const char *doing, int rc)
{
	log_event(LOG_LEVEL_ERROR, "write_failed", "%s: %s (%d)", doing, sqlite3_errstr(rc), rc);
}

/* The transaction broke before its commit, so nothing was written. */
static void fail_unwritten(struct sqlite_group *group, struct sqlite_rows *rows, int rc)
{
	enum err err = sqlite_db_is_full(rc, rows->error) ? ERR_LIMIT : ERR_UNAVAILABLE;

	if (err == ERR_UNAVAILABLE && (rc & 0xff) != SQLITE_BUSY)
		log_failure("a write", rc);
	group->latched = sqlite_db_is_sync(rc); /* the log's first page has a sync of its own */
	sqlite_rows_roll_back(rows);
	fail_group(group, err, rc);
}

/*
 * A log that could not be written whole lacks the frame that makes it count: nothing was written. After
 * that frame come the sync and the index over the log. When one of them fails no reader sees the commit, and
 * the next commit would overwrite it, but a process that reads the log anew would find it.
 */
static void fail_written(struct sqlite_group *group, struct sqlite_rows *rows, int rc)
{
	enum err err = ERR_UNCERTAIN;

	if (sqlite_db_is_full(rc, rows->error))
		err = ERR_LIMIT;
	else if ((rc & 0xff) == SQLITE_BUSY)
		err = ERR_UNAVAILABLE;
	else
		log_failure("a commit", rc);
	/* The index can not grow on a full disk: the sync before it was done, so there is no doubt about that. */
	group->latched = err == ERR_UNCERTAIN && rc != SQLITE_IOERR_SHMSIZE;
	sqlite_rows_roll_back(rows);
	fail_group(group, err, rc);
}

/* Sets the job's outcome; *applied tells how many of its writes were. */
static int apply_member(struct sqlite_job *job, struct sqlite_rows *rows, size_t *applied)
{
	bool holds = true;
	int rc = SQLITE_OK;
	size_t i;

	for (i = 0; i < job->n; i++) {
		rc = sqlite_rows_apply(rows, &job->writes[i], &holds);
		if (rc != SQLITE_OK || !holds)
			break;
	}
	*applied = i;
	job->outcome = (struct sqlite_outcome){ .err = OK };
	if (rc != SQLITE_OK)
		job->outcome = (struct sqlite_outcome){ .err = ERR_UNAVAILABLE, .rc = rc };
	else if (!holds)
		job->outcome = (struct sqlite_outcome){ .err = ERR_CONFLICT, .conflict = i };
	if (sqlite_db_is_damaged(rc))
		log_event(LOG_LEVEL_ERROR, "item_damaged", STR_FMT "/" STR_FMT ": %s (%d)",
			  STR_ARG(job->writes[i].code),
			  STR_ARG(sqlite_db_shown(job->writes[i].code, job->writes[i].item_type)),
			  sqlite3_errstr(rc), rc);
	return rc;
}

/*
 * Savepoints cost a copy of each page that is changed under them, and most groups need none: a member whose
 * first write is refused, as a rule the control item's, has changed nothing. *again: one has, and the
 * group has to start over with them. So it has after damage, when the engine takes nothing more into the
 * transaction; the member that met it is left out then.
 */
static int apply_one(struct sqlite_group *group, struct sqlite_rows *rows, struct sqlite_job *job,
		     bool marked, bool *again)
{
	size_t applied;
	int rc;

	if (sqlite_db_is_damaged(job->outcome.rc))
		return SQLITE_OK;
	if (marked && (rc = sqlite_rows_do(rows, ROWS_MARK)) != SQLITE_OK)
		return rc;
	rc = apply_member(job, rows, &applied);
	*again = sqlite_db_is_damaged(rc);
	if (rc != SQLITE_OK)
		return *again ? SQLITE_OK : rc;
	group->wrote |= job->outcome.err == OK;
	if (!marked) {
		*again = job->outcome.err != OK && applied != 0 && group->n > 1;
		return SQLITE_OK;
	}
	if (job->outcome.err != OK && (rc = sqlite_rows_do(rows, ROWS_UNDO)) != SQLITE_OK)
		return rc;
	return sqlite_rows_do(rows, ROWS_KEEP);
}

/* Each round ends all members, or leaves out one more. */
static int apply_group(struct sqlite_group *group, struct sqlite_rows *rows)
{
	bool marked = false, again = true;
	int rc = SQLITE_OK;

	while (again) {
		again = false;
		for (struct sqlite_job *job = group->first; job && !again; job = job->next) {
			rc = apply_one(group, rows, job, marked, &again);
			if (rc != SQLITE_OK)
				return rc;
		}
		if (again) {
			sqlite_rows_roll_back(rows);
			group->wrote = false;
			marked = true;
			rc = sqlite_rows_do(rows, ROWS_BEGIN);
		}
		if (rc != SQLITE_OK)
			return rc;
	}
	return SQLITE_OK;
}

void sqlite_group_commit(struct sqlite_group *group, struct sqlite_rows *rows, int begun)
{
	int rc = begun == SQLITE_OK ? apply_group(group, rows) : begun;
	int64_t begun_us;

	if (rc != SQLITE_OK) {
		fail_unwritten(group, rows, rc);
		return;
	}
	if (!group->wrote) {
		sqlite_rows_roll_back(rows);
		return;
	}
	begun_us = clock_system_us();
	rc = sqlite_rows_do(rows, ROWS_COMMIT);
	group->sync_us = (uint64_t)(clock_system_us() - begun_us);
	if (rc != SQLITE_OK)
		fail_written(group, rows, rc);
}

void sqlite_group_refuse(struct sqlite_group *group)
{
	for (struct sqlite_job *job = group->first; job; job = job->next)
		job->outcome = (struct sqlite_outcome){ .err = ERR_UNAVAILABLE, .rc = SQLITE_OK };
}
