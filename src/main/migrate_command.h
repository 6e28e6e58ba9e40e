/* main/migrate_command.h - `innkeeper migrate`, joined to the store that the settings name. */
#ifndef INNKEEPER_MAIN_MIGRATE_COMMAND_H
#define INNKEEPER_MAIN_MIGRATE_COMMAND_H

#include "main/invocation.h"

/* Returns the process's exit code. */
int migrate_command(const struct invocation *invocation);

#endif
