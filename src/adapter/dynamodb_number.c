#include "adapter/dynamodb_number.h"

#include <string.h>

/* Past any exponent that can be meant, and far from where sums overflow. */
#define EXPONENT_MAX 10000

struct parts {
	bool minus;
	struct str whole;
	struct str fraction;
	int exponent;
};

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* Takes the digits that begin the text. */
static struct str take_digits(struct str *text)
{
	struct str digits = { text->ptr, 0 };

	while (digits.len < text->len && is_digit(text->ptr[digits.len]))
		digits.len++;
	*text = str_sub(*text, digits.len, text->len);
	return digits;
}

static bool take(struct str *text, char one, char other)
{
	if (text->len == 0 || (text->ptr[0] != one && text->ptr[0] != other))
		return false;
	*text = str_sub(*text, 1, text->len);
	return true;
}

static bool take_exponent(struct str *text, int *exponent)
{
	bool minus = str_starts(*text, STR("-"));
	struct str digits;

	take(text, '+', '-');
	digits = take_digits(text);
	*exponent = 0;
	for (size_t i = 0; i < digits.len; i++) {
		*exponent = *exponent * 10 + (digits.ptr[i] - '0');
		if (*exponent > EXPONENT_MAX)
			return false;
	}
	*exponent = minus ? -*exponent : *exponent;
	return digits.len != 0;
}

static bool parse(struct str text, struct parts *parts)
{
	*parts = (struct parts){ .minus = str_starts(text, STR("-")) };
	take(&text, '+', '-');
	parts->whole = take_digits(&text);
	if (take(&text, '.', '.'))
		parts->fraction = take_digits(&text);
	if (parts->whole.len + parts->fraction.len == 0)
		return false;
	if (take(&text, 'e', 'E') && !take_exponent(&text, &parts->exponent))
		return false;
	return text.len == 0;
}

/* JSON's grammar without an exponent, and no -0: what the service nearly always sends. */
static bool is_plain(struct str text)
{
	size_t i = text.len != 0 && text.ptr[0] == '-', start = i;

	while (i < text.len && is_digit(text.ptr[i]))
		i++;
	if (i == start || (text.ptr[start] == '0' && (i != start + 1 || start == 1)))
		return false;
	if (i == text.len)
		return true;
	if (text.ptr[i++] != '.' || i == text.len)
		return false;
	while (i < text.len && is_digit(text.ptr[i]))
		i++;
	return i == text.len;
}

/* Digits of a number, and how many of them stand before its point, which may lie outside of them. */
struct digits {
	char text[DYNAMODB_NUMBER_MAX];
	int first; /* that is no zero */
	int end;
	int point;
};

static bool gather(const struct parts *parts, struct digits *out)
{
	size_t whole = parts->whole.len, n = whole + parts->fraction.len;

	if (n > sizeof(out->text))
		return false;
	if (whole != 0)
		memcpy(out->text, parts->whole.ptr, whole);
	if (n != whole)
		memcpy(out->text + whole, parts->fraction.ptr, n - whole);
	out->first = 0;
	out->end = (int)n;
	out->point = (int)whole + parts->exponent;
	while (out->first < out->end && out->text[out->first] == '0')
		out->first++;
	while (out->end > out->first && out->text[out->end - 1] == '0')
		out->end--;
	return true;
}

static size_t write_digits(const struct digits *digits, char *room)
{
	size_t len = 0;

	if (digits->point <= digits->first)
		room[len++] = '0';
	for (int i = digits->first; i < digits->point; i++)
		room[len++] = (char)(i < digits->end ? digits->text[i] : '0');
	if (digits->point < digits->end)
		room[len++] = '.';
	for (int i = digits->point; i < digits->end; i++)
		room[len++] = (char)(i < digits->first ? '0' : digits->text[i]);
	return len;
}

bool dynamodb_number_plain(struct arena *arena, struct str text, struct str *out)
{
	const int most = DYNAMODB_NUMBER_MAX / 2;
	struct digits digits;
	struct parts parts;
	size_t len = 0;
	char *room;

	*out = text;
	if (text.len <= DYNAMODB_NUMBER_MAX && is_plain(text))
		return true;
	if (!parse(text, &parts) || !gather(&parts, &digits))
		return false;
	if (digits.first == digits.end) {
		*out = STR("0");
		return true;
	}
	if (digits.point - digits.first > most || digits.end - digits.point > most)
		return false;
	room = arena_bytes(arena, DYNAMODB_NUMBER_MAX + 4);
	if (!room)
		return false;
	if (parts.minus)
		room[len++] = '-';
	len += write_digits(&digits, room + len);
	arena_trim(arena, room, DYNAMODB_NUMBER_MAX + 4, len);
	*out = (struct str){ room, len };
	return true;
}
