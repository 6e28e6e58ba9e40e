/* codec/xml_element.h - the text of one element of an XML answer.
 *
 * Of XML what services answer with: a declaration, elements, attributes, text, the five named entities and numbered characters.
 * Document types, other instructions, comments and CDATA are refused, and so is what is not well-formed, wherever it stands.
 * Limits: XML_ELEMENT_DEPTH_MAX.
 */
#ifndef INNKEEPER_CODEC_XML_ELEMENT_H
#define INNKEEPER_CODEC_XML_ELEMENT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

#define XML_ELEMENT_DEPTH_MAX 16

/* The element whose names from the top are `path` (`Answer/Result/Key`), which is there once and holds text alone: the text, entities
 * resolved, in the arena. False when there is none or two, when the document is refused, or the arena does. */
bool xml_element_read(struct arena *arena, struct str document, struct str path, struct str *out);

#endif
