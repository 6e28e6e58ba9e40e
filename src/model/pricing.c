#include "model/pricing.h"

#include "model/shape_read.h"

#define NAME_MAX_BYTES 255
#define TEXT_MAX_BYTES 16384
#define PERSONS_MAX 100
#define COUNT_MAX 1000000
#define HOURS_MAX 8784 /* a leap year */

static const char *const target_types[] = { "Hotel",     "Room",     "RoomType", "RatePlan",
					    "Attribute", "Sellable", NULL };
static const char *const priced_targets[] = { "Hotel",     "RoomType", "RatePlan",
					      "Attribute", "Sellable", NULL };
static const char *const counted_targets[] = { "Hotel", "RoomType", "Sellable", NULL };
static const char *const effect_types[] = { "availability", "pricing", "inventory", NULL };
static const char *const price_units[] = { "", "percent", "currency", NULL };
static const char *const days_of_week[] = { "mo", "tu", "we", "th", "fr", "sa", "su", NULL };
static const char *const taxed_things[] = { "rooms", "sellables", "all", NULL };
static const char *const tax_bases[] = { "room", "person", NULL };
static const char *const tax_periods[] = { "night", "stay", NULL };

static const struct field target_fields[] = {
	FIELD(struct rule_target, type, "type", CHOICE, REQUIRED, .choices = target_types),
	FIELD(struct rule_target, id, "id", CODE, 0,
	      .meaning = "empty: all of that type; of type Hotel the hotel itself"),
};
static const struct shape target_shape = SHAPE("RuleTarget", struct rule_target, target_fields);

static const struct field effect_fields[] = {
	FIELD(struct rule_effect, effect_type, "effectType", CHOICE, REQUIRED,
	      .choices = effect_types),
	FIELD(struct rule_effect, available, "available", BOOL, 0,
	      .meaning = "of an effect on availability"),
	FIELD(struct rule_effect, price_impact, "priceImpact", MONEY, SIGNED | OR_PERCENT,
	      .meaning = "of an effect on pricing"),
	FIELD(struct rule_effect, price_update_unit, "priceUpdateUnit", CHOICE, 0,
	      .choices = price_units, .meaning = "empty means currency"),
	FIELD(struct rule_effect, quantity, "quantity", INT, UNSET_HIDDEN, .max = COUNT_MAX,
	      .meaning = "of an effect on inventory: at most so many"),
};
static const struct shape effect_shape = SHAPE("RuleEffect", struct rule_effect, effect_fields);

static const struct field range_fields[] = {
	FIELD(struct date_range, from, "from", DATE, 0,
	      .meaning = "the first night; empty: no beginning"),
	FIELD(struct date_range, to, "to", DATE, 0, .meaning = "the last night; empty: no end"),
	FIELD(struct date_range, dow, "dow", CHOICES, 0, .choices = days_of_week,
	      .meaning = "days of the week; empty: every day"),
};

static void check_order(const struct shape_check *check, struct str from, struct str to,
			struct str pointer)
{
	/* As texts dates have the order of the calendar. */
	if (from.len != 0 && to.len != 0 && str_cmp(from, to) > 0)
		shape_blame(check, pointer, "to", "lies before `from`");
}

static void check_range(const struct shape_check *check, const void *object, struct str pointer)
{
	const struct date_range *range = object;

	check_order(check, range->from, range->to, pointer);
}

static const struct shape range_shape =
	SHAPE("DateRange", struct date_range, range_fields, .check = check_range);

static const struct field rule_fields[] = {
	FIELD(struct rule, id, "id", CODE, REQUIRED | IDENTITY),
	FIELD(struct rule, applies_to, "appliesTo", LIST, 0, .shape = &target_shape,
	      .meaning = "any of them; empty: the hotel"),
	FIELD(struct rule, effect, "effect", LIST, REQUIRED, .shape = &effect_shape),
	FIELD(struct rule, on, "on", LIST, 0, .shape = &range_shape,
	      .meaning = "nights that it holds on; empty: always"),
	FIELD(struct rule, not_on, "notOn", LIST, 0, .shape = &range_shape,
	      .meaning = "nights that it does not hold on, whatever `on` says"),
	FIELD(struct rule, name, "name", LINE, UNSET_HIDDEN, .max = NAME_MAX_BYTES),
	FIELD(struct rule, priority, "priority", INT, UNSET_HIDDEN, .min = -COUNT_MAX,
	      .max = COUNT_MAX, .meaning = "the highest decides on availability; left out: 0"),
};

