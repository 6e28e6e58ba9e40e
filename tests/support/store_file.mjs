// The database file under a store that nobody has open: read and harmed directly, as no program of ours would.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const SCRIPT = `import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
done = db.execute(sys.argv[2])
print(json.dumps([list(row) for row in done.fetchall()] if done.description else done.rowcount))
db.commit()
db.close()`;

/** Runs one statement: the rows of a query, else how many rows it changed. */
export function sql(folder, statement) {
	return JSON.parse(execFileSync('python3', ['-c', SCRIPT, join(folder, 'innkeeper.db'), statement], { encoding: 'utf8', maxBuffer: 1 << 28 }));
}

/** Everything in the store, for comparison. */
export const everything = folder => sql(folder, 'SELECT code, itemType, rev, attrs FROM item ORDER BY code, itemType');
