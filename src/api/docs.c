#include "api/docs.h"

#include <string.h>

#include "api/docs_shapes.h"
#include "api/html.h"
#include "api/openapi_answers.h"
#include "api/parameter.h"
#include "api/status.h"
#include "model/hotel.h"

struct docs {
	struct buf page;
	struct vec shapes;
	const struct route *routes;
	struct str base_path;
};

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	"<title>innkeeper: HTTP interface</title><style>\n"
	":root{color-scheme:light dark}\n"
	"body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}\n"
	"code,pre{font:14px/1.4 ui-monospace,monospace}\n"
	"pre{overflow-x:auto;padding:.6rem;border:1px solid #8886}\n"
	"table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}\n"
	"th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #8886}\n"
	"h2{margin-top:2.5rem;border-bottom:2px solid #8886}\n"
	"h3{margin-top:1.8rem}\n"
	"h3 code{font-size:1.05rem}\n"
	"nav ul{columns:2;padding-left:1.2rem}\n"
	"@media(max-width:40rem){nav ul{columns:1}}\n"
	"</style></head><body>\n<h1>innkeeper</h1>\n";

static const char example[] =
	"<h2 id=\"begin\">Begin</h2><pre>curl -d '{\"name\":\"My First hotel\"}' -H 'Content-Type: "
	"application/json' SERVER/config\n"
	"curl -d '{\"roomTypes\":[{\"code\":\"DBL\",\"lowPrice\":129.5}]}' -H 'Content-Type: "
	"application/json' SERVER/config/CODE/rooms/type\n"
	"curl SERVER/config/CODE</pre><p>The first answers the hotel with its <code>code</code>; the "
	"second adds a room type; the third reads it all.</p>\n";

static const char conventions[] =
	"<h2 id=\"conventions\">Conventions</h2><ul>\n"
	"<li>Bodies are JSON in UTF-8, with <code>Content-Type: application/json</code>. Unknown or "
	"repeated members, wrong types and unknown query parameters are refused, each named.</li>\n"
	"<li>Under <code>/config</code> hotels come in a wrapper: <code>{\"error\":{\"code\":\"\","
	"\"msg\":\"\"},\"subFunction\":\"\",\"response\":[Hotel, &hellip;]}</code>. Everything else is the "
	"plain object; a collection is <code>{\"&lt;name&gt;\":[&hellip;],\"next\":cursor or "
	"null}</code>.</li>\n"
	"<li>A code has 1 to 64 of A-Z a-z 0-9 . _ -. Money is a number in major units. An empty text "
	"stands for an absent one, and null means absent; in a PATCH null removes.</li>\n"
	"<li>Every hotel and every single object has an <code>ETag</code>. With <code>If-Match</code> a write happens only "
	"while the resource (of a POST: the hotel) still has that tag, else 412; with "
	"<code>If-None-Match</code> a read of what is unchanged is 304.</li>\n"
	"<li>A POST with an <code>Idempotency-Key</code> has one effect and one answer, however often it "
	"is sent within 24 hours.</li>\n"
	"<li>HEAD answers wherever GET does.</li></ul>\n";

/* Calls `write` for every route of the group that is built. */
static void each_of_group(struct docs *docs, const struct route_group *group,
			  void (*write)(struct docs *docs, const struct route *route))
{
	for (const struct route *row = docs->routes; row->method; row++) {
		if (row->handle && row->group == group)
			write(docs, row);
	}
}

static void write_link(struct docs *docs, const struct route *route)
{
	buf_printf(&docs->page, "<li><a href=\"#%s\"><code>%s %s</code></a></li>\n", route->id,
		   route->method, route->path);
}

static void write_contents(struct docs *docs)
{
	buf_add(&docs->page, STR("<nav>"));
	for (const struct route *route = docs->routes; route->method; route++) {
		if (!route_begins_group(docs->routes, route))
			continue;
		html_element(&docs->page, "strong", str_of(route->group->name));
		buf_add(&docs->page, STR("<ul>\n"));
		each_of_group(docs, route->group, write_link);
		buf_add(&docs->page, STR("</ul>\n"));
	}
	buf_add(&docs->page, STR("</nav>\n"));
}

static void write_query(struct docs *docs, const struct route *route)
{
	struct buf *page = &docs->page;

	if (!route->query[0])
		return;
	buf_add(page, STR("<table><tr><th>Parameter</th><th>Meaning</th></tr>\n"));
	for (size_t i = 0; i < ROUTE_QUERY_MAX && route->query[i]; i++) {
		const struct parameter *parameter = parameter_of(route->query[i]);

		buf_printf(page, "<tr><td><code>%s</code></td><td>", parameter->name);
		html_text(page, str_of(parameter->meaning));
		for (size_t j = 0; parameter->choices && parameter->choices[j]; j++)
			buf_printf(page, "%s<code>%s</code>", j == 0 ? ": " : ", ",
				   parameter->choices[j]);
		if (parameter->kind == PARAMETER_NUMBER && parameter->max != INT64_MAX)
			buf_printf(page, "; %llu to %llu", (unsigned long long)parameter->min,
				   (unsigned long long)parameter->max);
		if (parameter->initial != 0)
			buf_printf(page, ", else %llu", (unsigned long long)parameter->initial);
		buf_add(page, STR("</td></tr>\n"));
	}
	buf_add(page, STR("</table>\n"));
}

