#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define ID_BYTES_MAX 64

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_INFO:
		return "info";
	case LOG_LEVEL_WARN:
		return "warn";
	case LOG_LEVEL_ERROR:
		return "error";
	}
	return "error";
}

/* One thread at a time: a pipe takes more than 4 KiB in pieces, and the lines of two must not mix. */
static void write_all(const char *bytes, size_t len)
{
	ssize_t done = 0;

	flockfile(stderr);
	while (len != 0 && done >= 0) {
		done = write(STDERR_FILENO, bytes, len);
		if (done < 0 && errno == EINTR)
			done = 0;
		/* A log that can not be written must not stop the service. */
		if (done > 0) {
			bytes += done;
			len -= (size_t)done;
		}
	}
	funlockfile(stderr);
}

/* What could end or forge a line, colour a terminal or be no UTF-8 is replaced: quotes, backslashes, control characters, all but ASCII. */
static void make_safe(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			*text = '\'';
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = ' ';
		else if ((unsigned char)*text > 0x7f)
			*text = '?';
	}
}

bool log_is_terminal(void)
{
	static _Atomic int terminal = -1;

	if (terminal < 0)
		terminal = isatty(STDERR_FILENO) == 1;
	return terminal == 1;
}

/* `more` is what stands behind the detail, in the form of the line. */
static void write_line(enum log_level level, const char *event, const char *detail,
		       const char *more)
{
	char line[1600], stamp[32];
	struct timespec now;
	struct tm utc;
	int len;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &utc);
	if (log_is_terminal())
		len = snprintf(line, sizeof(line), "%s.%03ldZ %-5s %s: %s%s\n", stamp,
			       now.tv_nsec / 1000000, level_name(level), event, detail, more);
	else
		len = snprintf(line, sizeof(line),
			       "{\"time\":\"%s.%03ldZ\",\"level\":\"%s\",\"event\":\"%s\","
			       "\"detail\":\"%s\"%s}\n",
			       stamp, now.tv_nsec / 1000000, level_name(level), event, detail,
			       more);
	if (len > 0)
		write_all(line, (size_t)len);
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	char detail[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	make_safe(detail);
	write_line(level, event, detail, "");
}

/* The ids are of the edge's own making, or checked there: nothing in them has to be made safe or cut. */
static void name_request(const struct cx *cx, char *out, size_t size_bytes)
{
	bool terminal = log_is_terminal();
	struct str id = str_sub(cx->request_id, 0, ID_BYTES_MAX);
	struct str trace = str_sub(cx->trace_id, 0, ID_BYTES_MAX);
	int len = 0;

	out[0] = '\0';
	if (id.len != 0)
		len = snprintf(out, size_bytes,
			       terminal ? " (request " STR_FMT ")" : ",\"id\":\"" STR_FMT "\"",
			       STR_ARG(id));
	if (trace.len != 0 && len >= 0)
		snprintf(out + len, size_bytes - (size_t)len,
			 terminal ? " (trace " STR_FMT ")" : ",\"trace\":\"" STR_FMT "\"",
			 STR_ARG(trace));
}

void log_request(const struct cx *cx, enum log_level level, const char *event, const char *format,
		 ...)
{
	char detail[1024], more[256];
	va_list args;

	va_start(args, format);
	vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	make_safe(detail);
	name_request(cx, more, sizeof(more));
	write_line(level, event, detail, more);
}

void log_lines(struct str lines)
{
	write_all(lines.ptr, lines.len);
}
