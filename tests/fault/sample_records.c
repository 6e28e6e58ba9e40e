#include "sample_records.h"

#include <string.h>

#include "record/item.h"
#include "record/key.h"

static struct attr text_attr(const char *name, const char *text)
{
	struct value value = { .kind = text[0] == '\0' ? VALUE_NULL : VALUE_TEXT,
			       .text = str_of(text) };

	return (struct attr){ str_of(name), value };
}

static struct attr number_attr(const char *name, const char *number)
{
	return (struct attr){ str_of(name), { .kind = VALUE_NUMBER, .text = str_of(number) } };
}

static void put(struct usecase_rig *rig, const char *code, const char *item_type,
		struct attr *attrs, size_t n)
{
	struct write write = { .op = WRITE_PUT,
			       .key = { str_of(code), str_of(item_type) },
			       .if_rev = REV_ANY,
			       .rev = REV_NONE,
			       .attrs = { attrs, n } };
	struct commit commit = { &write, 1, STR("sample") };
	size_t conflict;
	struct cx cx;

	cx_init(&cx, &rig->process);
	assert_int_equal(store_commit(rig->app.store, &cx, &commit, &conflict), OK);
}

void sample_records_share(struct usecase_rig *rig)
{
	rig->late.has_strangers = true;
	usecase_rig_restart(rig);
}

void sample_records_hotel(struct usecase_rig *rig, const char *code, const char *name,
			  const char *description, const char *user)
{
	static const char *const texts[] = { "currencyCode",
					     "defaultTagLine",
					     "defaultDescription",
					     "url",
					     "tags",
					     "pictureItemCode",
					     "type",
					     "buildingName",
					     "attributes",
					     "category",
					     "priceUpdateUnit",
					     "inventoryType",
					     "timeStamp",
					     "eventName",
					     "objectName",
					     "fieldName",
					     "oldValue",
					     "newValue",
					     "humanReadableComment" };
	static const char *const numbers[] = { "number",    "floor",       "building",
					       "quantity",  "lowPrice",    "medPrice",
					       "highPrice", "priceImpact", "pricePerUnit" };
	struct attr attrs[48] = { text_attr("name", name),
				  text_attr("description", description),
				  text_attr("bookable", "true"),
				  text_attr("shoppable", "false"),
				  text_attr("user", user),
				  text_attr("lastUpdatedBy", user),
				  { STR("main"), { .kind = VALUE_BOOL } } };
	size_t n = 7;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		attrs[n++] = text_attr(texts[i], "");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		attrs[n++] = number_attr(numbers[i], "0");
	put(rig, code, "cfg-general", attrs, n);
}

void sample_records_room_type(struct usecase_rig *rig, const char *code, const char *id,
			      const char *name, const char *low_price)
{
	struct attr attrs[] = { text_attr("name", name),
				text_attr("description", ""),
				number_attr("lowPrice", low_price),
				number_attr("medPrice", "0"),
				number_attr("highPrice", "0"),
				text_attr("lastUpdatedBy", "editor") };
	struct str key = str_printf(&rig->process, "cfg-room-type-%s", id);

	put(rig, code, str_c(&rig->process, key), attrs, sizeof(attrs) / sizeof(attrs[0]));
}

void sample_records_history(struct usecase_rig *rig, const char *code, const char *id)
{
	struct attr attrs[] = { text_attr("timeStamp", "20190902101112"),
				text_attr("eventName", "saveHotel"),
				text_attr("objectName", "hotel"),
				text_attr("fieldName", "name"),
				text_attr("oldValue", ""),
				text_attr("newValue", "x"),
				text_attr("humanReadableComment", "") };
	struct str key = str_printf(&rig->process, "cfg-history-%s", id);

	put(rig, code, str_c(&rig->process, key), attrs, sizeof(attrs) / sizeof(attrs[0]));
}

void sample_records_other(struct usecase_rig *rig, const char *code, const char *item_type)
{
	struct attr attr = text_attr("name", "other");

	put(rig, code, item_type, &attr, 1);
}

uint64_t sample_records_rev(struct usecase_rig *rig, const char *code, const char *item_type)
{
	struct item item;
	struct cx cx;
	enum err err;

	cx_init(&cx, &rig->process);
	err = store_get(rig->app.store, &cx, (struct key){ str_of(code), str_of(item_type) },
			&item);
	assert_true(err == OK || err == ERR_NOT_FOUND);
	return err == OK ? item.rev : 0;
}

bool sample_records_is_event(struct usecase_rig *rig, const char *code, uint64_t revision,
			     const char *name)
{
	const struct key key = { str_of(code), key_history(&rig->process, revision, 0) };
	struct item item;
	struct cx cx;

	cx_init(&cx, &rig->process);
	assert_int_equal(store_get(rig->app.store, &cx, key, &item), OK);
	return str_eq(item_text(&item, STR("eventName")), str_of(name));
}
