/* fuzz_value.c: any text as every small value that a request holds. What is taken is written as it stood, or reads as the same
 * again; what is known of it otherwise (GLib's UTF-8, the system's zone files) agrees.
 */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "codec/base64.h"
#include "codec/calendar.h"
#include "codec/instant.h"
#include "codec/json_reader.h"
#include "codec/url.h"
#include "codec/utf8.h"
#include "model/code.h"
#include "model/currency.h"
#include "model/date.h"
#include "model/decimal.h"
#include "model/zone.h"
#include "usecase/etag.h"

#define PAIRS_MAX 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_date(struct arena *arena, struct str text)
{
	struct calendar_date date;
	int32_t day = 0, minute = 0, back = 0;

	if (date_parse(text, &day)) {
		date = calendar_date(day);
		require(str_eq(text, str_printf(arena, "%04d-%02d-%02d", date.year, date.month,
						date.of_month)));
		require(calendar_day(date, &back) && back == day);
		require(day >= CALENDAR_FIRST_DAY && day <= CALENDAR_LAST_DAY);
	}
	if (date_parse_time(text, &minute))
		require(str_eq(text, str_printf(arena, "%02d:%02d", minute / 60, minute % 60)) &&
			minute < 24 * 60);
}

static void check_instant(struct arena *arena, struct str text)
{
	int64_t ms = 0, back = 0;
	struct str written;
	int32_t day = 0;

	if (!instant_parse(text, &ms))
		return;
	written = instant_write(arena, ms);
	require(instant_parse(written, &back) && back == ms);
	/* In UTC with milliseconds it is itself; the day in UTC is the date's. */
	require(written.len == 24 && date_parse(str_sub(written, 0, 10), &day));
	require((ms - day * 86400000LL) >= 0 && (ms - day * 86400000LL) < 86400000LL);
	if (text.len == 24 && text.ptr[23] == 'Z' && text.ptr[10] == 'T')
		require(str_eq(text, written));
}

static void check_decimal(struct arena *arena, struct str text)
{
	struct decimal value = { 0, 0 }, back = { 0, 0 };
	struct str written = STR("");
	struct json_reader json;
	int64_t scaled = 0;

	json_reader_init(&json, arena, text, 0);
	if (!json_read_number(&json, &written) || !json_reader_finish(&json) ||
	    written.len != text.len)
		return; /* nothing else is asked about */
	if (!decimal_parse(text, &value)) {
		require(text.len > 18 || memchr(text.ptr, 'e', text.len) ||
			memchr(text.ptr, 'E', text.len));
		return;
	}
	written = decimal_write(arena, value);
	require(decimal_parse(written, &back));
	require(back.units == value.units && back.decimals == value.decimals);
	require(value.decimals == 0 || value.units % 10 != 0);
	require(value.units != 0 || value.decimals == 0);
	require(written.len <= text.len || text.len == 0);
	/* With as many digits behind the point as it has, it is its units; with one less it is no whole number. */
	require(decimal_scale(value, value.decimals, &scaled) && scaled == value.units);
	require(value.decimals == 0 || !decimal_scale(value, value.decimals - 1u, &scaled));
	if (decimal_scale(value, value.decimals + 1u, &scaled))
		require(scaled / 10 == value.units && scaled % 10 == 0);
}

static bool is_zone_file(struct arena *arena, struct str name)
{
	struct stat st;

	return stat(str_c(arena, str_printf(arena, "/usr/share/zoneinfo/" STR_FMT, STR_ARG(name))),
		    &st) == 0 &&
	       S_ISREG(st.st_mode);
}

