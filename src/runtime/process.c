#include "runtime/process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "codec/exposition.h"

static uint64_t us_of(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

static void write_cpu(struct buf *out)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return;
	exposition_family(out, "process_cpu_seconds_total", "counter",
			  "CPU time in user and system mode.");
	exposition_sample_us(out, "process_cpu_seconds_total", "",
			     us_of(usage.ru_utime) + us_of(usage.ru_stime));
}

/* The first two numbers of statm are pages of virtual and of resident memory. */
static void write_memory(struct buf *out)
{
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE), virtual, resident;
	FILE *file = fopen("/proc/self/statm", "re");
	char line[128] = "", *end;

	if (!file)
		return;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	virtual = strtoull(line, &end, 10);
	resident = strtoull(end, NULL, 10);
	if (resident == 0)
		return;
	exposition_number(out, "process_virtual_memory_bytes", "gauge", "Memory that is mapped.",
			  virtual * page_bytes);
	exposition_number(out, "process_resident_memory_bytes", "gauge",
			  "Memory that is in the machine's.", resident * page_bytes);
}

static void write_descriptors(struct buf *out)
{
	DIR *folder = opendir("/proc/self/fd");
	struct rlimit limit;
	uint64_t n = 0;

	if (folder) {
		while (readdir(folder))
			n++;
		closedir(folder);
	}
	if (n > 3) /* `.`, `..` and the folder's own */
		exposition_number(out, "process_open_fds", "gauge", "Descriptors that are open.",
				  n - 3);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		exposition_number(out, "process_max_fds", "gauge",
				  "Descriptors that may be open at a time.", limit.rlim_cur);
}

void process_write(struct buf *out, int64_t start_ms)
{
	exposition_family(out, "process_start_time_seconds", "gauge",
			  "When the process began, in seconds since 1970.");
	exposition_sample_us(out, "process_start_time_seconds", "", (uint64_t)start_ms * 1000);
	write_cpu(out);
	write_memory(out);
	write_descriptors(out);
}
