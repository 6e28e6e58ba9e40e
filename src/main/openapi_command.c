#include "main/openapi_command.h"

#include <stdio.h>

#include "api/openapi.h"
#include "api/routes.h"
#include "main/settings.h"

int openapi_command(const struct invocation *invocation)
{
	struct arena *arena = invocation->cx->arena;
	struct settings settings;
	struct str text;

	if (settings_read(invocation->cx, &invocation->flags, &settings) != OK)
		return invocation_refuse(invocation, EXIT_USAGE);
	text = openapi_write(arena, routes_open(arena), str_of(settings.base_path));
	printf(STR_FMT "\n", STR_ARG(text));
	return EXIT_DONE;
}
