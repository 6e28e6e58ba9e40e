/* Two processes write one hotel: the whole write of one happens between two store calls of the other's, at each place in
 * turn. Whatever the order comes out as, every name leads somewhere, and both read the same.
 */
#include "usecase_wide.h"
#include "vfs_fault.h"

/* One write of the wide hotel, with its code at %s. */
struct racer {
	const char *method, *path, *body;
};

static const struct racer delete_type = { "DELETE", "/config/%s/rooms/type/A?cascade=true", "" };
static const struct racer delete_type_b = { "DELETE", "/config/%s/rooms/type/B?cascade=true", "" };
static const struct racer delete_tag = { "DELETE", "/config/%s/tags/W?cascade=true", "" };
static const struct racer delete_hotel = { "DELETE", "/config/%s", "" };
static const struct racer add_plan = {
	"POST", "/config/%s/rateplans",
	"{\"ratePlans\":[{\"code\":\"P5\",\"name\":\"p\",\"roomTypes\":[\"A\",\"B\"]}]}"
};
static const struct racer put_plan = { "PUT", "/config/%s/rateplans/P5",
				       "{\"name\":\"p\",\"roomTypes\":[\"A\"]}" };
static const struct racer add_rule = {
	"POST", "/config/%s/rules",
	"{\"businessRules\":[{\"id\":\"R5\",\"appliesTo\":[{\"type\":\"RatePlan\",\"id\":\"P1\"}],"
	"\"effect\":[{\"effectType\":\"availability\",\"available\":true}]}]}"
};
static const struct racer add_sellable = {
	"POST", "/config/%s/sellables",
	"{\"sellables\":[{\"code\":\"S5\",\"name\":\"s\",\"optionalTags\":[{\"code\":\"W\"}]}]}"
};
static const struct racer save_rooms = {
	"POST", "/config/%s/rooms",
	"{\"buildings\":[{\"floors\":[{\"num\":1,\"rooms\":[{\"number\":1,\"type\":\"B\"},"
	"{\"number\":2,\"type\":\"B\",\"attributes\":[{\"code\":\"W\"}]}]}]}]}"
};
static const struct racer patch_tag = { "PATCH", "/config/%s/tags/W", "{\"name\":\"another\"}" };
static const struct racer patch_head = { "PATCH", "/config/%s",
					 "{\"description\":\"d\",\"currencyCode\":\"KWD\"}" };
static const struct racer save_lists = {
	"POST", "/config",
	"{\"code\":\"%s\",\"tags\":[{\"code\":\"V\"},{\"code\":\"W\",\"name\":\"w\"}],"
	"\"roomTypes\":[{\"code\":\"A\"},{\"code\":\"B\",\"lowPrice\":1}],\"businessRules\":[]}"
};

static const struct {
	const struct racer *one, *other;
} races[] = {
	{ &delete_type, &add_plan },     { &delete_type, &put_plan },
	{ &delete_type, &add_rule },     { &delete_type_b, &save_rooms },
	{ &delete_tag, &add_sellable },  { &delete_tag, &save_rooms },
	{ &patch_tag, &add_sellable },   { &patch_tag, &save_rooms },
	{ &save_lists, &delete_type },   { &save_lists, &patch_tag },
	{ &patch_head, &save_lists },    { &save_rooms, &save_rooms },
	{ &add_plan, &add_plan },        { &delete_hotel, &delete_hotel },
	{ &delete_hotel, &add_plan },    { &delete_hotel, &put_plan },
	{ &delete_hotel, &save_rooms },  { &delete_hotel, &patch_tag },
	{ &delete_hotel, &patch_head },  { &delete_hotel, &save_lists },
	{ &delete_hotel, &delete_type },
};

/* The other process's write, which is under way once. */
struct meanwhile {
	struct usecase_rig *rig;
	const struct racer *racer;
	struct str code;
	unsigned status; /* 0: not sent yet */
};

static unsigned send_it(struct usecase_rig *rig, const struct racer *racer, struct str code)
{
	const struct wide_write write = { .method = racer->method,
					  .path = racer->path,
					  .body = racer->body };
	const struct wide_hotel hotel = { .write = &write, .code = code };

	return wide_send(rig, &hotel, NULL);
}

static void act(void *context)
{
	struct meanwhile *meanwhile = context;

	meanwhile->status = send_it(meanwhile->rig, meanwhile->racer, meanwhile->code);
}

/* The other's write happens behind the n-th call. Returns false once n is past the last. */
static bool race(struct usecase_rig *rig, const struct racer *one, const struct racer *two,
		 struct str name, unsigned n)
{
	struct usecase_rig other;
	struct str code = wide_make(rig, name), here, there;
	struct meanwhile meanwhile = { .rig = &other, .racer = two, .code = code };
	unsigned status;

	usecase_rig_open_other(rig, &other);
	if (n % 2 == 0) {
		(void)wide_document(rig, code);
		(void)wide_document(&other, code);
	}
	rig->late.calls = 0;
	rig->late.between = n;
	rig->late.act = act;
	rig->late.context = &meanwhile;
	status = send_it(rig, one, code);
	rig->late.between = 0;
	/* What was refused is refused for what the other has done; nothing is too contended. */
	assert_true(status == 200 || status == 201 || status == 400 || status == 404);
	if (meanwhile.status != 0) {
		assert_true(meanwhile.status == 200 || meanwhile.status == 201 ||
			    meanwhile.status == 400 || meanwhile.status == 404);
		assert_true(status < 300 || meanwhile.status < 300);
	}
	usecase_rig_check(rig, code);
	usecase_rig_check(&other, code);
	here = wide_document(rig, code);
	there = wide_document(&other, code);
	assert_true(str_eq(here, there));
	usecase_rig_close_other(&other);
	return meanwhile.status != 0;
}

static void whichever_comes_first_every_name_leads_somewhere(void **state)
{
	struct usecase_rig *rig = *state;

	for (size_t i = 0; i < sizeof(races) / sizeof(races[0]); i++) {
		unsigned n = 1, m = 1;

		while (race(rig, races[i].one, races[i].other,
			    str_printf(&rig->process, "Race %zu %u", i, n), n))
			n++;
		while (race(rig, races[i].other, races[i].one,
			    str_printf(&rig->process, "Race back %zu %u", i, m), m))
			m++;
		assert_in_range(n, 2, 40);
		assert_in_range(m, 2, 40);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whichever_comes_first_every_name_leads_somewhere),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_races", tests, NULL, NULL);
}
