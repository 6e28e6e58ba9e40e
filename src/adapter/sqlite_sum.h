/* adapter/sqlite_sum.h - the sums that SQLite's log and its checksum VFS keep of a page: two numbers that go on from pair to pair of words. */
#ifndef INNKEEPER_ADAPTER_SQLITE_SUM_H
#define INNKEEPER_ADAPTER_SQLITE_SUM_H

#include <stddef.h>
#include <stdint.h>

/* Adds `len` bytes, a multiple of 8, to the two sums, which begin as zeros. The words are the machine's: little-endian. */
void sqlite_sum_add(uint32_t sums[2], const void *bytes, size_t len);

#endif
