/* model/pricing.h - what decides price and availability: business rules, rate plans, taxes (domain.md 6 and 7).
 *
 * Owner: all strings and lists live in the arena of whoever read or built the object.
 */
#ifndef INNKEEPER_MODEL_PRICING_H
#define INNKEEPER_MODEL_PRICING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "model/decimal.h"
#include "model/shape.h"

struct rule_target {
	struct marks marks;
	struct str type;
	struct str id; /* empty: all of that type */
};

struct rule_effect {
	struct marks marks;
	struct str effect_type;
	bool available;
	struct decimal price_impact;
	struct str price_update_unit; /* empty means currency */
	int64_t quantity;
};

/* Nights, both ends included. */
struct date_range {
	struct marks marks;
	struct str from, to;
	struct vec dow; /* of struct str; empty: every day */
};

struct rule {
	struct marks marks;
	struct str id;
	struct vec applies_to, effect; /* of struct rule_target, struct rule_effect */
	struct vec on, not_on;         /* of struct date_range */
	struct str name;
	int64_t priority; /* unset = 0 */
};

struct adjustment {
	struct marks marks;
	struct decimal percent, amount; /* one of them */
};

struct cancellation_fee {
	struct marks marks;
	int64_t nights;
	struct decimal percent, amount; /* one of the three */
};

struct cancellation {
	struct marks marks;
	int64_t free_until_hours; /* before `time` of the check-in date; unset: never free */
	struct str time;          /* unset: 00:00 */
	struct cancellation_fee fee;
};

struct rate_plan {
	struct marks marks;
	struct str code, name, description;
	struct vec room_types; /* of struct str; unset: all */
	struct adjustment adjust;
	struct vec cancellation;
};

struct tax {
	struct marks marks;
	struct str code, name;
	struct decimal percent, amount; /* one of them */
	struct str on;                  /* unset: rooms */
	struct str basis, period;
	bool included;
	struct str from, to; /* nights, both included; unset: no end */
	int64_t max_nights, exempt_below_age;
};

extern const struct shape rule_shape;
extern const struct shape rate_plan_shape;
extern const struct shape tax_shape;

#endif
