/* with: tests/fuzz/memory_store.c */
/* The store of the fuzz targets is one: what they find on it is the product's. */
#include "../fuzz/memory_store.h"
#include "store_contract.h"

int main(void)
{
	return store_contract("memory", memory_store_open);
}
