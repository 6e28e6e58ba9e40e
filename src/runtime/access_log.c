#include "runtime/access_log.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/route.h"
#include "base/log.h"

#define TEXT_BYTES ((size_t)64 * 1024)
#define PATH_MAX_BYTES ((size_t)1024)
#define FIELD_MAX_BYTES ((size_t)128)
#define LINE_MAX_BYTES (PATH_MAX_BYTES + 6 * FIELD_MAX_BYTES + 512)

void access_log_open(struct access_log *log)
{
	*log = (struct access_log){ .text = malloc(TEXT_BYTES),
				    .stamp_s = -1,
				    .is_terminal = log_is_terminal() };
	if (!log->text)
		abort();
}

static void add(struct access_log *log, struct str s)
{
	memcpy(log->text + log->len, s.ptr, s.len);
	log->len += s.len;
}

/* What could end or forge a line, or colour a terminal, is replaced. */
static void add_safe(struct access_log *log, struct str s, size_t max)
{
	for (size_t i = 0; i < s.len && i < max; i++) {
		char byte = s.ptr[i];
		bool is_safe = byte > ' ' && byte < 0x7f && byte != '"' && byte != '\\';

		log->text[log->len++] = is_safe ? byte : '?';
	}
}

static void add_u64(struct access_log *log, uint64_t number, size_t width)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0 || sizeof(digits) - at < width);
	add(log, (struct str){ digits + at, sizeof(digits) - at });
}

static void add_time(struct access_log *log, int64_t wall_ms)
{
	time_t second = (time_t)(wall_ms / 1000);
	struct tm utc;

	if (log->stamp_s != second) {
		gmtime_r(&second, &utc);
		strftime(log->stamp, sizeof(log->stamp), "%Y-%m-%dT%H:%M:%S", &utc);
		log->stamp_s = second;
	}
	add(log, (struct str){ log->stamp, sizeof(log->stamp) - 1 });
	add(log, STR("."));
	add_u64(log, (uint64_t)(wall_ms % 1000), 3);
	add(log, STR("Z"));
}

static void add_json(struct access_log *log, const struct access_entry *entry)
{
	add(log, STR("{\"time\":\""));
	add_time(log, entry->wall_ms);
	add(log, STR("\",\"level\":\"info\",\"event\":\"request\",\"method\":\""));
	add_safe(log, entry->method, FIELD_MAX_BYTES);
	add(log, STR("\",\"path\":\""));
	add_safe(log, entry->path, PATH_MAX_BYTES);
	add(log, STR("\",\"route\":\""));
	add_safe(log, str_of(entry->route), FIELD_MAX_BYTES);
	add(log, STR("\",\"status\":"));
	add_u64(log, entry->status, 1);
	add(log, STR(",\"bytes\":"));
	add_u64(log, entry->sent_bytes, 1);
	add(log, STR(",\"us\":"));
	add_u64(log, entry->duration_us, 1);
	add(log, STR(",\"id\":\""));
	add_safe(log, entry->request_id, FIELD_MAX_BYTES);
	add(log, STR("\",\"code\":\""));
	add_safe(log, str_of(entry->code), FIELD_MAX_BYTES);
	if (entry->use_case && entry->use_case[0] != '\0') {
		add(log, STR("\",\"use_case\":\""));
		add_safe(log, str_of(entry->use_case), FIELD_MAX_BYTES);
	}
	if (entry->trace_id.len != 0) {
		add(log, STR("\",\"trace\":\""));
		add_safe(log, entry->trace_id, FIELD_MAX_BYTES);
	}
	add(log, STR("\"}\n"));
}

static void add_words(struct access_log *log, const struct access_entry *entry)
{
	add_time(log, entry->wall_ms);
	add(log, STR(" "));
	add_u64(log, entry->status, 3);
	add(log, STR(" "));
	add_safe(log, entry->method, FIELD_MAX_BYTES);
	add(log, STR(" "));
	add_safe(log, entry->path, PATH_MAX_BYTES);
	add(log, STR(" "));
	if (entry->use_case && entry->use_case[0] != '\0') {
		add_safe(log, str_of(entry->use_case), FIELD_MAX_BYTES);
		add(log, STR(" "));
	}
	add_u64(log, entry->sent_bytes, 1);
	add(log, STR(" bytes "));
	add_u64(log, entry->duration_us, 1);
	add(log, STR(" us "));
	add_safe(log, str_of(entry->code), FIELD_MAX_BYTES);
	if (entry->trace_id.len != 0) {
		add(log, STR(" trace "));
		add_safe(log, entry->trace_id, FIELD_MAX_BYTES);
	}
	add(log, STR("\n"));
}

void access_log_flush(struct access_log *log)
{
	if (log->len != 0)
		log_lines((struct str){ log->text, log->len });
	log->len = 0;
}

void access_log_add(struct access_log *log, const struct access_entry *entry)
{
	struct access_entry shown = *entry;

	if (!route_knows_method(entry->method)) {
		shown.method = entry->method.len != 0 ? STR("?") : STR("");
		shown.path = STR("");
	}
	if (log->len + LINE_MAX_BYTES > TEXT_BYTES)
		access_log_flush(log);
	if (log->is_terminal)
		add_words(log, &shown);
	else
		add_json(log, &shown);
}

void access_log_close(struct access_log *log)
{
	access_log_flush(log);
	free(log->text);
	log->text = NULL;
}
