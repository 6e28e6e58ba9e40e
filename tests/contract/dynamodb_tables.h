/* tests/contract/dynamodb_tables.h - tables of DynamoDB Local for tests, each of a name of its own, in a database that nobody else sees.
 */
#ifndef CONTRACT_DYNAMODB_TABLES_H
#define CONTRACT_DYNAMODB_TABLES_H

#include "adapter/dynamodb_client.h"
#include "port/store.h"

/* Looks for DYNAMODB_LOCAL, without which the program ends, failed. */
void dynamodb_tables_open(void);

/* Removes the table that is there. */
void dynamodb_tables_close(void);

/* A store on a new table; the table before it is removed. */
struct store *dynamodb_tables_new_store(void);

/* Another store on the same table. */
struct store *dynamodb_tables_same_store(void);

/* The name of the last table. */
const char *dynamodb_tables_name(void);

/* Any operation, as other programs do it: the body is JSON behind the table's name, which comes with it. */
enum err dynamodb_tables_call(struct cx *cx, const char *operation, const char *more,
			      struct dynamodb_reply *out);

#endif
