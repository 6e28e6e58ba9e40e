#include "api/describe.h"

#include <stdbool.h>

#include "base/buf.h"

/* Sentences without full stops, joined by semicolons. */
static void add(struct buf *buf, const char *sentence)
{
	if (buf->len != 0)
		buf_add(buf, STR("; "));
	buf_add(buf, str_of(sentence));
}

/* What a request must keep to beyond the types. */
static const char *form_of(const struct field *field)
{
	switch (field->kind) {
	case FIELD_CURRENCY:
		return "ISO 4217";
	case FIELD_COUNTRY:
		return "ISO 3166, two capitals";
	case FIELD_ZONE:
		return "IANA time zone, such as Europe/Zurich";
	case FIELD_DATE:
		return "YYYY-MM-DD, in the hotel's own time";
	case FIELD_TIME:
		return "HH:MM, in the hotel's own time";
	case FIELD_MONEY:
		return (field->flags & OR_PERCENT)
			       ? "major units, or percent with at most 2 decimals where "
				 "`priceUpdateUnit` is `percent`"
			       : "major units, with at most the decimals of the hotel's currency";
	default:
		return NULL;
	}
}

static void add_one_of(struct buf *buf, const struct shape *shape)
{
	const char *before = "exactly one must be given of ";

	buf_add(buf, buf->len != 0 ? STR("; ") : STR(""));
	for (size_t i = 0; i < shape->nfields; i++) {
		if (!(shape->fields[i].flags & ONE_OF))
			continue;
		buf_printf(buf, "%s`" STR_FMT "`", before, STR_ARG(shape->fields[i].name));
		before = ", ";
	}
}

struct str describe_field(struct arena *arena, const struct shape *shape, const struct field *field)
{
	bool is_text = field->kind <= FIELD_LINE && field->max != 0;
	struct buf buf;

	buf_init(&buf, arena);
	if (field->meaning)
		add(&buf, field->meaning);
	if (form_of(field))
		add(&buf, form_of(field));
	if (field->flags & ONE_OF)
		add_one_of(&buf, shape);
	if (field->flags & BY_CODE)
		add(&buf, "in a request only the code of each counts");
	if (field->flags & READ_ONLY)
		add(&buf, "ignored in a request");
	if (is_text)
		buf_printf(&buf, "%sat most %lld bytes of UTF-8", buf.len != 0 ? "; " : "",
			   (long long)field->max);
	if (field->kind == FIELD_DECIMAL)
		buf_printf(&buf, "%sat most %u decimals", buf.len != 0 ? "; " : "",
			   field->decimals);
	return buf_take(&buf);
}
