#include "record/document.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "codec/json_writer.h"
#include "model/shape_write.h"
#include "record/buildings.h"

#define WRAPPER_BEGIN "{\"error\":{\"code\":\"\",\"msg\":\"\"},\"subFunction\":\"\",\"response\":["
#define WRAPPER_END "]}"

struct packed_header {
	uint64_t body_bytes;
	uint64_t nparts;
	uint64_t token_len;
	char token[40]; /* nothing where it is longer, as ours never are */
};

struct packed_part {
	uint32_t field;
	uint32_t offset; /* in the body */
	uint32_t len;
};

static struct document_part *part_at(const struct document *document, size_t i)
{
	return vec_at(&document->parts, i, sizeof(struct document_part));
}

/* The identity that an object's text begins with: {"code":"DBL",… */
static struct str part_id(const struct document_part *part)
{
	struct str rest = str_sub(part->text, str_index(part->text, ':') + 2, part->text.len);

	return str_sub(rest, 0, str_index(rest, '"'));
}

/* Where a part of this field and id stands, or would stand. */
static size_t part_index(const struct document *document, size_t field, struct str id, bool *found)
{
	size_t low = 0, high = document->parts.n;

	*found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct document_part *part = part_at(document, middle);
		int order = part->field < field ? -1 : part->field > field ? 1 : 0;

		if (order == 0 && id.len != 0)
			order = str_cmp(part_id(part), id);
		if (order == 0)
			*found = true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void put_part(struct document *document, struct arena *arena, size_t field, struct str id,
		     struct str text)
{
	bool found;
	size_t at = part_index(document, field, id, &found);

	if (!found) {
		size_t behind = document->parts.n - at;

		if (!vec_push(&document->parts, arena, sizeof(struct document_part)))
			return;
		memmove(part_at(document, at) + 1, part_at(document, at),
			behind * sizeof(struct document_part));
	}
	*part_at(document, at) = (struct document_part){ field, text };
}

static void remove_part(struct document *document, size_t field)
{
	bool found;
	size_t at = part_index(document, field, STR(""), &found);

	if (!found)
		return;
	memmove(part_at(document, at), part_at(document, at) + 1,
		(document->parts.n - at - 1) * sizeof(struct document_part));
	document->parts.n--;
}

void document_put_head(struct document *document, struct arena *arena, const struct hotel *hotel)
{
	for (size_t i = 0; i < hotel_shape.nfields; i++) {
		struct str text;

		if (hotel_shape.fields[i].flags & OWN_ROUTES)
			continue;
		text = shape_field_text(arena, &hotel_shape, i, hotel);
		if (text.len != 0)
			put_part(document, arena, i, STR(""), text);
		else
			remove_part(document, i);
	}
}

void document_put_object(struct document *document, struct arena *arena, const struct kind *kind,
			 struct str id, struct str text)
{
	put_part(document, arena, kind_field(kind), id, text);
}

const struct kind *document_object(const struct document *document, size_t i, struct str *id)
{
	const struct document_part *part = part_at(document, i);
	const struct kind *kind = kind_of_list(hotel_shape.fields[part->field].name);

	if (!kind || kind == &kind_room)
		return NULL;
	*id = part_id(part);
	return kind;
}

static void add_part(struct document *document, struct arena *arena, size_t field, struct str text)
{
	struct document_part *part = vec_push(&document->parts, arena, sizeof(*part));

	if (part)
		*part = (struct document_part){ field, text };
}

static void add_buildings(struct document *document, struct arena *arena, size_t field,
			  const struct object *objects, size_t n)
{
	struct vec rooms = { NULL, 0, 0 }, buildings;

	for (size_t i = 0; i < n; i++) {
		struct room *room = vec_push(&rooms, arena, sizeof(*room));

		if (room)
			*room = *(const struct room *)objects[i].value;
	}
	buildings = buildings_of_rooms(arena, &rooms);
	for (size_t i = 0; i < buildings.n; i++)
		add_part(document, arena, field,
			 shape_text(arena, &building_shape,
				    vec_at(&buildings, i, sizeof(struct building))));
}

static void add_objects(struct document *document, struct arena *arena, size_t field,
			const struct kind *kind, const struct objects *objects)
{
	size_t n;
	const struct object *of_kind = objects_of(objects, kind, &n);

	for (size_t i = 0; i < n; i++)
		objects_embed(objects, kind, of_kind[i].value);
	if (kind == &kind_room) {
		add_buildings(document, arena, field, of_kind, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		add_part(document, arena, field, shape_text(arena, kind->shape, of_kind[i].value));
}

struct document document_of(struct arena *arena, const struct hotel *hotel,
			    const struct objects *objects)
{
	struct document document = { .parts = { NULL, 0, 0 } };

	for (size_t i = 0; i < hotel_shape.nfields; i++) {
		const struct kind *kind = kind_of_list(hotel_shape.fields[i].name);
		struct str text;

		if (kind) {
			add_objects(&document, arena, i, kind, objects);
		} else if (!(hotel_shape.fields[i].flags & OWN_ROUTES)) {
			text = shape_field_text(arena, &hotel_shape, i, hotel);
			if (text.len != 0)
				add_part(&document, arena, i, text);
		}
	}
	return document;
}

/* A list without parts: hidden, null, or for the draft's pending changes []. */
static void write_empty_list(struct json_writer *json, const struct field *field)
{
	if (field->flags & UNSET_HIDDEN)
		return;
	json_name(json, field->name);
	if (field->flags & EMPTY_SHOWN)
		json_raw(json, STR("[]"));
	else
		json_null(json);
}

struct packing {
	const struct document *document;
	struct json_writer json;
	struct packed_part *packed;
	size_t next; /* part to write */
};

static void write_part(struct packing *packing)
{
	const struct document_part *part = part_at(packing->document, packing->next);
	struct buf *buf = packing->json.buf;

	json_raw(&packing->json, part->text);
	packing->packed[packing->next++] = (struct packed_part){
		.field = (uint32_t)part->field,
		.offset = (uint32_t)(buf->len - sizeof(struct packed_header) - part->text.len),
		.len = (uint32_t)part->text.len,
	};
}

static bool has_part(const struct packing *packing, size_t field)
{
	return packing->next < packing->document->parts.n &&
	       part_at(packing->document, packing->next)->field == field;
}

static void write_member(struct packing *packing, size_t i)
{
	const struct field *field = &hotel_shape.fields[i];

	if (!has_part(packing, i)) {
		if (field->flags & OWN_ROUTES)
			write_empty_list(&packing->json, field);
		return;
	}
	json_name(&packing->json, field->name);
	if (!(field->flags & OWN_ROUTES)) {
		write_part(packing);
		return;
	}
	json_begin_array(&packing->json);
	while (has_part(packing, i))
		write_part(packing);
	json_end_array(&packing->json);
}

/* The room that the whole will take, so that the buffer grows once. */
static size_t body_room(const struct document *document)
{
	size_t room = 1024;

	for (size_t i = 0; i < document->parts.n; i++)
		room += part_at(document, i)->text.len + 32 + sizeof(struct packed_part);
	return room;
}

struct str document_pack(const struct document *document, struct arena *arena)
{
	struct packed_header header = { .nparts = document->parts.n,
					.token_len = document->token.len };
	struct packing packing = { .document = document };
	struct buf buf;

	packing.packed = arena_array(arena, document->parts.n + 1, sizeof(*packing.packed));
	buf_init(&buf, arena);
	buf_reserve(&buf, body_room(document));
	buf_add(&buf, (struct str){ (const char *)&header, sizeof(header) });
	buf_add(&buf, STR(WRAPPER_BEGIN));
	json_writer_init(&packing.json, &buf);
	if (!packing.packed)
		return (struct str){ NULL, 0 };
	json_begin_object(&packing.json);
	for (size_t i = 0; i < hotel_shape.nfields; i++)
		write_member(&packing, i);
	json_end_object(&packing.json);
	buf_add(&buf, STR(WRAPPER_END));
	header.body_bytes = buf.len - sizeof(header);
	if (document->token.len != 0 && document->token.len <= sizeof(header.token))
		memcpy(header.token, document->token.ptr, document->token.len);
	buf_add(&buf, (struct str){ (const char *)packing.packed,
				    document->parts.n * sizeof(*packing.packed) });
	if (buf.failed)
		return (struct str){ NULL, 0 };
	memcpy(buf.ptr, &header, sizeof(header));
	return buf_take(&buf);
}

static struct packed_header read_header(struct str packed)
{
	struct packed_header header;

	assert(packed.len >= sizeof(header));
	memcpy(&header, packed.ptr, sizeof(header));
	return header;
}

static struct str header_token(const struct packed_header *header)
{
	return (struct str){ header->token, header->token_len };
}

bool document_is_of(struct str packed, struct str token)
{
	struct packed_header header = read_header(packed);

	return token.len <= sizeof(header.token) && str_eq(token, header_token(&header));
}

struct str document_body(struct str packed)
{
	return str_sub(packed, sizeof(struct packed_header), read_header(packed).body_bytes);
}

struct document document_unpack(struct str packed, struct arena *arena)
{
	struct packed_header header = read_header(packed);
	struct str body = document_body(packed);
	struct document document = { .parts = { NULL, 0, 0 } };

	document.token = str_sub(packed, offsetof(struct packed_header, token), header.token_len);
	for (size_t i = 0; i < header.nparts; i++) {
		struct document_part *part = vec_push(&document.parts, arena, sizeof(*part));
		struct packed_part from;

		if (!part)
			break;
		memcpy(&from, body.ptr + body.len + i * sizeof(from), sizeof(from));
		*part = (struct document_part){ from.field, str_sub(body, from.offset, from.len) };
	}
	return document;
}
