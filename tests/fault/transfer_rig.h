/* tests/fault/transfer_rig.h - stores to export from and to import into, beside that of a usecase_rig.
 *
 * What fails in here fails the test. Texts live in the arena of the cx, or of the target.
 */
#ifndef FAULT_TRANSFER_RIG_H
#define FAULT_TRANSFER_RIG_H

#include "command/import.h"
#include "usecase_rig.h"

/* Another store, of its own. */
struct transfer_target {
	struct app app;
	struct arena arena;
	struct cx cx;
	char path[128];
	struct import_result result; /* of the last import */
	char *complaints;
};

void transfer_rig_open(struct usecase_rig *rig, struct transfer_target *target);
void transfer_rig_close(struct transfer_target *target);

/* Closes and opens the store. */
void transfer_rig_reopen(struct transfer_target *target);

/* The whole store as a file has it. */
struct str transfer_rig_export(struct cx *cx, struct store *store);

enum err transfer_rig_import(struct transfer_target *target, struct str text, bool replace);

/* True when the last import said so. */
bool transfer_rig_complains(const struct transfer_target *target, const char *text);

void transfer_rig_same(struct str a, struct str b);

/* Every hotel of the store is whole and derived records agree; returns how many hotels there are. */
size_t transfer_rig_check(struct transfer_target *target);

/* A request that succeeds. */
void transfer_rig_ask(struct usecase_rig *rig, const char *method, const char *path,
		      struct str body);

/* `more`: further members, a comma before each. Returns its code. */
struct str transfer_rig_make_hotel(struct usecase_rig *rig, struct str name_json, const char *more);

/* n room types with so many bytes of text each. */
void transfer_rig_add_types(struct usecase_rig *rig, struct str code, unsigned n, size_t bytes);

void transfer_rig_delete_hotel(struct usecase_rig *rig, struct str code);

/* A chain, three hotels: one of the chain, one of room types, one deleted. */
void transfer_rig_fill(struct usecase_rig *rig);

/* The text up to the end of the n-th line. */
struct str transfer_rig_first_lines(struct str text, size_t n);

#endif
