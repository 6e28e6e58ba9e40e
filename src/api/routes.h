/* api/routes.h - the table of every path and method of the contract, built or not. */
#ifndef INNKEEPER_API_ROUTES_H
#define INNKEEPER_API_ROUTES_H

#include "api/route.h"
#include "base/arena.h"

/* Ended by a row without a method; lives in the arena, which the process keeps. NULL past its cap. */
const struct route *routes_open(struct arena *arena);

#endif
