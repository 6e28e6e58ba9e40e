#include "model/chain.h"

#define NAME_MAX_BYTES 255
#define TEXT_MAX_BYTES 16384

static const struct field chain_fields[] = {
	FIELD(struct chain, code, "code", CODE, REQUIRED | IDENTITY),
	FIELD(struct chain, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct chain, description, "description", TEXT, 0, .max = TEXT_MAX_BYTES),
};
const struct shape chain_shape = SHAPE("Chain", struct chain, chain_fields);

static const struct field brand_fields[] = {
	FIELD(struct chain, code, "code", CODE, REQUIRED | IDENTITY),
	FIELD(struct chain, chain, "chain", CODE, REQUIRED),
	FIELD(struct chain, name, "name", LINE, 0, .max = NAME_MAX_BYTES),
	FIELD(struct chain, description, "description", TEXT, 0, .max = TEXT_MAX_BYTES),
};
const struct shape brand_shape = SHAPE("Brand", struct chain, brand_fields);

const struct chain_kind chains = { STR_INIT("chain"), STR_INIT("chains"), &chain_shape };
const struct chain_kind brands = { STR_INIT("brand"), STR_INIT("brands"), &brand_shape };

struct str chain_of_hotel(const struct chain_kind *kind, const struct hotel *hotel)
{
	if (!hotel)
		return STR("");
	return kind == &brands ? hotel->brand : hotel->chain;
}
