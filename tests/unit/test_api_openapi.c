/* layer: api */
#include "cx_fixture.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/openapi.h"
#include "api/routes.h"
#include "api/status.h"
#include "disagree.h"

struct document {
	const struct route *routes;
	json_t *root;
};

static struct document open_document(struct cx *cx)
{
	struct document document = { .routes = routes_open(cx->arena) };
	struct str text = openapi_write(cx->arena, document.routes, STR(""));
	json_error_t error;

	document.root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &error);
	if (!document.root)
		disagree("the document is no JSON: %s at %d", error.text, error.position);
	return document;
}

static void lower(const char *method, char out[8])
{
	size_t i = 0;

	for (; method[i]; i++)
		out[i] = (char)(method[i] - 'A' + 'a');
	out[i] = '\0';
}

static json_t *operation_of(const struct document *document, const struct route *route)
{
	char method[8];

	lower(route->method, method);
	return json_object_get(
		json_object_get(json_object_get(document->root, "paths"), route->path), method);
}

static void every_built_route_is_in_the_document_and_no_other(void **state)
{
	struct document document = open_document(*state);
	size_t built = 0, written = 0;
	const char *path;
	json_t *item;

	for (const struct route *route = document.routes; route->method; route++) {
		json_t *operation = operation_of(&document, route);

		built += route->handle != NULL;
		if ((route->handle != NULL) != (operation != NULL))
			disagree("%s %s is built or documented, but not both", route->method,
				 route->path);
		if (operation)
			assert_string_equal(
				json_string_value(json_object_get(operation, "operationId")),
				route->id);
	}
	json_object_foreach(json_object_get(document.root, "paths"), path, item) written +=
		json_object_size(item);
	assert_int_equal(written, built);
	json_decref(document.root);
}

static void every_operation_has_a_name_of_its_own(void **state)
{
	struct document document = open_document(*state);

	for (const struct route *route = document.routes; route->method; route++) {
		for (const struct route *other = route + 1; other->method; other++) {
			if (route->handle && other->handle && strcmp(route->id, other->id) == 0)
				disagree("%s is two operations", route->id);
		}
	}
	json_decref(document.root);
}

static bool is_somewhere(const struct document *document, unsigned status)
{
	char name[16];

	(void)snprintf(name, sizeof(name), "%u", status);
	for (const struct route *route = document->routes; route->method; route++) {
		if (json_object_get(json_object_get(operation_of(document, route), "responses"),
				    name))
			return true;
	}
	return false;
}

/* 405 needs another method than the document's. */
static void every_status_that_can_occur_is_somewhere(void **state)
{
	struct document document = open_document(*state);

	for (const struct status_row *row = status_rows; row->code; row++) {
		bool wanted = row->status != 405;

		if (is_somewhere(&document, row->status) != wanted)
			disagree("%u %s", row->status, row->code);
	}
	json_decref(document.root);
}

static void every_route_but_the_public_ones_may_answer_401(void **state)
{
	struct document document = open_document(*state);
	json_t *components = json_object_get(document.root, "components");
	size_t open = 0;

	for (const struct route *route = document.routes; route->method; route++) {
		json_t *responses = json_object_get(operation_of(&document, route), "responses");
		bool is_public = route->flags & ROUTE_PUBLIC;

		if (route->handle && (json_object_get(responses, "401") == NULL) != is_public)
			disagree("%s %s", route->method, route->path);
		open += is_public;
	}
	assert_int_equal(open, 4);
	assert_non_null(json_object_get(
		json_object_get(json_object_get(json_object_get(components, "responses"),
						"ConfigProblem401"),
				"headers"),
		"WWW-Authenticate"));
	json_decref(document.root);
}

static void the_server_is_the_base_path(void **state)
{
	struct cx *cx = *state;
	struct str text = openapi_write(cx->arena, routes_open(cx->arena), STR("/prod"));
	json_t *root = json_loadb(text.ptr, text.len, 0, NULL);
	json_t *server = json_array_get(json_object_get(root, "servers"), 0);

	assert_string_equal(json_string_value(json_object_get(server, "url")), "/prod");
	json_decref(root);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_built_route_is_in_the_document_and_no_other),
		TEST(every_operation_has_a_name_of_its_own),
		TEST(every_status_that_can_occur_is_somewhere),
		TEST(every_route_but_the_public_ones_may_answer_401),
		TEST(the_server_is_the_base_path),
	};

	return cmocka_run_group_tests_name("api_openapi", tests, NULL, NULL);
}
