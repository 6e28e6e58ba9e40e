/* layer: model */
#include "cx_fixture.h"

#include "disagree.h"
#include "model/kind.h"
#include "model/pricing.h"
#include "model/shape_read.h"
#include "model/shape_write.h"

static const struct kind *kind_named(const char *name)
{
	for (size_t i = 0; kinds[i]; i++) {
		if (str_eq(kinds[i]->name, str_of(name)))
			return kinds[i];
	}
	disagree("no kind %s", name);
	return NULL;
}

static void *read_object(struct cx *cx, const struct kind *kind, const char *json)
{
	void *object = arena_alloc(cx->arena, kind->shape->size_bytes);

	if (shape_read(cx, str_of(json), kind->shape, SHAPE_WHOLE, object) != OK)
		disagree("%s: blames " STR_FMT, json, STR_ARG(blamed(cx)));
	return object;
}

static bool is_taken(struct str one, struct str other)
{
	return one.len != 0 && str_eq(one, other);
}

static void no_two_kinds_share_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; kinds[i]; i++) {
		assert_ptr_equal(kind_of_list(kinds[i]->list), kinds[i]);
		assert_true(str_eq(hotel_shape.fields[kind_field(kinds[i])].name, kinds[i]->list));
		assert_true(hotel_shape.fields[kind_field(kinds[i])].flags & OWN_ROUTES);
		for (size_t j = 0; j < i; j++) {
			assert_false(is_taken(kinds[i]->name, kinds[j]->name));
			assert_false(is_taken(kinds[i]->title, kinds[j]->title));
			assert_false(is_taken(kinds[i]->path, kinds[j]->path));
			assert_false(is_taken(kinds[i]->target, kinds[j]->target));
			assert_false(str_starts(kinds[i]->prefix, kinds[j]->prefix));
			assert_false(str_starts(kinds[j]->prefix, kinds[i]->prefix));
		}
	}
	assert_null(kind_of_list(STR("pictures")));
	assert_null(kind_of_list(STR("")));
}

static void a_key_is_of_the_kind_that_wrote_it(void **state)
{
	static const char *const strangers[] = { "",
						 "cfg-",
						 "cfg-general",
						 "cfg-general-picture-1",
						 "cfg-room",
						 "cfg-room-type-DBL",
						 "cfg-roomType",
						 "cfg-roomType-picture-1",
						 "cfg-sellable-picture-1",
						 "cfg-history-000000000001",
						 "pub-00000001",
						 "ctl" };
	struct cx *cx = *state;

	for (size_t i = 0; kinds[i]; i++) {
		struct str prefix = kinds[i]->prefix;

		assert_ptr_equal(
			kind_of_key(str_printf(cx->arena, STR_FMT "DBL%%2DSEA", STR_ARG(prefix))),
			kinds[i]);
	}
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		if (kind_of_key(str_of(strangers[i])))
			disagree("%s is of a kind", strangers[i]);
	}
}

/* Attributes that each record has beside those of its object: keys and the store's own. */
static bool is_reserved(struct str name)
{
	static const char *const taken[] = { "code", "itemType", "rev",   "wt",           "et",
					     "sv",   "user",     "owner", "lastUpdatedBy" };

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		if (str_eq(name, str_of(taken[i])))
			return true;
	}
	return false;
}

static void no_member_takes_the_name_of_a_key(void **state)
{
	(void)state;
	for (size_t i = 0; kinds[i]; i++) {
		const struct shape *shape = kinds[i]->shape;

		for (size_t j = 0; j < shape->nfields; j++) {
			struct str name = field_attribute(&shape->fields[j]);

			if (shape->fields[j].flags & (IDENTITY | OWN_ROUTES | WRITE_ONLY))
				continue;
			if (is_reserved(name))
				disagree("%s: " STR_FMT " is taken", shape->name, STR_ARG(name));
		}
	}
}

static const struct reference_row *row_of(const struct kind *kind, struct str member)
{
	const struct reference_row *row = kind->references;

	while (row->member.len != 0 && !str_eq(row->member, member))
		row++;
	return row->member.len != 0 ? row : NULL;
}

