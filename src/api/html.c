#include "api/html.h"

#include <stdbool.h>

static void add_escaped(struct buf *page, char byte)
{
	switch (byte) {
	case '<':
		buf_add(page, STR("&lt;"));
		break;
	case '>':
		buf_add(page, STR("&gt;"));
		break;
	case '&':
		buf_add(page, STR("&amp;"));
		break;
	case '"':
		buf_add(page, STR("&quot;"));
		break;
	default:
		buf_add_char(page, byte);
	}
}

void html_text(struct buf *page, struct str text)
{
	bool in_code = false;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '`') {
			add_escaped(page, text.ptr[i]);
			continue;
		}
		buf_add(page, in_code ? STR("</code>") : STR("<code>"));
		in_code = !in_code;
	}
}

void html_element(struct buf *page, const char *tag, struct str text)
{
	buf_printf(page, "<%s>", tag);
	html_text(page, text);
	buf_printf(page, "</%s>", tag);
}
