/* main/completion.h - `innkeeper completion bash|zsh|fish`: the shell's own language, told from the tables that help is told from. */
#ifndef INNKEEPER_MAIN_COMPLETION_H
#define INNKEEPER_MAIN_COMPLETION_H

#include "main/invocation.h"

int completion(const struct invocation *invocation);

#endif
