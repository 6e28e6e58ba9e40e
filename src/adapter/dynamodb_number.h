/* adapter/dynamodb_number.h - numbers as DynamoDB writes them, as the plain decimals of the port: digits are moved, never computed. */
#ifndef INNKEEPER_ADAPTER_DYNAMODB_NUMBER_H
#define INNKEEPER_ADAPTER_DYNAMODB_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* DynamoDB's numbers go from 1E-130 to 9.99…E+125: what would take more digits than this is none of them. */
#define DYNAMODB_NUMBER_MAX 400

/* The same number without exponent, sign +, leading zeros, and minus before zero; a view of `text` when it is plain. False when it is
 * no number, or not one of DynamoDB's, or past the arena's cap. */
bool dynamodb_number_plain(struct arena *arena, struct str text, struct str *out);

#endif
