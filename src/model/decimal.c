#include "model/decimal.h"

#define DIGITS_MAX 18

/* Appends a digit; leading zeros are free. */
static bool add_digit(uint64_t *units, char digit)
{
	static const uint64_t limit = 1000000000000000000u; /* 10^DIGITS_MAX */

	if (*units >= limit / 10)
		return false;
	*units = *units * 10 + (uint64_t)(digit - '0');
	return true;
}

/* Without trailing zeros behind the point, so that 129.500 is as good as 129.5. */
static struct str trim_fraction(struct str text)
{
	if (str_index(text, '.') == text.len)
		return text;
	while (text.ptr[text.len - 1] == '0')
		text.len--;
	if (text.ptr[text.len - 1] == '.')
		text.len--;
	return text;
}

bool decimal_parse(struct str text, struct decimal *out)
{
	bool negative = text.len != 0 && text.ptr[0] == '-';
	bool fraction = false;
	uint8_t decimals = 0;
	uint64_t units = 0;

	text = trim_fraction(text);
	if (text.len == (negative ? 1u : 0u))
		return false;
	for (size_t i = negative ? 1 : 0; i < text.len; i++) {
		if (text.ptr[i] == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (text.ptr[i] < '0' || text.ptr[i] > '9' || !add_digit(&units, text.ptr[i]))
			return false;
		if (fraction && ++decimals > DIGITS_MAX)
			return false;
	}
	out->units = negative ? -(int64_t)units : (int64_t)units;
	out->decimals = decimals;
	return true;
}

struct str decimal_format(struct decimal value, char room[DECIMAL_TEXT_MAX])
{
	uint64_t rest = value.units < 0 ? 0 - (uint64_t)value.units : (uint64_t)value.units;
	size_t at = DECIMAL_TEXT_MAX;

	for (unsigned digit = 0; rest != 0 || digit <= value.decimals; digit++) {
		if (digit == value.decimals && digit != 0)
			room[--at] = '.';
		room[--at] = (char)('0' + rest % 10);
		rest /= 10;
	}
	if (value.units < 0)
		room[--at] = '-';
	return (struct str){ room + at, DECIMAL_TEXT_MAX - at };
}

struct str decimal_write(struct arena *arena, struct decimal value)
{
	char room[DECIMAL_TEXT_MAX];

	return str_dup(arena, decimal_format(value, room));
}

bool decimal_scale(struct decimal value, unsigned exponent, int64_t *out)
{
	if (value.decimals > exponent)
		return false;
	*out = value.units;
	for (unsigned i = value.decimals; i < exponent; i++) {
		if (__builtin_mul_overflow(*out, (int64_t)10, out))
			return false;
	}
	return true;
}
