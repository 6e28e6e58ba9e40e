#include "usecase/gate.h"

#include <assert.h>
#include <pthread.h>
#include <time.h>

#include "codec/hash.h"

#define GATES 1024

struct gate {
	pthread_mutex_t mutex;
	pthread_cond_t left;
	bool taken;
};

struct gates {
	struct gate gates[GATES];
	pthread_mutex_t mutex; /* of the claims */
	struct claim *claims;  /* as many as workers have requests with keys: few */
};

struct gates *gates_open(struct arena *arena)
{
	struct gates *gates = arena_alloc(arena, sizeof(*gates));
	pthread_condattr_t attr;

	if (!gates)
		return NULL;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	for (size_t i = 0; i < GATES; i++) {
		pthread_mutex_init(&gates->gates[i].mutex, NULL);
		pthread_cond_init(&gates->gates[i].left, &attr);
	}
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&gates->mutex, NULL);
	return gates;
}

void gates_close(struct gates *gates)
{
	if (!gates)
		return;
	assert(!gates->claims);
	for (size_t i = 0; i < GATES; i++) {
		pthread_mutex_destroy(&gates->gates[i].mutex);
		pthread_cond_destroy(&gates->gates[i].left);
	}
	pthread_mutex_destroy(&gates->mutex);
}

static struct gate *gate_of(struct gates *gates, struct str code)
{
	return &gates->gates[hash_fnv1a64(code) % GATES];
}

/* The caller's clock may be a test's: only the time that is left is taken from it. */
static struct timespec wait_until(const struct cx *cx)
{
	int64_t left_ms = cx->deadline_mono_ms - clock_mono_ms(cx->clock);
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	if (left_ms < 0)
		left_ms = 0;
	until.tv_sec += left_ms / 1000;
	until.tv_nsec += left_ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	return until;
}

enum err gate_enter(struct gates *gates, struct cx *cx, struct str code)
{
	struct gate *gate = gate_of(gates, code);
	struct timespec until = wait_until(cx);
	bool entered;
	int rc = 0;

	pthread_mutex_lock(&gate->mutex);
	while (gate->taken && rc == 0) {
		if (cx->deadline_mono_ms == 0)
			rc = pthread_cond_wait(&gate->left, &gate->mutex);
		else
			rc = pthread_cond_timedwait(&gate->left, &gate->mutex, &until);
	}
	entered = !gate->taken;
	if (entered)
		gate->taken = true;
	pthread_mutex_unlock(&gate->mutex);
	if (entered)
		return OK;
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "other writes of " STR_FMT " took too long",
		    STR_ARG(code));
}

void gate_leave(struct gates *gates, struct str code)
{
	struct gate *gate = gate_of(gates, code);

	pthread_mutex_lock(&gate->mutex);
	gate->taken = false;
	pthread_cond_signal(&gate->left);
	pthread_mutex_unlock(&gate->mutex);
}

bool gate_claim(struct gates *gates, struct claim *claim, struct str name)
{
	struct claim **link = &gates->claims;
	bool is_new;

	pthread_mutex_lock(&gates->mutex);
	while (*link && !str_eq((*link)->name, name))
		link = &(*link)->next;
	is_new = !*link;
	if (is_new) {
		*claim = (struct claim){ .name = name };
		*link = claim;
	}
	pthread_mutex_unlock(&gates->mutex);
	return is_new;
}

void gate_release(struct gates *gates, struct claim *claim)
{
	struct claim **link = &gates->claims;

	pthread_mutex_lock(&gates->mutex);
	while (*link != claim) {
		assert(*link);
		link = &(*link)->next;
	}
	*link = claim->next;
	pthread_mutex_unlock(&gates->mutex);
}
