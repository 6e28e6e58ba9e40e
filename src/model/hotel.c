#include "model/hotel.h"

#include "model/pricing.h"
#include "model/shape_read.h"

#define NAME_MAX_BYTES 255
#define TEXT_MAX_BYTES 16384
#define RAW_DATA_MAX_BYTES (14 << 20)
#define PERSONS_MAX 100
#define COUNT_MAX 1000000
#define OBJECTS_MAX 10000 /* of a document, domain.md 1 */
#define PIXELS_MAX 50000000

static const char *const price_units[] = { "", "percent", "currency", NULL };
static const char *const inventory_types[] = { "", "per_day", "per_night", "per_unit", NULL };

static const struct field marketing_fields[] = {
	FIELD(struct marketing, tag_line, "defaultTagLine", TEXT, 0, .max = TEXT_MAX_BYTES,
	      .meaning = "one line for guests"),
	FIELD(struct marketing, description, "defaultDescription", TEXT, 0, .max = TEXT_MAX_BYTES,
	      .meaning = "what guests read"),
};
static const struct shape marketing_shape = SHAPE("Marketing", struct marketing, marketing_fields);

static const struct field option_fields[] = {
	FIELD(struct options, bookable, "bookable", BOOL, FLAG_AS_TEXT,
	      .meaning = "may be booked once published"),
	FIELD(struct options, shoppable, "shoppable", BOOL, FLAG_AS_TEXT,
	      .meaning = "appears in searches once published"),
};
static const struct shape option_shape = SHAPE("Options", struct options, option_fields);

static const struct field address_fields[] = {
	FIELD(struct address, line1, "line1", LINE, UNSET_HIDDEN, .max = NAME_MAX_BYTES),
	FIELD(struct address, line2, "line2", LINE, UNSET_HIDDEN, .max = NAME_MAX_BYTES),
	FIELD(struct address, city, "city", LINE, UNSET_HIDDEN, .max = NAME_MAX_BYTES),
	FIELD(struct address, region, "region", LINE, UNSET_HIDDEN, .max = NAME_MAX_BYTES),
	FIELD(struct address, postal_code, "postalCode", LINE, UNSET_HIDDEN, .max = 32),
	FIELD(struct address, country_code, "countryCode", COUNTRY, UNSET_HIDDEN),
};
static const struct shape address_shape = SHAPE("Address", struct address, address_fields);

static const struct field location_fields[] = {
	FIELD(struct location, latitude, "latitude", DECIMAL, REQUIRED, .min = -90, .max = 90,
	      .decimals = 7, .meaning = "degrees, north positive"),
	FIELD(struct location, longitude, "longitude", DECIMAL, REQUIRED, .min = -180, .max = 180,
	      .decimals = 7, .meaning = "degrees, east positive"),
};
static const struct shape location_shape = SHAPE("Location", struct location, location_fields);

static const struct field picture_fields[] = {
	FIELD(struct picture, id, "id", CODE, IDENTITY),
	FIELD(struct picture, raw_data, "rawData", TEXT, WRITE_ONLY, .max = RAW_DATA_MAX_BYTES),
	FIELD(struct picture, format, "format", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct picture, url, "url", TEXT, READ_ONLY),
	FIELD(struct picture, tags, "tags", LINES, 0, .max = NAME_MAX_BYTES),
	FIELD(struct picture, main, "main", BOOL, 0),
	FIELD(struct picture, item_code, "pictureItemCode", CODE, READ_ONLY),
	FIELD(struct picture, alt, "alt", TEXT, UNSET_HIDDEN, .max = TEXT_MAX_BYTES),
	FIELD(struct picture, order, "order", INT, UNSET_HIDDEN, .max = COUNT_MAX),
	FIELD(struct picture, width, "width", INT, UNSET_HIDDEN | READ_ONLY, .max = PIXELS_MAX),
	FIELD(struct picture, height, "height", INT, UNSET_HIDDEN | READ_ONLY, .max = PIXELS_MAX),
};
const struct shape picture_shape = SHAPE("Picture", struct picture, picture_fields);

static const struct field tag_fields[] = {
	FIELD(struct tag, code, "code", CODE, REQUIRED | IDENTITY),
	FIELD(struct tag, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct tag, description, "description", TEXT, 0, .max = TEXT_MAX_BYTES),
	FIELD(struct tag, price_impact, "priceImpact", MONEY, SIGNED | OR_PERCENT,
	      .meaning = "what the tag adds to a night, or takes off"),
	FIELD(struct tag, price_update_unit, "priceUpdateUnit", CHOICE, 0, .choices = price_units,
	      .meaning = "empty means currency"),
	FIELD(struct tag, category, "category", LINE, 0, .max = NAME_MAX_BYTES,
	      .meaning = "a word to group tags by"),
};
const struct shape tag_shape = SHAPE("Tag", struct tag, tag_fields);

