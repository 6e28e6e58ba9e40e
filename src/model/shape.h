/* model/shape.h - a struct described once: its field table drives JSON in and out, records, checks and history.
 *
 * Every described struct begins with `struct marks`. Strings are views into the arena of whoever read it.
 */
#ifndef INNKEEPER_MODEL_SHAPE_H
#define INNKEEPER_MODEL_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "model/decimal.h"

/* Which fields were given: bit i is the i-th row of the field table. */
struct marks {
	uint64_t given;
	uint64_t nulls; /* merge patches: given as null, that is, to be removed */
};

enum field_kind {
	FIELD_TEXT,     /* any text but NUL, at most `max` bytes */
	FIELD_LINE,     /* the same without control characters */
	FIELD_CODE,     /* model/code.h */
	FIELD_CURRENCY, /* ISO 4217, or empty */
	FIELD_COUNTRY,  /* ISO 3166: two capitals */
	FIELD_ZONE,     /* IANA time zone */
	FIELD_DATE,     /* YYYY-MM-DD */
	FIELD_TIME,     /* HH:MM */
	FIELD_CHOICE,   /* one of `choices` */
	FIELD_BOOL,
	FIELD_INT,     /* min to max */
	FIELD_MONEY,   /* major units; min 0 unless SIGNED */
	FIELD_DECIMAL, /* min to max, at most `decimals` */
	FIELD_CODES,   /* list of codes */
	FIELD_LINES,   /* list of lines, each at most `max` bytes */
	FIELD_CHOICES, /* list of `choices` */
	FIELD_OBJECT,  /* a struct of `shape`, embedded */
	FIELD_LIST,    /* list of structs of `shape` */
};

enum field_flag {
	REQUIRED = 1,      /* must be given, and not empty, when an object is written whole */
	UNSET_HIDDEN = 2,  /* left out of JSON while unset: a member that the seed does not have */
	READ_ONLY = 4,     /* comes out; what comes in is ignored */
	WRITE_ONLY = 8,    /* comes in; never comes out */
	SIGNED = 16,       /* money that may be negative */
	FLAT = 32,         /* an object whose fields are attributes of its owner's record */
	FLAG_AS_TEXT = 64, /* a bool that records keep as text, as the sample does */
	EMPTY_SHOWN = 128, /* a given but empty list is `[]`, not `null` */
	OWN_ROUTES = 256,  /* a list whose objects have records and routes of their own */
	IDENTITY = 512,    /* names the object in its list; in records it stands in the key alone */
	BY_CODE = 1024,    /* a list of objects kept elsewhere: records have identities alone */
	RECORD_ONLY = 2048, /* in records and history; JSON has no such member */
	OR_PERCENT = 4096,  /* money, or a percentage where `priceUpdateUnit` says so */
	ONE_OF = 8192,      /* of the object's members that are marked so exactly one is given */
};

#define LIST_MAX 200 /* elements of a list inside an object (domain.md 1) */

struct field {
	struct str name;      /* of the JSON member and of the record's attribute */
	struct str attribute; /* where the name is taken in records; else empty */
	enum field_kind kind;
	unsigned flags;
	size_t offset;
	int64_t min;
	int64_t max;
	unsigned decimals;
	const struct shape *shape;
	const char *const *choices; /* ends with NULL */
	const char *meaning;        /* for who calls the API; NULL: the name says it */
};

struct shape_check;

struct shape {
	const char *name; /* for people and OpenAPI */
	const struct field *fields;
	size_t nfields; /* at most 64 */
	size_t size_bytes;
	/* What holds between fields, for shape_check; may stand behind SHAPE's table. NULL: nothing. */
	void (*check)(const struct shape_check *check, const void *object, struct str pointer);
};

/* The member's C type for each kind, so that a row with the wrong kind does not compile. */
#define FIELD_TYPE_TEXT(s, m) struct str
#define FIELD_TYPE_LINE(s, m) struct str
#define FIELD_TYPE_CODE(s, m) struct str
#define FIELD_TYPE_CURRENCY(s, m) struct str
#define FIELD_TYPE_COUNTRY(s, m) struct str
#define FIELD_TYPE_ZONE(s, m) struct str
#define FIELD_TYPE_DATE(s, m) struct str
#define FIELD_TYPE_TIME(s, m) struct str
#define FIELD_TYPE_CHOICE(s, m) struct str
#define FIELD_TYPE_BOOL(s, m) bool
#define FIELD_TYPE_INT(s, m) int64_t
#define FIELD_TYPE_MONEY(s, m) struct decimal
#define FIELD_TYPE_DECIMAL(s, m) struct decimal
#define FIELD_TYPE_CODES(s, m) struct vec
#define FIELD_TYPE_LINES(s, m) struct vec
#define FIELD_TYPE_CHOICES(s, m) struct vec
#define FIELD_TYPE_OBJECT(s, m) __typeof__(((s *)0)->m)
#define FIELD_TYPE_LIST(s, m) struct vec

/* One row: FIELD(struct room_type, low_price, "lowPrice", MONEY, 0) or with more: `, .max = 255`. */
#define FIELD(s, m, wire, KIND, flag_bits, ...)                                                  \
	{                                                                                        \
		.name = STR_INIT(wire), .kind = FIELD_##KIND, .flags = (flag_bits),              \
		.offset = offsetof(s, m) +                                                       \
			  0 * sizeof(struct {                                                    \
				  _Static_assert(                                                \
					  __builtin_types_compatible_p(__typeof__(((s *)0)->m),  \
								       FIELD_TYPE_##KIND(s, m)), \
					  "the kind does not fit the member");                   \
				  int unused;                                                    \
			  }),                                                                    \
		##__VA_ARGS__                                                                    \
	}

#define SHAPE(text, s, table, ...)                                                                \
	{                                                                                         \
		.name = (text), .fields = (table), .nfields = sizeof(table) / sizeof((table)[0]), \
		.size_bytes = sizeof(s), ##__VA_ARGS__                                            \
	}

/* Where a field of an object is. */
void *field_at(const struct field *field, void *object);
const void *field_of(const struct field *field, const void *object);

/* The record's attribute that has the field. */
struct str field_attribute(const struct field *field);

/* The row of that name, or NULL; *index is its bit in struct marks. Whether an object was given it. */
const struct field *shape_find(const struct shape *shape, struct str name, size_t *index);
bool shape_has(const struct shape *shape, struct str name, const void *object);

/* The object's identity: its row, where it stands, and what it is. The shape has one. */
const struct field *shape_identity_field(const struct shape *shape);
struct str *shape_identity_at(const struct shape *shape, void *object);
const struct str *shape_identity(const struct shape *shape, const void *object);

/* True for an empty string, list, false, 0 … : what an object has where nothing was given. */
bool field_is_empty(const struct field *field, const void *object);

/* True when a row that is hidden while unset is unset: neither JSON nor records have it. `index` is the row's. */
bool field_is_unset(const struct field *field, size_t index, const void *object);

#endif
