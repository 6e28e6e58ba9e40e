#include "model/zone.h"

#include <glib.h>
#include <string.h>

#define NAME_BYTES_MAX 64

static bool is_zone_byte(char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '/' || byte == '_' || byte == '-' ||
	       byte == '+';
}

/* The library opens a file of this name: nothing but letters may lead, and no dot may pass. It also takes the rules
 * of POSIX, `UTC+1` (a digit, no slash), and the offset `Z`. */
bool zone_is_known(struct str name)
{
	char text[NAME_BYTES_MAX + 1];
	bool has_digit = false;
	GTimeZone *zone;

	if (name.len < 2 || name.len > NAME_BYTES_MAX)
		return false;
	if (name.ptr[0] < 'A' || name.ptr[0] > 'Z')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if (!is_zone_byte(name.ptr[i]))
			return false;
		has_digit |= name.ptr[i] >= '0' && name.ptr[i] <= '9';
	}
	if (has_digit && str_index(name, '/') == name.len)
		return false;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	zone = g_time_zone_new_identifier(text);
	if (!zone)
		return false;
	g_time_zone_unref(zone);
	return true;
}
