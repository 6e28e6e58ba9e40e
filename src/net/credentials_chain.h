/* net/credentials_chain.h - the places in their order: the first one that is configured is asked, and no other. */
#ifndef INNKEEPER_NET_CREDENTIALS_CHAIN_H
#define INNKEEPER_NET_CREDENTIALS_CHAIN_H

#include "base/cx.h"
#include "base/err.h"
#include "net/credentials_found.h"

/* Keys that were checked, with their place. UNAVAILABLE: no place is configured, or the one that is is wrong. */
MUST_CHECK enum err credentials_chain_fetch(const struct credentials_options *options,
					    struct cx *cx, struct credentials_found *out);

#endif
