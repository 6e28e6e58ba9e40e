#include "record/commit_many.h"

enum err commit_many(struct batch *batch, struct store *store, struct key witness, size_t *conflict)
{
	return batch_commit(batch, store, witness, conflict);
}
