/* model/hotel.h - the Hotel: the seed's members in its order, then ours (domain.md 1b).
 *
 * Owner: all strings and lists live in the arena of whoever read or built the object.
 */
#ifndef INNKEEPER_MODEL_HOTEL_H
#define INNKEEPER_MODEL_HOTEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "model/decimal.h"
#include "model/shape.h"

struct marketing {
	struct marks marks;
	struct str tag_line;
	struct str description;
};

struct options {
	struct marks marks;
	bool bookable;
	bool shoppable;
};

struct address {
	struct marks marks;
	struct str line1, line2, city, region, postal_code, country_code;
};

struct location {
	struct marks marks;
	struct decimal latitude, longitude; /* degrees */
};

struct picture {
	struct marks marks;
	struct str id, raw_data, format, url;
	struct vec tags; /* of struct str */
	bool main;
	struct str item_code; /* the object it belongs to */
	struct str alt;
	int64_t order, width, height; /* pixels */
};

/* A quality of a room that guests may ask for, such as a sea view; the seed calls it an attribute too. */
struct tag {
	struct marks marks;
	struct str code, name, description;
	struct decimal price_impact;
	struct str price_update_unit; /* empty means currency */
	struct str category;
};

struct room {
	struct marks marks;
	int64_t number;
	struct str name, type;
	struct vec attributes; /* of struct tag; only the code counts on input */
	struct str code;       /* empty: the number is its id */
	/* Where it stands, which JSON says by nesting. */
	struct str id;    /* unique in the hotel */
	int64_t building; /* index in the hotel's list */
	struct str building_name;
	int64_t floor;
};

struct building_floor {
	struct marks marks;
	int64_t num;
	struct vec rooms; /* of struct room */
};

struct building {
	struct marks marks;
	struct str name;
	struct vec floors; /* of struct building_floor */
};

struct room_type {
	struct marks marks;
	struct str code, name;
	struct decimal low_price, med_price,
		high_price; /* a night, major units; 0 = not sold at that level */
	struct str description;
	struct vec pictures;
	int64_t max_adults, max_children, max_occupancy; /* persons; unset = no limit */
	int64_t standard_occupancy;                      /* persons within the price; unset = 2 */
	struct decimal extra_adult_price, extra_child_price;
};

/* Something sold beside the room, such as breakfast. */
struct sellable {
	struct marks marks;
	struct str code, category, name;
	int64_t quantity; /* a day; 0 = unlimited */
	struct str inventory_type;
	struct decimal price_per_unit;
	struct str description;
	struct vec optional_tags; /* of struct tag; only the code counts on input */
	struct vec pictures;
};

/* One edit of the hotel, as history keeps it. */
struct change {
	struct marks marks;
	struct str time_stamp, event_name, object_name, field_name, old_value, new_value, comment;
};

struct hotel {
	struct marks marks;
	struct str code, name, description, currency_code;
	struct marketing default_marketting;
	struct options options;
	struct vec pictures, buildings, room_types, tags, sellables, business_rules;
	struct vec pending_changes;
	struct str chain, brand;
	struct str time_zone; /* empty means UTC */
	struct address address;
	struct location location;
	struct vec rate_plans, taxes;
};

extern const struct shape picture_shape;
extern const struct shape tag_shape;
extern const struct shape room_type_shape;
extern const struct shape sellable_shape;
extern const struct shape room_shape;
extern const struct shape building_shape;
extern const struct shape change_shape;
extern const struct shape hotel_shape;

#endif
