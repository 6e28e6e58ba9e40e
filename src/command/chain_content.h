/* command/chain_content.h - what of a chain's or brand's record is the same in every store: what it is, not who names it. */
#ifndef INNKEEPER_COMMAND_CHAIN_CONTENT_H
#define INNKEEPER_COMMAND_CHAIN_CONTENT_H

#include "base/arena.h"
#include "port/store.h"

/* The record without counts, rev and token; its attributes' list lives in the arena, their values are the record's. */
struct item chain_content(struct arena *arena, const struct item *record);

#endif
