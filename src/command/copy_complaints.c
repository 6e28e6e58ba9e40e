#include "command/copy_complaints.h"

#include <stdarg.h>

#define LINE_BYTES_MAX 1000

struct complaint {
	struct complaint *next;
	struct str text;
};

void complaints_open(struct complaints *complaints)
{
	*complaints = (struct complaints){ .n = 0 };
	complaints->last = &complaints->first;
	arena_init(&complaints->arena, 0);
}

void complaints_clear(struct complaints *complaints)
{
	arena_reset(&complaints->arena, 0);
	complaints->first = NULL;
	complaints->last = &complaints->first;
	complaints->n = 0;
}

void complaints_add(struct complaints *complaints, const char *format, ...)
{
	struct complaint *complaint = arena_alloc(&complaints->arena, sizeof(*complaint));
	char line[LINE_BYTES_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	for (char *c = line; *c != '\0'; c++)
		*c = *c >= ' ' && *c <= '~' ? *c : '?';
	complaint->text = str_dup(&complaints->arena, str_of(line));
	*complaints->last = complaint;
	complaints->last = &complaint->next;
	complaints->n++;
}

void complaints_print(const struct complaints *complaints, FILE *out)
{
	for (const struct complaint *c = complaints->first; c; c = c->next)
		fprintf(out, STR_FMT "\n", STR_ARG(c->text));
}

void complaints_close(struct complaints *complaints)
{
	arena_close(&complaints->arena);
}
