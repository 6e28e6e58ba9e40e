/* model/date.h - hotel-local days, `YYYY-MM-DD`; never converted through UTC (domain.md 5). */
#ifndef INNKEEPER_MODEL_DATE_H
#define INNKEEPER_MODEL_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Days since 1970-01-01 in the Gregorian calendar; false when the text is no date of the years 0001 to 9999. */
bool date_parse(struct str text, int32_t *day);

/* `HH:MM`, 00:00 to 23:59, as minutes of the day. */
bool date_parse_time(struct str text, int32_t *minute);

#endif
