/* main/copy_command.h - `innkeeper copy`, joined to the two stores that its URLs name. */
#ifndef INNKEEPER_MAIN_COPY_COMMAND_H
#define INNKEEPER_MAIN_COPY_COMMAND_H

#include "main/invocation.h"

/* Returns the process's exit code: 0 only when the target has what the source has. */
int copy_command(const struct invocation *invocation);

#endif
