// Writes of more records than one commit of DynamoDB takes: before or after for every reader, whoever dies or is late, at every chunk.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as stand from '../support/dynamodb_faults.mjs';
import { storeFlags } from '../support/engine.mjs';
import { history } from '../support/history.mjs';
import { agree, finish, makeFolder, sleep, start } from '../support/innkeeper.mjs';
import { chance } from '../support/random_requests.mjs';

// 5,000 rooms and every chunk, or fewer and some by chance: INNKEEPER_SEED repeats a run.
const isLong = Boolean(process.env.INNKEEPER_LONG);
const ROOMS = isLong ? 5000 : 800;
const SEED = Number(process.env.INNKEEPER_SEED ?? Date.now() % 1e9);
console.log(`# INNKEEPER_SEED=${SEED}`);
const random = chance(SEED);
const WRITES = /^(TransactWriteItems|PutItem|DeleteItem)$/;

const folder = makeFolder();
const flags = ['--handler-timeout', '120s'];
let reader; // another process, which nothing stands before
before(async () => { reader = await start({ folder, flags: [...flags, '--cache-size', '0'] }); });
after(() => finish(reader));

const layout = name => ({ buildings: [{ name: 'Main', floors: Array.from({ length: 4 }, (_, num) => ({ num, rooms: Array.from({ length: ROOMS / 4 }, (_, i) => ({ number: num * 10000 + i, name })) })) }] });

/** The one name of all rooms; fails when some are missing or differ. */
function nameOf(answer) {
	assert.equal(answer.status, 200, answer.text.slice(0, 300));
	const rooms = answer.hotel.buildings.flatMap(building => building.floors.flatMap(floor => floor.rooms));
	assert.equal(rooms.length, ROOMS);
	const names = [...new Set(rooms.map(room => room.name))];
	assert.equal(names.length, 1, `rooms of two layouts: ${names}`);
	return names[0];
}

const through = faulty => start({ folder, flags: [...flags, ...storeFlags(folder, { through: faulty.endpoint })] });

/** Reads until it is told to stop: the names that were seen, in their order, each once. */
async function watch(code, stop) {
	const seen = [];
	while (!stop.now) {
		const name = nameOf(await reader.get(`/config/${code}`));
		if (name !== seen.at(-1)) seen.push(name);
	}
	return seen;
}

/** Saves a layout through a process that is killed at its n-th write call, before or after it is done: {isDone, calls}. */
async function killAt(code, n, when, old, name) {
	const faulty = await stand.FaultyDynamodb.open();
	const server = await through(faulty);
	const stop = { now: false };
	try {
		const rule = faulty.spoil(async call => {
			if (when === 'after') await call.forward();
			await server.kill();
			call.drop();
		}, { operation: WRITES, n });
		const watching = watch(code, stop);
		const answer = await server.post(`/config/${code}/rooms`, layout(name)).catch(() => null);
		if (!rule.struck) assert.equal(answer.status, 200, answer.text);
		stop.now = true;
		const seen = await watching;
		assert.ok(seen.length <= 2 && (seen.length < 2 || seen[0] === old && seen[1] === name), `seen: ${seen}`);
		const found = nameOf(await reader.get(`/config/${code}`));
		assert.ok(found === name || found === old && !seen.includes(name), `${found} after ${seen}`);
		if (answer?.status === 200) assert.equal(found, name, 'it was acknowledged and is lost');
		return { isDone: found === name, calls: rule.seen, isKilled: rule.struck > 0 };
	} finally {
		stop.now = true;
		await server.kill();
		await faulty.close();
	}
}

test(`saveRooms of ${ROOMS} rooms, killed at ${isLong ? 'every chunk' : 'chunks by chance'}, is there or not`, async () => {
	const code = await reader.create('Killed');
	assert.equal((await reader.post(`/config/${code}/rooms`, layout('layout 0'))).status, 200);
	let name = 'layout 0', k = 0, done = 0, undone = 0;
	async function round(n, when) {
		const next = `layout ${++k}`;
		const { isDone, calls, isKilled } = await killAt(code, n, when, name, next);
		if (isDone) name = next;
		if (isKilled && isDone) done++;
		else if (isKilled) undone++;
		return { calls, isKilled };
	}
	const { calls } = await round(100000, 'before');
	assert.ok(calls > ROOMS / 100, `${calls} calls`);
	if (isLong) {
		for (let n = 1; n <= calls; n++) await round(n, n % 2 ? 'before' : 'after');
	} else {
		for (const n of [1, 2, calls, ...Array.from({ length: 5 }, () => 1 + random.below(calls))]) await round(n, random.of(['before', 'after']));
	}
	assert.ok(done > 0 && undone > 0, `${done} were done, ${undone} not`);
	assert.equal((await reader.post(`/config/${code}/rooms`, layout('the last'))).status, 200, 'the next write finds no obstacle');
	assert.equal(nameOf(await reader.get(`/config/${code}`)), 'the last');
	assert.ok(history(reader, code).length >= 3 + done);
});

