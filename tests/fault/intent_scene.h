/* tests/fault/intent_scene.h - two processes on one file, and a write of the first that goes by an intent: between any two of its calls
 * the other one acts.
 */
#ifndef FAULT_INTENT_SCENE_H
#define FAULT_INTENT_SCENE_H

#include "usecase_wide.h"

#define CALLS_MAX 200

struct scene {
	struct usecase_rig *rig, other;
	struct wide_hotel hotel;
	void (*act)(struct scene *scene); /* behind the calls from `first` on, `times` of them */
	unsigned times;
	struct str kept[2]; /* what `act` has seen: before the write, and after it */
	unsigned acted;
};

/* Names of writes that are too large for seven, and leave the hotel there. */
#define SCENE_LARGE ((size_t)3)
extern const char *const scene_large[SCENE_LARGE];

const struct wide_write *scene_write(const char *name);

void scene_open(struct scene *scene, void **state, void (*step)(struct scene *scene));

/* A hotel of its own for the write. */
void scene_begin(struct scene *scene, const struct wide_write *write, const char *what, unsigned n);

/* Sends the write; behind its call `first`, and as many of the following ones as make `times`, the other process acts. False once there
 * are no so many calls. */
bool scene_send(struct scene *scene, unsigned first, unsigned times, unsigned *status);

/* What is seen is what was there before, or, from some moment on, what is there after. */
void scene_keep(struct scene *scene, struct str seen);

void scene_check_nothing_waits(struct usecase_rig *rig);

/* An act: finishes what waits, and writes nothing of its own. */
void scene_settle(struct scene *scene);

/* Between any two calls of the write the other process acts, once. `writes`: a revision. */
void scene_meet(struct scene *scene, const char *name, const char *what, bool writes,
		void (*ends_well)(struct scene *scene, bool struck));

/* The write's effect, and `Europe/Paris` of the other's where it struck. */
void scene_has_both(struct scene *scene, bool struck);
void scene_has_ours(struct scene *scene, bool struck);

#endif
