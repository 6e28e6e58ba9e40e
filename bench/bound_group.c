#include "bound_group.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TYPE_BYTES = 250, HISTORY_BYTES = 900, SIZES = 9 };

enum sql { BEGIN, COMMIT, SAVEPOINT, RELEASE, UNDO, CTL, INSERT, SQLS };

static const char *const sql_text[SQLS] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[SAVEPOINT] = "SAVEPOINT m",
	[RELEASE] = "RELEASE m",
	[UNDO] = "ROLLBACK TO m",
	[CTL] = "UPDATE item SET rev=?2 WHERE code=?1 AND itemType='ctl' AND rev=?2-1",
	[INSERT] = "INSERT INTO item(code,itemType,rev,attrs) VALUES(?1,?3,?2,?4)",
};

struct hotel {
	pthread_mutex_t lock; /* held over a commit by bound_group_add */
	uint64_t rev;         /* of the last submit; guarded by the group's lock */
};

struct bound_group {
	struct bound_group_options o;
	sqlite3 *db;
	sqlite3_stmt *stmt[SQLS];
	struct hotel *hotels;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct bound_member *first, **last;
	uint64_t commits, groups, sizes[SIZES]; /* sizes[i]: groups of up to 2^i members */
	uint64_t apply_ns, commit_ns;
	char type[TYPE_BYTES];
	char history[HISTORY_BYTES];
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static uint64_t load(const uint64_t *n)
{
	return __atomic_load_n(n, __ATOMIC_RELAXED);
}

static void need(struct bound_group *g, bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, g->db ? sqlite3_errmsg(g->db) : "no database");
	exit(1);
}

static void exec(struct bound_group *g, const char *text)
{
	need(g, sqlite3_exec(g->db, text, NULL, NULL, NULL) == SQLITE_OK, text);
}

static void step(struct bound_group *g, enum sql s)
{
	int rc = sqlite3_step(g->stmt[s]);

	need(g, rc == SQLITE_DONE, sql_text[s]);
	sqlite3_reset(g->stmt[s]);
}

static void bind_key(struct bound_group *g, enum sql s, unsigned hotel, uint64_t rev, char code[16])
{
	int len = snprintf(code, 16, "h%06u", hotel);

	sqlite3_bind_text(g->stmt[s], 1, code, len, SQLITE_STATIC);
	sqlite3_bind_int64(g->stmt[s], 2, (sqlite3_int64)rev);
}

static void insert(struct bound_group *g, unsigned hotel, uint64_t rev, const char *key,
		   const char *attrs, int attrs_len)
{
	char code[16];

	bind_key(g, INSERT, hotel, rev, code);
	sqlite3_bind_text(g->stmt[INSERT], 3, key, -1, SQLITE_STATIC);
	sqlite3_bind_text(g->stmt[INSERT], 4, attrs, attrs_len, SQLITE_STATIC);
	step(g, INSERT);
}

static void member_apply(struct bound_group *g, struct bound_member *m)
{
	char code[16], key[64];

	step(g, SAVEPOINT);
	bind_key(g, CTL, m->hotel, m->rev, code);
	step(g, CTL);
	m->applied = sqlite3_changes(g->db) == 1;
	if (m->applied) {
		snprintf(key, sizeof(key), "cfg-roomType-T%08llu", (unsigned long long)m->rev);
		insert(g, m->hotel, m->rev, key, g->type, TYPE_BYTES);
		snprintf(key, sizeof(key), "cfg-history-%012llu", (unsigned long long)m->rev);
		insert(g, m->hotel, m->rev, key, g->history, HISTORY_BYTES);
	} else {
		step(g, UNDO);
	}
	step(g, RELEASE);
}

static void group_write(struct bound_group *g, struct bound_member *first)
{
	struct bound_member *next;
	unsigned n = 0, size = 0;
	uint64_t begun = now_ns(), applied;

	step(g, BEGIN);
	for (struct bound_member *m = first; m; m = m->next, n++)
		member_apply(g, m);
	applied = now_ns();
	step(g, COMMIT);
	__atomic_add_fetch(&g->apply_ns, applied - begun, __ATOMIC_RELAXED);
	__atomic_add_fetch(&g->commit_ns, now_ns() - applied, __ATOMIC_RELAXED);
	while ((1U << size) < n)
		size++;
	__atomic_add_fetch(&g->commits, n, __ATOMIC_RELAXED);
	__atomic_add_fetch(&g->groups, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&g->sizes[size], 1, __ATOMIC_RELAXED);
	for (struct bound_member *m = first; m; m = next) {
		next = m->next;
		m->done(m);
	}
}

static struct bound_member *group_take(struct bound_group *g)
{
	struct bound_member *first, *m;

	pthread_mutex_lock(&g->lock);
	while (!g->first)
		pthread_cond_wait(&g->work, &g->lock);
	if (g->o.linger_us) {
		pthread_mutex_unlock(&g->lock);
		usleep(g->o.linger_us);
		pthread_mutex_lock(&g->lock);
	}
	first = m = g->first;
	for (int i = 1; i < BOUND_GROUP_MAX && m->next; i++)
		m = m->next;
	g->first = m->next;
	if (!g->first)
		g->last = &g->first;
	m->next = NULL;
	pthread_mutex_unlock(&g->lock);
	return first;
}

static void *writer_main(void *arg)
{
	struct bound_group *g = arg;

	for (;;)
		group_write(g, group_take(g));
	return NULL;
}

