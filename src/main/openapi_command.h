/* main/openapi_command.h - `innkeeper openapi`: what /openapi.json answers, without a server. */
#ifndef INNKEEPER_MAIN_OPENAPI_COMMAND_H
#define INNKEEPER_MAIN_OPENAPI_COMMAND_H

#include "main/invocation.h"

int openapi_command(const struct invocation *invocation);

#endif
