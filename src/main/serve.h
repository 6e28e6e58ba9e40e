/* main/serve.h - `innkeeper serve`: opens the parts, joins them, runs the server. */
#ifndef INNKEEPER_MAIN_SERVE_H
#define INNKEEPER_MAIN_SERVE_H

/* Returns the process's exit code: 0 stopped by a signal, 1 failed, 2 wrong usage. */
int serve(int argc, char **argv);

#endif
