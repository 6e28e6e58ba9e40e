/* main/service.h - what answers requests, whoever brings them: store, cache, gates, figures, api.
 *
 * Owner:   the cx's arena has the api; the caller closes the rest. The settings outlive it.
 * Threads: one opens and closes; api/api.h says the rest.
 */
#ifndef INNKEEPER_MAIN_SERVICE_H
#define INNKEEPER_MAIN_SERVICE_H

#include "api/api.h"
#include "base/cx.h"
#include "base/err.h"
#include "main/figures.h"
#include "main/settings.h"
#include "main/storage.h"
#include "usecase/app.h"

struct service {
	struct storage storage;
	struct app app;
	struct figures figures;
	struct api *api; /* NULL while it is not open */
};

/* Of all that serve and lambda are told alike: ERR_INVALID, or `not_implemented`, noted in a line for people. */
MUST_CHECK enum err service_check_settings(struct cx *cx, const struct settings *settings);

/* `options`: who may ask, and limits; what settings say comes from them. As storage_open says; also after a failure it is to be closed. */
MUST_CHECK enum err service_open(struct cx *cx, const struct settings *settings,
				 enum storage_makes makes, const struct api_options *options,
				 struct service *out);

/* A zeroed one is nothing. */
void service_close(struct service *service);

#endif
