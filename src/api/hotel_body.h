/* api/hotel_body.h - bodies that are a Hotel: the whole of it, or just the members that a route is about. */
#ifndef INNKEEPER_API_HOTEL_BODY_H
#define INNKEEPER_API_HOTEL_BODY_H

#include "api/exchange.h"
#include "base/err.h"
#include "model/hotel.h"
#include "model/shape_read.h"

/* Reads the body as a hotel; a code in it must be the path's, where the path has one. */
MUST_CHECK enum err hotel_body_read(struct exchange *exchange, enum shape_mode mode,
				    struct hotel *out);

/* Reads a body that may have `code` and the list of that name, which must be there, and nothing else. */
MUST_CHECK enum err hotel_body_read_list(struct exchange *exchange, struct str list,
					 struct hotel *out);

#endif
