#include "random_object.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"

struct dice dice_open(void)
{
	const char *given = getenv("INNKEEPER_SEED");
	struct timespec now;
	uint64_t seed;

	clock_gettime(CLOCK_REALTIME, &now);
	seed = given ? strtoull(given, NULL, 10)
		     : (uint64_t)now.tv_sec * 1000003u + (uint64_t)now.tv_nsec;
	printf("# INNKEEPER_SEED=%llu\n", (unsigned long long)seed);
	return (struct dice){ seed };
}

unsigned dice_roll(struct dice *dice, unsigned n)
{
	uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ z >> 31) % n);
}

struct str dice_code(struct dice *dice, struct arena *arena)
{
	static const char letters[] = "ABCxyz019._-%";
	size_t len = 1 + dice_roll(dice, dice_roll(dice, 8) == 0 ? 64 : 6);
	char *text = arena_bytes(arena, len);

	for (size_t i = 0; i < len; i++)
		text[i] = letters[dice_roll(
			dice, sizeof(letters) - 2)]; /* all but the last, which no code has */
	if (text[0] == '.')
		text[0] = 'D';
	return (struct str){ text, len };
}

/* Pieces of text in the form in which they are written. */
static void add_text(const struct random_object *random, struct buf *buf, bool one_line)
{
	static const char *const pieces[] = { "Sea",  " ",       "\xc3\xa9", "\xf0\x9f\x8f\xa8",
					      "\\\"", "\\\\",    "/",        "<&>",
					      "\\n",  "\\u0001", "\\t",      "\x7f" };
	unsigned n = 1 + dice_roll(random->dice, 5);

	buf_add(buf, STR("\"x"));
	for (unsigned i = 0; i < n; i++)
		buf_add(buf, str_of(pieces[dice_roll(random->dice, one_line ? 8 : 12)]));
	buf_add_char(buf, '"');
}

static void add_decimal(const struct random_object *random, struct buf *buf,
			const struct field *field)
{
	bool is_money = field->kind == FIELD_MONEY;
	bool negative = is_money ? field->flags & SIGNED : field->min < 0;
	unsigned whole = dice_roll(random->dice, is_money ? 1000000 : 90);
	unsigned fraction = dice_roll(random->dice, 100);

	if (negative && whole != 0 && dice_roll(random->dice, 2))
		buf_add_char(buf, '-');
	if (fraction == 0)
		buf_printf(buf, "%u", whole);
	else if (fraction % 10 == 0)
		buf_printf(buf, "%u.%u", whole, fraction / 10);
	else
		buf_printf(buf, "%u.%02u", whole, fraction);
}

static void add_int(const struct random_object *random, struct buf *buf, const struct field *field)
{
	uint64_t span = (uint64_t)(field->max - field->min) + 1;

	buf_printf(buf, "%lld", (long long)field->min + dice_roll(random->dice, (unsigned)span));
}

static void add_choice(const struct random_object *random, struct buf *buf,
		       const char *const *choices, bool may_be_empty)
{
	unsigned n = 0, chosen;

	while (choices[n])
		n++;
	do {
		chosen = dice_roll(random->dice, n);
	} while (choices[chosen][0] == '\0' && !may_be_empty);
	buf_printf(buf, "\"%s\"", choices[chosen]);
}