static const struct field room_fields[] = {
	FIELD(struct room, number, "number", INT, REQUIRED, .max = COUNT_MAX),
	FIELD(struct room, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct room, type, "type", CODE, 0, .meaning = "code of its room type"),
	FIELD(struct room, attributes, "attributes", LIST, BY_CODE, .shape = &tag_shape,
	      .meaning = "the tags that it carries"),
	/* A record's own `code` is the hotel's. */
	FIELD(struct room, code, "code", CODE, UNSET_HIDDEN, .attribute = STR_INIT("roomCode"),
	      .meaning = "its id in the hotel; left out, the number is"),
	FIELD(struct room, id, "id", CODE, IDENTITY | RECORD_ONLY),
	FIELD(struct room, building, "building", INT, RECORD_ONLY, .max = COUNT_MAX),
	FIELD(struct room, building_name, "buildingName", LINE, RECORD_ONLY, .max = NAME_MAX_BYTES),
	FIELD(struct room, floor, "floor", INT, RECORD_ONLY, .min = -COUNT_MAX, .max = COUNT_MAX),
};
const struct shape room_shape = SHAPE("Room", struct room, room_fields);

static const struct field floor_fields[] = {
	FIELD(struct building_floor, num, "num", INT, REQUIRED, .min = -100, .max = COUNT_MAX,
	      .meaning = "0 is the ground floor, negative ones are below"),
	FIELD(struct building_floor, rooms, "rooms", LIST, REQUIRED, .shape = &room_shape,
	      .max = 5000),
};
static const struct shape floor_shape = SHAPE("Floor", struct building_floor, floor_fields);

static const struct field building_fields[] = {
	FIELD(struct building, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct building, floors, "floors", LIST, REQUIRED, .shape = &floor_shape),
};

static void check_floors(const struct shape_check *check, const void *object, struct str pointer)
{
	const struct vec *floors = &((const struct building *)object)->floors;

	for (size_t i = 1; i < floors->n; i++) {
		const struct building_floor *one = vec_at(floors, i, sizeof(*one)), *other;
		bool twice = false;

		for (size_t j = 0; j < i && !twice; j++) {
			other = vec_at(floors, j, sizeof(*other));
			/* A number that is missing is blamed for that. */
			twice = one->num == other->num &&
				shape_has(&floor_shape, STR("num"), one) &&
				shape_has(&floor_shape, STR("num"), other);
		}
		if (twice)
			shape_blame(check, shape_element(check, pointer, STR("floors"), i), "num",
				    "another floor of the building has this number");
	}
}

const struct shape building_shape =
	SHAPE("Building", struct building, building_fields, .check = check_floors);

static const struct field room_type_fields[] = {
	FIELD(struct room_type, code, "code", CODE, REQUIRED | IDENTITY),
	FIELD(struct room_type, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct room_type, low_price, "lowPrice", MONEY, 0,
	      .meaning = "of a night at the level low; 0: not sold then"),
	FIELD(struct room_type, med_price, "medPrice", MONEY, 0,
	      .meaning =
		      "of a night at the level med, which holds unless another is set; 0: not sold then"),
	FIELD(struct room_type, high_price, "highPrice", MONEY, 0,
	      .meaning = "of a night at the level high; 0: not sold then"),
	FIELD(struct room_type, description, "description", TEXT, 0, .max = TEXT_MAX_BYTES),
	FIELD(struct room_type, pictures, "pictures", LIST, OWN_ROUTES, .max = OBJECTS_MAX,
	      .shape = &picture_shape),
	FIELD(struct room_type, max_adults, "maxAdults", INT, UNSET_HIDDEN, .min = 1,
	      .max = PERSONS_MAX, .meaning = "left out: no limit"),
	FIELD(struct room_type, max_children, "maxChildren", INT, UNSET_HIDDEN, .max = PERSONS_MAX,
	      .meaning = "left out: no limit"),
	FIELD(struct room_type, max_occupancy, "maxOccupancy", INT, UNSET_HIDDEN, .min = 1,
	      .max = PERSONS_MAX, .meaning = "adults and children; left out: no limit"),
	FIELD(struct room_type, standard_occupancy, "standardOccupancy", INT, UNSET_HIDDEN,
	      .min = 1, .max = PERSONS_MAX, .meaning = "persons within the price; left out: 2"),
	FIELD(struct room_type, extra_adult_price, "extraAdultPrice", MONEY, UNSET_HIDDEN,
	      .meaning = "a night, for each beyond standardOccupancy"),
	FIELD(struct room_type, extra_child_price, "extraChildPrice", MONEY, UNSET_HIDDEN,
	      .meaning = "a night, for each beyond standardOccupancy"),
};
const struct shape room_type_shape = SHAPE("RoomType", struct room_type, room_type_fields);

