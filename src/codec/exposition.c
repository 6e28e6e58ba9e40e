#include "codec/exposition.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define US_A_SECOND 1000000

void exposition_family(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_name(struct buf *out, const char *name, const char *suffix, const char *labels)
{
	buf_printf(out, labels[0] != '\0' ? "%s%s{%s} " : "%s%s%s ", name, suffix, labels);
}

static void add_number(struct buf *out, uint64_t number, bool is_us)
{
	char text[32];
	size_t len;

	if (!is_us) {
		buf_printf(out, "%" PRIu64, number);
		return;
	}
	snprintf(text, sizeof(text), "%" PRIu64 ".%06" PRIu64, number / US_A_SECOND,
		 number % US_A_SECOND);
	len = strlen(text);
	while (text[len - 1] == '0')
		len--;
	buf_add(out, (struct str){ text, text[len - 1] == '.' ? len - 1 : len });
}

void exposition_sample(struct buf *out, const char *name, const char *labels, uint64_t value)
{
	add_name(out, name, "", labels);
	buf_printf(out, "%" PRIu64 "\n", value);
}

void exposition_sample_us(struct buf *out, const char *name, const char *labels, uint64_t us)
{
	add_name(out, name, "", labels);
	add_number(out, us, true);
	buf_add_char(out, '\n');
}

void exposition_number(struct buf *out, const char *name, const char *type, const char *help,
		       uint64_t value)
{
	exposition_family(out, name, type, help);
	exposition_sample(out, name, "", value);
}

static void add_bucket(struct buf *out, const char *name, const char *labels)
{
	buf_printf(out, "%s_bucket{%s%sle=\"", name, labels, labels[0] != '\0' ? "," : "");
}

void exposition_histogram(struct buf *out, const char *name, const char *labels,
			  const struct histogram_scale *scale,
			  const struct histogram_values *values)
{
	bool is_us = scale == &histogram_us;
	uint64_t count = 0;

	for (size_t i = 0; i < scale->n; i++) {
		count += values->buckets[i];
		add_bucket(out, name, labels);
		add_number(out, scale->bounds[i], is_us);
		buf_printf(out, "\"} %" PRIu64 "\n", count);
	}
	count += values->buckets[scale->n];
	add_bucket(out, name, labels);
	buf_printf(out, "+Inf\"} %" PRIu64 "\n", count);
	add_name(out, name, "_sum", labels);
	add_number(out, values->sum, is_us);
	buf_add_char(out, '\n');
	add_name(out, name, "_count", labels);
	buf_printf(out, "%" PRIu64 "\n", count);
}

void exposition_label(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, "%s=\"", name);
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '\n')
			buf_add(out, STR("\\n"));
		else if (value.ptr[i] == '"' || value.ptr[i] == '\\')
			buf_printf(out, "\\%c", value.ptr[i]);
		else
			buf_add_char(out, value.ptr[i]);
	}
	buf_add_char(out, '"');
}
