#include "runtime/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"

#define BUCKETS 16
#define CLASSES 6
#define SERIES_ALL (METRICS_SERIES + CLASSES)

static const uint32_t bucket_us[BUCKETS] = { 100,     250,     500,     1000,    2500,   5000,
					     10000,   25000,   50000,   100000,  250000, 500000,
					     1000000, 2500000, 5000000, 10000000 };
static const char *const bucket_s[BUCKETS] = { "0.0001", "0.00025", "0.0005", "0.001",
					       "0.0025", "0.005",   "0.01",   "0.025",
					       "0.05",   "0.1",     "0.25",   "0.5",
					       "1",      "2.5",     "5",      "10" };

struct series {
	_Atomic(const char *) route; /* NULL = free; set last */
	unsigned status_class;
	_Atomic uint64_t count;
	_Atomic uint64_t sum_us;
	_Atomic uint64_t buckets[BUCKETS];
};

struct metrics_slot {
	_Atomic uint64_t counters[METRICS_COUNTERS];
	struct series series[SERIES_ALL]; /* the last ones are for what has no room, by class */
};

struct metrics {
	struct metrics_slot *slots[METRICS_SLOTS_MAX];
	unsigned nslots;
	_Atomic unsigned waiting;
	_Atomic unsigned busy;
};

/* A series as it is written, summed over the slots. */
struct total {
	const char *route;
	unsigned status_class;
	uint64_t count, sum_us, buckets[BUCKETS];
};

struct metrics *metrics_open(void)
{
	return heap_alloc(sizeof(struct metrics));
}

void metrics_close(struct metrics *metrics)
{
	for (unsigned i = 0; i < metrics->nslots; i++)
		free(metrics->slots[i]);
	free(metrics);
}

struct metrics_slot *metrics_add_slot(struct metrics *metrics)
{
	struct metrics_slot *slot = heap_alloc(sizeof(*slot));

	assert(metrics->nslots < METRICS_SLOTS_MAX);
	metrics->slots[metrics->nslots++] = slot;
	return slot;
}

/* Only the slot's own thread writes, so that no locked instruction is needed. */
static void add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

static uint64_t value(_Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_count(struct metrics_slot *slot, enum metrics_counter counter, uint64_t n)
{
	add(&slot->counters[counter], n);
}

static struct series *find_series(struct metrics_slot *slot, const char *route,
				  unsigned status_class)
{
	size_t at = ((uintptr_t)route * 31 + status_class) % METRICS_SERIES;
	struct series *series;

	for (size_t i = 0; i < METRICS_SERIES; i++, at = (at + 1) % METRICS_SERIES) {
		const char *there;

		series = &slot->series[at];
		there = atomic_load_explicit(&series->route, memory_order_relaxed);
		if (there == route && series->status_class == status_class)
			return series;
		if (there)
			continue;
		series->status_class = status_class;
		atomic_store_explicit(&series->route, route, memory_order_release);
		return series;
	}
	series = &slot->series[METRICS_SERIES + status_class % CLASSES];
	series->status_class = status_class;
	atomic_store_explicit(&series->route, "other", memory_order_release);
	return series;
}

void metrics_answer(struct metrics_slot *slot, const char *route, unsigned status,
		    uint64_t duration_us)
{
	struct series *series = find_series(slot, route, status / 100);
	size_t bucket = 0;

	add(&series->count, 1);
	add(&series->sum_us, duration_us);
	while (bucket < BUCKETS && duration_us > bucket_us[bucket])
		bucket++;
	if (bucket < BUCKETS)
		add(&series->buckets[bucket], 1);
}

void metrics_set_workers(struct metrics *metrics, unsigned waiting, unsigned busy)
{
	atomic_store_explicit(&metrics->waiting, waiting, memory_order_relaxed);
	atomic_store_explicit(&metrics->busy, busy, memory_order_relaxed);
}

static uint64_t sum_counter(const struct metrics *metrics, enum metrics_counter counter)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < metrics->nslots; i++)
		sum += value(&metrics->slots[i]->counters[counter]);
	return sum;
}

static void write_number(struct buf *out, const char *name, const char *type, const char *help,
			 uint64_t number)
{
	buf_printf(out,
		   "# HELP innkeeper_%s %s\n# TYPE innkeeper_%s %s\ninnkeeper_%s %" PRIu64 "\n",
		   name, help, name, type, name, number);
}

