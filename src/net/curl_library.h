/* net/curl_library.h - libcurl, loaded when it is first needed: with the 28 libraries behind Debian's that takes 4 ms, with the one of Lambda's
 * zip half a millisecond, which a start does not wait for (decision 009).
 *
 * Owner:   the table is the caller's, who changes nothing in it; the library stays until the process ends.
 * Threads: any; each loads a table of its own, all of the one library.
 * Errors:  INTERNAL, noted: the library is missing, or is none that we know. The next attempt looks again.
 */
#ifndef INNKEEPER_NET_CURL_LIBRARY_H
#define INNKEEPER_NET_CURL_LIBRARY_H

#include <curl/curl.h>

#include "base/cx.h"
#include "base/err.h"

/* Each as curl/curl.h has it under `curl_` and this name. */
struct curl_library {
	CURLcode (*global_init)(long flags);
	void (*global_cleanup)(void);
	CURL *(*easy_init)(void);
	void (*easy_cleanup)(CURL *curl);
	CURLcode (*easy_setopt)(CURL *curl, CURLoption option, ...);
	CURLcode (*easy_getinfo)(CURL *curl, CURLINFO info, ...);
	CURLcode (*easy_perform)(CURL *curl);
	const char *(*easy_strerror)(CURLcode code);
};

/* `name`: CURL_LIBRARY_NAME, but in tests. */
MUST_CHECK enum err curl_library_load(struct cx *cx, const char *name, struct curl_library *out);

#define CURL_LIBRARY_NAME "libcurl.so.4"

#endif
