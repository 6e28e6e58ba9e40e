/* model/currency.h - ISO 4217: the codes in use and how many decimals each has. */
#ifndef INNKEEPER_MODEL_CURRENCY_H
#define INNKEEPER_MODEL_CURRENCY_H

#include <stdbool.h>

#include "base/str.h"

/* Decimals while a hotel has no currency (api.md "Conventions"). */
#define CURRENCY_DECIMALS_UNSET 2

/* The exponent of a currency: 0, 2, 3 or 4; false when the code is not in use. */
bool currency_find(struct str code, unsigned *decimals);

#endif
