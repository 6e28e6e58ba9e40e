#include "model/shape_read.h"

#include "codec/json_reader.h"
#include "model/code.h"
#include "model/currency.h"
#include "model/date.h"
#include "model/zone.h"

struct reading {
	struct cx *cx;
	struct json_reader json;
	enum shape_mode mode;
};

static bool blame(struct reading *reading, const char *why)
{
	struct cx *cx = reading->cx;

	/* Text that is no JSON is to blame itself, once. */
	if (!reading->json.problem)
		fail_field(cx, BLAME_POINTER, json_pointer(&reading->json, cx->arena), "%s", why);
	return false;
}

static bool is_choice(const char *const *choices, struct str text)
{
	for (; *choices; choices++) {
		if (str_eq(str_of(*choices), text))
			return true;
	}
	return false;
}

static bool has_control(struct str text, bool only_nul)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];

		if (byte == 0 || (!only_nul && (byte < 0x20 || byte == 0x7f)))
			return true;
	}
	return false;
}

/* Why a text is not of the field's kind; NULL when it is. */
static const char *text_problem(const struct field *field, struct str text)
{
	unsigned decimals;
	int32_t number;

	switch (field->kind) {
	case FIELD_CODE:
		return code_is_valid(text) ? NULL : "must be 1 to 64 of A-Z a-z 0-9 . _ -";
	case FIELD_CURRENCY:
		return currency_find(text, &decimals) ? NULL
						      : "must be a currency code of ISO 4217";
	case FIELD_COUNTRY:
		return text.len == 2 && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z' &&
				       text.ptr[1] >= 'A' && text.ptr[1] <= 'Z'
			       ? NULL
			       : "must be a country code of ISO 3166: two capitals";
	case FIELD_ZONE:
		return zone_is_known(text) ? NULL
					   : "must be an IANA time zone, such as Europe/Zurich";
	case FIELD_DATE:
		return date_parse(text, &number) ? NULL : "must be a date, YYYY-MM-DD";
	case FIELD_TIME:
		return date_parse_time(text, &number) ? NULL : "must be a time, HH:MM";
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		return is_choice(field->choices, text) ? NULL
						       : "is none of the values allowed here";
	case FIELD_CODES:
		return code_is_valid(text) ? NULL : "must be 1 to 64 of A-Z a-z 0-9 . _ -";
	default:
		return has_control(text, field->kind == FIELD_TEXT) ? "has a control character"
								    : NULL;
	}
}

static bool read_text(struct reading *reading, const struct field *field, struct str *out)
{
	const char *problem;
	struct str text;

	if (json_peek(&reading->json) != JSON_STRING)
		return blame(reading, "must be a string");
	if (!json_read_string(&reading->json, &text))
		return false;
	/* An empty text is an absent one, but in a list. */
	problem = text.len == 0 && field->kind < FIELD_BOOL ? NULL : text_problem(field, text);
	if (problem)
		return blame(reading, problem);
	if (field->max != 0 && text.len > (size_t)field->max) {
		fail_field(reading->cx, BLAME_POINTER,
			   json_pointer(&reading->json, reading->cx->arena),
			   "must have at most %lld bytes", (long long)field->max);
		return false;
	}
	*out = text;
	return true;
}

static bool read_bool(struct reading *reading, bool *out)
{
	if (json_peek(&reading->json) != JSON_BOOL)
		return blame(reading, "must be true or false");
	return json_read_bool(&reading->json, out);
}

static bool read_decimal(struct reading *reading, struct decimal *out)
{
	struct str text;

	if (json_peek(&reading->json) != JSON_NUMBER)
		return blame(reading, "must be a number");
	if (!json_read_number(&reading->json, &text))
		return false;
	return decimal_parse(text, out) ||
	       blame(reading, "must be a plain decimal number of at most 18 digits");
}

static bool read_int(struct reading *reading, const struct field *field, int64_t *out)
{
	struct decimal value;

	if (!read_decimal(reading, &value))
		return false;
	if (value.decimals != 0)
		return blame(reading, "must be a whole number");
	if (value.units < field->min || value.units > field->max) {
		fail_field(reading->cx, BLAME_POINTER,
			   json_pointer(&reading->json, reading->cx->arena),
			   "must be from %lld to %lld", (long long)field->min,
			   (long long)field->max);
		return false;
	}
	*out = value.units;
	return true;
}

static bool read_number(struct reading *reading, const struct field *field, struct decimal *out)
{
	int64_t scaled, unit = 1;

	if (!read_decimal(reading, out))
		return false;
	if (field->kind == FIELD_MONEY)
		return (field->flags & SIGNED) || out->units >= 0 ||
		       blame(reading, "must not be negative");
	if (out->decimals > field->decimals)
		return blame(reading, "has too many decimals");
	for (unsigned i = 0; i < field->decimals; i++)
		unit *= 10;
	if (!decimal_scale(*out, field->decimals, &scaled) || scaled < field->min * unit ||
	    scaled > field->max * unit)
		return blame(reading, "is out of range");
	return true;
}

/* Where the value at hand begins: looking at its type reads the blanks before it. */
static size_t value_offset(struct json_reader *json)
{
	json_peek(json);
	return json_offset(json);
}

