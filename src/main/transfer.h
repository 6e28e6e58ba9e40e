/* main/transfer.h - `innkeeper export` and `import`, joined to a file and to the store that the settings name.
 *
 * Each returns the process's exit code.
 */
#ifndef INNKEEPER_MAIN_TRANSFER_H
#define INNKEEPER_MAIN_TRANSFER_H

#include "main/invocation.h"

int transfer_export(const struct invocation *invocation);
int transfer_import(const struct invocation *invocation);

#endif
