#include "usecase_wide.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

/* 50 rooms of type B, which replace those of type A. */
#define ROOMS "@rooms"

const struct wide_write wide_writes[WIDE_WRITES] = {
	{ "saveRooms", "POST", "/config/%s/rooms", ROOMS, "\"number\":50,", "\"number\":901," },
	{ "deleteRoomType", "DELETE", "/config/%s/rooms/type/A?cascade=true", "",
	  "\"buildings\":null", "\"A\"" },
	{ "deleteHotel", "DELETE", "/config/%s", "", NULL, NULL },
	{ "saveHotel", "POST", "/config",
	  "{\"code\":\"%s\",\"description\":\"all\",\"roomTypes\":[{\"code\":\"C\"}],"
	  "\"tags\":[{\"code\":\"W\",\"name\":\"new\"}],\"buildings\":[],\"taxes\":[],"
	  "\"sellables\":[{\"code\":\"S1\",\"name\":\"s\",\"optionalTags\":[{\"code\":\"W\"}]}],"
	  "\"ratePlans\":[{\"code\":\"P9\",\"name\":\"p\",\"roomTypes\":[\"C\"]}],"
	  "\"businessRules\":[{\"id\":\"R9\",\"appliesTo\":[{\"type\":\"RatePlan\",\"id\":\"P9\"}],"
	  "\"effect\":[{\"effectType\":\"availability\",\"available\":true}]}]}",
	  "\"P9\"", "\"P1\"" },
	{ "a patch of a tag", "PATCH", "/config/%s/tags/W", "{\"name\":\"new\"}", "\"new\"",
	  "\"old\"" },
	{ "deleteTag", "DELETE", "/config/%s/tags/W?cascade=true", "", "\"V\"", "\"W\"" },
};

static const char wide_body[] =
	"{\"name\":\"@name\",\"roomTypes\":[{\"code\":\"A\"},{\"code\":\"B\"}],"
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
static struct str fill_in(struct usecase_rig *rig, const char *text, const char *mark,
			  struct str by)
{
	const char *found = strstr(text, mark);

	if (!found)
		return str_of(text);
	return str_printf(&rig->process, "%.*s" STR_FMT "%s", (int)(found - text), text,
			  STR_ARG(by), found + strlen(mark));
}

struct str wide_make(struct usecase_rig *rig, struct str name)
{
	struct str body = fill_in(rig, wide_body, "@name", name);
	struct str code = usecase_rig_code(rig, name);

	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), body, NULL), 200);
	assert_int_equal(usecase_rig_revision(rig, code), 1);
	return code;
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

unsigned wide_send(struct usecase_rig *rig, const struct wide_write *write, struct str code,
		   const char *key)
{
	struct str body = strcmp(write->body, ROOMS) == 0 ? rooms_body(rig)
							  : fill_in(rig, write->body, "%s", code);

	return usecase_rig_ask(rig, write->method, fill_in(rig, write->path, "%s", code), body,
			       key);
}

static bool holds(struct str text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

bool wide_is_done(struct usecase_rig *rig, const struct wide_write *write, struct str code,
		  struct str before)
{
	struct str now = wide_document(rig, code);

	if (str_eq(now, before)) {
		assert_int_equal(usecase_rig_revision(rig, code), 1);
		return false;
	}
	assert_int_equal(usecase_rig_revision(rig, code), 2);
	if (!write->has) {
		assert_int_equal(now.len, 0);
	} else {
		assert_true(holds(now, write->has));
		assert_false(holds(now, write->lacks));
	}
	return true;
}

void wide_send_again(struct usecase_rig *rig, const struct wide_write *write, struct str code,
		     const char *key, bool done)
{
	bool gone = done && strcmp(write->method, "DELETE") == 0;

	assert_int_equal(wide_send(rig, write, code, key), gone ? 404 : 200);
	assert_int_equal(usecase_rig_revision(rig, code), 2);
	usecase_rig_check(rig, code);
}
