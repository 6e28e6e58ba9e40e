/* tests/support/attack_plan.h - what attack.c is told to do: its options and its payload. */
#ifndef INNKEEPER_TESTS_ATTACK_PLAN_H
#define INNKEEPER_TESTS_ATTACK_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ATTACK_MARKS_MAX 1024

struct attack_plan {
	long port;
	long connections;
	long addresses; /* 127.0.0.1, .2 …: each has its own ports */
	long at_once;   /* bytes of the payload that are sent without waiting */
	long send_rate; /* bytes a second of a connection behind those; 0 = as fast as it goes */
	long step; /* bytes that go at a time behind at_once, each connection at moments of its own; 0 = any, at once */
	long read_rate; /* likewise; 0 = as fast as it goes, -1 = never */
	long repeats;   /* of the payload on a connection; 0 = for ever */
	long drops;     /* 1 = closed by us when all is sent */
	long again;     /* 1 = what was closed is opened anew */
	long rate; /* payloads (connections, where there is none) a second in all; 0 = no bound */
	long seconds; /* of bench/probe.c */

	char *payload; /* NULL = connections that send nothing */
	size_t payload_bytes;
	size_t marks
		[ATTACK_MARKS_MAX]; /* where it has `@@@@@@@@`, which becomes a number of its own each time */
	size_t nmarks;
	uint64_t number;
};

/* Takes `--name value`; false when there is no such option. */
bool attack_plan_take(struct attack_plan *plan, const char *name, const char *text);

/* As many descriptors as the system lets us have, and no more connections than those. */
void attack_plan_limit(struct attack_plan *plan);

/* New numbers for the marks. The payload is one for all: with marks it is best sent in one piece. */
void attack_plan_number(struct attack_plan *plan);

#endif