/* Which entries a rule with the effect may have, and what the effect needs. */
static const struct effect_row {
	struct str type;
	struct str member;
	const char *const *targets;
} effect_rows[] = {
	{ STR_INIT("availability"), STR_INIT("available"), target_types },
	{ STR_INIT("pricing"), STR_INIT("priceImpact"), priced_targets },
	{ STR_INIT("inventory"), STR_INIT("quantity"), counted_targets },
};

/* NULL: the effect has no type, and is blamed for that. */
static const struct effect_row *row_of(const struct rule_effect *effect)
{
	for (size_t i = 0; i < sizeof(effect_rows) / sizeof(effect_rows[0]); i++) {
		if (str_eq(effect_rows[i].type, effect->effect_type))
			return &effect_rows[i];
	}
	return NULL;
}

static bool allows(const struct effect_row *row, struct str type)
{
	const char *const *target = row->targets;

	while (*target && !str_eq(str_of(*target), type))
		target++;
	return *target != NULL;
}

static bool is_allowed(const struct rule *rule, const struct rule_target *target)
{
	bool allowed = true;

	for (size_t i = 0; allowed && i < rule->effect.n; i++) {
		const struct effect_row *row =
			row_of(vec_at(&rule->effect, i, sizeof(struct rule_effect)));

		allowed = !row || allows(row, target->type);
	}
	return allowed;
}

static bool is_repeated(const struct vec *targets, size_t index)
{
	const struct rule_target *one = vec_at(targets, index, sizeof(*one));
	bool repeated = false;

	for (size_t i = 0; i < index && !repeated; i++) {
		const struct rule_target *other = vec_at(targets, i, sizeof(*other));

		repeated = str_eq(one->type, other->type) && str_eq(one->id, other->id);
	}
	return repeated;
}

static void check_effects(const struct shape_check *check, const struct vec *effects,
			  struct str pointer)
{
	for (size_t i = 0; i < effects->n; i++) {
		const struct rule_effect *effect = vec_at(effects, i, sizeof(*effect));
		const struct effect_row *row = row_of(effect);

		if (row && !shape_has(&effect_shape, row->member, effect))
			shape_blame(check, shape_element(check, pointer, STR("effect"), i),
				    row->member.ptr, "is required by this effectType");
	}
}

static void check_rule(const struct shape_check *check, const void *object, struct str pointer)
{
	const struct rule *rule = object;
	const struct vec *targets = &rule->applies_to;

	check_effects(check, &rule->effect, pointer);
	for (size_t i = 0; i < targets->n; i++) {
		const struct rule_target *target = vec_at(targets, i, sizeof(*target));
		struct str place = shape_element(check, pointer, STR("appliesTo"), i);

		/* An entry without a type is blamed for that. */
		if (target->type.len == 0)
			continue;
		if (!is_allowed(rule, target))
			shape_blame(check, place, "type",
				    "an effect of the rule does not apply to this type");
		if (is_repeated(targets, i))
			fail_field(check->cx, BLAME_POINTER, place, "stands in the list twice");
	}
}

const struct shape rule_shape =
	SHAPE("BusinessRule", struct rule, rule_fields, .check = check_rule);

static const struct field adjustment_fields[] = {
	FIELD(struct adjustment, percent, "percent", DECIMAL, UNSET_HIDDEN | ONE_OF, .min = -100,
	      .max = 1000, .decimals = 2, .meaning = "of the price of the room type"),
	FIELD(struct adjustment, amount, "amount", MONEY, UNSET_HIDDEN | ONE_OF | SIGNED,
	      .meaning = "added to it"),
};
static const struct shape adjustment_shape =
	SHAPE("Adjustment", struct adjustment, adjustment_fields);