static void database_make(struct bound_group *g)
{
	char pragma[64];

	need(g, access(g->o.path, F_OK) < 0, "the database exists already");
	need(g, sqlite3_open(g->o.path, &g->db) == SQLITE_OK, "open");
	if (g->o.page_bytes) {
		snprintf(pragma, sizeof(pragma), "PRAGMA page_size=%u", g->o.page_bytes);
		exec(g, pragma);
	}
	exec(g, "PRAGMA journal_mode=WAL");
	exec(g, "PRAGMA synchronous=FULL");
	exec(g, "PRAGMA cache_size=-65536");
	if (g->o.checkpoint_pages) {
		snprintf(pragma, sizeof(pragma), "PRAGMA wal_autocheckpoint=%u",
			 g->o.checkpoint_pages);
		exec(g, pragma);
	}
	exec(g, "CREATE TABLE item(code TEXT, itemType TEXT, rev INTEGER, attrs TEXT,"
		" PRIMARY KEY(code,itemType)) WITHOUT ROWID");
	for (int s = 0; s < SQLS; s++)
		need(g,
		     sqlite3_prepare_v3(g->db, sql_text[s], -1, SQLITE_PREPARE_PERSISTENT,
					&g->stmt[s], NULL) == SQLITE_OK,
		     sql_text[s]);
	step(g, BEGIN);
	for (unsigned h = 0; h < g->o.hotels; h++)
		insert(g, h, 0, "ctl", "{}", 2);
	step(g, COMMIT);
}

/* A log that grows pays for its blocks in each sync; zeros are no valid frames. */
static void wal_prefill(struct bound_group *g)
{
	static const char zeros[65536];
	sqlite3_file *wal;

	step(g, BEGIN);
	insert(g, g->o.hotels, 0, "ctl", "{}", 2);
	step(g, COMMIT);
	exec(g, "PRAGMA wal_checkpoint(TRUNCATE)");
	need(g,
	     sqlite3_file_control(g->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal) == SQLITE_OK,
	     "journal pointer");
	for (unsigned at = 0; at < g->o.wal_mib << 20; at += sizeof(zeros))
		need(g, wal->pMethods->xWrite(wal, zeros, sizeof(zeros), at) == SQLITE_OK,
		     "prefill");
	need(g, wal->pMethods->xSync(wal, SQLITE_SYNC_FULL) == SQLITE_OK, "prefill");
}

static void member_wake(struct bound_member *m)
{
	sem_post(&m->wake);
}

bool bound_group_option(struct bound_group_options *o, char **argv, int *i)
{
	const char *name = argv[*i], *value = argv[*i + 1];
	unsigned number = value ? (unsigned)strtoul(value, NULL, 10) : 0;

	if (!value)
		return false;
	if (!strcmp(name, "--db"))
		o->path = value;
	else if (!strcmp(name, "--hotels"))
		o->hotels = number;
	else if (!strcmp(name, "--linger-us"))
		o->linger_us = number;
	else if (!strcmp(name, "--checkpoint-pages"))
		o->checkpoint_pages = number;
	else if (!strcmp(name, "--wal-mib"))
		o->wal_mib = number;
	else if (!strcmp(name, "--page-bytes"))
		o->page_bytes = number;
	else
		return false;
	*i += 2;
	return true;
}

struct bound_group *bound_group_open(const struct bound_group_options *o)
{
	struct bound_group *g = calloc(1, sizeof(*g));
	sigset_t all, before;
	pthread_t writer;

	if (!g || !(g->hotels = calloc(o->hotels, sizeof(*g->hotels))))
		exit(1);
	g->o = *o;
	g->last = &g->first;
	memset(g->type, 't', sizeof(g->type));
	memset(g->history, 'h', sizeof(g->history));
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->work, NULL);
	for (unsigned h = 0; h < o->hotels; h++)
		pthread_mutex_init(&g->hotels[h].lock, NULL);
	database_make(g);
	if (o->wal_mib)
		wal_prefill(g);
	/* Signals are for who waits for them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	need(g, !pthread_create(&writer, NULL, writer_main, g), "pthread_create");
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_detach(writer);
	return g;
}

void bound_group_submit(struct bound_group *g, struct bound_member *m)
{
	bool idle;

	pthread_mutex_lock(&g->lock);
	m->rev = ++g->hotels[m->hotel].rev;
	m->next = NULL;
	idle = !g->first;
	*g->last = m;
	g->last = &m->next;
	if (idle)
		pthread_cond_signal(&g->work);
	pthread_mutex_unlock(&g->lock);
}

bool bound_group_add(struct bound_group *g, unsigned hotel)
{
	struct bound_member m = { .hotel = hotel, .done = member_wake };

	sem_init(&m.wake, 0, 0);
	pthread_mutex_lock(&g->hotels[hotel].lock);
	bound_group_submit(g, &m);
	while (sem_wait(&m.wake))
		;
	pthread_mutex_unlock(&g->hotels[hotel].lock);
	sem_destroy(&m.wake);
	return m.applied;
}

void bound_group_print(struct bound_group *g)
{
	double commits = (double)load(&g->commits), groups = (double)load(&g->groups);
	/* A machine that stood still has come to none. */
	double a_commit = commits > 0 ? 1 / commits : 0, a_group = groups > 0 ? 1 / groups : 0;

	printf("commits %.0f\ngroups %.0f\nmembers_per_group %.2f\n", commits, groups,
	       commits * a_group);
	printf("apply_us_per_member %.1f\ncommit_us_per_group %.1f\nsizes",
	       (double)load(&g->apply_ns) / 1e3 * a_commit,
	       (double)load(&g->commit_ns) / 1e3 * a_group);
	for (unsigned i = 0; i < SIZES; i++)
		printf(" %u:%llu", 1U << i, (unsigned long long)load(&g->sizes[i]));
	printf("\n");
	fflush(stdout);
}
