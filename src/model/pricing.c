#include "model/pricing.h"

#define NAME_MAX_BYTES 255
#define TEXT_MAX_BYTES 16384
#define PERSONS_MAX 100
#define COUNT_MAX 1000000
#define HOURS_MAX 8784 /* a leap year */

static const char *const target_types[] = { "Hotel",     "Room",     "RoomType", "RatePlan",
					    "Attribute", "Sellable", NULL };
static const char *const effect_types[] = { "availability", "pricing", "inventory", NULL };
static const char *const price_units[] = { "", "percent", "currency", NULL };
static const char *const days_of_week[] = { "mo", "tu", "we", "th", "fr", "sa", "su", NULL };
static const char *const taxed_things[] = { "rooms", "sellables", "all", NULL };
static const char *const tax_bases[] = { "room", "person", NULL };
static const char *const tax_periods[] = { "night", "stay", NULL };

static const struct field target_fields[] = {
	FIELD(struct rule_target, type, "type", CHOICE, REQUIRED, .choices = target_types),
	FIELD(struct rule_target, id, "id", CODE, 0),
};
static const struct shape target_shape = SHAPE("RuleTarget", struct rule_target, target_fields);

static const struct field effect_fields[] = {
	FIELD(struct rule_effect, effect_type, "effectType", CHOICE, REQUIRED,
	      .choices = effect_types),
	FIELD(struct rule_effect, available, "available", BOOL, 0),
	FIELD(struct rule_effect, price_impact, "priceImpact", MONEY, SIGNED | OR_PERCENT),
	FIELD(struct rule_effect, price_update_unit, "priceUpdateUnit", CHOICE, 0,
	      .choices = price_units),
	FIELD(struct rule_effect, quantity, "quantity", INT, UNSET_HIDDEN, .max = COUNT_MAX),
};
static const struct shape effect_shape = SHAPE("RuleEffect", struct rule_effect, effect_fields);

static const struct field range_fields[] = {
	FIELD(struct date_range, from, "from", DATE, 0),
	FIELD(struct date_range, to, "to", DATE, 0),
	FIELD(struct date_range, dow, "dow", CHOICES, 0, .choices = days_of_week),
};
static const struct shape range_shape = SHAPE("DateRange", struct date_range, range_fields);

static const struct field rule_fields[] = {
	FIELD(struct rule, id, "id", CODE, REQUIRED | IDENTITY),
	FIELD(struct rule, applies_to, "appliesTo", LIST, 0, .shape = &target_shape),
	FIELD(struct rule, effect, "effect", LIST, REQUIRED, .shape = &effect_shape),
	FIELD(struct rule, on, "on", LIST, 0, .shape = &range_shape),
	FIELD(struct rule, not_on, "notOn", LIST, 0, .shape = &range_shape),
	FIELD(struct rule, name, "name", LINE, UNSET_HIDDEN, .max = NAME_MAX_BYTES),
	FIELD(struct rule, priority, "priority", INT, UNSET_HIDDEN, .min = -COUNT_MAX,
	      .max = COUNT_MAX),
};
const struct shape rule_shape = SHAPE("BusinessRule", struct rule, rule_fields);

static const struct field adjustment_fields[] = {
	FIELD(struct adjustment, percent, "percent", DECIMAL, UNSET_HIDDEN, .min = -100,
	      .max = 1000, .decimals = 2),
	FIELD(struct adjustment, amount, "amount", MONEY, UNSET_HIDDEN | SIGNED),
};
static const struct shape adjustment_shape =
	SHAPE("Adjustment", struct adjustment, adjustment_fields);

static const struct field fee_fields[] = {
	FIELD(struct cancellation_fee, nights, "nights", INT, UNSET_HIDDEN, .max = 90),
	FIELD(struct cancellation_fee, percent, "percent", DECIMAL, UNSET_HIDDEN, .max = 100,
	      .decimals = 2),
	FIELD(struct cancellation_fee, amount, "amount", MONEY, UNSET_HIDDEN),
};
static const struct shape fee_shape = SHAPE("CancellationFee", struct cancellation_fee, fee_fields);

static const struct field cancellation_fields[] = {
	FIELD(struct cancellation, free_until_hours, "freeUntilHours", INT, UNSET_HIDDEN,
	      .max = HOURS_MAX),
	FIELD(struct cancellation, time, "time", TIME, UNSET_HIDDEN),
	FIELD(struct cancellation, fee, "fee", OBJECT, REQUIRED, .shape = &fee_shape),
};
static const struct shape cancellation_shape =
	SHAPE("Cancellation", struct cancellation, cancellation_fields);

static const struct field rate_plan_fields[] = {
	FIELD(struct rate_plan, code, "code", CODE, REQUIRED | IDENTITY),
	FIELD(struct rate_plan, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct rate_plan, description, "description", TEXT, 0, .max = TEXT_MAX_BYTES),
	FIELD(struct rate_plan, room_types, "roomTypes", CODES, UNSET_HIDDEN),
	FIELD(struct rate_plan, adjust, "adjust", OBJECT, UNSET_HIDDEN, .shape = &adjustment_shape),
	FIELD(struct rate_plan, cancellation, "cancellation", LIST, UNSET_HIDDEN,
	      .shape = &cancellation_shape),
};
const struct shape rate_plan_shape = SHAPE("RatePlan", struct rate_plan, rate_plan_fields);

static const struct field tax_fields[] = {
	FIELD(struct tax, code, "code", CODE, REQUIRED | IDENTITY),
	FIELD(struct tax, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct tax, percent, "percent", DECIMAL, UNSET_HIDDEN, .max = 100, .decimals = 2),
	FIELD(struct tax, amount, "amount", MONEY, UNSET_HIDDEN),
	FIELD(struct tax, on, "on", CHOICE, UNSET_HIDDEN, .choices = taxed_things),
	FIELD(struct tax, basis, "basis", CHOICE, UNSET_HIDDEN, .choices = tax_bases),
	FIELD(struct tax, period, "period", CHOICE, UNSET_HIDDEN, .choices = tax_periods),
	FIELD(struct tax, included, "included", BOOL, UNSET_HIDDEN),
	FIELD(struct tax, from, "from", DATE, UNSET_HIDDEN),
	FIELD(struct tax, to, "to", DATE, UNSET_HIDDEN),
	FIELD(struct tax, max_nights, "maxNights", INT, UNSET_HIDDEN, .min = 1, .max = 90),
	FIELD(struct tax, exempt_below_age, "exemptBelowAge", INT, UNSET_HIDDEN, .min = 1,
	      .max = PERSONS_MAX),
};
const struct shape tax_shape = SHAPE("Tax", struct tax, tax_fields);