test('two processes finish late what the other has finished: nothing is undone', async () => {
	const code = await reader.create('Late finishers');
	assert.equal((await reader.post(`/config/${code}/rooms`, layout('layout 0'))).status, 200);
	const both = await Promise.all([0, 1].map(async () => {
		const faulty = await stand.FaultyDynamodb.open();
		return { faulty, server: await through(faulty) };
	}));
	let name = 'layout 0';
	try {
		for (let k = 0; k < (isLong ? 12 : 4); k++) {
			const [one, two] = k % 2 ? both : [...both].reverse();
			const rule = one.faulty.spoil(stand.late(1500 + random.below(1500)), { operation: WRITES, n: 2 + random.below(ROOMS / 80) });
			const stop = { now: false };
			const watching = watch(code, stop);
			const first = one.server.post(`/config/${code}/rooms`, layout(`first ${k}`));
			while (!rule.struck && !stop.now) {
				await sleep(10);
				first.then(() => { stop.now = rule.struck === 0; });
			}
			stop.now = false;
			const second = await two.server.post(`/config/${code}/rooms`, layout(`second ${k}`));
			assert.equal(second.status, 200, second.text);
			const { status } = await first;
			assert.ok([200, 503, 504].includes(status), `${status}`);
			await sleep(200);
			stop.now = true;
			const seen = await watching;
			assert.ok(seen.every(each => [name, `first ${k}`, `second ${k}`].includes(each)), `${seen}`);
			assert.equal(new Set(seen).size, seen.length, `an old layout came back: ${seen}`);
			name = nameOf(await reader.get(`/config/${code}`));
			assert.ok([`first ${k}`, `second ${k}`].includes(name), name);
			for (const { server } of both) assert.equal(nameOf(await server.get(`/config/${code}`)), name);
			one.faulty.clear();
		}
		for (const { server } of both) assert.equal((await server.stop()).code, 0);
	} finally {
		for (const { server, faulty } of both) {
			await server.kill();
			await faulty.close();
		}
	}
});

test('a hotel of 1.5 MB and 3,000 objects reads whole and as one revision while it is written', async () => {
	const code = await reader.create('Large');
	const save = (server, k) => server.post('/config', { code, tags: Array.from({ length: 3000 }, (_, i) => ({ code: `T-${i}`, name: String(k), description: 'x'.repeat(400) })) });
	assert.equal((await save(reader, 0)).status, 200);
	const cold = await start({ folder, flags: [...flags, '--cache-size', '0'] });
	let isDone = false, reads = 0;
	const tags = new Map();
	const reading = Promise.all([reader, cold].map(async server => {
		let last = 0;
		while (!isDone) {
			const answer = await server.get(`/config/${code}`);
			assert.equal(answer.status, 200, answer.text.slice(0, 300));
			const names = [...new Set(answer.hotel.tags.map(tag => tag.name))];
			assert.deepEqual([answer.hotel.tags.length, names.length], [3000, 1], `tags of revisions ${names}`);
			const k = Number(names[0]);
			assert.ok(k >= last, `${k} after ${last}`);
			last = k;
			assert.equal(tags.get(k) ?? answer.headers.etag, answer.headers.etag, 'one revision, one document');
			tags.set(k, answer.headers.etag);
			assert.ok(answer.text.length > 1.4e6, `${answer.text.length} bytes`);
			reads++;
		}
	}));
	const isMet = () => reads > 4 && tags.size > 1;
	for (let k = 1; k <= (isLong ? 12 : 2) || !isMet() && k < 20; k++) assert.equal((await save(cold, k)).status, 200);
	isDone = true;
	await reading;
	assert.ok(isMet(), `${reads} reads of ${tags.size} revisions`);
	assert.equal((await cold.stop()).code, 0);
});

test('the records agree after all of it', () => agree(folder));
