/* model/zone.h - IANA time zones, by GLib and the system's zone files. */
#ifndef INNKEEPER_MODEL_ZONE_H
#define INNKEEPER_MODEL_ZONE_H

#include <stdbool.h>

#include "base/str.h"

/* True for a name such as `Europe/Zurich` or `UTC` that the system knows; offsets are no zones. */
bool zone_is_known(struct str name);

#endif
