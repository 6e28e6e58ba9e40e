/* usecase/app.h - what every use case works with; built once by main, passed down. */
#ifndef INNKEEPER_USECASE_APP_H
#define INNKEEPER_USECASE_APP_H

struct store;
struct cache;
struct gates;

struct app {
	struct store *store;
	struct cache *cache; /* packed documents by hotel code, version = revision */
	struct gates *gates;
	struct gates
		*chain_gates; /* of who belongs to which chain and brand: one name, CHAIN_GATE */
};

#endif
