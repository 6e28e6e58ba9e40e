/* main/task_root.h - what the zip of Lambda has beside the program (tools/lambda_zip). Its certificates adapter/dynamodb_endpoint.c finds by
 * itself. */
#ifndef INNKEEPER_MAIN_TASK_ROOT_H
#define INNKEEPER_MAIN_TASK_ROOT_H

#include "base/cx.h"

/* Makes GLib read the time zones that lie in the folder of LAMBDA_TASK_ROOT, unless TZDIR names others: Lambda's own system may have none.
 * It changes the environment: before there is another thread. LIMIT when cx's arena has no room for the path. */
MUST_CHECK enum err task_root_use_zones(struct cx *cx);

#endif
