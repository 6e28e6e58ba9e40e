#include "main/task_root.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/heap.h"

enum err task_root_use_zones(struct cx *cx)
{
	const char *root = getenv("LAMBDA_TASK_ROOT");
	const char *path;

	if (!root || root[0] == '\0')
		return OK;
	path = str_c(cx->arena, str_printf(cx->arena, "%s/zoneinfo", root));
	if (!path)
		return cx_check_memory(cx);
	if (access(path, R_OK | X_OK) == 0 && setenv("TZDIR", path, 0) != 0)
		heap_exhausted();
	return OK;
}
