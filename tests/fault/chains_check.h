/* tests/fault/chains_check.h - do chains and brands count the hotels that name them? */
#ifndef FAULT_CHAINS_CHECK_H
#define FAULT_CHAINS_CHECK_H

#include "usecase_rig.h"

/* Each chain and brand counts the hotels of its listing, all of which name it as their heads do; each chain its brands. Ends the plan of
 * faults. Returns how many hotels have a chain. */
uint64_t chains_check(struct usecase_rig *rig);

/* The same of one chain's hotels. */
uint64_t chains_check_one(struct usecase_rig *rig, struct str code);

#endif
