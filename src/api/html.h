/* api/html.h - text and elements of a page, escaped. */
#ifndef INNKEEPER_API_HTML_H
#define INNKEEPER_API_HTML_H

#include "base/buf.h"
#include "base/str.h"

/* The text as it is read: what stands between backquotes becomes <code>. */
void html_text(struct buf *page, struct str text);

/* <tag>text</tag> */
void html_element(struct buf *page, const char *tag, struct str text);

#endif