/* What is kept by its code alone refers to another object; and a row names a member that can hold names. */
static void what_is_kept_by_code_is_a_reference(void **state)
{
	(void)state;
	for (size_t i = 0; kinds[i]; i++) {
		const struct shape *shape = kinds[i]->shape;

		for (size_t j = 0; j < shape->nfields; j++) {
			const struct field *field = &shape->fields[j];
			const struct reference_row *row = row_of(kinds[i], field->name);

			if (field->flags & BY_CODE)
				assert_true(row && row->kind && row->kind->shape == field->shape);
			else if (row && row->kind)
				assert_true(field->kind == FIELD_CODE ||
					    field->kind == FIELD_CODES);
			else if (row)
				assert_int_equal(field->shape->size_bytes,
						 sizeof(struct rule_target));
			/* A code has no list to lose an entry of. */
			if (row && field->kind == FIELD_CODE)
				assert_int_equal(row->when_gone, GOES_WITH);
		}
	}
}

/* `kind id@index` of each, a blank between them; `-`: none. A code alone has no index. */
static struct str references_text(struct cx *cx, const struct vec *references)
{
	struct str text = STR("");

	for (size_t i = 0; i < references->n; i++) {
		const struct reference *one = vec_at(references, i, sizeof(*one));

		text = str_printf(cx->arena, STR_FMT "%s" STR_FMT ":" STR_FMT, STR_ARG(text),
				  i ? " " : "", STR_ARG(one->kind ? one->kind->name : STR("hotel")),
				  STR_ARG(one->id));
		if (one->is_list)
			text = str_printf(cx->arena, STR_FMT "@%zu", STR_ARG(text), one->index);
	}
	return references->n == 0 ? STR("-") : text;
}

