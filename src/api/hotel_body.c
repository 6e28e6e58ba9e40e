#include "api/hotel_body.h"

enum err hotel_body_read(struct exchange *exchange, enum shape_mode mode, struct hotel *out)
{
	struct cx *cx = exchange->cx;
	enum err err = shape_read(cx, exchange->request->body, &hotel_shape, mode, out);

	if (err != OK)
		return err;
	if (exchange->match.nparams != 0 && out->code.len != 0 &&
	    !str_eq(out->code, exchange->match.params[0]))
		return fail_field(cx, BLAME_POINTER, STR("/code"), "is not the code of the path");
	return OK;
}

enum err hotel_body_read_list(struct exchange *exchange, struct str list, struct hotel *out)
{
	struct cx *cx = exchange->cx;
	enum err err = hotel_body_read(exchange, SHAPE_WHOLE, out);

	if (err != OK)
		return err;
	for (size_t i = 0; i < hotel_shape.nfields; i++) {
		const struct str name = hotel_shape.fields[i].name;
		bool given = out->marks.given & (uint64_t)1 << i, wanted = str_eq(name, list);

		if (given ? !wanted && !str_eq(name, STR("code")) : wanted)
			fail_field(cx, BLAME_POINTER,
				   str_printf(cx->arena, "/" STR_FMT, STR_ARG(name)),
				   wanted ? "is required" : "does not belong into this request");
	}
	return cx->failure.code ? cx->failure.err : OK;
}
