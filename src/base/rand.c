#include "base/rand.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

static void system_fill(const struct rand *rand, void *out, size_t len)
{
	char *at = out;

	(void)rand;
	while (len != 0) {
		ssize_t got = getrandom(at, len, 0);

		if (got <= 0)
			continue; /* interrupted: the kernel's source never fails for good */
		at += got;
		len -= (size_t)got;
	}
}

const struct rand rand_system = { system_fill };

void rand_fill(const struct rand *rand, void *out, size_t len)
{
	rand->fill(rand, out, len);
}

struct str rand_hex(const struct rand *rand, struct arena *arena, size_t nbytes)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char raw[32];
	char *text = arena_bytes(arena, nbytes * 2);

	assert(nbytes <= sizeof(raw));
	if (!text)
		return (struct str){ NULL, 0 };
	rand_fill(rand, raw, nbytes);
	for (size_t i = 0; i < nbytes; i++) {
		text[2 * i] = digits[raw[i] >> 4];
		text[2 * i + 1] = digits[raw[i] & 15];
	}
	return (struct str){ text, nbytes * 2 };
}
