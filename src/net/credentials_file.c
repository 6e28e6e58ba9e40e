#include "net/credentials_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/credentials_found.h"

/* NULL, or why it can not be read. One byte more than the file has is asked for: its end is seen. */
static const char *read_open(int fd, struct arena *arena, struct str *out)
{
	struct stat is;
	ssize_t n = 1;
	size_t len = 0;
	char *bytes;

	if (fstat(fd, &is) != 0)
		return strerrordesc_np(errno);
	if (!S_ISREG(is.st_mode))
		return "it is no regular file";
	if (is.st_size > (off_t)CREDENTIALS_FILE_BYTES_MAX)
		return "it is longer than 1 MiB";
	bytes = arena_bytes(arena, (size_t)is.st_size + 1);
	while (bytes && n > 0 && len <= (size_t)is.st_size) {
		n = read(fd, bytes + len, (size_t)is.st_size + 1 - len);
		if (n < 0)
			return strerrordesc_np(errno);
		len += (size_t)n;
	}
	/* The next attempt finds it whole. */
	if (len != (size_t)is.st_size)
		return "it changed while it was read";
	*out = (struct str){ bytes, len };
	return NULL;
}

enum err credentials_file_read(struct cx *cx, struct str place, struct str path,
			       bool may_be_missing, struct str *out)
{
	const char *name = str_c(cx->arena, path), *why;
	int fd = open(name ? name : "", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	*out = (struct str){ NULL, 0 };
	if (fd < 0 && may_be_missing && (errno == ENOENT || errno == ENOTDIR))
		return OK;
	why = fd < 0 ? strerrordesc_np(errno) : read_open(fd, cx->arena, out);
	if (fd >= 0)
		close(fd);
	return why ? credentials_refuse(cx, place, STR_FMT " can not be read: %s", STR_ARG(path),
					why)
		   : cx_check_memory(cx);
}

enum err credentials_file_token(struct cx *cx, struct str place, const char *variable,
				struct str path, struct str *out)
{
	enum err err = credentials_file_read(cx, place, path, false, out);

	if (err == OK && !credentials_is_token(*out))
		return credentials_refuse(cx, place,
					  "the file of %s is empty, or has line breaks or other "
					  "characters that no header may have",
					  variable);
	return err;
}
