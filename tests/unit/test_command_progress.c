/* layer: command */
/* Progress on stderr: what a terminal, a file, and somebody who wants none of it get to see. */
#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/progress.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

/* A clock that the test moves. */
struct hand {
	struct clock clock;
	int64_t ms;
};

static int64_t hand_ms(const struct clock *clock)
{
	return ((const struct hand *)clock)->ms;
}

/* stderr while a test runs, and what came of it. */
struct screen {
	struct hand hand;
	struct progress progress;
	int saved, end;
	char text[4096];
};

static void screen_open(struct screen *screen, bool is_terminal, bool is_silent)
{
	int ends[2];

	if (is_terminal)
		assert_int_equal(openpty(&ends[0], &ends[1], NULL, NULL, NULL), 0);
	else
		assert_int_equal(pipe(ends), 0);
	fflush(stderr);
	*screen = (struct screen){ .saved = dup(STDERR_FILENO), .end = ends[0] };
	screen->hand.clock = (struct clock){ hand_ms, hand_ms };
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	close(ends[1]);
	progress_init(&screen->progress, &screen->hand.clock, "check", "partitions", is_silent);
	screen->progress.total = 200;
}

static void show_at(struct screen *screen, int64_t ms, uint64_t done)
{
	screen->hand.ms = ms;
	progress_show(&screen->progress, done);
}

/* Gives stderr back; returns all that was shown. */
static const char *screen_close(struct screen *screen)
{
	size_t len = 0;

	progress_hide(&screen->progress);
	fputc('~', stderr); /* the end: a terminal hands on what it gets in pieces */
	fflush(stderr);
	while (len == 0 || screen->text[len - 1] != '~') {
		ssize_t n = read(screen->end, screen->text + len, sizeof(screen->text) - len);

		if (n <= 0)
			break;
		len += (size_t)n;
	}
	dup2(screen->saved, STDERR_FILENO);
	close(screen->saved);
	close(screen->end);
	assert_true(len > 0 && screen->text[len - 1] == '~');
	screen->text[len - 1] = '\0';
	return screen->text;
}

static void a_file_gets_a_line_each_five_seconds(void **state)
{
	struct screen screen;

	(void)state;
	screen_open(&screen, false, false);
	for (int64_t ms = 0; ms <= 11000; ms += 100)
		show_at(&screen, ms, (uint64_t)ms / 100);
	assert_string_equal(screen_close(&screen), "check: 50 of 200 partitions\n"
						   "check: 100 of 200 partitions\n");
}

static void what_has_no_end_is_counted(void **state)
{
	struct screen screen;

	(void)state;
	screen_open(&screen, false, false);
	screen.progress.total = 0;
	show_at(&screen, 5000, 7);
	assert_string_equal(screen_close(&screen), "check: 7 partitions\n");
}

static void short_work_shows_nothing(void **state)
{
	struct screen screen;

	(void)state;
	for (int is_terminal = 0; is_terminal < 2; is_terminal++) {
		screen_open(&screen, is_terminal == 1, false);
		show_at(&screen, 999, 199);
		assert_null(strstr(screen_close(&screen), "check"));
	}
}

static void a_silent_one_shows_nothing(void **state)
{
	struct screen screen;

	(void)state;
	for (int is_terminal = 0; is_terminal < 2; is_terminal++) {
		screen_open(&screen, is_terminal == 1, true);
		show_at(&screen, 100000, 100);
		assert_null(strstr(screen_close(&screen), "check"));
	}
}

static void a_terminal_gets_a_bar_and_has_it_taken_away(void **state)
{
	struct screen screen;

	(void)state;
	setenv("TERM", "xterm", 1);
	setenv("NO_COLOR", "", 1);
	screen_open(&screen, true, false);
	show_at(&screen, 1000, 50);
	show_at(&screen, 1050, 60); /* too soon */
	assert_string_equal(
		screen_close(&screen),
		"\r\033[Kcheck [\033[32m#######.......................\033[0m]  25 % of "
		"200 partitions\r\033[K");
}

static void no_colour_means_none(void **state)
{
	struct screen screen;

	(void)state;
	setenv("TERM", "xterm", 1);
	setenv("NO_COLOR", "1", 1);
	screen_open(&screen, true, false);
	show_at(&screen, 1000, 200);
	assert_string_equal(screen_close(&screen),
			    "\r\033[Kcheck [##############################] 100 % of "
			    "200 partitions\r\033[K");
	unsetenv("NO_COLOR");
}

static void a_dumb_terminal_gets_lines(void **state)
{
	struct screen screen;

	(void)state;
	setenv("TERM", "dumb", 1);
	screen_open(&screen, true, false);
	show_at(&screen, 5000, 20);
	assert_string_equal(screen_close(&screen), "check: 20 of 200 partitions\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_gets_a_line_each_five_seconds),
		cmocka_unit_test(what_has_no_end_is_counted),
		cmocka_unit_test(short_work_shows_nothing),
		cmocka_unit_test(a_silent_one_shows_nothing),
		cmocka_unit_test(a_terminal_gets_a_bar_and_has_it_taken_away),
		cmocka_unit_test(no_colour_means_none),
		cmocka_unit_test(a_dumb_terminal_gets_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
