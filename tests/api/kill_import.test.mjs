// kill -9 within `innkeeper import`: whole hotels only, and the same import again completes them.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDynamodb } from '../support/engine.mjs';
import { agree, finish, makeFolder, removeFolder, run, start } from '../support/innkeeper.mjs';

const ROUNDS = 6;
const HOTELS = 8;

/** What export writes of hotels with 600 objects each. */
async function sample() {
	const server = await start();
	for (let i = 0; i < HOTELS; i++) {
		await server.create(`Hotel ${i}`, { roomTypes: [{ code: 'A' }], tags: Array.from({ length: 100 }, (_, j) => ({ code: `T${j}`, name: `${i}` })),
			buildings: [{ floors: [{ num: 1, rooms: Array.from({ length: 500 }, (_, j) => ({ number: j, type: 'A', attributes: [{ code: `T${j % 100}` }] })) }] }] });
	}
	const { code, out } = await run('INNKEEPER_BIN', ['export', '-', '--data', server.folder]);
	assert.equal(code, 0);
	await finish(server);
	return out;
}

const exported = async folder => (await run('INNKEEPER_BIN', ['export', '-', '--data', folder])).out;

async function importInto(folder, file, { flags = [], prefix = [] } = {}) {
	const start_ms = Date.now();
	const { code, err } = await run('INNKEEPER_BIN', ['import', file, '--data', folder, ...flags], { prefix });
	return { code, err, ms: Date.now() - start_ms };
}

test('an import that is killed leaves whole hotels, and done again it is complete', async t => {
	const text = await sample();
	const lines = new Set(text.split('\n'));
	const top = makeFolder();
	const file = join(top, 'hotels.ndjson');
	writeFileSync(file, text);
	const whole = await importInto(join(top, 'whole'), file);
	assert.equal(whole.code, 0, whole.err);
	const counts = [];
	const isWithin = () => counts.some(n => n > 0 && n < HOTELS);
	// A machine's speed changes, and what was measured while it stood still is of no use: the last that came to its end says best.
	let needed_ms = whole.ms;
	for (let round = 1; round <= ROUNDS || (!isWithin() && round <= 8 * ROUNDS); round++) {
		const folder = join(top, `round-${round}`);
		const killed = await importInto(folder, file, { prefix: ['timeout', '-s', 'KILL', String(needed_ms * ((round - 1) % ROUNDS + 1) / ROUNDS / 1000)] });
		assert.ok(killed.code === 'SIGKILL' || killed.code === 137 || killed.code === 0, `${killed.code} ${killed.err}`);
		// Killed early enough it has not made its store yet.
		const isThere = isDynamodb || existsSync(join(folder, 'innkeeper.db'));
		const { hotels } = isThere ? await agree(folder) : { hotels: 0 };
		for (const line of (await exported(folder)).split('\n').slice(1, -2))
			assert.ok(lines.has(line), `a record that the file does not have: ${line.slice(0, 200)}`);
		const again = await importInto(folder, file, { flags: ['--replace'] });
		assert.equal(again.code, 0, again.err);
		needed_ms = killed.code === 0 ? Math.min(killed.ms, again.ms) : again.ms;
		assert.equal(await exported(folder), text);
		assert.deepEqual((await agree(folder)).hotels, HOTELS);
		counts.push(hotels);
	}
	t.diagnostic(`killed with ${counts} hotels`);
	assert.ok(isWithin(), `none was killed within: ${counts}`);
	removeFolder(top);
});
