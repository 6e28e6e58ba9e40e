#include "model/date.h"

#include "codec/calendar.h"

static bool parse_digits(struct str text, size_t start, size_t len, int32_t *out)
{
	uint64_t value;

	if (!str_to_u64(str_sub(text, start, len), &value))
		return false;
	*out = (int32_t)value;
	return true;
}

bool date_parse(struct str text, int32_t *day)
{
	struct calendar_date date;

	if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-')
		return false;
	return parse_digits(text, 0, 4, &date.year) && parse_digits(text, 5, 2, &date.month) &&
	       parse_digits(text, 8, 2, &date.of_month) && calendar_day(date, day);
}

bool date_parse_time(struct str text, int32_t *minute)
{
	int32_t hours, minutes;

	if (text.len != 5 || text.ptr[2] != ':' || !parse_digits(text, 0, 2, &hours) ||
	    !parse_digits(text, 3, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*minute = hours * 60 + minutes;
	return true;
}
