/* main/store_commands.h - the commands that work on a store, joined to the store that the settings name.
 *
 * Each returns the process's exit code.
 */
#ifndef INNKEEPER_MAIN_STORE_COMMANDS_H
#define INNKEEPER_MAIN_STORE_COMMANDS_H

#include <stdbool.h>

#include "main/invocation.h"
#include "main/storage.h"

/* Opens the store beside others. False, the reason said on stderr and the exit code in *code: settings that are wrong are wrong usage, a store that can not
 * be opened is a failure. `makes`: what may be made of it where it is missing. */
bool store_commands_open(const struct invocation *invocation, enum storage_makes makes,
			 struct storage *storage, int *code);

int store_commands_check(const struct invocation *invocation);
int store_commands_backup(const struct invocation *invocation);
int store_commands_restore(const struct invocation *invocation);

#endif
