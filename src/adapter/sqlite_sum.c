#include "adapter/sqlite_sum.h"

#include <string.h>

/*
 * Each pair waits for the sums of the one before, which leaves most of a processor idle. So a page is taken in four lanes at once, as
 * long as fits both lengths that come: 4088 and 4096 bytes. The sums of one lane are moved behind the next one by what 127 pairs of
 * zeros would make of them, which is a matrix: the one of a single pair, a' = a + b, b' = a + 2b, to the 127th power.
 */
#define PAIR_BYTES 8
#define LANES 4
#define LANE_BYTES ((size_t)127 * PAIR_BYTES)

static const uint32_t behind[3] = { 0x6b15d189u, 0x9ba1ad59u,
				    0x6b77ee2u }; /* a of a; a of b and b of a; b of b */

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "sums would need their bytes swapped");

struct sums {
	uint32_t a, b;
};

static void add_pair(struct sums *sums, const unsigned char *at)
{
	uint32_t pair[2];

	memcpy(pair, at, sizeof(pair));
	sums->a += pair[0] + sums->b;
	sums->b += pair[1] + sums->a;
}

/* What came of a lane goes behind what came of those before. */
static void join(struct sums *sums, struct sums lane)
{
	uint32_t a = sums->a;

	sums->a = behind[0] * a + behind[1] * sums->b + lane.a;
	sums->b = behind[1] * a + behind[2] * sums->b + lane.b;
}

/* Lanes in variables of their own stay in registers. */
static void add_lanes(struct sums *sums, const unsigned char *at)
{
	struct sums first = *sums, second = { 0, 0 }, third = { 0, 0 }, fourth = { 0, 0 };

	for (const unsigned char *end = at + LANE_BYTES; at < end; at += PAIR_BYTES) {
		add_pair(&first, at);
		add_pair(&second, at + LANE_BYTES);
		add_pair(&third, at + 2 * LANE_BYTES);
		add_pair(&fourth, at + 3 * LANE_BYTES);
	}
	*sums = first;
	join(sums, second);
	join(sums, third);
	join(sums, fourth);
}

void sqlite_sum_add(uint32_t sums[2], const void *bytes, size_t len)
{
	const unsigned char *at = bytes, *end = at + len;
	struct sums sum = { sums[0], sums[1] };

	for (; (size_t)(end - at) >= LANES * LANE_BYTES; at += LANES * LANE_BYTES)
		add_lanes(&sum, at);
	for (; at < end; at += PAIR_BYTES)
		add_pair(&sum, at);
	sums[0] = sum.a;
	sums[1] = sum.b;
}
