#include "codec/hash.h"

/* The functions of OpenSSL 1.1: those of 3.0 look the algorithm up at each call, under locks, and allocate, which takes longer than to
 * hash what we have. */
#define OPENSSL_API_COMPAT 0x10100000L

#include <openssl/sha.h>
#include <string.h>

#define BLOCK_BYTES 64
#define DIGITS ((size_t)2 * HASH_SHA256_BYTES)

void hash_sha256(struct str bytes, uint8_t out[HASH_SHA256_BYTES])
{
	SHA256_CTX sha;

	SHA256_Init(&sha);
	SHA256_Update(&sha, bytes.ptr, bytes.len);
	SHA256_Final(out, &sha);
}

/* The hash of the key, each byte with that mask on it, and then of the text. */
static void hash_keyed(const uint8_t key[BLOCK_BYTES], uint8_t mask, struct str text,
		       uint8_t out[HASH_SHA256_BYTES])
{
	uint8_t pad[BLOCK_BYTES];
	SHA256_CTX sha;

	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] = key[i] ^ mask;
	SHA256_Init(&sha);
	SHA256_Update(&sha, pad, sizeof(pad));
	SHA256_Update(&sha, text.ptr, text.len);
	SHA256_Final(out, &sha);
}

void hash_hmac_sha256(struct str key, struct str text, uint8_t out[HASH_SHA256_BYTES])
{
	uint8_t block[BLOCK_BYTES] = { 0 }, inner[HASH_SHA256_BYTES];

	if (key.len > sizeof(block))
		hash_sha256(key, block);
	else if (key.len != 0)
		memcpy(block, key.ptr, key.len);
	hash_keyed(block, 0x36, text, inner);
	hash_keyed(block, 0x5c, (struct str){ (const char *)inner, sizeof(inner) }, out);
}

struct str hash_hex(struct arena *arena, const uint8_t hash[HASH_SHA256_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_bytes(arena, DIGITS);

	if (!text)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < HASH_SHA256_BYTES; i++) {
		text[2 * i] = digits[hash[i] >> 4];
		text[2 * i + 1] = digits[hash[i] & 15];
	}
	return (struct str){ text, DIGITS };
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
