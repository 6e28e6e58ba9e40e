/* api/routes.h - the table of every path and method of the contract, built or not. */
#ifndef INNKEEPER_API_ROUTES_H
#define INNKEEPER_API_ROUTES_H

#include "api/route.h"

/* Ended by a row without a method. */
extern const struct route routes[];

#endif
