#include "base/histogram.h"

#include <stdatomic.h>

const struct histogram_scale histogram_us = {
	{ 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 100000, 250000, 1000000, 5000000,
	  10000000 },
	15,
};

const struct histogram_scale histogram_members = { { 1, 2, 4, 8, 16, 32, 64, 128, 256 }, 9 };

void histogram_count(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

void histogram_add(struct histogram *histogram, const struct histogram_scale *scale,
		   uint64_t number)
{
	size_t bucket = 0;

	while (bucket < scale->n && number > scale->bounds[bucket])
		bucket++;
	histogram_count(&histogram->buckets[bucket], 1);
	histogram_count(&histogram->sum, number);
}

void histogram_read(const struct histogram *histogram, struct histogram_values *values)
{
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		values->buckets[i] +=
			atomic_load_explicit(&histogram->buckets[i], memory_order_relaxed);
	values->sum += atomic_load_explicit(&histogram->sum, memory_order_relaxed);
}
