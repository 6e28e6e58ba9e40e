/* base/histogram.h - how often a measured number was how large, in buckets with upper bounds.
 *
 * Owner:   whoever counts; zeroed is empty.
 * Threads: one adds, without a locked instruction; any reads.
 */
#ifndef INNKEEPER_BASE_HISTOGRAM_H
#define INNKEEPER_BASE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BOUNDS 15

/* Upper bounds, each part of its bucket, ascending. */
struct histogram_scale {
	uint64_t bounds[HISTOGRAM_BOUNDS];
	size_t n;
};

/* Microseconds: a cached read takes some 25 to 100, a sync 100 to some 10,000, a handler up to 30 s. */
extern const struct histogram_scale histogram_us;

/* Members of a group: 1, 2, 4 … 256. */
extern const struct histogram_scale histogram_members;

struct histogram {
	_Atomic uint64_t
		buckets[HISTOGRAM_BOUNDS + 1]; /* the scale's, then what is above them all */
	_Atomic uint64_t sum;
};

/* What a histogram held when it was read. */
struct histogram_values {
	uint64_t buckets[HISTOGRAM_BOUNDS + 1];
	uint64_t sum;
};

void histogram_add(struct histogram *histogram, const struct histogram_scale *scale,
		   uint64_t number);

/* Adds what is there to *values. */
void histogram_read(const struct histogram *histogram, struct histogram_values *values);

/* Adds to a counter that only this thread writes and others read: no locked instruction is needed. */
void histogram_count(_Atomic uint64_t *counter, uint64_t n);

#endif
