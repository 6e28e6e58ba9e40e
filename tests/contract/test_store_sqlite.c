#include "contract_folder.h"
#include "store_contract.h"

int main(void)
{
	int failed;

	contract_folder_open();
	failed = store_contract("sqlite", contract_folder_new_sqlite);
	contract_folder_close();
	return failed;
}
