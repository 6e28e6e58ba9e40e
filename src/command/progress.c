#include "command/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_MS 1000
#define LINE_MS 5000
#define BAR_MS 100
#define BAR_WIDTH 30

#define ERASE_LINE "\r\033[K"

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && value[0] != '\0';
}

void progress_init(struct progress *progress, const struct clock *clock, const char *what,
		   const char *unit, bool is_silent)
{
	const char *terminal = getenv("TERM");
	bool is_dumb = !terminal || strcmp(terminal, "dumb") == 0;

	*progress = (struct progress){ .clock = clock, .what = what, .unit = unit };
	if (!is_silent)
		progress->form =
			isatty(STDERR_FILENO) == 1 && !is_dumb ? PROGRESS_BAR : PROGRESS_LINES;
	progress->has_colour = !is_set("NO_COLOR");
	progress->next_ms =
		clock_mono_ms(clock) + (progress->form == PROGRESS_BAR ? FIRST_MS : LINE_MS);
}

static void draw_bar(struct progress *progress, uint64_t done)
{
	uint64_t total = progress->total > done ? progress->total : done;
	unsigned full = total == 0 ? 0 : (unsigned)(done * BAR_WIDTH / total);

	fprintf(stderr, ERASE_LINE "%s [%s", progress->what,
		progress->has_colour ? "\033[32m" : "");
	for (unsigned i = 0; i < BAR_WIDTH; i++)
		fputc(i < full ? '#' : '.', stderr);
	fprintf(stderr, "%s] %3u %% of %llu %s", progress->has_colour ? "\033[0m" : "",
		total == 0 ? 0 : (unsigned)(done * 100 / total), (unsigned long long)total,
		progress->unit);
	fflush(stderr);
	progress->is_drawn = true;
}

void progress_show(struct progress *progress, uint64_t done)
{
	int64_t now_ms = clock_mono_ms(progress->clock);

	if (progress->form == PROGRESS_SILENT || now_ms < progress->next_ms)
		return;
	progress->next_ms = now_ms + (progress->form == PROGRESS_BAR ? BAR_MS : LINE_MS);
	if (progress->form == PROGRESS_BAR && progress->total != 0)
		draw_bar(progress, done);
	else if (progress->form == PROGRESS_BAR)
		fprintf(stderr, ERASE_LINE "%s: %llu %s", progress->what, (unsigned long long)done,
			progress->unit);
	else if (progress->total != 0)
		fprintf(stderr, "%s: %llu of %llu %s\n", progress->what, (unsigned long long)done,
			(unsigned long long)progress->total, progress->unit);
	else
		fprintf(stderr, "%s: %llu %s\n", progress->what, (unsigned long long)done,
			progress->unit);
	progress->is_drawn = progress->form == PROGRESS_BAR;
}

void progress_hide(struct progress *progress)
{
	if (progress->is_drawn)
		fputs(ERASE_LINE, stderr);
	progress->is_drawn = false;
}
