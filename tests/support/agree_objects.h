/* agree_objects.h - do a hotel's objects agree with each other and with what ctl counts? Ends the program with 1 when not. */
#ifndef TESTS_AGREE_OBJECTS_H
#define TESTS_AGREE_OBJECTS_H

#include <stdbool.h>

#include "base/cx.h"
#include "port/store.h"
#include "record/hotel_record.h"

/* Every name leads to an object or the hotel; ctl has the number of objects and the bytes of their JSON, embedded tags complete, and of
 * the head's. Returns the number of objects. */
size_t agree_objects(struct cx *cx, struct store *store, struct str code, const struct ctl *ctl);

/* A deleted hotel has ctl and history and nothing else, and ctl counts nothing. */
void agree_deleted(struct cx *cx, struct store *store, struct str code, const struct ctl *ctl);

/* Two values of the same store. */
bool agree_same_value(const struct value *a, const struct value *b);

#endif
