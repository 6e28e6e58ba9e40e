/* codec/calendar.h - Gregorian dates as days since 1970-01-01: only here leap years are counted. */
#ifndef INNKEEPER_CODEC_CALENDAR_H
#define INNKEEPER_CODEC_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define CALENDAR_FIRST_DAY (-719162) /* 0001-01-01 */
#define CALENDAR_LAST_DAY 2932896    /* 9999-12-31 */

struct calendar_date {
	int32_t year;
	int32_t month;    /* 1 to 12 */
	int32_t of_month; /* 1 to 31 */
};

/* False when there is no such date in the years 0001 to 9999. */
bool calendar_day(struct calendar_date date, int32_t *day);

/* The date of a day from CALENDAR_FIRST_DAY to CALENDAR_LAST_DAY. */
struct calendar_date calendar_date(int32_t day);

#endif
