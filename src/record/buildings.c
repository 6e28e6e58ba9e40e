#include "record/buildings.h"

#include <stdlib.h>

static int by_number(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b ? 1 : 0;
}

static int by_place(const void *a, const void *b)
{
	const struct room *one = a, *other = b;
	int order = by_number(one->building, other->building);

	if (order == 0)
		order = by_number(one->floor, other->floor);
	if (order == 0)
		order = by_number(one->number, other->number);
	return order != 0 ? order : str_cmp(one->id, other->id);
}

static void add_room(struct arena *arena, const struct room *room, const struct room *before,
		     struct vec *buildings)
{
	bool new_building = !before || before->building != room->building;
	bool new_floor = new_building || before->floor != room->floor;
	struct building *building;
	struct building_floor *floor;
	struct room *slot;

	if (new_building) {
		building = vec_push(buildings, arena, sizeof(*building));
		if (building)
			building->name = room->building_name;
	}
	if (buildings->n == 0)
		return;
	building = vec_at(buildings, buildings->n - 1, sizeof(*building));
	if (new_floor) {
		floor = vec_push(&building->floors, arena, sizeof(*floor));
		if (floor) {
			floor->num = room->floor;
			floor->marks.given = 1; /* its first row */
		}
	}
	if (building->floors.n == 0)
		return;
	floor = vec_at(&building->floors, building->floors.n - 1, sizeof(*floor));
	slot = vec_push(&floor->rooms, arena, sizeof(*slot));
	if (slot)
		*slot = *room;
}

struct vec buildings_of_rooms(struct arena *arena, struct vec *rooms)
{
	struct vec buildings = { NULL, 0, 0 };

	if (rooms->n != 0)
		qsort(rooms->items, rooms->n, sizeof(struct room), by_place);
	for (size_t i = 0; i < rooms->n; i++)
		add_room(arena, vec_at(rooms, i, sizeof(struct room)),
			 i == 0 ? NULL : vec_at(rooms, i - 1, sizeof(struct room)), &buildings);
	return buildings;
}

static void take_room(struct arena *arena, struct room room, struct vec *rooms)
{
	struct room *slot = vec_push(rooms, arena, sizeof(*slot));

	room.id =
		room.code.len != 0 ? room.code : str_printf(arena, "%lld", (long long)room.number);
	if (slot)
		*slot = room;
}

struct vec rooms_of_buildings(struct arena *arena, const struct vec *buildings,
			      struct vec *pointers)
{
	struct vec rooms = { NULL, 0, 0 };

	*pointers = (struct vec){ NULL, 0, 0 };
	for (size_t i = 0; i < buildings->n; i++) {
		const struct building *building = vec_at(buildings, i, sizeof(*building));

		for (size_t j = 0; j < building->floors.n; j++) {
			const struct building_floor *floor =
				vec_at(&building->floors, j, sizeof(*floor));

			for (size_t k = 0; k < floor->rooms.n; k++) {
				struct room room =
					*(struct room *)vec_at(&floor->rooms, k, sizeof(room));
				struct str *pointer = vec_push(pointers, arena, sizeof(*pointer));

				room.building = (int64_t)i;
				room.building_name = building->name;
				room.floor = floor->num;
				take_room(arena, room, &rooms);
				if (pointer)
					*pointer = str_printf(arena,
							      "/buildings/%zu/floors/%zu/rooms/%zu",
							      i, j, k);
			}
		}
	}
	return rooms;
}
