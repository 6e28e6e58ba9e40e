/* main/man.h - `innkeeper man`: the manual page in man(7), told from the tables that help is told from. */
#ifndef INNKEEPER_MAIN_MAN_H
#define INNKEEPER_MAIN_MAN_H

#include "main/invocation.h"

int man(const struct invocation *invocation);

#endif