static void add_scalar(const struct random_object *random, struct buf *buf,
		       const struct field *field)
{
	static const char *const zones[] = { "UTC", "Europe/Zurich", NULL };
	static const char *const currencies[] = { "EUR", "JPY", "KWD", NULL };
	static const char *const dates[] = { "2024-02-29", "1999-12-31", NULL };
	static const char *const times[] = { "00:00", "23:59", NULL };
	static const char *const countries[] = { "CH", "FR", NULL };
	struct str code;

	switch (field->kind) {
	case FIELD_CODE:
	case FIELD_CODES:
		code = dice_code(random->dice, random->arena);
		buf_printf(buf, "\"" STR_FMT "\"", STR_ARG(code));
		break;
	case FIELD_CURRENCY:
		add_choice(random, buf, currencies, false);
		break;
	case FIELD_COUNTRY:
		add_choice(random, buf, countries, false);
		break;
	case FIELD_ZONE:
		add_choice(random, buf, zones, false);
		break;
	case FIELD_DATE:
		add_choice(random, buf, dates, false);
		break;
	case FIELD_TIME:
		add_choice(random, buf, times, false);
		break;
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		add_choice(random, buf, field->choices,
			   !(field->flags & UNSET_HIDDEN) && field->kind == FIELD_CHOICE);
		break;
	default:
		add_text(random, buf, field->kind != FIELD_TEXT);
	}
}

/* mutual recursion: an object's fields are objects and lists of objects, as deep as the tables are */
static void add_object(const struct random_object *random, struct buf *buf,
		       const struct shape *shape);

static void add_list(const struct random_object *random, struct buf *buf, const struct field *field)
{
	unsigned n = dice_roll(random->dice, 4);

	if (field->flags & (UNSET_HIDDEN | REQUIRED))
		n++;
	if (n == 0) {
		buf_add(buf, STR("null"));
		return;
	}
	buf_add_char(buf, '[');
	for (unsigned i = 0; i < n; i++) {
		if (i != 0)
			buf_add_char(buf, ',');
		if (field->kind == FIELD_LIST)
			add_object(random, buf, field->shape);
		else
			add_scalar(random, buf, field);
	}
	buf_add_char(buf, ']');
}

/* What a member has that can only come out. */
static void add_unset(struct buf *buf, const struct field *field)
{
	buf_add(buf, field->kind >= FIELD_CODES ? STR("null") : STR("\"\""));
}

static void add_value(const struct random_object *random, struct buf *buf,
		      const struct field *field)
{
	if (field->flags & READ_ONLY || ((field->flags & OWN_ROUTES) && !random->own_lists)) {
		add_unset(buf, field);
		return;
	}
	switch (field->kind) {
	case FIELD_BOOL:
		buf_add(buf, dice_roll(random->dice, 2) ? STR("true") : STR("false"));
		break;
	case FIELD_INT:
		add_int(random, buf, field);
		break;
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		add_decimal(random, buf, field);
		break;
	case FIELD_OBJECT:
		add_object(random, buf, field->shape);
		break;
	case FIELD_CODES:
	case FIELD_LINES:
	case FIELD_CHOICES:
	case FIELD_LIST:
		add_list(random, buf, field);
		break;
	default:
		if (!(field->flags & (UNSET_HIDDEN | REQUIRED)) && dice_roll(random->dice, 5) == 0)
			buf_add(buf, STR("\"\""));
		else
			add_scalar(random, buf, field);
	}
}

static bool is_shown(const struct random_object *random, const struct field *field)
{
	if (field->flags & (WRITE_ONLY | RECORD_ONLY))
		return false;
	if (!(field->flags & UNSET_HIDDEN))
		return true;
	if (field->flags & READ_ONLY || ((field->flags & OWN_ROUTES) && !random->own_lists))
		return false;
	return dice_roll(random->dice, 2) != 0;
}

/* An object whose members are all hidden while unset needs one, or it is hidden itself: the first is always shown. */
static void add_object(const struct random_object *random, struct buf *buf,
		       const struct shape *shape)
{
	bool shown = false;

	buf_add_char(buf, '{');
	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];

		if (i != 0 && !is_shown(random, field))
			continue;
		buf_printf(buf, "%s\"" STR_FMT "\":", shown ? "," : "", STR_ARG(field->name));
		add_value(random, buf, field);
		shown = true;
	}
	buf_add_char(buf, '}');
}

struct str random_object_json(const struct random_object *random, const struct shape *shape)
{
	struct buf buf;

	buf_init(&buf, random->arena);
	add_object(random, &buf, shape);
	return buf_str(&buf);
}
