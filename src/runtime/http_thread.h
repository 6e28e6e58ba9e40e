/* runtime/http_thread.h - an event thread: waits for events and lets the connections of its loop go on. */
#ifndef INNKEEPER_RUNTIME_HTTP_THREAD_H
#define INNKEEPER_RUNTIME_HTTP_THREAD_H

/* For pthread_create, with a struct http_loop as its state. Ends when the server stops and no connection is left, or time is up. */
void *http_thread_run(void *state);

#endif
