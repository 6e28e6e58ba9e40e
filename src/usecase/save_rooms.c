#include "usecase/save_rooms.h"

#include "usecase/edit.h"
#include "usecase/hotel_lists.h"
#include "usecase/wrapper.h"

struct plan {
	struct edit_plan base;
	const struct hotel *given;
};

static enum err apply(const struct edit_plan *base, struct edit *edit, struct result *result)
{
	const struct plan *plan = (const struct plan *)base;
	struct draft draft;
	enum err err = draft_begin_whole(&draft, edit);

	if (err == OK)
		err = hotel_lists_replace(&draft, plan->given,
					  money_decimals(edit->head.hotel.currency_code));
	if (err == OK)
		err = draft_settle(&draft, false);
	if (err == OK)
		err = draft_write(&draft);
	if (err == OK)
		result->body = wrapper_write(edit->cx->arena, &edit->head.hotel);
	return err;
}

enum err save_rooms(struct app *app, struct cx *cx, const struct command *command, struct str code,
		    const struct hotel *given, struct result *result)
{
	const struct plan plan = { .base = { .apply = apply }, .given = given };

	return edit_run(app, cx, command, code, &plan.base, result);
}
