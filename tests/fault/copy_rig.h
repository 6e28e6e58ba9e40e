/* tests/fault/copy_rig.h - copies from the store of a usecase_rig into a transfer_target.
 *
 * What fails in here fails the test; so does a write to the source.
 */
#ifndef FAULT_COPY_RIG_H
#define FAULT_COPY_RIG_H

#include "command/copy.h"
#include "transfer_rig.h"

struct copy_rig {
	struct store source; /* the rig's as a copy sees it: to be read */
	struct usecase_rig *rig;
	struct transfer_target target; /* complaints are those of the last copy */
	struct copy_result result;     /* of the last copy */
	bool replace;
	unsigned threads;          /* 1 unless set */
	size_t thread_bytes;       /* 64 MiB unless set */
	struct store *from;        /* &source unless set */
	const struct clock *clock; /* of the progress, which is shown then; NULL: it is not */

	/* Called whenever records of a hotel are about to be read at the source; NULL = nobody meddles. */
	void (*meddle)(struct copy_rig *copy);
	struct str path; /* for it */
	unsigned times;  /* likewise */
};

void copy_rig_open(struct usecase_rig *rig, struct copy_rig *copy);
void copy_rig_close(struct copy_rig *copy);

enum err copy_rig_run(struct copy_rig *copy);

/* Copies, without an error or a complaint; then the stores are equal after `copied` hotels were copied. */
void copy_rig_complete(struct copy_rig *copy, uint64_t copied);

/* The exports are the same bytes, all hotels of the target are whole, the answers that are kept are the same. */
void copy_rig_check(struct copy_rig *copy);

/* The last copy complained of so much, of this among it. */
void copy_rig_complains(const struct copy_rig *copy, uint64_t complaints, const char *text);

/* A request that succeeds, with an Idempotency-Key. */
void copy_rig_ask_once(struct usecase_rig *rig, const char *path, const char *body,
		       const char *key);

/* The path of the hotel of that name. */
char *copy_rig_hotel_path(struct usecase_rig *rig, struct str name);

/* The rig's requests go to the target until its store is set back to *source. */
void copy_rig_use_target(struct copy_rig *copy, struct store **source);

/* Fills the source: chains, a brand, so many hotels, kept answers. */
void copy_rig_fill(struct usecase_rig *rig);
#define COPY_RIG_FILLED 8

#endif
