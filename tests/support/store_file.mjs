// The database file under a store that nobody has open: read and harmed directly, as no program of ours would. Its pages keep their sums.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { program } from './innkeeper.mjs';

/** Runs one statement: the rows of a query, else how many rows it changed. */
export function sql(folder, statement) {
	return JSON.parse(execFileSync(program('STORE_SQL'), [join(folder, 'innkeeper.db'), statement], { encoding: 'utf8', maxBuffer: 1 << 28 }));
}

/** Everything in the store, for comparison. */
export const everything = folder => sql(folder, 'SELECT code, itemType, rev, attrs FROM item ORDER BY code, itemType');
