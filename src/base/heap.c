#include "base/heap.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void heap_exhausted(void)
{
	fputs("out of memory\n", stderr);
	abort();
}

void *heap_array(size_t n, size_t size_bytes)
{
	void *memory = calloc(n, size_bytes);

	if (!memory)
		heap_exhausted();
	return memory;
}

void *heap_alloc(size_t size_bytes)
{
	return heap_array(1, size_bytes);
}