static void check_names(struct arena *arena, struct str text)
{
	unsigned decimals = 9;

	if (currency_find(text, &decimals)) {
		require(text.len == 3 && decimals <= 4 && decimals != 1);
		for (size_t i = 0; i < text.len; i++)
			require(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z');
	}
	if (zone_is_known(text))
		require(is_zone_file(arena, text) || str_eq(text, STR("UTC")));
	/* A code stands in a path as it is. */
	if (code_is_valid(text)) {
		require(text.len >= 1 && text.len <= CODE_BYTES_MAX && text.ptr[0] != '/');
		require(str_eq(url_encode(arena, text), text));
		require(!str_eq(text, STR("..")) && !str_eq(text, STR(".")));
	}
}

static void check_url(struct arena *arena, struct str text)
{
	bool is_text = utf8_is_valid(text) && (text.len == 0 || !memchr(text.ptr, '\0', text.len));
	struct str encoded = url_encode(arena, text), back, decoded;

	require(url_decode(arena, encoded, &back) == is_text);
	require(!is_text || str_eq(back, text));
	if (!url_decode(arena, text, &decoded))
		return;
	require(utf8_is_valid(decoded) && decoded.len <= text.len);
	require(url_decode(arena, url_encode(arena, decoded), &back) && str_eq(back, decoded));
}

/* Its pairs, encoded and joined, are the same pairs. */
static void check_query(struct arena *arena, struct str text)
{
	struct str_pair pairs[PAIRS_MAX], again[PAIRS_MAX];
	size_t n = 0, n_again = 0;
	struct buf out;

	if (!url_parse_query(arena, text, pairs, PAIRS_MAX, &n))
		return;
	require(n <= PAIRS_MAX);
	buf_init(&out, arena);
	for (size_t i = 0; i < n; i++) {
		buf_add_char(&out, '&');
		buf_add(&out, url_encode(arena, pairs[i].name));
		buf_add_char(&out, '=');
		buf_add(&out, url_encode(arena, pairs[i].value));
	}
	require(url_parse_query(arena, buf_str(&out), again, PAIRS_MAX, &n_again) && n == n_again);
	for (size_t i = 0; i < n; i++)
		require(str_eq(pairs[i].name, again[i].name) &&
			str_eq(pairs[i].value, again[i].value));
}

static void check_bytes(struct arena *arena, struct str text)
{
	struct str bytes, back;

	require(utf8_is_valid(text) ==
		(text.len == 0 || memchr(text.ptr, '\0', text.len) != NULL
			 ? utf8_is_valid(text)
			 : g_utf8_validate(text.ptr, (gssize)text.len, NULL) != 0));
	if (base64url_parse(arena, text, &bytes))
		require(str_eq(base64url_write(arena, bytes), text));
	if (base64_parse(arena, text, &bytes))
		require(str_eq(base64_write(arena, bytes), text));
	require(base64_parse(arena, base64_write(arena, text), &back) && str_eq(back, text));
	require(base64url_parse(arena, base64url_write(arena, text), &back) && str_eq(back, text));
}

/* Two lists, apart at the first line feed. */
static void check_etags(struct arena *arena, struct str both)
{
	struct str a = str_sub(both, 0, str_index(both, '\n'));
	struct str b = str_sub(both, a.len + 1, both.len);
	struct str tag = etag_text(arena, both), joined;

	require(etag_is_list(tag) && etag_list_has(tag, tag, false));
	if (!etag_is_list(a) || str_eq(a, STR("*")))
		return;
	require(!etag_list_has(a, STR(""), true));
	require(!etag_list_has(a, tag, false) || etag_list_has(a, tag, true));
	joined = str_printf(arena, STR_FMT ", " STR_FMT, STR_ARG(a), STR_ARG(tag));
	require(etag_is_list(joined) && etag_list_has(joined, tag, false));
	joined = str_printf(arena, STR_FMT ",W/" STR_FMT, STR_ARG(a), STR_ARG(tag));
	require(etag_is_list(joined) && etag_list_has(joined, tag, true));
	require(etag_list_has(joined, tag, false) == etag_list_has(a, tag, false));
	if (b.len == 0)
		return;
	if (memchr(b.ptr, '\0', b.len) || b.ptr[0] == ' ' || b.ptr[0] == '\t')
		return;
	joined = str_printf(arena, STR_FMT ", " STR_FMT, STR_ARG(a), STR_ARG(b));
	require(etag_is_list(joined) == (etag_is_list(b) && !str_eq(b, STR("*"))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena arena;

	arena_init(&arena, 0);
	check_date(&arena, text);
	check_instant(&arena, text);
	check_decimal(&arena, text);
	check_names(&arena, text);
	check_url(&arena, text);
	check_query(&arena, text);
	check_bytes(&arena, text);
	check_etags(&arena, text);
	arena_close(&arena);
	return 0;
}
