#include "usecase_wide.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "chains_check.h"
#include "record/intent.h"
#include "record/key.h"

/* 50 rooms of type B, which replace those of type A. */
#define ROOMS "@rooms"

const struct wide_write wide_writes[WIDE_WRITES] = {
	{ "create", "POST", "/config", "{\"name\":\"%n\",\"roomTypes\":[{\"code\":\"N\"}]}",
	  "\"code\":\"N\"", "\"A\"", true, false },
	{ "addRoomType", "POST", "/config/%s/rooms/type",
	  "{\"roomTypes\":[{\"code\":\"B\",\"name\":\"new\"},{\"code\":\"Z-Z\",\"lowPrice\":9.5}]}",
	  "\"lowPrice\":9.5", "\"code\":\"@\"", false, false },
	{ "saveRooms", "POST", "/config/%s/rooms", ROOMS, "\"number\":50,", "\"number\":901,",
	  false, false },
	{ "deleteRoomType", "DELETE", "/config/%s/rooms/type/A?cascade=true", "",
	  "\"buildings\":null", "\"A\"", false, false },
	{ "deleteHotel", "DELETE", "/config/%s", "", NULL, NULL, false, true },
	{ "saveHotel", "POST", "/config",
	  "{\"code\":\"%s\",\"description\":\"all\",\"roomTypes\":[{\"code\":\"C\"}],"
	  "\"tags\":[{\"code\":\"W\",\"name\":\"new\"}],\"buildings\":[],\"taxes\":[],"
	  "\"sellables\":[{\"code\":\"S1\",\"name\":\"s\",\"optionalTags\":[{\"code\":\"W\"}]}],"
	  "\"ratePlans\":[{\"code\":\"P9\",\"name\":\"p\",\"roomTypes\":[\"C\"]}],"
	  "\"businessRules\":[{\"id\":\"R9\",\"appliesTo\":[{\"type\":\"RatePlan\",\"id\":\"P9\"}],"
	  "\"effect\":[{\"effectType\":\"availability\",\"available\":true}]}]}",
	  "\"P9\"", "\"P1\"", false, false },
	{ "a patch of a tag", "PATCH", "/config/%s/tags/W", "{\"name\":\"new\"}", "\"new\"",
	  "\"old\"", false, false },
	{ "deleteTag", "DELETE", "/config/%s/tags/W?cascade=true", "", "\"V\"", "\"W\"", false,
	  false },
	{ "moving to another chain", "PATCH", "/config/%s", "{\"chain\":\"C-%s\"}",
	  "\"chain\":\"C-", "\"chain\":\"D-", false, true },
};

static const char wide_body[] =
	"{\"name\":\"%n\",\"roomTypes\":[{\"code\":\"A\"},{\"code\":\"B\"}],"
	"\"tags\":[{\"code\":\"V\"},{\"code\":\"W\",\"name\":\"old\"}],"
	"\"sellables\":[{\"code\":\"S1\",\"name\":\"s\",\"optionalTags\":[{\"code\":\"W\"}]},"
	"{\"code\":\"S2\",\"name\":\"s\",\"optionalTags\":[{\"code\":\"V\"},{\"code\":\"W\"}]}],"
	"\"ratePlans\":[{\"code\":\"P1\",\"name\":\"p\",\"roomTypes\":[\"A\"]},"
	"{\"code\":\"P2\",\"name\":\"p\",\"roomTypes\":[\"A\",\"B\"]}],"
	"\"taxes\":[{\"code\":\"X\",\"name\":\"x\",\"percent\":7}],"
	"\"businessRules\":[{\"id\":\"R1\",\"appliesTo\":[{\"type\":\"RoomType\",\"id\":\"A\"},"
	"{\"type\":\"RatePlan\",\"id\":\"P1\"}],"
	"\"effect\":[{\"effectType\":\"availability\",\"available\":false}]},"
	"{\"id\":\"R2\",\"appliesTo\":[{\"type\":\"RatePlan\",\"id\":\"P1\"},{\"type\":\"RoomType\"}],"
	"\"effect\":[{\"effectType\":\"availability\",\"available\":false}]}],"
	"\"buildings\":[{\"name\":\"b\",\"floors\":[{\"num\":9,\"rooms\":["
	"{\"number\":901,\"type\":\"A\",\"attributes\":[{\"code\":\"W\"}]},"
	"{\"number\":902,\"type\":\"A\"}]}]}]}";

static struct str rooms_body(struct usecase_rig *rig)
{
	struct buf buf;

	buf_init(&buf, &rig->process);
	buf_add(&buf, STR("{\"buildings\":[{\"name\":\"new\",\"floors\":[{\"num\":1,\"rooms\":["));
	for (unsigned i = 1; i <= 50; i++)
		buf_printf(&buf,
			   "%s{\"number\":%u,\"type\":\"B\",\"attributes\":[{\"code\":\"%s\"}]}",
			   i > 1 ? "," : "", i, i % 2 ? "V" : "W");
	buf_add(&buf, STR("]}]}]}"));
	return buf_str(&buf);
}

/* Puts `by` in place of the mark. */
static struct str put_in(struct usecase_rig *rig, struct str text, const char *mark, struct str by)
{
	const char *found = text.len ? memmem(text.ptr, text.len, mark, strlen(mark)) : NULL;
	size_t at = found ? (size_t)(found - text.ptr) : text.len;

	if (!found)
		return text;
	return str_printf(&rig->process, STR_FMT STR_FMT STR_FMT, STR_ARG(str_sub(text, 0, at)),
			  STR_ARG(by), STR_ARG(str_sub(text, at + strlen(mark), text.len)));
}

