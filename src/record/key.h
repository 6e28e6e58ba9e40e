/* record/key.h - the names of records (domain.md 1): injective, and in the order of the ids.
 *
 * `-` joins the parts of a key, so inside an id `%` and `-` are written %25 and %2D. All texts live in the arena.
 */
#ifndef INNKEEPER_RECORD_KEY_H
#define INNKEEPER_RECORD_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "port/store.h"

#define KEY_CTL STR("ctl")
#define KEY_HEAD STR("cfg-general")
#define KEY_HISTORY_PREFIX STR("cfg-history-")

/* The ranges of one hotel's document: all of `cfg-` but history (domain.md 2.5); `to` is not included. */
#define KEY_DOCUMENT_FROM STR("cfg-")
#define KEY_DOCUMENT_PAUSE STR("cfg-history-")
#define KEY_DOCUMENT_RESUME STR("cfg-history.")
#define KEY_DOCUMENT_TO STR("cfg.")

#define KEY_LIST_SHARDS 16

struct str key_escape(struct arena *arena, struct str id);

/* False for a text that key_escape does not make. */
bool key_unescape(struct arena *arena, struct str text, struct str *out);

/* `<prefix><escaped id>`: an object of a kind. */
struct str key_object(struct arena *arena, struct str prefix, struct str id);

/* `cfg-history-<revision, 12 digits>`, with `-<part, 4 digits>` for part > 0. */
struct str key_history(struct arena *arena, uint64_t revision, unsigned part);

/* The revision and part of a history key; false when it is none of ours. */
bool key_parse_history(struct str item_type, uint64_t *revision, unsigned *part);

/* The listing of all hotels, one of KEY_LIST_SHARDS partitions by the code's hash; the sort key is the code itself. */
struct str key_list_all(struct arena *arena, unsigned shard);
unsigned key_list_shard(struct str code);

/* The listing of one user's hotels. */
struct str key_list_user(struct arena *arena, struct str user);

/* A chain or brand, by the name of its kind: `~chain` / code. */
struct key key_chain(struct arena *arena, struct str kind, struct str code);

/* The listing of one chain's or brand's hotels: no code has a `~`, so nothing else is called so. */
struct str key_list_chain(struct arena *arena, struct str kind, struct str code);

/* Who has a hotel of that name: partition by user, sort key by name. */
struct key key_name(struct arena *arena, struct str user, struct str name);

/* An idempotency record: partition by caller and two digits of the key's hash; sort key the key. */
struct key key_idempotency(struct arena *arena, struct str caller, struct str key);

/* A part, from 1, of a long answer that the record of this commit's token points to: ` <token>-<part, 4 digits>` behind the record's
 * sort key (a blank is in no key). */
struct key key_idempotency_part(struct arena *arena, struct key record, struct str token,
				unsigned part);

#define KEY_INTENT_PREFIX STR("~intent-")

/* An item of an intent: partition by token; sort key the part, 4 digits, 0 the header. */
struct key key_intent(struct arena *arena, struct str token, unsigned part);

#endif
