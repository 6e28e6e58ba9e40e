/* command/hotel_reader.h - all records of one hotel, as they were at one revision, however often it is saved meanwhile; what waits in an
 * intent is laid over them, and nothing is written.
 *
 * Owner: cx's arena and the reader have what is read; the arena is emptied before each reading, and with `keeps` unset after each page.
 */
#ifndef INNKEEPER_COMMAND_HOTEL_READER_H
#define INNKEEPER_COMMAND_HOTEL_READER_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"
#include "record/hotel_record.h"
#include "record/intent_view.h"

struct hotel_reader {
	struct store *store;
	struct cx *cx;
	bool keeps;
	/* A reading begins: what was taken before is of no use. */
	void (*begin)(void *state);
	/* The records, in the order of their keys. */
	void (*take)(void *state, const struct item *item);
	void *state;
	struct intent_view view; /* the reader's own */
};

/* *ctl is the control record's, its rev 0 where there are records without one; its texts live in cx's arena. NOT_FOUND, not noted: nothing is
 * under that code. STALE: writers never let it be read. */
MUST_CHECK enum err hotel_reader_read(struct hotel_reader *reader, struct str code,
				      struct ctl *ctl);

/* What was read is gone. */
void hotel_reader_close(struct hotel_reader *reader);

#endif