static struct total *find_total(struct total *totals, size_t *n, const char *route,
				unsigned status_class)
{
	size_t i = 0;

	while (i < *n &&
	       (totals[i].status_class != status_class || strcmp(totals[i].route, route) != 0))
		i++;
	if (i == *n)
		totals[(*n)++] = (struct total){ .route = route, .status_class = status_class };
	return &totals[i];
}

static void sum_slot(struct metrics_slot *slot, struct total *totals, size_t *n, size_t max)
{
	for (size_t i = 0; i < SERIES_ALL && *n < max; i++) {
		struct series *series = &slot->series[i];
		const char *route = atomic_load_explicit(&series->route, memory_order_acquire);
		struct total *total;

		if (!route)
			continue;
		total = find_total(totals, n, route, series->status_class);
		total->count += value(&series->count);
		total->sum_us += value(&series->sum_us);
		for (size_t b = 0; b < BUCKETS; b++)
			total->buckets[b] += value(&series->buckets[b]);
	}
}

static void write_total(struct buf *out, const struct total *total)
{
	char labels[256];
	uint64_t below = 0;

	snprintf(labels, sizeof(labels), "route=\"%.200s\",status=\"%uxx\"",
		 total->route[0] == '\0' ? "none" : total->route, total->status_class);
	for (size_t b = 0; b < BUCKETS; b++) {
		below += total->buckets[b];
		buf_printf(out,
			   "innkeeper_http_request_duration_seconds_bucket{%s,le=\"%s\"} %" PRIu64
			   "\n",
			   labels, bucket_s[b], below);
	}
	buf_printf(out,
		   "innkeeper_http_request_duration_seconds_bucket{%s,le=\"+Inf\"} %" PRIu64 "\n",
		   labels, total->count);
	buf_printf(out,
		   "innkeeper_http_request_duration_seconds_sum{%s} %" PRIu64 ".%06" PRIu64 "\n",
		   labels, total->sum_us / 1000000, total->sum_us % 1000000);
	buf_printf(out, "innkeeper_http_request_duration_seconds_count{%s} %" PRIu64 "\n", labels,
		   total->count);
}

static void write_durations(const struct metrics *metrics, struct buf *out)
{
	size_t max = (size_t)2 * SERIES_ALL, n = 0;
	struct total *totals = arena_array(out->arena, max, sizeof(*totals));

	for (unsigned i = 0; totals && i < metrics->nslots; i++)
		sum_slot(metrics->slots[i], totals, &n, max);
	buf_add(out,
		STR("# HELP innkeeper_http_request_duration_seconds From the first byte of a request to the "
		    "last of its answer.\n"
		    "# TYPE innkeeper_http_request_duration_seconds histogram\n"));
	for (size_t i = 0; i < n; i++)
		write_total(out, &totals[i]);
}

void metrics_write(void *state, struct buf *out)
{
	struct metrics *metrics = state;
	uint64_t closed = sum_counter(metrics, METRICS_CLOSED),
		 ended = sum_counter(metrics, METRICS_ENDED);
	uint64_t opened = sum_counter(metrics, METRICS_OPENED),
		 begun = sum_counter(metrics, METRICS_BEGUN);

	write_number(out, "http_connections_total", "counter", "Connections accepted.", opened);
	write_number(out, "http_connections_open", "gauge", "Connections that are open.",
		     opened - closed);
	write_number(out, "http_requests_in_flight", "gauge", "Requests that are not answered yet.",
		     begun - ended);
	write_number(out, "http_received_bytes_total", "counter", "Bytes read from clients.",
		     sum_counter(metrics, METRICS_RECEIVED));
	write_number(out, "http_sent_bytes_total", "counter", "Bytes written to clients.",
		     sum_counter(metrics, METRICS_SENT));
	write_number(out, "http_worker_queue_length", "gauge", "Requests that wait for a worker.",
		     atomic_load_explicit(&metrics->waiting, memory_order_relaxed));
	write_number(out, "http_workers_busy", "gauge", "Workers that handle a request.",
		     atomic_load_explicit(&metrics->busy, memory_order_relaxed));
	write_durations(metrics, out);
}
