// Reads the records of a store while servers write it: on the embedded one a process that answers statements one after the other.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { dynamodb, isDynamodb, itemOf, rangeOf } from './engine.mjs';

const SCRIPT = `import json, sqlite3, sys
db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True, timeout=30)
for line in sys.stdin:
	print(json.dumps(db.execute(*json.loads(line)).fetchall()), flush=True)`;
const RANGE = 'SELECT code, itemType, rev, attrs FROM item WHERE code = ? AND itemType > ? AND itemType < ? ORDER BY itemType';

export class StoreReader {
	#folder;
	#child;
	#lines;

	constructor(folder) {
		this.#folder = folder;
		if (isDynamodb) return;
		this.#child = spawn('python3', ['-u', '-c', SCRIPT, join(folder, 'innkeeper.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
		this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
	}

	/** The records of a partition behind one key and before another, by key: {code, key, rev, attrs}. */
	async range(code, after, before) {
		if (isDynamodb) return this.#query(code, after, before);
		this.#child.stdin.write(`${JSON.stringify([RANGE, [code, after, before]])}\n`);
		const { value, done } = await this.#lines.next();
		if (done) throw new Error('the store does not answer');
		return JSON.parse(value).map(([partition, key, rev, attrs]) => ({ code: partition, key, rev, attrs: JSON.parse(attrs) }));
	}

	async #query(code, after, before) {
		const all = [];
		let page;
		do {
			page = await dynamodb('Query', rangeOf(this.#folder, code, after, before, page?.LastEvaluatedKey));
			all.push(...page.Items.map(itemOf));
		} while (page.LastEvaluatedKey);
		return all;
	}

	close() { this.#child?.stdin.end(); }
}
