#include "codec/calendar.h"

#include <assert.h>

static bool is_leap(int32_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int32_t month_days(int32_t year, int32_t month)
{
	static const int32_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 0001-01-01 to the first of January of the year. */
static int32_t days_before_year(int32_t year)
{
	int32_t past = year - 1;

	return past * 365 + past / 4 - past / 100 + past / 400;
}

bool calendar_day(struct calendar_date date, int32_t *day)
{
	int32_t days;

	if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 ||
	    date.of_month < 1 || date.of_month > month_days(date.year, date.month))
		return false;
	days = CALENDAR_FIRST_DAY + days_before_year(date.year) + date.of_month - 1;
	for (int32_t month = 1; month < date.month; month++)
		days += month_days(date.year, month);
	*day = days;
	return true;
}

struct calendar_date calendar_date(int32_t day)
{
	struct calendar_date date = { .month = 1 };
	int32_t left = day - CALENDAR_FIRST_DAY;

	assert(day >= CALENDAR_FIRST_DAY && day <= CALENDAR_LAST_DAY);
	/* 146,097 days are 400 years; never too late, leap days lead by less than one day. */
	date.year = (int32_t)((int64_t)left * 400 / 146097) + 1;
	while (days_before_year(date.year + 1) <= left)
		date.year++;
	left -= days_before_year(date.year);
	for (; left >= month_days(date.year, date.month); date.month++)
		left -= month_days(date.year, date.month);
	date.of_month = left + 1;
	return date;
}
