/* usecase/wrapper.h - the seed's wrapper around hotels: {"error":{"code":"","msg":""},"subFunction":"","response":[…]}. */
#ifndef INNKEEPER_USECASE_WRAPPER_H
#define INNKEEPER_USECASE_WRAPPER_H

#include "base/arena.h"
#include "base/str.h"
#include "model/hotel.h"

/* One hotel in the wrapper, as JSON in the arena. */
struct str wrapper_write(struct arena *arena, const struct hotel *hotel);

/* Several; `next` is written behind them unless it is empty. */
struct str wrapper_write_list(struct arena *arena, const struct hotel *const *hotels, size_t n,
			      struct str next);

#endif
