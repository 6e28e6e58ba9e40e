/* api/route.h - what a row of the route table says, and how a request finds its row. */
#ifndef INNKEEPER_API_ROUTE_H
#define INNKEEPER_API_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct exchange;
struct shape;

#define ROUTE_PARAMS_MAX 3
#define ROUTE_QUERY_MAX 12

enum route_flag {
	ROUTE_WRAPPED = 1,   /* errors carry the seed's members too */
	ROUTE_BODY = 2,      /* wants a JSON body */
	ROUTE_PATCH = 4,     /* takes merge patches as well */
	ROUTE_AT_ONCE = 8,   /* never waits: the event thread may answer */
	ROUTE_ANY_TYPE = 16, /* the answer is no JSON: Accept is not looked at */
	ROUTE_CREATES = 32,  /* 201 where there was nothing */
	ROUTE_TAGGED = 64,   /* the answer has an ETag; a read honours If-None-Match */
	ROUTE_PUBLIC = 128,  /* answers who is not authenticated, too */
};

/* What a body looks like, for those who describe it: api/openapi.h. */
enum form_kind {
	FORM_NONE,
	FORM_WRAPPER, /* the seed's wrapper around hotels; with `next` behind a page of them */
	FORM_OBJECT,  /* `shape`; what is deleted or read */
	FORM_PUT,     /* `shape` whole; the path names it, so its identity may be left out */
	FORM_PART,    /* members of `shape`, as many as one likes */
	FORM_PATCH,   /* the same as a merge patch: null removes */
	FORM_LIST,    /* a hotel's `code` and its member `list`, as one list of it is saved */
	FORM_PAGE,    /* `{"<list>":[…],"next":…}` of `shape` */
	FORM_STATUS,  /* a probe's */
	FORM_JSON,    /* any JSON object */
	FORM_TEXT,    /* for Prometheus */
	FORM_HTML,
};

struct form {
	enum form_kind kind;
	const struct shape *shape;
	const char *list;
	unsigned max; /* objects in a list; 0 = as many as a hotel may have */
};

/* What people find routes under. */
struct route_group {
	const char *name;
	const char *meaning;
};

struct route {
	const char *method;
	const char *path;     /* template: `{…}` stands for one code */
	const char *use_case; /* the seed's name; "" = it has none */
	unsigned flags;
	enum err (*handle)(struct exchange *exchange); /* NULL: not built, answers 501 */
	const char *query[ROUTE_QUERY_MAX]; /* names of the parameters it takes, ended by NULL */
	/* What is not built has none of the following. */
	const char *id; /* of the operation, unique */
	const struct route_group *group;
	const char *summary; /* a sentence */
	struct form takes;
	struct form answers;
};

struct route_match {
	const struct route *route;           /* NULL: see below */
	bool path_known;                     /* the path is somebody's: 405, else 404 */
	struct str params[ROUTE_PARAMS_MAX]; /* decoded, valid codes */
	size_t nparams;
};

/* Tables end with a row without a method. Finds the row of method and percent-encoded path (HEAD is GET's). */
struct route_match route_find(const struct route *routes, struct arena *arena, struct str method,
			      struct str path);

/* The methods of a path for the Allow header: `GET, HEAD, POST, OPTIONS`. */
void route_allow(const struct route *routes, struct arena *arena, struct str path, struct buf *out);

/* True for the first of the table's built routes that is found under its group. */
bool route_begins_group(const struct route *routes, const struct route *route);

/* True for the methods that some route has, for HEAD and for OPTIONS. */
bool route_knows_method(struct str method);

#endif
