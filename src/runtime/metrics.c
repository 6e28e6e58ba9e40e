#include "runtime/metrics.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/histogram.h"
#include "codec/exposition.h"

#define DURATION "innkeeper_http_request_duration_seconds"
#define CLASSES 6
#define SERIES_ALL (METRICS_SERIES + CLASSES)

struct series {
	_Atomic(const char *) route; /* NULL = free; set last */
	unsigned status_class;
	struct histogram us;
};

struct metrics_slot {
	_Atomic uint64_t counters[METRICS_COUNTERS];
	struct series series[SERIES_ALL]; /* the last ones are for what has no room, by class */
};

struct metrics_pool {
	const char *name;
	_Atomic unsigned waiting;
	_Atomic unsigned busy;
};

struct metrics {
	struct metrics_slot *slots[METRICS_SLOTS_MAX];
	unsigned nslots;
	struct metrics_pool pools[METRICS_POOLS_MAX];
	unsigned npools;
};

/* A series as it is written, summed over the slots. */
struct total {
	const char *route;
	unsigned status_class;
	struct histogram_values us;
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

static uint64_t value(_Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_count(struct metrics_slot *slot, enum metrics_counter counter, uint64_t n)
{
	histogram_count(&slot->counters[counter], n);
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
	histogram_add(&find_series(slot, route, status / 100)->us, &histogram_us, duration_us);
}

struct metrics_pool *metrics_add_pool(struct metrics *metrics, const char *name)
{
	struct metrics_pool *pool = &metrics->pools[metrics->npools];

	assert(metrics->npools < METRICS_POOLS_MAX);
	metrics->npools++;
	pool->name = name;
	return pool;
}

void metrics_set_pool(struct metrics_pool *pool, unsigned waiting, unsigned busy)
{
	atomic_store_explicit(&pool->waiting, waiting, memory_order_relaxed);
	atomic_store_explicit(&pool->busy, busy, memory_order_relaxed);
}

static uint64_t sum_counter(const struct metrics *metrics, enum metrics_counter counter)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < metrics->nslots; i++)
		sum += value(&metrics->slots[i]->counters[counter]);
	return sum;
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

		if (route)
			histogram_read(&series->us,
				       &find_total(totals, n, route, series->status_class)->us);
	}
}

static void write_total(struct buf *out, const struct total *total)
{
	struct buf labels;

	buf_init(&labels, out->arena);
	exposition_label(&labels, "route",
			 total->route[0] == '\0' ? STR("none") : str_of(total->route));
	buf_printf(&labels, ",status=\"%uxx\"", total->status_class);
	buf_add_char(&labels, '\0');
	if (!labels.failed)
		exposition_histogram(out, DURATION, labels.ptr, &histogram_us, &total->us);
}

static void write_durations(const struct metrics *metrics, struct buf *out)
{
	size_t max = (size_t)2 * SERIES_ALL, n = 0;
	struct total *totals = arena_array(out->arena, max, sizeof(*totals));

	for (unsigned i = 0; totals && i < metrics->nslots; i++)
		sum_slot(metrics->slots[i], totals, &n, max);
	exposition_family(out, DURATION, "histogram",
			  "From the first byte of a request to the last of its answer.");
	for (size_t i = 0; i < n; i++)
		write_total(out, &totals[i]);
}

static void write_pool(struct buf *out, const char *name, const struct metrics_pool *pool,
		       const _Atomic unsigned *value)
{
	struct buf labels;

	buf_init(&labels, out->arena);
	exposition_label(&labels, "pool", str_of(pool->name));
	buf_add_char(&labels, '\0');
	if (!labels.failed)
		exposition_sample(out, name, labels.ptr,
				  atomic_load_explicit(value, memory_order_relaxed));
}

static void write_pools(const struct metrics *metrics, struct buf *out)
{
	static const char waiting[] = "innkeeper_http_worker_queue_length";
	static const char busy[] = "innkeeper_http_workers_busy";

	exposition_family(out, waiting, "gauge", "Requests that wait for a worker.");
	for (unsigned i = 0; i < metrics->npools; i++)
		write_pool(out, waiting, &metrics->pools[i], &metrics->pools[i].waiting);
	exposition_family(out, busy, "gauge", "Workers that handle a request.");
	for (unsigned i = 0; i < metrics->npools; i++)
		write_pool(out, busy, &metrics->pools[i], &metrics->pools[i].busy);
}

void metrics_write(void *state, struct buf *out)
{
	struct metrics *metrics = state;
	uint64_t closed = sum_counter(metrics, METRICS_CLOSED),
		 ended = sum_counter(metrics, METRICS_ENDED);
	uint64_t opened = sum_counter(metrics, METRICS_OPENED),
		 begun = sum_counter(metrics, METRICS_BEGUN);

	exposition_number(out, "innkeeper_http_connections_total", "counter",
			  "Connections accepted.", opened);
	exposition_number(out, "innkeeper_http_connections_open", "gauge",
			  "Connections that are open.", opened - closed);
	exposition_number(out, "innkeeper_http_requests_in_flight", "gauge",
			  "Requests that are not answered yet.", begun - ended);
	exposition_number(out, "innkeeper_http_received_bytes_total", "counter",
			  "Bytes read from clients.", sum_counter(metrics, METRICS_RECEIVED));
	exposition_number(out, "innkeeper_http_sent_bytes_total", "counter",
			  "Bytes written to clients.", sum_counter(metrics, METRICS_SENT));
	write_pools(metrics, out);
	write_durations(metrics, out);
}
