/* codec/exposition.h - the text that Prometheus scrapes, version 0.0.4.
 *
 * A family first, then its samples, each with the family's name; `labels` is what stands between the braces, escaped, or empty.
 */
#ifndef INNKEEPER_CODEC_EXPOSITION_H
#define INNKEEPER_CODEC_EXPOSITION_H

#include <stdint.h>

#include "base/buf.h"
#include "base/histogram.h"
#include "base/str.h"

/* `type` is counter, gauge or histogram; `help` is one line without backslashes. */
void exposition_family(struct buf *out, const char *name, const char *type, const char *help);

void exposition_sample(struct buf *out, const char *name, const char *labels, uint64_t value);

/* In seconds. */
void exposition_sample_us(struct buf *out, const char *name, const char *labels, uint64_t us);

/* A family of one sample without labels. */
void exposition_number(struct buf *out, const char *name, const char *type, const char *help,
		       uint64_t value);

/* Cumulated buckets, sum and count; microseconds, when the scale is histogram_us, become seconds. */
void exposition_histogram(struct buf *out, const char *name, const char *labels,
			  const struct histogram_scale *scale,
			  const struct histogram_values *values);

/* `name="value"`, escaped. */
void exposition_label(struct buf *out, const char *name, struct str value);

#endif
