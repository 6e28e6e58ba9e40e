#include "api/status.h"

#include <assert.h>
#include <string.h>

const struct status_row status_rows[] = {
	{ "invalid", 400, "Invalid request", ERR_INVALID },
	{ "unauthenticated", 401, "Not authenticated", ERR_UNAUTHENTICATED },
	{ "forbidden", 403, "Forbidden", ERR_FORBIDDEN },
	{ "not_found", 404, "Not found", ERR_NOT_FOUND },
	{ "method_not_allowed", 405, "Method not allowed", ERR_INVALID },
	{ "not_acceptable", 406, "Not acceptable", ERR_INVALID },
	{ "timeout", 408, "Request timeout", OK },
	{ "exists", 409, "Exists already", ERR_CONFLICT },
	{ "in_use", 409, "In use", ERR_CONFLICT },
	{ "in_flight", 409, "Still running", ERR_CONFLICT },
	{ "stale", 412, "Changed since it was read", ERR_STALE },
	{ "too_large", 413, "Too large", ERR_LIMIT },
	{ "too_large", 414, "Request line too long", OK },
	{ "unsupported_media_type", 415, "Unsupported media type", ERR_INVALID },
	{ "expectation_failed", 417, "Expectation failed", OK },
	{ "misdirected", 421, "Misdirected request", ERR_INVALID },
	{ "key_reused", 422, "Idempotency key reused", ERR_CONFLICT },
	{ "precondition_required", 428, "Precondition required", ERR_INVALID },
	{ "too_large", 431, "Header too large", OK },
	{ "internal", 500, "Internal error", ERR_INTERNAL },
	{ "not_implemented", 501, "Not implemented", ERR_INVALID },
	{ "unavailable", 503, "Unavailable", ERR_UNAVAILABLE },
	{ "uncertain", 504, "Uncertain", ERR_UNCERTAIN },
	{ "http_version", 505, "HTTP version not supported", OK },
	{ "storage_full", 507, "Storage full", ERR_LIMIT },
	{ NULL, 0, NULL, OK },
};

const struct status_row *status_of(const char *code)
{
	for (const struct status_row *row = status_rows; row->code; row++) {
		if (strcmp(row->code, code) == 0)
			return row;
	}
	assert(strcmp(code, "internal") != 0);
	return status_of("internal");
}
