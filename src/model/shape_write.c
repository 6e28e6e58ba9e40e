#include "model/shape_write.h"

#include "base/buf.h"

/* Whose view is written: JSON's, or that of records and history. */
enum view { VIEW_JSON, VIEW_RECORD };

static bool is_hidden(const struct field *field, size_t index, enum view view, const void *object)
{
	if ((field->flags & WRITE_ONLY) || ((field->flags & RECORD_ONLY) && view == VIEW_JSON))
		return true;
	return field_is_unset(field, index, object);
}

static void write_texts(struct json_writer *json, const struct vec *texts)
{
	if (texts->n == 0) {
		json_null(json);
		return;
	}
	json_begin_array(json);
	for (size_t i = 0; i < texts->n; i++)
		json_string(json, *(const struct str *)vec_at(texts, i, sizeof(struct str)));
	json_end_array(json);
}

static void write_number(struct json_writer *json, struct decimal value)
{
	char room[DECIMAL_TEXT_MAX];

	json_raw(json, decimal_format(value, room));
}

/* mutual recursion: an object's fields are objects and lists of objects, as deep as the tables are */
static void write_object(struct json_writer *json, const struct shape *shape, enum view view,
			 const void *object);

static void write_list(struct json_writer *json, const struct field *field, enum view view,
		       bool given, const struct vec *list)
{
	if (list->n == 0 && !(given && (field->flags & EMPTY_SHOWN))) {
		json_null(json);
		return;
	}
	json_begin_array(json);
	for (size_t i = 0; i < list->n; i++) {
		const void *object = vec_at(list, i, field->shape->size_bytes);

		if ((field->flags & BY_CODE) && view == VIEW_RECORD)
			json_string(json, *shape_identity(field->shape, object));
		else
			write_object(json, field->shape, view, object);
	}
	json_end_array(json);
}

static void write_value(struct json_writer *json, const struct field *field, enum view view,
			bool given, const void *object)
{
	const void *at = field_of(field, object);

	switch (field->kind) {
	case FIELD_BOOL:
		json_bool(json, *(const bool *)at);
		break;
	case FIELD_INT:
		json_i64(json, *(const int64_t *)at);
		break;
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		write_number(json, *(const struct decimal *)at);
		break;
	case FIELD_CODES:
	case FIELD_LINES:
	case FIELD_CHOICES:
		write_texts(json, at);
		break;
	case FIELD_OBJECT:
		write_object(json, field->shape, view, at);
		break;
	case FIELD_LIST:
		write_list(json, field, view, given, at);
		break;
	default:
		json_string(json, *(const struct str *)at);
	}
}

static void write_fields(struct json_writer *json, const struct shape *shape, enum view view,
			 const void *object, size_t first, size_t last)
{
	const struct marks *marks = object;

	for (size_t i = first; i < last; i++) {
		const struct field *field = &shape->fields[i];

		if (is_hidden(field, i, view, object))
			continue;
		json_name(json, field->name);
		write_value(json, field, view, marks->given & (uint64_t)1 << i, object);
	}
}

static void write_object(struct json_writer *json, const struct shape *shape, enum view view,
			 const void *object)
{
	json_begin_object(json);
	write_fields(json, shape, view, object, 0, shape->nfields);
	json_end_object(json);
}

void shape_write(struct json_writer *json, const struct shape *shape, const void *object)
{
	write_object(json, shape, VIEW_JSON, object);
}

struct str shape_text(struct arena *arena, const struct shape *shape, const void *object)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	shape_write(&json, shape, object);
	return buf_take(&buf);
}

struct str shape_field_text(struct arena *arena, const struct shape *shape, size_t index,
			    const void *object)
{
	const struct field *field = &shape->fields[index];
	const struct marks *marks = object;
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	if (object && !is_hidden(field, index, VIEW_RECORD, object))
		write_value(&json, field, VIEW_RECORD, marks->given & (uint64_t)1 << index, object);
	return buf_take(&buf);
}

struct str shape_own_text(struct arena *arena, const struct shape *shape, const void *object)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	json_begin_object(&json);
	for (size_t i = 0; i < shape->nfields; i++) {
		if (!(shape->fields[i].flags & OWN_ROUTES))
			write_fields(&json, shape, VIEW_RECORD, object, i, i + 1);
	}
	json_end_object(&json);
	return buf_take(&buf);
}
