#include "usecase/delete_hotel.h"

#include "usecase/draft.h"
#include "usecase/edit.h"
#include "usecase/wrapper.h"

static enum err apply(const struct edit_plan *plan, struct edit *edit, struct result *result)
{
	struct draft draft;
	enum err err = draft_begin_whole(&draft, edit);

	(void)plan;
	if (err != OK)
		return err;
	draft_remove_all(&draft);
	err = draft_write(&draft);
	if (err != OK)
		return err;
	result->body = wrapper_write(edit->cx->arena, &edit->head.hotel);
	err = edit_remove_head(edit);
	return err != OK ? err : cx_check_memory(edit->cx);
}

enum err delete_hotel(struct app *app, struct cx *cx, const struct command *command,
		      struct str code, struct result *result)
{
	const struct edit_plan plan = { .apply = apply };

	return edit_run(app, cx, command, code, &plan, result);
}