static const struct field fee_fields[] = {
	FIELD(struct cancellation_fee, nights, "nights", INT, UNSET_HIDDEN | ONE_OF, .max = 90,
	      .meaning = "the price of the first so many"),
	FIELD(struct cancellation_fee, percent, "percent", DECIMAL, UNSET_HIDDEN | ONE_OF,
	      .max = 100, .decimals = 2, .meaning = "of the total"),
	FIELD(struct cancellation_fee, amount, "amount", MONEY, UNSET_HIDDEN | ONE_OF),
};
static const struct shape fee_shape = SHAPE("CancellationFee", struct cancellation_fee, fee_fields);

static const struct field cancellation_fields[] = {
	FIELD(struct cancellation, free_until_hours, "freeUntilHours", INT, UNSET_HIDDEN,
	      .max = HOURS_MAX,
	      .meaning = "before `time` on the day of arrival; left out: never free"),
	FIELD(struct cancellation, time, "time", TIME, UNSET_HIDDEN, .meaning = "left out: 00:00"),
	FIELD(struct cancellation, fee, "fee", OBJECT, REQUIRED, .shape = &fee_shape),
};
static const struct shape cancellation_shape =
	SHAPE("Cancellation", struct cancellation, cancellation_fields);

static const struct field rate_plan_fields[] = {
	FIELD(struct rate_plan, code, "code", CODE, REQUIRED | IDENTITY),
	FIELD(struct rate_plan, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct rate_plan, description, "description", TEXT, 0, .max = TEXT_MAX_BYTES),
	FIELD(struct rate_plan, room_types, "roomTypes", CODES, UNSET_HIDDEN,
	      .meaning = "their codes; left out: all"),
	FIELD(struct rate_plan, adjust, "adjust", OBJECT, UNSET_HIDDEN, .shape = &adjustment_shape,
	      .meaning = "of the price of the room type; left out: none"),
	FIELD(struct rate_plan, cancellation, "cancellation", LIST, UNSET_HIDDEN,
	      .shape = &cancellation_shape,
	      .meaning = "of the deadlines that have passed the last one counts; left out: free"),
};
const struct shape rate_plan_shape = SHAPE("RatePlan", struct rate_plan, rate_plan_fields);

static const struct field tax_fields[] = {
	FIELD(struct tax, code, "code", CODE, REQUIRED | IDENTITY),
	FIELD(struct tax, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct tax, percent, "percent", DECIMAL, UNSET_HIDDEN | ONE_OF, .max = 100,
	      .decimals = 2),
	FIELD(struct tax, amount, "amount", MONEY, UNSET_HIDDEN | ONE_OF,
	      .meaning = "of rooms only"),
	FIELD(struct tax, on, "on", CHOICE, UNSET_HIDDEN, .choices = taxed_things,
	      .meaning = "left out: rooms"),
	FIELD(struct tax, basis, "basis", CHOICE, UNSET_HIDDEN, .choices = tax_bases,
	      .meaning = "of an amount: for each of these"),
	FIELD(struct tax, period, "period", CHOICE, UNSET_HIDDEN, .choices = tax_periods,
	      .meaning = "of an amount: for each of these"),
	FIELD(struct tax, included, "included", BOOL, UNSET_HIDDEN,
	      .meaning = "the prices contain it"),
	FIELD(struct tax, from, "from", DATE, UNSET_HIDDEN,
	      .meaning = "the first night; left out: no beginning"),
	FIELD(struct tax, to, "to", DATE, UNSET_HIDDEN,
	      .meaning = "the last night; left out: no end"),
	FIELD(struct tax, max_nights, "maxNights", INT, UNSET_HIDDEN, .min = 1, .max = 90,
	      .meaning = "of a stay it is on the first so many; left out: all"),
	FIELD(struct tax, exempt_below_age, "exemptBelowAge", INT, UNSET_HIDDEN, .min = 1,
	      .max = PERSONS_MAX, .meaning = "persons younger are free; left out: nobody is"),
};

static void check_tax(const struct shape_check *check, const void *object, struct str pointer)
{
	const struct tax *tax = object;

	check_order(check, tax->from, tax->to, pointer);
	if (str_eq(tax->on, STR("sellables")) && shape_has(&tax_shape, STR("amount"), tax))
		shape_blame(check, pointer, "on", "an amount is for rooms only");
}

const struct shape tax_shape = SHAPE("Tax", struct tax, tax_fields, .check = check_tax);
