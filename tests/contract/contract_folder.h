/* tests/contract/contract_folder.h - a folder of the test's own, removed at its end. */
#ifndef CONTRACT_CONTRACT_FOLDER_H
#define CONTRACT_CONTRACT_FOLDER_H

#include "port/store.h"

/* Makes the folder; ends the program when it can not. */
void contract_folder_open(void);

/* A new, empty SQLite store in a file of its own. */
struct store *contract_folder_new_sqlite(void);

/* Removes the folder and all that is in it. */
void contract_folder_close(void);

#endif