static void write_form(struct docs *docs, const struct form *form)
{
	struct buf *page = &docs->page;

	switch (form->kind) {
	case FORM_WRAPPER:
		buf_add(page, STR("the wrapper of "));
		docs_refer(page, &docs->shapes, &hotel_shape);
		break;
	case FORM_LIST:
		buf_printf(page, "<code>{\"%s\":[&hellip;]}</code>, as in ", form->list);
		docs_refer(page, &docs->shapes, &hotel_shape);
		if (form->max != 0)
			buf_printf(page, "; 1 to %u objects", form->max);
		break;
	case FORM_PAGE:
		buf_printf(page, "<code>{\"%s\":[&hellip;],\"next\":&hellip;}</code> of ",
			   form->list);
		docs_refer(page, &docs->shapes, form->shape);
		break;
	case FORM_OBJECT:
	case FORM_PUT:
		docs_refer(page, &docs->shapes, form->shape);
		break;
	case FORM_PART:
	case FORM_PATCH:
		buf_add(page, STR("members of "));
		docs_refer(page, &docs->shapes, form->shape);
		break;
	case FORM_STATUS:
	case FORM_JSON:
		buf_add(page, STR("a JSON object"));
		break;
	case FORM_TEXT:
	case FORM_HTML:
	case FORM_NONE:
		buf_add(page, form->kind == FORM_HTML ? STR("a page") : STR("text"));
		break;
	}
}

static void write_statuses(struct docs *docs, const struct route *route)
{
	unsigned before = 0;

	buf_printf(&docs->page, "<p>Refused or failed: <a href=\"#errors\">");
	for (const struct status_row *row = status_rows; row->code; row++) {
		if (row->status != before && answers_may_be(route, row->status))
			buf_printf(&docs->page, "%s%u", before == 0 ? "" : ", ", row->status);
		before = row->status;
	}
	buf_add(&docs->page, STR("</a></p>\n"));
}

static void write_operation(struct docs *docs, const struct route *route)
{
	struct buf *page = &docs->page;

	buf_printf(page, "<h3 id=\"%s\"><code>%s ", route->id, route->method);
	html_text(page, docs->base_path);
	buf_printf(page, "%s</code></h3>", route->path);
	html_element(page, "p", str_of(route->summary));
	write_query(docs, route);
	buf_add(page, STR("<p>"));
	if (route->takes.kind != FORM_NONE) {
		buf_add(page, STR("Takes "));
		write_form(docs, &route->takes);
		buf_add(page, STR(". "));
	}
	buf_printf(page, "Answers 200%s: ", (route->flags & ROUTE_CREATES) ? " or 201" : "");
	write_form(docs, &route->answers);
	buf_add(page, STR(".</p>\n"));
	write_statuses(docs, route);
}

static void write_groups(struct docs *docs)
{
	for (const struct route *route = docs->routes; route->method; route++) {
		if (!route_begins_group(docs->routes, route))
			continue;
		html_element(&docs->page, "h2", str_of(route->group->name));
		html_element(&docs->page, "p", str_of(route->group->meaning));
		each_of_group(docs, route->group, write_operation);
	}
}

static void write_errors(struct buf *page)
{
	buf_add(page,
		STR("<h2 id=\"errors\">Errors</h2><p>Every error is "
		    "<code>application/problem+json</code> (RFC 9457): <code>type</code>, "
		    "<code>title</code>, <code>status</code>, <code>detail</code>, <code>instance</code> "
		    "(the request's id), <code>code</code>, and <code>errors</code> where members "
		    "(<code>pointer</code>), parameters or headers are to blame. After 503 nothing was "
		    "written; after 504 it may have been: send it again with the same key.</p>\n"
		    "<table><tr><th>Status</th><th>Code</th><th></th></tr>\n"));
	for (const struct status_row *row = status_rows; row->code; row++)
		buf_printf(page, "<tr><td>%u</td><td><code>%s</code></td><td>%s</td></tr>\n",
			   row->status, row->code, row->title);
	buf_add(page, STR("</table>\n"));
}

struct str docs_write(struct arena *arena, const struct route *routes, struct str base_path)
{
	struct docs docs = { .routes = routes, .base_path = base_path };

	buf_init(&docs.page, arena);
	buf_add(&docs.page, STR(head));
	buf_add(&docs.page, STR("<p>Version " INNKEEPER_VERSION ". For machines: <a href=\""));
	html_text(&docs.page, base_path);
	buf_add(&docs.page,
		STR("/openapi.json\">openapi.json</a>. "
		    "<a href=\"#conventions\">Conventions</a>, <a href=\"#errors\">errors</a>, "
		    "<a href=\"#objects\">objects</a>.</p>\n"));
	write_contents(&docs);
	buf_add(&docs.page, STR(example));
	buf_add(&docs.page, STR(conventions));
	write_groups(&docs);
	write_errors(&docs.page);
	docs_shapes(&docs.page, &docs.shapes);
	buf_add(&docs.page, STR("</body></html>\n"));
	return buf_take(&docs.page);
}
