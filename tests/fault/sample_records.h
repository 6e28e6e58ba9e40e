/* tests/fault/sample_records.h - writes as the sample program does: whole records, without rev, conditions or token, every attribute of its
 * Go structs, empty texts as NULL, booleans as text.
 */
#ifndef FAULT_SAMPLE_RECORDS_H
#define FAULT_SAMPLE_RECORDS_H

#include "usecase_rig.h"

/* The rig's store is opened again as one that other programs write to. */
void sample_records_share(struct usecase_rig *rig);

/* `cfg-general` by its saveHotel; empty texts may be given. */
void sample_records_hotel(struct usecase_rig *rig, const char *code, const char *name,
			  const char *description, const char *user);

/* `cfg-room-type-<id>` by its addRoomType. */
void sample_records_room_type(struct usecase_rig *rig, const char *code, const char *id,
			      const char *name, const char *low_price);

/* `cfg-history-<id>`, one flat item. */
void sample_records_history(struct usecase_rig *rig, const char *code, const char *id);

/* Any record of one attribute `name`, without rev. */
void sample_records_other(struct usecase_rig *rig, const char *code, const char *item_type);

/* The rev of the item of that key; 0 = there is none. */
uint64_t sample_records_rev(struct usecase_rig *rig, const char *code, const char *item_type);

/* Is that the event of a hotel's revision in its history? The test fails when there is no such revision. */
bool sample_records_is_event(struct usecase_rig *rig, const char *code, uint64_t revision,
			     const char *name);

#endif
