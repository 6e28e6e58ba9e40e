/* base/clock.h - the time, replaceable so that tests own it.
 *
 * Wall time is for people and records (milliseconds since 1970, UTC) and may jump; monotonic time
 * (milliseconds since some moment) is for deadlines and never does.
 */
#ifndef INNKEEPER_BASE_CLOCK_H
#define INNKEEPER_BASE_CLOCK_H

#include <stdint.h>

struct clock {
	int64_t (*wall_ms)(const struct clock *clock);
	int64_t (*mono_ms)(const struct clock *clock);
};

extern const struct clock clock_system;

int64_t clock_wall_ms(const struct clock *clock);
int64_t clock_mono_ms(const struct clock *clock);

/* Microseconds of the system's monotonic clock, to measure what a piece of work took. */
int64_t clock_system_us(void);

#endif
