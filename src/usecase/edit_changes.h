/* usecase/edit_changes.h - what one write of a hotel changes while it is gathered: records, history, counts.
 *
 * Owner: lives in the request's arena.
 */
#ifndef INNKEEPER_USECASE_EDIT_CHANGES_H
#define INNKEEPER_USECASE_EDIT_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "model/kind.h"
#include "record/batch.h"
#include "record/hotel_record.h"
#include "usecase/app.h"
#include "usecase/command.h"
#include "usecase/known_names.h"

struct edit {
	struct app *app;
	struct cx *cx;
	const struct command *command;
	struct ctl ctl;   /* as read; rev 0 = the hotel is to be created */
	struct ctl next;  /* what the commit leaves */
	struct head head; /* as read; then as the use case leaves it */
	struct batch batch;
	struct str author;  /* lastUpdatedBy of what is put */
	struct vec changes; /* of struct history_change; none = nothing is to be written */
	bool guessed;       /* ctl and head are known_state's, not read; or what is_unread says */
	bool is_unread; /* what it puts is new by the names alone: the commit's conditions prove it */
	size_t unread_checks;     /* conditions that only such a put needs */
	struct known_names names; /* of the objects that may be there */
	bool on_object; /* conditions and ETag are an object's: the plan looks at them itself */
	bool has_foreign; /* it stands on an object that another program wrote, which is to be entered first */
	bool head_changed;
	bool rewritten; /* too much changes for the cached document to take it over piece by piece */
	bool in_chain_gate;  /* entered by edit_put_head, left when the commit is through */
	struct vec objects;  /* of struct edit_object: what the cached document is to take over */
	struct key name_key; /* a name that the commit takes; empty = none */
};

struct edit_object {
	const struct kind *kind;
	struct str id;
	struct str text;
};

/* A write of that hotel of which nothing is known yet. */
struct edit edit_begin(struct app *app, struct cx *cx, const struct command *command,
		       struct str code);

/* The head becomes *hotel: head, listings and, where they differ, name and the counts of chain and brand. Nothing when it is the same.
 * INVALID when chain or brand do not fit. */
MUST_CHECK enum err edit_put_head(struct edit *edit, const struct hotel *hotel);

/* The hotel is deleted: head, listings, name and its part of the counts go; its objects are the caller's to remove. */
MUST_CHECK enum err edit_remove_head(struct edit *edit);

/* An object is added (before NULL) or replaced; `stored` is of what it replaces. False, and nothing is written, when both are the same. */
bool edit_put_object(struct edit *edit, const struct kind *kind, const void *before,
		     struct stored stored, void *after);

/* An object is removed. */
void edit_remove_object(struct edit *edit, const struct kind *kind, const void *before,
			struct str id, const struct stored *stored);

/* The last of a commit's writes: its entry of history, then ctl. */
void edit_record_revision(struct edit *edit);

/* The document's JSON loses and gains so many bytes. */
void edit_count_bytes(struct edit *edit, size_t before, size_t after);

/* LIMIT `too_large` when these are more objects or bytes of JSON than a hotel may hold, and than it holds now. */
MUST_CHECK enum err edit_check_limits(const struct edit *edit, uint64_t objects,
				      uint64_t document_bytes);

#endif
