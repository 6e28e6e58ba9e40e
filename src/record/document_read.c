#include "record/document.h"
#include "record/intent_view.h"

/* One reading, in an arena of its own, since one that was overtaken is worth nothing; *whole is false when the hotel was
 * written meanwhile, and *ctl is the newer one then. */
static enum err read_once(struct cx *cx, struct store *store, struct ctl *ctl, struct str code,
			  struct str *packed, bool *whole)
{
	struct objects objects;
	struct document document;
	struct head head;
	struct arena scratch;
	struct intent_view view;
	struct ctl after;
	enum err err = intent_view_open(cx, store, code, ctl, INTENT_DOCUMENT, &view);

	*whole = false;
	if (err != OK || ctl->deleted)
		return err;
	after = *ctl;
	arena_init(&scratch, 0); /* bounded by the limits of a document */
	err = objects_read(cx, view.store, code, &scratch, &head, &objects);
	intent_view_close(&view);
	if (err == OK)
		err = record_find_ctl(cx, store, code, &after);
	*whole = err == OK && record_is_same_ctl(ctl, &after);
	if (*whole) {
		document = document_of(&scratch, &head.hotel, &objects);
		document.token = ctl->token;
		*packed = document_pack(&document, cx->arena);
	}
	if (err == OK)
		*ctl = after;
	arena_close(&scratch);
	return err != OK ? err : cx_check_memory(cx);
}

enum err document_read(struct cx *cx, struct store *store, struct str code, unsigned readings,
		       struct ctl *ctl, struct str *packed)
{
	for (unsigned reading = 0; reading < readings; reading++) {
		bool whole;
		enum err err;

		if (ctl->deleted)
			return ERR_NOT_FOUND;
		err = read_once(cx, store, ctl, code, packed, &whole);
		if (err != OK || whole)
			return err;
	}
	return ERR_CONFLICT;
}
