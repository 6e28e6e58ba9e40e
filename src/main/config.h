/* main/config.h - `innkeeper config`: what the settings are, where each came from, and whether serve would start with them. */
#ifndef INNKEEPER_MAIN_CONFIG_H
#define INNKEEPER_MAIN_CONFIG_H

#include "main/invocation.h"

int config(const struct invocation *invocation);

#endif
