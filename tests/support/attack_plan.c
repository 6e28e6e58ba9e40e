#include "attack_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define NUMBER_DIGITS 8
#define DESCRIPTORS_OF_OURS 16

static const struct {
	const char *name;
	size_t offset;
} options[] = {
	{ "--port", offsetof(struct attack_plan, port) },
	{ "--connections", offsetof(struct attack_plan, connections) },
	{ "--addresses", offsetof(struct attack_plan, addresses) },
	{ "--at-once", offsetof(struct attack_plan, at_once) },
	{ "--send-rate", offsetof(struct attack_plan, send_rate) },
	{ "--step", offsetof(struct attack_plan, step) },
	{ "--read-rate", offsetof(struct attack_plan, read_rate) },
	{ "--repeats", offsetof(struct attack_plan, repeats) },
	{ "--drops", offsetof(struct attack_plan, drops) },
	{ "--again", offsetof(struct attack_plan, again) },
	{ "--rate", offsetof(struct attack_plan, rate) },
	{ "--seconds", offsetof(struct attack_plan, seconds) },
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void read_payload(struct attack_plan *plan, const char *path)
{
	FILE *file = fopen(path, "re");
	long size = -1;

	if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		die(path);
	rewind(file);
	plan->payload = malloc((size_t)size + 1);
	if (!plan->payload || fread(plan->payload, 1, (size_t)size, file) != (size_t)size)
		die(path);
	fclose(file);
	plan->payload_bytes = (size_t)size;
	plan->payload[size] = '\0';
	for (char *at = plan->payload; (at = strstr(at, "@@@@@@@@")); at += NUMBER_DIGITS) {
		if (plan->nmarks == ATTACK_MARKS_MAX)
			break;
		plan->marks[plan->nmarks++] = (size_t)(at - plan->payload);
	}
}

void attack_plan_number(struct attack_plan *plan)
{
	for (size_t i = 0; i < plan->nmarks; i++) {
		uint64_t number = plan->number++;

		for (size_t digit = NUMBER_DIGITS; digit-- > 0; number /= 10)
			plan->payload[plan->marks[i] + digit] = (char)('0' + number % 10);
	}
}

void attack_plan_limit(struct attack_plan *plan)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		die("getrlimit");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		die("setrlimit");
	if ((rlim_t)plan->connections + DESCRIPTORS_OF_OURS > limit.rlim_cur)
		plan->connections = (long)limit.rlim_cur - DESCRIPTORS_OF_OURS;
}

bool attack_plan_take(struct attack_plan *plan, const char *name, const char *text)
{
	if (strcmp(name, "--payload") == 0) {
		read_payload(plan, text);
		return true;
	}
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(options[i].name, name) != 0)
			continue;
		*(long *)(void *)((char *)plan + options[i].offset) = strtol(text, NULL, 10);
		return true;
	}
	return false;
}
