#include "runtime/notifier.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

#define MESSAGE_BYTES_MAX 512

/* A path, or @ and an abstract name: its first byte is zero then, and nothing ends it. */
static bool parse_socket(const char *name, struct notifier *out)
{
	size_t len = strlen(name);
	bool is_abstract = name[0] == '@';

	out->to = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if ((name[0] != '/' && !is_abstract) || len < 2 || len >= sizeof(out->to.sun_path))
		return false;
	memcpy(out->to.sun_path, name, len);
	if (is_abstract)
		out->to.sun_path[0] = '\0';
	out->to_len =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (is_abstract ? 0 : 1));
	return true;
}

/* The time is meant for the process that it names, if it names one. */
static int64_t parse_watchdog(const char *us, const char *pid)
{
	uint64_t number, owner;

	if (!us || (pid && (!str_to_u64(str_of(pid), &owner) || owner != (uint64_t)getpid())))
		return 0;
	if (str_to_u64(str_of(us), &number) && number >= 1000 && number / 1000 <= INT32_MAX)
		return (int64_t)(number / 1000);
	log_event(LOG_LEVEL_WARN, "notify", "WATCHDOG_USEC is no time: %s", us);
	return 0;
}

void notifier_close(struct notifier *notifier)
{
	if (notifier->fd >= 0)
		close(notifier->fd);
	notifier->fd = -1;
	notifier->watchdog_ms = 0;
}

void notifier_open(struct notifier *notifier, const char *name, const char *watchdog_us,
		   const char *watchdog_pid)
{
	const struct timeval wait = { .tv_usec = (suseconds_t)NOTIFIER_WAIT_MS * 1000 };

	*notifier = (struct notifier){ .fd = -1 };
	if (!name || name[0] == '\0')
		return;
	if (!parse_socket(name, notifier)) {
		log_event(LOG_LEVEL_WARN, "notify", "NOTIFY_SOCKET is no socket: %s", name);
		return;
	}
	notifier->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (notifier->fd < 0 ||
	    setsockopt(notifier->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) != 0) {
		log_event(LOG_LEVEL_WARN, "notify", "no socket for it: %s", strerror(errno));
		notifier_close(notifier);
		return;
	}
	notifier->watchdog_ms = parse_watchdog(watchdog_us, watchdog_pid);
}

void notifier_send(struct notifier *notifier, const char *format, ...)
{
	char text[MESSAGE_BYTES_MAX];
	va_list args;
	int len;

	if (notifier->fd < 0)
		return;
	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof(text))
		len = (int)sizeof(text) - 1;
	if (sendto(notifier->fd, text, (size_t)len, MSG_NOSIGNAL,
		   (const struct sockaddr *)&notifier->to, notifier->to_len) >= 0) {
		notifier->has_failed = false;
		return;
	}
	if (!notifier->has_failed)
		log_event(LOG_LEVEL_WARN, "notify", "the service manager does not hear: %s",
			  strerror(errno));
	notifier->has_failed = true;
}
