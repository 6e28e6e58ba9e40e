#include "adapter/dynamodb_retry.h"

#define BASE_MS 25
#define BASE_THROTTLED_MS 1000
#define WAIT_MAX_MS 20000
#define ASKED_MAX_MS 5000 /* beyond our own */
#define COST 14
#define COST_THROTTLED 5

static bool is_slow(enum dynamodb_class class)
{
	return class == DYNAMODB_THROTTLED;
}

static bool is_final(enum dynamodb_class class)
{
	return class == DYNAMODB_FINAL || class == DYNAMODB_CONDITION ||
	       class == DYNAMODB_TOO_LARGE || class == DYNAMODB_FULL;
}

int64_t dynamodb_retry_wait_ms(const struct dynamodb_retry *retry)
{
	int64_t bound = is_slow(retry->class) ? BASE_THROTTLED_MS : BASE_MS, wait;

	if (is_final(retry->class) || retry->tries >= DYNAMODB_TRIES_MAX || retry->left_ms <= 1)
		return -1;
	/* What was wrong is put right before: nobody has to calm down. */
	if (retry->class == DYNAMODB_EXPIRED || retry->class == DYNAMODB_SKEWED)
		return 0;
	for (unsigned i = 1; i < retry->tries && bound < WAIT_MAX_MS; i++)
		bound *= 2;
	if (bound > WAIT_MAX_MS)
		bound = WAIT_MAX_MS;
	wait = (int64_t)((uint64_t)bound * retry->chance >> 32);
	if (retry->asked_ms > wait)
		wait = retry->asked_ms < wait + ASKED_MAX_MS ? retry->asked_ms
							     : wait + ASKED_MAX_MS;
	/* Half of what is left is for the try itself. */
	return wait < retry->left_ms / 2 ? wait : retry->left_ms / 2;
}

void dynamodb_budget_open(struct dynamodb_budget *budget)
{
	pthread_mutex_init(&budget->lock, NULL);
	budget->left = DYNAMODB_BUDGET;
}

void dynamodb_budget_close(struct dynamodb_budget *budget)
{
	pthread_mutex_destroy(&budget->lock);
}

unsigned dynamodb_budget_take(struct dynamodb_budget *budget, enum dynamodb_class class)
{
	unsigned cost = is_slow(class) ? COST_THROTTLED : COST;

	pthread_mutex_lock(&budget->lock);
	if (budget->left < cost)
		cost = 0;
	budget->left -= cost;
	pthread_mutex_unlock(&budget->lock);
	return cost;
}

void dynamodb_budget_give(struct dynamodb_budget *budget, unsigned taken)
{
	pthread_mutex_lock(&budget->lock);
	budget->left += taken == 0 ? 1 : taken;
	if (budget->left > DYNAMODB_BUDGET)
		budget->left = DYNAMODB_BUDGET;
	pthread_mutex_unlock(&budget->lock);
}
