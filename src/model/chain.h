/* model/chain.h - chains of hotels and the brands of a chain: hotels name them, and they belong to no hotel.
 *
 * Both are one struct and one mechanism: what differs stands in a row.
 */
#ifndef INNKEEPER_MODEL_CHAIN_H
#define INNKEEPER_MODEL_CHAIN_H

#include "base/str.h"
#include "model/hotel.h"
#include "model/shape.h"

struct chain {
	struct marks marks;
	struct str code;
	struct str chain; /* that a brand belongs to; a chain has none */
	struct str name, description;
};

struct chain_kind {
	struct str name;   /* `chain`: the hotel's member, in records and to people */
	struct str plural; /* `chains`: of routes and lists */
	const struct shape *shape;
};

extern const struct shape chain_shape;
extern const struct shape brand_shape;

extern const struct chain_kind chains;
extern const struct chain_kind brands;

/* The code that the hotel names; empty for none, as for a NULL hotel. */
struct str chain_of_hotel(const struct chain_kind *kind, const struct hotel *hotel);

#endif