static void an_object_tells_whom_it_names(void **state)
{
	static const struct {
		const char *kind, *json, *references;
	} cases[] = {
		{ "roomType", "{\"code\":\"A\"}", "-" },
		{ "tag", "{\"code\":\"A\"}", "-" },
		{ "tax", "{\"code\":\"A\",\"on\":\"all\"}", "-" },
		{ "room", "{\"number\":1}", "-" },
		{ "room", "{\"number\":1,\"type\":\"\",\"attributes\":[]}", "-" },
		{ "room",
		  "{\"number\":1,\"type\":\"DBL\",\"attributes\":[{\"code\":\"SEA\"},{},{\"code\":"
		  "\"BIG\"}]}",
		  "roomType:DBL tag:SEA@0 tag:BIG@2" },
		{ "sellable",
		  "{\"code\":\"A\",\"optionalTags\":[{\"code\":\"X\"},{\"code\":\"Y\"}]}",
		  "tag:X@0 tag:Y@1" },
		{ "ratePlan", "{\"code\":\"A\",\"roomTypes\":[\"DBL\",\"SGL\"]}",
		  "roomType:DBL@0 roomType:SGL@1" },
		{ "ratePlan", "{\"code\":\"A\"}", "-" },
		{ "rule",
		  "{\"id\":\"A\",\"appliesTo\":[{\"type\":\"Hotel\",\"id\":\"1\"},{\"type\":\"Room\","
		  "\"id\":\"7\"},{\"type\":\"RoomType\",\"id\":\"D\"},{\"type\":\"RatePlan\",\"id\":"
		  "\"P\"},{\"type\":\"Attribute\",\"id\":\"T\"},{\"type\":\"Sellable\",\"id\":\"S\"},"
		  "{\"type\":\"Room\",\"id\":\"\"},{\"type\":\"Sellable\"},{},{\"id\":\"X\"}]}",
		  "hotel:1@0 room:7@1 roomType:D@2 ratePlan:P@3 tag:T@4 sellable:S@5" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct kind *kind = kind_named(cases[i].kind);
		struct vec found = { NULL, 0, 0 };

		kind_references(cx->arena, kind, read_object(cx, kind, cases[i].json), &found);
		assert_says(cx, references_text(cx, &found), cases[i].references);
	}
}

static void an_entry_is_taken_out_where_it_stands(void **state)
{
	static const struct {
		const char *kind, *json;
		size_t nth; /* of the object's references */
		const char *left;
		bool is_last;
	} cases[] = {
		{ "ratePlan", "{\"code\":\"A\",\"roomTypes\":[\"D\",\"S\",\"T\"]}", 0,
		  "roomType:S@0 roomType:T@1", false },
		{ "ratePlan", "{\"code\":\"A\",\"roomTypes\":[\"D\",\"S\",\"T\"]}", 1,
		  "roomType:D@0 roomType:T@1", false },
		{ "ratePlan", "{\"code\":\"A\",\"roomTypes\":[\"D\",\"S\",\"T\"]}", 2,
		  "roomType:D@0 roomType:S@1", false },
		{ "ratePlan", "{\"code\":\"A\",\"roomTypes\":[\"D\"]}", 0, "-", true },
		{ "room",
		  "{\"number\":1,\"type\":\"D\",\"attributes\":[{\"code\":\"X\"},{\"code\":\"Y\"}]}",
		  1, "roomType:D tag:Y@0", false },
		{ "sellable", "{\"code\":\"A\",\"optionalTags\":[{\"code\":\"X\"}]}", 0, "-",
		  true },
		{ "rule",
		  "{\"id\":\"A\",\"appliesTo\":[{\"type\":\"Hotel\"},{\"type\":\"Room\",\"id\":\"7\"}]}",
		  0, "-", false },
		{ "rule", "{\"id\":\"A\",\"appliesTo\":[{\"type\":\"Room\",\"id\":\"7\"}]}", 0, "-",
		  true },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct kind *kind = kind_named(cases[i].kind);
		void *object = read_object(cx, kind, cases[i].json);
		struct vec found = { NULL, 0, 0 }, left = { NULL, 0, 0 };
		struct str before = shape_text(cx->arena, kind->shape, object);
		/* A flat copy, which shares the lists: they must not change. */
		char *flat = arena_alloc(cx->arena, kind->shape->size_bytes);

		for (size_t j = 0; j < kind->shape->size_bytes; j++)
			flat[j] = ((const char *)object)[j];
		kind_references(cx->arena, kind, object, &found);
		assert_int_equal(
			kind_drop_reference(cx->arena, kind, object,
					    vec_at(&found, cases[i].nth, sizeof(struct reference))),
			cases[i].is_last);
		kind_references(cx->arena, kind, object, &left);
		assert_says(cx, references_text(cx, &left), cases[i].left);
		assert_text(shape_text(cx->arena, kind->shape, flat), before);
	}
}

static void what_memory_was_refused_for_keeps_its_entry(void **state)
{
	struct cx *cx = *state;
	const struct kind *kind = kind_named("ratePlan");
	struct rate_plan *plan = read_object(cx, kind, "{\"code\":\"A\",\"roomTypes\":[\"D\"]}");
	struct vec found = { NULL, 0, 0 }, none = { NULL, 0, 0 };
	struct arena small;

	kind_references(cx->arena, kind, plan, &found);
	arena_init(&small, 0);
	small.refuse_chunk = 1;
	assert_false(kind_drop_reference(&small, kind, plan,
					 vec_at(&found, 0, sizeof(struct reference))));
	assert_true(small.refused);
	assert_int_equal(plan->room_types.n, 1);
	arena_close(&small);
	arena_init(&small, 0);
	small.refuse_chunk = 1;
	kind_references(&small, kind, plan, &none);
	assert_true(small.refused);
	assert_int_equal(none.n, 0);
	arena_close(&small);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_two_kinds_share_a_name),
		TEST(a_key_is_of_the_kind_that_wrote_it),
		TEST(no_member_takes_the_name_of_a_key),
		TEST(what_is_kept_by_code_is_a_reference),
		TEST(an_object_tells_whom_it_names),
		TEST(an_entry_is_taken_out_where_it_stands),
		TEST(what_memory_was_refused_for_keeps_its_entry),
	};

	return cmocka_run_group_tests_name("model_kind", tests, NULL, NULL);
}