static const struct field sellable_fields[] = {
	FIELD(struct sellable, code, "code", CODE, REQUIRED | IDENTITY),
	FIELD(struct sellable, category, "category", LINE, 0, .max = NAME_MAX_BYTES,
	      .meaning = "a word to group sellables by"),
	FIELD(struct sellable, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct sellable, quantity, "quantity", INT, 0, .max = COUNT_MAX,
	      .meaning = "of a day; 0: unlimited"),
	FIELD(struct sellable, inventory_type, "inventoryType", CHOICE, 0,
	      .choices = inventory_types,
	      .meaning =
		      "per_night: each night of the stay; per_day: those and the day of leaving; per_unit: once"),
	FIELD(struct sellable, price_per_unit, "pricePerUnit", MONEY, 0),
	FIELD(struct sellable, description, "description", TEXT, 0, .max = TEXT_MAX_BYTES),
	FIELD(struct sellable, optional_tags, "optionalTags", LIST, BY_CODE, .shape = &tag_shape,
	      .meaning = "tags that it may be asked for with"),
	FIELD(struct sellable, pictures, "pictures", LIST, OWN_ROUTES, .max = OBJECTS_MAX,
	      .shape = &picture_shape),
};
const struct shape sellable_shape = SHAPE("Sellable", struct sellable, sellable_fields);

static const struct field change_fields[] = {
	FIELD(struct change, time_stamp, "timeStamp", LINE, 0, .meaning = "RFC 3339 in UTC"),
	FIELD(struct change, event_name, "eventName", LINE, 0, .meaning = "the use case"),
	FIELD(struct change, object_name, "objectName", LINE, 0,
	      .meaning = "such as `roomType DBL`"),
	FIELD(struct change, field_name, "fieldName", LINE, 0,
	      .meaning = "empty for an object that came or went"),
	FIELD(struct change, old_value, "oldValue", TEXT, 0, .meaning = "JSON text"),
	FIELD(struct change, new_value, "newValue", TEXT, 0, .meaning = "JSON text"),
	FIELD(struct change, comment, "humanReadableComment", TEXT, 0,
	      .meaning = "the same in a sentence"),
};
const struct shape change_shape = SHAPE("Change", struct change, change_fields);

static const struct field hotel_fields[] = {
	FIELD(struct hotel, code, "code", CODE, IDENTITY,
	      .meaning = "never changes, and is never used again"),
	FIELD(struct hotel, name, "name", LINE, REQUIRED, .max = NAME_MAX_BYTES),
	FIELD(struct hotel, description, "description", TEXT, 0, .max = TEXT_MAX_BYTES),
	FIELD(struct hotel, currency_code, "currencyCode", CURRENCY, 0,
	      .meaning = "of all its money; 2 decimals while empty"),
	FIELD(struct hotel, default_marketting, "defaultMarketting", OBJECT, FLAT,
	      .shape = &marketing_shape, .meaning = "(the name is spelled as it always was)"),
	FIELD(struct hotel, options, "options", OBJECT, FLAT, .shape = &option_shape),
	FIELD(struct hotel, pictures, "pictures", LIST, OWN_ROUTES, .max = OBJECTS_MAX,
	      .shape = &picture_shape),
	FIELD(struct hotel, buildings, "buildings", LIST, OWN_ROUTES, .max = OBJECTS_MAX,
	      .shape = &building_shape, .meaning = "saved by saveRooms"),
	FIELD(struct hotel, room_types, "roomTypes", LIST, OWN_ROUTES, .max = OBJECTS_MAX,
	      .shape = &room_type_shape),
	FIELD(struct hotel, tags, "tags", LIST, OWN_ROUTES, .max = OBJECTS_MAX,
	      .shape = &tag_shape),
	FIELD(struct hotel, sellables, "sellables", LIST, OWN_ROUTES, .max = OBJECTS_MAX,
	      .shape = &sellable_shape),
	FIELD(struct hotel, business_rules, "businessRules", LIST, OWN_ROUTES, .max = OBJECTS_MAX,
	      .shape = &rule_shape),
	FIELD(struct hotel, pending_changes, "pendingChanges", LIST,
	      OWN_ROUTES | READ_ONLY | EMPTY_SHOWN, .max = OBJECTS_MAX, .shape = &change_shape,
	      .meaning = "what is not published; read from the draft alone"),
	FIELD(struct hotel, chain, "chain", CODE, UNSET_HIDDEN,
	      .meaning = "code of an existing chain"),
	FIELD(struct hotel, brand, "brand", CODE, UNSET_HIDDEN,
	      .meaning = "code of an existing brand of that chain"),
	FIELD(struct hotel, time_zone, "timeZone", ZONE, UNSET_HIDDEN, .meaning = "left out: UTC"),
	FIELD(struct hotel, address, "address", OBJECT, UNSET_HIDDEN, .shape = &address_shape),
	FIELD(struct hotel, location, "location", OBJECT, UNSET_HIDDEN, .shape = &location_shape),
	FIELD(struct hotel, rate_plans, "ratePlans", LIST, UNSET_HIDDEN | OWN_ROUTES,
	      .max = OBJECTS_MAX, .shape = &rate_plan_shape),
	FIELD(struct hotel, taxes, "taxes", LIST, UNSET_HIDDEN | OWN_ROUTES, .max = OBJECTS_MAX,
	      .shape = &tax_shape),
};
const struct shape hotel_shape = SHAPE("Hotel", struct hotel, hotel_fields);
