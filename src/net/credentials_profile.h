/* net/credentials_profile.h - the profile files that the tools of AWS share: AWS_PROFILE (else `default`) of
 * AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE, else of .aws/credentials and .aws/config in HOME.
 *
 * A file that is not named may be missing, and a profile that is not named may have no keys. A setting that counts here is refused when
 * it comes twice in a file; the others are skipped.
 */
#ifndef INNKEEPER_NET_CREDENTIALS_PROFILE_H
#define INNKEEPER_NET_CREDENTIALS_PROFILE_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "net/credentials_found.h"

/* Keys of the credentials file, else of the config file. Refused: a profile that asks for a role, a process or single sign-on. */
MUST_CHECK enum err credentials_profile_fetch(const struct credentials_options *options,
					      struct cx *cx, struct credentials_found *out);

/* The profile's region, of the config file, else of the credentials file; empty = none. */
MUST_CHECK enum err credentials_profile_region(const struct credentials_options *options,
					       struct cx *cx, struct str *region);

#endif
