// A running shop moves by `innkeeper copy` from SQLite to DynamoDB, and back, without a difference.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { storeFlags } from '../support/engine.mjs';
import { makeFolder, removeFolder, run, start } from '../support/innkeeper.mjs';
import { allAnswers, copy, exported, fillShop, isClean, move, readAllTheWhile, retryAll, urlOf } from '../support/shop.mjs';

const ROOMS = 600;

const servers = [];
after(() => Promise.all(servers.filter(server => !server.isEnded).map(server => server.kill())));

async function startOn(folder, flags = []) {
	servers.push(await start({ folder, flags }));
	return servers.at(-1);
}

const startEmbedded = folder => startOn(folder, ['--store', urlOf(folder)]);
const tableOf = folder => storeFlags(folder)[1];

test('a shop moves to DynamoDB and back, a large hotel by an intent, and every answer is the same', async () => {
	const top = makeFolder(), first = join(top, 'first'), far = join(top, 'far'), back = join(top, 'back');
	for (const folder of [first, far, back]) mkdirSync(folder);
	const server = await startEmbedded(first);
	const shop = await fillShop(server);
	const rooms = Array.from({ length: ROOMS }, (_, i) => ({ number: i + 1, type: 'DBL', attributes: [{ code: 'SEA' }] }));
	shop.codes.push(await server.create('Large', { roomTypes: [{ code: 'DBL' }], tags: [{ code: 'SEA' }], buildings: [{ floors: [{ num: 1, rooms }] }] }));
	const answers = await allAnswers(server, shop);
	const text = await exported(urlOf(first));
	const stopReading = readAllTheWhile(server, shop.codes.at(-1));
	const there = await move(urlOf(first), tableOf(far));
	assert.deepEqual([there.hotels, there.copied], [13, 13]);
	assert.ok(await stopReading() > 0);
	assert.ok(await exported(tableOf(far)) === text, 'the same bytes');
	await isClean(tableOf(far));
	const moved = await startOn(far);
	assert.deepEqual(await allAnswers(moved, shop), answers);
	await retryAll(moved, shop);
	assert.equal((await move(urlOf(first), tableOf(far))).copied, 0, 'what is there is not copied again');
	const home = await move(tableOf(far), urlOf(back));
	assert.equal(home.copied, 13);
	assert.ok(await exported(urlOf(back)) === text, 'the same bytes');
	await isClean(urlOf(back));
	const again = await startEmbedded(back);
	assert.deepEqual(await allAnswers(again, shop), answers);
	await retryAll(again, shop);
	for (const one of [again, moved, server]) assert.equal((await one.stop()).code, 0);
	removeFolder(top);
});

test('what is written on the new store after the move is not lost by a copy of before', async () => {
	const top = makeFolder(), first = join(top, 'first'), far = join(top, 'far');
	for (const folder of [first, far]) mkdirSync(folder);
	const server = await startEmbedded(first);
	const code = await server.create('One', { tags: [{ code: 'T' }] });
	await move(urlOf(first), tableOf(far));
	const moved = await startOn(far);
	assert.equal((await moved.patch(`/config/${code}`, { description: 'theirs' })).status, 200);
	const late = await copy(urlOf(first), tableOf(far));
	assert.deepEqual([late.code, late.err], [1, `hotel ${code}: there is another one of that code\n`]);
	assert.equal((await moved.get(`/config/${code}`)).hotel.description, 'theirs');
	await move(tableOf(far), urlOf(first));
	assert.equal((await server.get(`/config/${code}`)).hotel.description, 'theirs');
	for (const one of [moved, server]) assert.equal((await one.stop()).code, 0);
	removeFolder(top);
});

test('a copy to DynamoDB that is killed leaves whole hotels, and goes on', async t => {
	const top = makeFolder(), first = join(top, 'first'), far = join(top, 'far');
	for (const folder of [first, far]) mkdirSync(folder);
	const server = await startEmbedded(first);
	for (let i = 0; i < 6; i++)
		await server.create(`Hotel ${i}`, { roomTypes: [{ code: 'A' }], tags: [{ code: 'T' }], buildings: [{ floors: [{ num: 1, rooms: Array.from({ length: 200 }, (_, j) => ({ number: j, type: 'A' })) }] }] });
	const text = await exported(urlOf(first));
	const lines = new Set(text.split('\n'));
	const counts = [];
	for (const ms of [400, 900, 1800]) {
		await run('INNKEEPER_BIN', ['copy', '--from', urlOf(first), '--to', tableOf(far)], { prefix: ['timeout', '-s', 'KILL', String(ms / 1000)] });
		const there = (await exported(tableOf(far))).split('\n').slice(1, -2);
		for (const line of there) assert.ok(lines.has(line), `a record that the source does not have: ${line.slice(0, 200)}`);
		counts.push(there.filter(line => line.includes('"itemType":"ctl"')).length);
	}
	t.diagnostic(`killed with ${counts} hotels`);
	await move(urlOf(first), tableOf(far));
	assert.ok(await exported(tableOf(far)) === text, 'the same bytes');
	await isClean(tableOf(far));
	assert.equal((await server.stop()).code, 0);
	removeFolder(top);
});
