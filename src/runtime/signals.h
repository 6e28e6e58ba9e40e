/* runtime/signals.h - SIGTERM and SIGINT as something to read, SIGPIPE not at all.
 *
 * Call signals_block in main before any thread is started: threads inherit what is blocked.
 */
#ifndef INNKEEPER_RUNTIME_SIGNALS_H
#define INNKEEPER_RUNTIME_SIGNALS_H

/* From now on SIGTERM and SIGINT wait to be read, and SIGPIPE is ignored. */
void signals_block(void);

/* A descriptor that is readable once one came, or -1; the caller closes it. */
int signals_open(void);

#endif
