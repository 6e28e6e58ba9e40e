/* main/store_commands.h - the commands that work on a store, joined to the store that the settings name.
 *
 * Each returns the process's exit code.
 */
#ifndef INNKEEPER_MAIN_STORE_COMMANDS_H
#define INNKEEPER_MAIN_STORE_COMMANDS_H

#include "main/invocation.h"

int store_commands_check(const struct invocation *invocation);
int store_commands_backup(const struct invocation *invocation);
int store_commands_restore(const struct invocation *invocation);

#endif
