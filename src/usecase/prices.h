/* usecase/prices.h - prices and the hotel's currency: what fits how many decimals. */
#ifndef INNKEEPER_USECASE_PRICES_H
#define INNKEEPER_USECASE_PRICES_H

#include "base/err.h"
#include "base/str.h"
#include "usecase/edit.h"

/* Decimals of a hotel's money; an empty code has two. */
unsigned prices_decimals(struct str currency_code);

/* When the currency is to change: INVALID unless every price that the hotel has fits the new one (domain.md 1b). */
MUST_CHECK enum err prices_check(struct edit *edit, struct str new_currency_code);

#endif
