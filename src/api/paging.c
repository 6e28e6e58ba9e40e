#include "api/paging.h"

#include "api/cursor.h"
#include "api/parameter.h"
#include "base/buf.h"
#include "codec/json_writer.h"
#include "codec/url.h"

static size_t read_limit(const struct exchange *exchange)
{
	uint64_t limit = PAGE_LIMIT_DEFAULT;
	struct str text;

	/* Its row has been checked. */
	if (exchange_query(exchange, STR("limit"), &text))
		(void)str_to_u64(text, &limit);
	return (size_t)limit;
}

static struct str write_filters(struct exchange *exchange)
{
	const struct route *route = exchange->match.route;
	struct arena *arena = exchange->cx->arena;
	struct buf buf;

	buf_init(&buf, arena);
	for (size_t i = 0; i < ROUTE_QUERY_MAX && route->query[i]; i++) {
		struct str name = str_of(route->query[i]), value;

		if (str_eq(name, STR("limit")) || str_eq(name, STR("cursor")) ||
		    !exchange_query(exchange, name, &value))
			continue;
		value = url_encode(arena, value);
		buf_printf(&buf, "&" STR_FMT "=" STR_FMT, STR_ARG(name), STR_ARG(value));
	}
	return buf_str(&buf);
}

/* What a cursor is bound to: no path has an `&`. */
static struct str bound_to(struct exchange *exchange, const struct paging *paging)
{
	return str_printf(exchange->cx->arena, STR_FMT STR_FMT, STR_ARG(exchange->link),
			  STR_ARG(paging->filters));
}

enum err paging_read(struct exchange *exchange, struct paging *out)
{
	struct str cursor;

	out->limit = read_limit(exchange);
	out->after = STR("");
	out->filters = write_filters(exchange);
	if (!exchange_query(exchange, STR("cursor"), &cursor))
		return OK;
	return cursor_parse(exchange->cx, cursor, bound_to(exchange, out), &out->after);
}

struct str paging_next(struct exchange *exchange, const struct paging *paging, struct str last)
{
	struct arena *arena = exchange->cx->arena;
	struct str cursor = cursor_write(arena, bound_to(exchange, paging), last);
	struct str root = exchange_root(exchange);

	exchange_add_header(exchange, STR("Link"),
			    str_printf(arena,
				       "<" STR_FMT STR_FMT "?limit=%zu" STR_FMT "&cursor=" STR_FMT
				       ">; rel=\"next\"",
				       STR_ARG(root), STR_ARG(exchange->link), paging->limit,
				       STR_ARG(paging->filters), STR_ARG(cursor)));
	return cursor;
}

struct str paging_write(struct arena *arena, struct str name, const struct vec *texts,
			struct str next)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	json_begin_object(&json);
	json_name(&json, name);
	json_begin_array(&json);
	for (size_t i = 0; i < texts->n; i++)
		json_raw(&json, *(struct str *)vec_at(texts, i, sizeof(struct str)));
	json_end_array(&json);
	json_name(&json, STR("next"));
	if (next.len != 0)
		json_string(&json, next);
	else
		json_null(&json);
	json_end_object(&json);
	return buf_take(&buf);
}
