#include "main/suggest.h"

#include <string.h>

/* Longer words are no typing errors of ours. */
#define WORD_MAX 32

#define DISTANCE_MAX 2

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to change, add, drop or swap with their neighbour to make b of a (optimal string alignment). */
static size_t distance(struct str a, struct str b)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t i = 0; i <= a.len; i++) {
		for (size_t j = 0; j <= b.len; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = d[i - 1][j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
			d[i][j] = smaller(d[i][j], 1 + smaller(d[i - 1][j], d[i][j - 1]));
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
			    a.ptr[i - 2] == b.ptr[j - 1])
				d[i][j] = smaller(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a.len][b.len];
}

void suggest_consider(struct suggestion *suggestion, const char *name)
{
	struct str candidate = str_of(name);
	size_t far;

	if (suggestion->word.len > WORD_MAX || candidate.len > WORD_MAX)
		return;
	far = distance(suggestion->word, candidate);
	if (far > DISTANCE_MAX || 2 * far > candidate.len)
		return;
	if (!suggestion->name || far < suggestion->distance) {
		suggestion->name = name;
		suggestion->distance = far;
	}
}

struct str suggest_text(const struct suggestion *suggestion, struct arena *arena,
			const char *prefix)
{
	if (!suggestion->name)
		return STR("");
	return str_printf(arena, ", did you mean %s%s", prefix, suggestion->name);
}
