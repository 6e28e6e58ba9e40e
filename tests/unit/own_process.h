/* own_process.h - what the kernel says of the test's own process. */
#ifndef INNKEEPER_TESTS_OWN_PROCESS_H
#define INNKEEPER_TESTS_OWN_PROCESS_H

#include <assert.h>
#include <dirent.h>

/* How many entries a folder below /proc/self has, its two dots included: more or fewer of them is what counts. */
static inline unsigned count_own(const char *folder)
{
	DIR *dir = opendir(folder);
	unsigned n = 0;

	assert(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

#endif
