#include "api/docs_shapes.h"

#include "api/describe.h"
#include "api/html.h"
#include "model/hotel.h"

void docs_refer(struct buf *page, struct vec *shapes, const struct shape *shape)
{
	const struct shape **slot;
	size_t i = 0;

	while (i < shapes->n &&
	       *(const struct shape **)vec_at(shapes, i, sizeof(const struct shape *)) != shape)
		i++;
	if (i == shapes->n) {
		slot = vec_push(shapes, page->arena, sizeof(const struct shape *));
		if (slot)
			*slot = shape;
	}
	buf_printf(page, "<a href=\"#%s\">%s</a>", shape->name, shape->name);
}

static void write_choices(struct buf *page, const struct field *field)
{
	buf_add(page,
		field->kind == FIELD_CHOICES ? STR("list of ") : STR("")); /* else one of them */
	for (size_t i = 0; field->choices[i]; i++)
		buf_printf(page, "%s<code>\"%s\"</code>", i == 0 ? "" : ", ", field->choices[i]);
}

static void write_type(struct buf *page, struct vec *shapes, const struct field *field)
{
	switch (field->kind) {
	case FIELD_BOOL:
		buf_add(page, STR("boolean"));
		break;
	case FIELD_INT:
	case FIELD_DECIMAL:
		buf_printf(page, "%snumber, %lld to %lld", field->kind == FIELD_INT ? "whole " : "",
			   (long long)field->min, (long long)field->max);
		break;
	case FIELD_MONEY:
		buf_add(page,
			(field->flags & SIGNED) ? STR("money, may be negative") : STR("money"));
		break;
	case FIELD_CODES:
		buf_add(page, STR("list of codes"));
		break;
	case FIELD_LINES:
		buf_add(page, STR("list of texts"));
		break;
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		write_choices(page, field);
		break;
	case FIELD_CODE:
		buf_add(page, STR("code"));
		break;
	case FIELD_LIST:
		/* None can be there: pictures have routes of their own, which are not built. */
		if (field->shape == &picture_shape) {
			buf_add(page, STR("null"));
			break;
		}
		buf_add(page, STR("list of "));
		docs_refer(page, shapes, field->shape);
		break;
	case FIELD_OBJECT:
		docs_refer(page, shapes, field->shape);
		break;
	default:
		buf_add(page, field->kind == FIELD_LINE ? STR("text, one line") : STR("text"));
	}
}

static void write_shape(struct buf *page, struct vec *shapes, const struct shape *shape)
{
	buf_printf(
		page,
		"<h3 id=\"%s\">%s</h3><table><tr><th>Member</th><th>Type</th><th>Meaning</th></tr>\n",
		shape->name, shape->name);
	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];

		if (field->flags & RECORD_ONLY)
			continue;
		buf_add(page, STR("<tr><td><code>"));
		html_text(page, field->name);
		buf_printf(page, "</code>%s</td><td>", (field->flags & REQUIRED) ? "&nbsp;*" : "");
		write_type(page, shapes, field);
		buf_add(page, STR("</td><td>"));
		html_text(page, describe_field(page->arena, shape, field));
		buf_add(page, STR("</td></tr>\n"));
	}
	buf_add(page, STR("</table>\n"));
}

void docs_shapes(struct buf *page, struct vec *shapes)
{
	buf_add(page,
		STR("<h2 id=\"objects\">Objects</h2><p>Members with a * must be given, and not empty, when "
		    "an object is sent whole. Answers show every member, lists as <code>null</code> "
		    "while empty, but leave out those that are explained as left out.</p>\n"));
	/* Writing one refers to others. */
	for (size_t i = 0; i < shapes->n; i++)
		write_shape(
			page, shapes,
			*(const struct shape **)vec_at(shapes, i, sizeof(const struct shape *)));
}
