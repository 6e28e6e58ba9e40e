#include "codec/hash.h"

#include <assert.h>
#include <openssl/sha.h>

void hash_sha256(struct str bytes, uint8_t out[HASH_SHA256_BYTES])
{
	/* Looks SHA-256 up anew, 0.3 µs: to keep what was found takes a mutable variable. */
	const unsigned char *done = SHA256((const unsigned char *)bytes.ptr, bytes.len, out);

	assert(done); /* it fails only where malloc does, and that ends the process */
}

struct str hash_hex(struct arena *arena, const uint8_t hash[HASH_SHA256_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_bytes(arena, 2 * HASH_SHA256_BYTES);

	if (!text)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < HASH_SHA256_BYTES; i++) {
		text[2 * i] = digits[hash[i] >> 4];
		text[2 * i + 1] = digits[hash[i] & 15];
	}
	return (struct str){ text, 2 * HASH_SHA256_BYTES };
}

struct str hash_sha256_hex(struct arena *arena, struct str bytes)
{
	uint8_t hash[HASH_SHA256_BYTES];

	hash_sha256(bytes, hash);
	return hash_hex(arena, hash);
}

static uint32_t fnv1a32_add(uint32_t hash, struct str bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		hash = (hash ^ (unsigned char)bytes.ptr[i]) * 16777619u;
	return hash;
}

uint32_t hash_fnv1a32(struct str a, struct str b)
{
	return fnv1a32_add(fnv1a32_add(2166136261u, a), b);
}

uint64_t hash_fnv1a64(struct str bytes)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < bytes.len; i++)
		hash = (hash ^ (unsigned char)bytes.ptr[i]) * UINT64_C(1099511628211);
	return hash;
}
