// A wall clock that is wrong by as much as a test says, for a program under test and while it runs; monotonic time stays what it is. Its syncs
// can be held, so that something is under way.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, removeFolder, sleep } from './innkeeper.mjs';

// In place of the library's functions; what asks the kernel by itself is right all the while.
const SOURCE = `#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile struct {
	int64_t wrong_by_s, holds_syncs, is_held;
} *told;

__attribute__((constructor)) static void begin(void)
{
	int fd = open(getenv("WRONG_CLOCK"), O_RDWR | O_CLOEXEC);
	void *found = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (found == MAP_FAILED)
		abort();
	told = found;
	close(fd);
}

int fdatasync(int fd)
{
	while (told->holds_syncs) {
		told->is_held = 1;
		usleep(1000);
	}
	return (int)syscall(SYS_fdatasync, fd);
}

int clock_gettime(clockid_t id, struct timespec *out)
{
	int result = (int)syscall(SYS_clock_gettime, id, out);

	if (told && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		out->tv_sec += told->wrong_by_s;
	return result;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*out = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}

time_t time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}
`;

export class WrongClock {
	#folder = makeFolder();
	#file = join(this.#folder, 'seconds');

	constructor() {
		const library = join(this.#folder, 'wrong_clock.so');
		writeFileSync(join(this.#folder, 'wrong_clock.c'), SOURCE);
		execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(this.#folder, 'wrong_clock.c')]);
		writeFileSync(this.#file, Buffer.alloc(24));
		// It comes before the sanitizer's library, which would rather be the first.
		this.env = { LD_PRELOAD: library, WRONG_CLOCK: this.#file, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0` };
	}

	#tell(place, number) {
		const bytes = Buffer.alloc(8);
		bytes.writeBigInt64LE(BigInt(number));
		const fd = openSync(this.#file, 'r+');
		writeSync(fd, bytes, 0, 8, 8 * place);
		closeSync(fd);
	}

	/** From now on it is wrong by so much. */
	jumpTo(seconds) { this.#tell(0, seconds); }

	/** Syncs of files begin, but do not end until releaseSyncs(). */
	holdSyncs() {
		this.#tell(2, 0);
		this.#tell(1, 1);
	}

	/** Resolves when one is held. */
	async isHeld() {
		for (const end = Date.now() + 60000; readFileSync(this.#file).readBigInt64LE(16) === 0n; await sleep(5))
			if (Date.now() > end) throw new Error('nothing is synced');
	}

	releaseSyncs() { this.#tell(1, 0); }

	remove() { removeFolder(this.#folder); }
}
