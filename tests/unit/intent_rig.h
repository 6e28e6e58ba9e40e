/* intent_rig.h - a store of small commits, a hotel of random records in it, and what it should hold. */
#ifndef INNKEEPER_TESTS_INTENT_RIG_H
#define INNKEEPER_TESTS_INTENT_RIG_H

#include "store_fixture.h"

#include "port/store.h"
#include "record/batch.h"

#define KEYS_MAX 60

/* What a hotel's partition, and its listing, should hold: a text under each key; NULL: nothing. */
struct intent_model {
	const char *texts[KEYS_MAX];
};

struct intent_rig {
	struct store_fixture *fixture;
	struct store_api api;
	unsigned chance;
};

/* Seven writes a commit, or a hundred; whatever DynamoDB would refuse fails the test. */
int intent_rig_open(void **state);
int intent_rig_open_wide(void **state);
int intent_rig_close(void **state);

/* The i-th key, in their order within each partition; the last one is of a listing. */
struct key intent_rig_key(struct intent_rig *rig, struct str code, unsigned i);

/* Without a failure noted. */
struct cx *intent_rig_cx(struct intent_rig *rig);

void intent_rig_put(struct batch *batch, struct key key, const char *text, uint64_t if_rev,
		    uint64_t rev);

/* A ctl of revision `rev`, over one of `rev - 1` of that token. */
void intent_rig_put_ctl(struct batch *batch, struct str code, uint64_t rev, struct str token);

/* Empty: there is none. */
struct str intent_rig_text(struct intent_rig *rig, struct store *store, struct key key);

/* By key, and by pages of every kind, the store holds what the model has; `documents`: of the head and objects alone. */
void intent_rig_check(struct intent_rig *rig, struct store *store, struct str code,
		      const struct intent_model *model, bool documents);

/* Revision 1 of a hotel: a few records. Returns its token. */
struct str intent_rig_begin(struct intent_rig *rig, struct str code, struct intent_model *model);

/* Revision 2: some fifty writes in any order. The model follows where it is OK. */
enum err intent_rig_write(struct intent_rig *rig, struct str code, struct str token,
			  struct intent_model *model);

#endif
