/* api/docs_shapes.h - a table for each described struct that some route takes or answers. */
#ifndef INNKEEPER_API_DOCS_SHAPES_H
#define INNKEEPER_API_DOCS_SHAPES_H

#include "base/buf.h"
#include "base/vec.h"
#include "model/shape.h"

/* Writes a link to the shape's table, and remembers that there must be one in `shapes` (of const struct shape *). */
void docs_refer(struct buf *page, struct vec *shapes, const struct shape *shape);

/* The tables of all shapes that were referred to, and of those that they hold. */
void docs_shapes(struct buf *page, struct vec *shapes);

#endif
