/* record/buildings.h - rooms as the records that they are, and nested in buildings and floors as JSON has them. */
#ifndef INNKEEPER_RECORD_BUILDINGS_H
#define INNKEEPER_RECORD_BUILDINGS_H

#include "base/arena.h"
#include "base/vec.h"
#include "model/hotel.h"

/* The rooms (a vec of struct room, which is put in order) as a vec of struct building: buildings as given, floors by num, rooms by
 * number. */
struct vec buildings_of_rooms(struct arena *arena, struct vec *rooms);

/* The rooms of all buildings as a vec of struct room that know where they stand; its code, else its number, is a room's id.
 * *pointers is a vec of struct str: each room's place in the body. */
struct vec rooms_of_buildings(struct arena *arena, const struct vec *buildings,
			      struct vec *pointers);

#endif
