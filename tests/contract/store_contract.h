/* tests/contract/store_contract.h - the suite of port/store.h, the same for every adapter.
 *
 * Written against the port alone: an adapter passes it unchanged or is none.
 */
#ifndef CONTRACT_STORE_CONTRACT_H
#define CONTRACT_STORE_CONTRACT_H

#include "port/store.h"

/* Runs the suite; `open` gives a new, empty store each time, which the suite closes. Returns how many failed. */
int store_contract(const char *name, struct store *(*open)(void));

#endif
