/* The suite on DynamoDB Local, whose endpoint is DYNAMODB_LOCAL: a table for each test. */
#include <stdio.h>
#include <stdlib.h>

#include "adapter/dynamodb_client.h"
#include "adapter/store_dynamodb.h"
#include "contract_fixture.h"
#include "dynamodb_tables.h"
#include "store_contract.h"

int main(void)
{
	int failed;

	dynamodb_tables_open();
	failed = store_contract("dynamodb", dynamodb_tables_new_store);
	dynamodb_tables_close();
	return failed;
}
