/* main/lambda.h - `innkeeper lambda`: the same service behind the Runtime API of AWS Lambda instead of a socket. */
#ifndef INNKEEPER_MAIN_LAMBDA_H
#define INNKEEPER_MAIN_LAMBDA_H

#include "main/invocation.h"

/* Returns the process's exit code: 0 stopped by a signal, 1 it could not begin (the platform was told) or the platform is gone,
 * 2 wrong usage, or not on Lambda. */
int lambda(const struct invocation *invocation);

#endif