/* A value that a blame left unread is read over, so that the next one can be looked at. */
static void settle(struct reading *reading, size_t before)
{
	if (json_offset(&reading->json) == before)
		json_skip(&reading->json);
}

static bool has_room(struct reading *reading, const struct field *field, size_t n)
{
	size_t max = field->kind == FIELD_LIST && field->max != 0 ? (size_t)field->max : LIST_MAX;

	if (n < max)
		return true;
	if (n == max)
		blame(reading, "the list is too long");
	return false;
}

static bool enter_list(struct reading *reading)
{
	if (json_peek(&reading->json) != JSON_ARRAY)
		return blame(reading, "must be an array");
	return json_enter_array(&reading->json);
}

static void read_texts(struct reading *reading, const struct field *field, struct vec *out)
{
	struct json_reader *json = &reading->json;
	size_t n = 0;

	if (!enter_list(reading))
		return;
	for (; json_next_element(json); n++) {
		size_t before = value_offset(json);
		struct str text = { NULL, 0 }, *slot;

		if (has_room(reading, field, n) && read_text(reading, field, &text) &&
		    (slot = vec_push(out, reading->cx->arena, sizeof(*slot))) != NULL)
			*slot = text;
		settle(reading, before);
	}
}

/* mutual recursion: lists hold objects, which hold lists; the reader bounds the depth */
static void read_object(struct reading *reading, const struct shape *shape, void *object);

static void read_list(struct reading *reading, const struct field *field, struct vec *out)
{
	struct json_reader *json = &reading->json;
	size_t n = 0;

	if (!enter_list(reading))
		return;
	for (; json_next_element(json); n++) {
		size_t before = value_offset(json);
		void *slot;

		if (has_room(reading, field, n) &&
		    (slot = vec_push(out, reading->cx->arena, field->shape->size_bytes)) != NULL)
			read_object(reading, field->shape, slot);
		settle(reading, before);
	}
}

static void read_field(struct reading *reading, const struct field *field, void *at)
{
	switch (field->kind) {
	case FIELD_BOOL:
		read_bool(reading, at);
		break;
	case FIELD_INT:
		read_int(reading, field, at);
		break;
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		read_number(reading, field, at);
		break;
	case FIELD_CODES:
	case FIELD_LINES:
	case FIELD_CHOICES:
		read_texts(reading, field, at);
		break;
	case FIELD_OBJECT:
		read_object(reading, field->shape, at);
		break;
	case FIELD_LIST:
		read_list(reading, field, at);
		break;
	default:
		read_text(reading, field, at);
	}
}

/* One member's value, once its name is known: null, what is ignored, or the field. */
static void read_member(struct reading *reading, const struct shape *shape, size_t index,
			void *object)
{
	const struct field *field = &shape->fields[index];
	struct json_reader *json = &reading->json;
	struct marks *marks = object;

	if (json_peek(json) == JSON_NULL) {
		json_read_null(json);
		if (reading->mode == SHAPE_PATCH && !(field->flags & READ_ONLY))
			marks->nulls |= (uint64_t)1 << index;
		return;
	}
	if (field->flags & READ_ONLY) {
		json_skip(json);
		return;
	}
	read_field(reading, field, field_at(field, object));
	marks->given |= (uint64_t)1 << index;
	/* A member that is hidden while unset is unset by an empty text too. */
	if ((field->flags & UNSET_HIDDEN) && field->kind < FIELD_BOOL &&
	    field_is_empty(field, object)) {
		marks->given &= ~((uint64_t)1 << index);
		marks->nulls |= (uint64_t)1 << index;
	}
}

static void read_object(struct reading *reading, const struct shape *shape, void *object)
{
	struct json_reader *json = &reading->json;
	uint64_t seen = 0;
	struct str name;

	if (json_peek(json) != JSON_OBJECT) {
		blame(reading, "must be an object");
		return;
	}
	if (!json_enter_object(json))
		return;
	while (json_next_member(json, &name)) {
		size_t before = value_offset(json);
		size_t index = 0;
		const struct field *field = shape_find(shape, name, &index);

		if (!field || (field->flags & RECORD_ONLY))
			blame(reading, "there is no such member");
		else if (seen & (uint64_t)1 << index)
			blame(reading, "is given twice");
		else
			read_member(reading, shape, index, object);
		seen |= field ? (uint64_t)1 << index : 0;
		settle(reading, before);
	}
}

enum err shape_read(struct cx *cx, struct str json, const struct shape *shape, enum shape_mode mode,
		    void *object)
{
	struct reading reading = { .cx = cx, .mode = mode };
	enum err err;

	/* A whole document may come: its bytes are bounded, and so is the arena. */
	json_reader_init(&reading.json, cx->arena, json, json.len + 1);
	read_object(&reading, shape, object);
	err = cx_check_memory(cx);
	if (err != OK)
		return err;
	if (cx->failure.code && !reading.json.problem)
		return cx->failure.err;
	if (!json_reader_finish(&reading.json))
		return fail_field(cx, BLAME_POINTER, STR(""), "is no valid JSON at byte %zu: %s",
				  json_offset(&reading.json), reading.json.problem);
	return OK;
}
