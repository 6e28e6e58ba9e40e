/* tests/fault/sqlite_stock.h - a small store with pages of every sort, and all that it answers while it is sound. */
#ifndef FAULT_SQLITE_STOCK_H
#define FAULT_SQLITE_STOCK_H

#include "sqlite_rig.h"

/* Steps of `h`, beside its ctl. */
#define SQLITE_STOCK_STEPS 36

/* All items of both hotels; the arena is closed by the test. */
struct sqlite_stock {
	struct arena arena;
	struct str file;
	struct page pages[2];
};

/* The two hotels. */
extern const struct str sqlite_stock_codes[2];

/* Opens the store and fills it: leaves, pages between them, long texts in pages of their own, pages that are free again. */
void sqlite_stock_fill(struct sqlite_rig *rig);

/* What the open store answers. */
void sqlite_stock_take(struct sqlite_rig *rig, struct sqlite_stock *stock);

/* The same, then closes the store and takes its one file. */
void sqlite_stock_take_file(struct sqlite_rig *rig, struct sqlite_stock *stock);

/* True when it was refused as damage; fails the test when it was refused as anything else. */
bool sqlite_stock_is_damage(const struct sqlite_rig *rig, enum err err);

/* Each item alone, each hotel in both directions, the hotels; returns how often damage was the answer, and fails the test when an
 * answer is not the sound store's. */
unsigned sqlite_stock_read(struct sqlite_rig *rig, const struct sqlite_stock *stock);

#endif
