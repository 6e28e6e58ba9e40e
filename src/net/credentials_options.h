/* net/credentials_options.h - what those who look for credentials are given. */
#ifndef INNKEEPER_NET_CREDENTIALS_OPTIONS_H
#define INNKEEPER_NET_CREDENTIALS_OPTIONS_H

#include <stdint.h>

#include "net/http_client.h"

/* A variable of the environment that is empty counts as one that is not there. */
struct credentials_options {
	const char *(*get_env)(const char *name); /* getenv, or a test's; called by any thread */
	struct http_client *client;
	const char *region; /* for STS; empty = its global endpoint; copied */
	int64_t timeout_ms; /* of a call; 0 = as long as its place is worth waiting for */
};

#endif
