#include "codec/traceparent.h"

#include <assert.h>
#include <inttypes.h>

/* vv-tttttttttttttttttttttttttttttttt-pppppppppppppppp-ff */
#define VERSION_00_BYTES 55
#define TRACE_ID_AT 3
#define TRACE_ID_BYTES 32
#define PARENT_ID_AT 36
#define PARENT_ID_BYTES 16
#define FLAGS_AT 53

/* The digit's value, or -1: capitals are none here. */
static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_hex(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (hex(s.ptr[i]) < 0)
			return false;
	}
	return true;
}

static bool is_id(struct str s)
{
	bool is_zero = true;

	for (size_t i = 0; i < s.len; i++)
		is_zero = is_zero && s.ptr[i] == '0';
	return is_hex(s) && !is_zero;
}

bool traceparent_parse(struct str text, struct traceparent *out)
{
	struct str version = str_sub(text, 0, 2), flags = str_sub(text, FLAGS_AT, 2);

	if (text.len < VERSION_00_BYTES || !is_hex(version) || str_eq(version, STR("ff")))
		return false;
	if (text.len > VERSION_00_BYTES &&
	    (str_eq(version, STR("00")) || text.ptr[VERSION_00_BYTES] != '-'))
		return false;
	if (text.ptr[TRACE_ID_AT - 1] != '-' || text.ptr[PARENT_ID_AT - 1] != '-' ||
	    text.ptr[FLAGS_AT - 1] != '-' || !is_hex(flags))
		return false;
	out->trace_id = str_sub(text, TRACE_ID_AT, TRACE_ID_BYTES);
	out->parent_id = str_sub(text, PARENT_ID_AT, PARENT_ID_BYTES);
	out->is_sampled = (hex(flags.ptr[1]) & 1) != 0;
	return is_id(out->trace_id) && is_id(out->parent_id);
}

struct str traceparent_write(struct arena *arena, const struct traceparent *from,
			     uint64_t parent_id)
{
	assert(parent_id != 0);
	return str_printf(arena, "00-" STR_FMT "-%016" PRIx64 "-0%d", STR_ARG(from->trace_id),
			  parent_id, from->is_sampled);
}
