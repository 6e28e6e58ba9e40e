/* lambda_rows.h - tables of events, and what is to be read of each. */
#ifndef INNKEEPER_TESTS_LAMBDA_ROWS_H
#define INNKEEPER_TESTS_LAMBDA_ROWS_H

#include "cx_fixture.h"

#include "lambda_events.h"

struct row {
	const char *event, *summary;
};

#define ASSERT_ROWS(cx, rows) assert_rows(cx, rows, sizeof(rows) / sizeof((rows)[0]))

static inline void assert_rows(struct cx *cx, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		print_message("%s\n", rows[i].event);
		assert_says(cx,
			    lambda_events_read(cx, lambda_events_json(cx->arena, rows[i].event)),
			    rows[i].summary);
	}
}

#endif
