/* codec/hash.h - the hashes of the record format: SHA-256 by OpenSSL, FNV-1a for hotel codes. */
#ifndef INNKEEPER_CODEC_HASH_H
#define INNKEEPER_CODEC_HASH_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define HASH_SHA256_BYTES 32

void hash_sha256(struct str bytes, uint8_t out[HASH_SHA256_BYTES]);

/* HMAC-SHA256 (RFC 2104). */
void hash_hmac_sha256(struct str key, struct str text, uint8_t out[HASH_SHA256_BYTES]);

/* 64 lower-case hexadecimal digits in the arena. */
struct str hash_hex(struct arena *arena, const uint8_t hash[HASH_SHA256_BYTES]);
struct str hash_sha256_hex(struct arena *arena, struct str bytes);

/* FNV-1a, 32 bits, of a then b: a hotel's code is that of its user's name, then its own. */
uint32_t hash_fnv1a32(struct str a, struct str b);

/* FNV-1a, 64 bits: for tables in memory, never stored. */
uint64_t hash_fnv1a64(struct str bytes);

#endif