static struct str fill_in(struct usecase_rig *rig, const char *text, const struct wide_hotel *hotel)
{
	return put_in(rig, put_in(rig, str_of(text), "%s", hotel->code), "%n", hotel->name);
}

struct str wide_document(struct usecase_rig *rig, struct str code)
{
	struct str path = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code));
	unsigned status = usecase_rig_ask(rig, "GET", path, STR(""), NULL);

	if (status == 404)
		return STR("");
	assert_int_equal(status, 200);
	return str_dup(&rig->process, rig->answer.body);
}

struct str wide_make(struct usecase_rig *rig, struct str name)
{
	const struct wide_hotel hotel = { .name = name, .code = usecase_rig_code(rig, name) };
	struct str body = fill_in(rig, wide_body, &hotel);

	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), body, NULL), 200);
	assert_int_equal(usecase_rig_revision(rig, hotel.code), 1);
	return hotel.code;
}

/* It names D-<its code>; there is C-<its code> too. */
static void put_in_chain(struct usecase_rig *rig, const struct wide_hotel *hotel)
{
	static const char *const steps[][3] = {
		{ "PUT", "/chains/C-%s", "{}" },
		{ "PUT", "/chains/D-%s", "{}" },
		{ "PATCH", "/config/%s", "{\"chain\":\"D-%s\"}" },
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		assert_in_range(usecase_rig_ask(rig, steps[i][0], fill_in(rig, steps[i][1], hotel),
						fill_in(rig, steps[i][2], hotel), NULL),
				200, 201);
}

struct wide_hotel wide_begin(struct usecase_rig *rig, const struct wide_write *write,
			     struct str name)
{
	struct wide_hotel hotel = { .write = write, .name = name, .before = STR("") };

	hotel.code = usecase_rig_code(rig, name);
	if (write->creates)
		return hotel;
	(void)wide_make(rig, name);
	if (write->chained)
		put_in_chain(rig, &hotel);
	hotel.revision = usecase_rig_revision(rig, hotel.code);
	hotel.before = wide_document(rig, hotel.code);
	return hotel;
}

unsigned wide_send(struct usecase_rig *rig, const struct wide_hotel *hotel, const char *key)
{
	const struct wide_write *write = hotel->write;
	bool rooms = strcmp(write->body, ROOMS) == 0;

	return usecase_rig_ask(rig, write->method, fill_in(rig, write->path, hotel),
			       rooms ? rooms_body(rig) : fill_in(rig, write->body, hotel), key);
}

static bool holds(struct str text, const char *part)
{
	return text.len != 0 && memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* Listings wait in an intent only where a commit takes fewer writes than any engine's: seven. */
static void finish_listings(struct usecase_rig *rig, const struct wide_hotel *hotel)
{
	struct arena arena;
	struct ctl ctl;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	assert_int_equal(intent_settle(&cx, rig->app.store, hotel->code, &ctl), OK);
	arena_close(&arena);
}

/* The chains count the hotel where it is listed: C, D or none. */
static void check_chains(struct usecase_rig *rig, const struct wide_hotel *hotel, struct str now)
{
	struct str c = fill_in(rig, "C-%s", hotel), d = fill_in(rig, "D-%s", hotel);

	if (rig->max_writes != 0)
		finish_listings(rig, hotel);
	assert_int_equal(chains_check_one(rig, c), holds(now, str_c(&rig->process, c)));
	assert_int_equal(chains_check_one(rig, d), holds(now, str_c(&rig->process, d)));
}

/* Nothing of it was ever there: no record of its own, no place in the listing, no name. */
static void check_absent(struct usecase_rig *rig, const struct wide_hotel *hotel)
{
	const struct query query = { .code = hotel->code };
	struct arena arena;
	struct page page;
	struct item item;
	struct key name, listing;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	name = key_name(&arena, STR(""), hotel->name);
	listing = (struct key){ key_list_all(&arena, key_list_shard(hotel->code)), hotel->code };
	assert_int_equal(store_query(rig->app.store, &cx, &query, &page), OK);
	assert_int_equal(page.n, 0);
	assert_int_equal(store_get(rig->app.store, &cx, name, &item), ERR_NOT_FOUND);
	assert_int_equal(store_get(rig->app.store, &cx, listing, &item), ERR_NOT_FOUND);
	arena_close(&arena);
}

bool wide_is_done(struct usecase_rig *rig, const struct wide_hotel *hotel)
{
	const struct wide_write *write = hotel->write;
	uint64_t revision = usecase_rig_revision(rig, hotel->code);
	struct str now = wide_document(rig, hotel->code);

	if (revision != 0)
		usecase_rig_check(rig, hotel->code);
	else
		check_absent(rig, hotel);
	if (write->chained)
		check_chains(rig, hotel, now);
	if (revision == hotel->revision) {
		assert_true(str_eq(now, hotel->before));
		return false;
	}
	assert_int_equal(revision, hotel->revision + 1);
	if (!write->has) {
		assert_int_equal(now.len, 0);
	} else {
		assert_true(holds(now, write->has));
		assert_false(holds(now, write->lacks));
	}
	return true;
}

void wide_send_again(struct usecase_rig *rig, const struct wide_hotel *hotel, const char *key,
		     bool done)
{
	const struct wide_write *write = hotel->write;
	bool keyed = key && strcmp(write->method, "POST") == 0;
	unsigned wanted = 200;

	if (done && strcmp(write->method, "DELETE") == 0)
		wanted = 404;
	else if (done && write->creates && !keyed)
		wanted = 409;
	assert_int_equal(wide_send(rig, hotel, key), wanted);
	assert_int_equal(usecase_rig_header(rig, "Idempotency-Replayed").len,
			 done && keyed ? strlen("true") : 0);
	assert_true(wide_is_done(rig, hotel));
}
