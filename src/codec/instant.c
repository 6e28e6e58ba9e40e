#include "codec/instant.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "codec/calendar.h"

#define DAY_MS INT64_C(86400000)
#define FIRST_MS (CALENDAR_FIRST_DAY * DAY_MS)
#define LAST_MS (CALENDAR_LAST_DAY * DAY_MS + DAY_MS - 1)

struct parts {
	int32_t days; /* since 1970-01-01 */
	struct calendar_date date;
	int hour;
	int minute;
	int second;
	int ms;
};

static struct parts split(int64_t wall_ms)
{
	int64_t since = wall_ms - FIRST_MS; /* not negative, so that the division rounds down */
	int32_t days = (int32_t)(since / DAY_MS) + CALENDAR_FIRST_DAY;
	int ms = (int)(since % DAY_MS);

	return (struct parts){
		.days = days,
		.date = calendar_date(days),
		.hour = ms / 3600000,
		.minute = ms / 60000 % 60,
		.second = ms / 1000 % 60,
		.ms = ms % 1000,
	};
}

/* Writes `width` digits and what follows them; returns the byte behind. */
static char *put(char *at, int value, int width, const char *after)
{
	size_t len = strlen(after);

	for (int i = width; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	memcpy(at + width, after, len);
	return at + width + len;
}

struct str instant_write(struct arena *arena, int64_t wall_ms)
{
	char text[24], *at = text;
	struct parts parts;

	if (wall_ms < FIRST_MS || wall_ms > LAST_MS)
		return (struct str){ NULL, 0 };
	parts = split(wall_ms);
	at = put(at, parts.date.year, 4, "-");
	at = put(at, parts.date.month, 2, "-");
	at = put(at, parts.date.of_month, 2, "T");
	at = put(at, parts.hour, 2, ":");
	at = put(at, parts.minute, 2, ":");
	at = put(at, parts.second, 2, ".");
	put(at, parts.ms, 3, "Z");
	return str_dup(arena, (struct str){ text, sizeof(text) });
}

/* Five bytes each, as they stand between day and year. */
static const char months[] = " Jan  Feb  Mar  Apr  May  Jun  Jul  Aug  Sep  Oct  Nov  Dec ";

void instant_write_http(int64_t wall_ms, char out[29])
{
	static const char days[] =
		"Thu, Fri, Sat, Sun, Mon, Tue, Wed, "; /* 1970 began on a Thursday */
	struct parts parts;
	char *at = out + 5;

	assert(wall_ms >= 0 && wall_ms <= LAST_MS);
	parts = split(wall_ms);
	memcpy(out, days + (ptrdiff_t)(parts.days % 7) * 5, 5);
	at = put(at, parts.date.of_month, 2, "");
	memcpy(at, months + (ptrdiff_t)(parts.date.month - 1) * 5, 5);
	at = put(at + 5, parts.date.year, 4, " ");
	at = put(at, parts.hour, 2, ":");
	at = put(at, parts.minute, 2, ":");
	put(at, parts.second, 2, " GMT");
}

/* Takes `width` digits off the text; false when others stand there, or the number is above max. */
static bool take_number(struct str *text, size_t width, int max, int *out)
{
	*out = 0;
	if (text->len < width)
		return false;
	for (size_t i = 0; i < width; i++) {
		if (text->ptr[i] < '0' || text->ptr[i] > '9')
			return false;
		*out = *out * 10 + (text->ptr[i] - '0');
	}
	*text = str_sub(*text, width, text->len);
	return *out <= max;
}

/* Letters in either case, as RFC 3339 has it. */
static bool take_byte(struct str *text, char byte)
{
	if (!str_eq_nocase(str_sub(*text, 0, 1), (struct str){ &byte, 1 }))
		return false;
	*text = str_sub(*text, 1, text->len);
	return true;
}

static bool take_date(struct str *text, struct parts *parts)
{
	struct calendar_date *date = &parts->date;

	return take_number(text, 4, 9999, &date->year) && take_byte(text, '-') &&
	       take_number(text, 2, 12, &date->month) && take_byte(text, '-') &&
	       take_number(text, 2, 31, &date->of_month) && calendar_day(*date, &parts->days);
}

static bool take_time(struct str *text, struct parts *parts)
{
	int digit, place = 100;

	if (!take_number(text, 2, 23, &parts->hour) || !take_byte(text, ':') ||
	    !take_number(text, 2, 59, &parts->minute) || !take_byte(text, ':') ||
	    !take_number(text, 2, 59, &parts->second))
		return false;
	parts->ms = 0;
	if (!take_byte(text, '.'))
		return true;
	for (int n = 0; take_number(text, 1, 9, &digit); n++) {
		if (n == 9)
			return false;
		parts->ms += digit * place;
		place /= 10;
	}
	return place != 100;
}

static bool take_offset(struct str *text, int *minutes)
{
	bool west = str_starts(*text, STR("-"));
	int hour, minute;

	*minutes = 0;
	if (take_byte(text, 'Z'))
		return true;
	if (!take_byte(text, west ? '-' : '+') || !take_number(text, 2, 23, &hour) ||
	    !take_byte(text, ':') || !take_number(text, 2, 59, &minute))
		return false;
	*minutes = (west ? -1 : 1) * (hour * 60 + minute);
	return true;
}

bool instant_parse(struct str text, int64_t *wall_ms)
{
	struct parts parts;
	int offset_minutes;
	int64_t minutes, ms;

	if (!take_date(&text, &parts) || !take_byte(&text, 'T') || !take_time(&text, &parts) ||
	    !take_offset(&text, &offset_minutes) || text.len != 0)
		return false;
	minutes = parts.hour * 60 + parts.minute - offset_minutes;
	ms = parts.days * DAY_MS + minutes * 60000 + (int64_t)parts.second * 1000 + parts.ms;
	if (ms < FIRST_MS || ms > LAST_MS)
		return false;
	*wall_ms = ms;
	return true;
}

/* True when one of the twelve names stands there, with a blank on both sides. */
static bool take_month(struct str *text, int *month)
{
	for (int i = 0; i < 12; i++) {
		if (str_starts(*text, (struct str){ months + (ptrdiff_t)i * 5, 5 })) {
			*month = i + 1;
			*text = str_sub(*text, 5, text->len);
			return true;
		}
	}
	return false;
}

bool instant_parse_http(struct str text, int64_t *wall_ms)
{
	struct str rest = str_sub(text, 5, text.len);
	struct parts parts = { .ms = 0 };

	if (text.len != 29 || !str_eq(str_sub(text, 3, 2), STR(", ")) ||
	    !take_number(&rest, 2, 31, &parts.date.of_month) ||
	    !take_month(&rest, &parts.date.month) ||
	    !take_number(&rest, 4, 9999, &parts.date.year) || !take_byte(&rest, ' ') ||
	    !calendar_day(parts.date, &parts.days) || !take_time(&rest, &parts) ||
	    !str_eq(rest, STR(" GMT")))
		return false;
	*wall_ms = parts.days * DAY_MS +
		   ((parts.hour * 60 + parts.minute) * INT64_C(60) + parts.second) * 1000;
	return true;
}
