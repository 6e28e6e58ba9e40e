#include "net/curl_library.h"

#include <dlfcn.h>
#include <stddef.h>

/* Where each function is put. */
static const struct {
	const char *name;
	size_t place;
} functions[] = {
	{ "curl_global_init", offsetof(struct curl_library, global_init) },
	{ "curl_global_cleanup", offsetof(struct curl_library, global_cleanup) },
	{ "curl_easy_init", offsetof(struct curl_library, easy_init) },
	{ "curl_easy_cleanup", offsetof(struct curl_library, easy_cleanup) },
	{ "curl_easy_setopt", offsetof(struct curl_library, easy_setopt) },
	{ "curl_easy_getinfo", offsetof(struct curl_library, easy_getinfo) },
	{ "curl_easy_perform", offsetof(struct curl_library, easy_perform) },
	{ "curl_easy_strerror", offsetof(struct curl_library, easy_strerror) },
};

_Static_assert(sizeof(functions) / sizeof(functions[0]) ==
		       sizeof(struct curl_library) / sizeof(void *),
	       "a function has no row");

/* Symbols are bound at once in the libraries that were linked so, libcrypto and most others; in the rest, Kerberos above all, those that are
 * used: half a millisecond less of five. Nothing unloads it: libraries behind it leave threads' keys and handlers of exit. */
enum err curl_library_load(struct cx *cx, const char *name, struct curl_library *out)
{
	void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);

	for (size_t i = 0; library && i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *function = dlsym(library, functions[i].name);

		if (!function)
			library = NULL;
		*(void **)((char *)out + functions[i].place) = function;
	}
	if (!library)
		return fail(cx, ERR_INTERNAL, "internal", "libcurl can not be loaded: %s",
			    dlerror());
	return OK;
}
