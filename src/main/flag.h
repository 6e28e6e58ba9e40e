/* main/flag.h - a flag as people are shown it: by help, by the manual, by a shell's completion. */
#ifndef INNKEEPER_MAIN_FLAG_H
#define INNKEEPER_MAIN_FLAG_H

struct flag {
	const char *name; /* without the dashes */
	const char *
		takes; /* FILE, FOLDER, `a|b` or another word for its value; NULL = it takes none */
	const char *initial; /* "" = none */
	const char *meaning;
};

#endif
