#include "net/credentials_ini.h"

#include "net/http_chars.h"

void credentials_ini_init(struct credentials_ini *ini, struct str text, struct str profile,
			  bool is_config)
{
	/* Editors of Windows begin files with a byte order mark. */
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_sub(text, 3, text.len);
	*ini = (struct credentials_ini){
		.rest = text,
		.profile = profile,
		.is_config = is_config,
		.depth = SIZE_MAX,
	};
}

static struct str take_line(struct credentials_ini *ini)
{
	struct str line = str_sub(ini->rest, 0, str_index(ini->rest, '\n'));

	ini->rest = str_sub(ini->rest, line.len + 1, ini->rest.len);
	ini->line++;
	if (line.len != 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool is_comment(struct str text)
{
	return text.len != 0 && (text.ptr[0] == '#' || text.ptr[0] == ';');
}

static struct str unquote(struct str name)
{
	if (name.len >= 2 && name.ptr[0] == '"' && name.ptr[name.len - 1] == '"')
		return str_sub(name, 1, name.len - 2);
	return name;
}

/* The profile that a section of the config file is of; empty = of none. */
static struct str profile_of(struct str section)
{
	struct str word = STR("profile");
	struct str rest = str_sub(section, word.len, section.len);

	if (str_eq(section, STR("default")))
		return section;
	if (!str_starts(section, word) || rest.len == 0 ||
	    (rest.ptr[0] != ' ' && rest.ptr[0] != '\t'))
		return STR("");
	return unquote(http_chars_trim(rest));
}

static bool enter_section(struct credentials_ini *ini, struct str text)
{
	const size_t close = str_index(text, ']');
	struct str name = http_chars_trim(str_sub(text, 1, close - 1));
	struct str behind = http_chars_trim(str_sub(text, close + 1, text.len));

	if (close == text.len || name.len == 0 || (behind.len != 0 && !is_comment(behind)))
		return false;
	ini->is_inside = str_eq(ini->is_config ? profile_of(name) : name, ini->profile);
	ini->was_there |= ini->is_inside;
	ini->depth = SIZE_MAX;
	return true;
}

static enum credentials_ini_step refuse(struct credentials_ini *ini, const char *problem)
{
	ini->problem = problem;
	return CREDENTIALS_INI_BAD;
}

static enum credentials_ini_step split(struct credentials_ini *ini, struct str text,
				       struct str_pair *out)
{
	const size_t equals = str_index(text, '=');

	out->name = http_chars_trim(str_sub(text, 0, equals));
	out->value = http_chars_trim(str_sub(text, equals + 1, text.len));
	if (equals == text.len || out->name.len == 0)
		return refuse(ini, "is neither a section nor a setting");
	return CREDENTIALS_INI_SETTING;
}

enum credentials_ini_step credentials_ini_next(struct credentials_ini *ini, struct str_pair *out)
{
	while (ini->rest.len != 0) {
		struct str line = take_line(ini), text = http_chars_trim(line);
		const size_t depth = (size_t)(text.ptr - line.ptr);

		if (text.len == 0 || is_comment(text))
			continue;
		if (ini->depth != SIZE_MAX && depth > ini->depth) {
			if (ini->is_inside)
				return CREDENTIALS_INI_MORE;
			continue;
		}
		if (text.ptr[0] == '[') {
			if (!enter_section(ini, text))
				return refuse(ini, "begins a section and does not name it");
			continue;
		}
		ini->depth = depth;
		if (ini->is_inside)
			return split(ini, text, out);
	}
	return CREDENTIALS_INI_END;
}
