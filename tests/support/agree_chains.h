/* agree_chains.h - do chains and brands agree with the hotels that name them? Ends the program with 1 when they do not. */
#ifndef TESTS_AGREE_CHAINS_H
#define TESTS_AGREE_CHAINS_H

#include "base/cx.h"
#include "model/hotel.h"
#include "port/store.h"

/* What the hotel names exists, and its brand is of its chain. */
void agree_hotel_chain(struct cx *cx, struct store *store, const struct hotel *hotel);

/* Each chain and brand counts the hotels of its listing, all of which name it; each chain its brands. */
void agree_chains(struct cx *cx, struct store *store);

#endif
