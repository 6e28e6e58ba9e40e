// Reads the records of a store while servers write it: one process that answers statements one after the other.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SCRIPT = `import json, sqlite3, sys
db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True, timeout=30)
for line in sys.stdin:
	print(json.dumps(db.execute(*json.loads(line)).fetchall()), flush=True)`;

export class StoreReader {
	#child;
	#lines;

	constructor(folder) {
		this.#child = spawn('python3', ['-u', '-c', SCRIPT, join(folder, 'innkeeper.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
		this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
	}

	/** The rows of a query. */
	async rows(statement, ...values) {
		this.#child.stdin.write(`${JSON.stringify([statement, values])}\n`);
		const { value, done } = await this.#lines.next();
		if (done) throw new Error(`no answer to ${statement}`);
		return JSON.parse(value);
	}

	close() { this.#child.stdin.end(); }
}
