/* runtime/notifier.h - tells the service manager that started us how we are: the datagrams of sd_notify(3).
 *
 * The protocol is one sendto: too little for a library as a dependency. A manager that is gone, or reads no more, never hurts:
 * a message waits NOTIFIER_WAIT_MS at most, and failing is logged once until one goes out again.
 * Owner:   main opens it before the server and closes it after.
 * Threads: one at a time.
 */
#ifndef INNKEEPER_RUNTIME_NOTIFIER_H
#define INNKEEPER_RUNTIME_NOTIFIER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#define NOTIFIER_WAIT_MS 100

struct notifier {
	int fd;              /* -1 = nobody wants to hear */
	int64_t watchdog_ms; /* a WATCHDOG=1 must come at least as often; 0 = nobody waits for one */
	bool has_failed;
	socklen_t to_len;
	struct sockaddr_un to;
};

/* `name`, `watchdog_us`, `watchdog_pid`: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID as they stand in the environment, NULL where
 * they do not. What makes no sense is logged and otherwise as if it were not there. */
void notifier_open(struct notifier *notifier, const char *name, const char *watchdog_us,
		   const char *watchdog_pid);

/* Lines of NAME=value, such as READY=1. */
void notifier_send(struct notifier *notifier, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void notifier_close(struct notifier *notifier);

#endif
