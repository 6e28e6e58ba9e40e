#include "base/clock.h"

#include <time.h>

static int64_t read_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_wall_ms(const struct clock *clock)
{
	(void)clock;
	return read_ms(CLOCK_REALTIME);
}

static int64_t system_mono_ms(const struct clock *clock)
{
	(void)clock;
	return read_ms(CLOCK_MONOTONIC);
}

const struct clock clock_system = { system_wall_ms, system_mono_ms };

int64_t clock_wall_ms(const struct clock *clock)
{
	return clock->wall_ms(clock);
}

int64_t clock_mono_ms(const struct clock *clock)
{
	return clock->mono_ms(clock);
}

int64_t clock_system_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
