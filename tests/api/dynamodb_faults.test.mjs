// What can happen between us and DynamoDB, at every call of every use case: what was acknowledged is there once, what was refused is not,
// nothing is there twice, and no other 5xx than 503 and 504 is heard.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { FAULTS, FaultyDynamodb } from '../support/dynamodb_faults.mjs';
import { dynamodb, storeFlags, tableOf } from '../support/engine.mjs';
import { history } from '../support/history.mjs';
import { chance } from '../support/random_requests.mjs';
import { agree, finish, makeFolder, start } from '../support/innkeeper.mjs';

const N_MAX = 60; // calls of a use case
// Every fault at every call, or at one by chance: INNKEEPER_SEED repeats a run.
const isLong = Boolean(process.env.INNKEEPER_LONG);
const SEED = Number(process.env.INNKEEPER_SEED ?? Date.now() % 1e9);
console.log(`# INNKEEPER_SEED=${SEED}`);
const folder = makeFolder();
let reader; // another process on the table, which nothing stands before
before(async () => { reader = await start({ folder, flags: ['--cache-size', '0'] }); });
after(() => finish(reader));

const struck = new Set(); // names of faults
const operations = new Set();

async function revision(code) {
	const { Item } = await dynamodb('GetItem', { TableName: tableOf(folder), ConsistentRead: true, Key: { code: { S: code }, itemType: { S: 'ctl' } } });
	return Number(Item?.rev.N ?? 0);
}

const rooms = name => ({ buildings: [{ name: 'Main', floors: [{ num: 1, rooms: Array.from({ length: 12 }, (_, i) => ({ number: i + 1, name })) }] }] });
const found = async name => (await reader.get(`/config?q=${name}`)).json.response.length;

/** What a write does: `act` sends it, `done` says how often it was done, 0 or 1 if all is well. `k` is another one each time. */
const WRITES = {
	create: {
		act: (server, _, k, headers) => server.post('/config', { name: `made-${k}-once`, roomTypes: [{ code: 'A' }, { code: 'B' }] }, headers),
		done: (_, k) => found(`made-${k}-once`),
	},
	addRoomType: {
		act: (server, { code }, k, headers) => server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'DBL', name: `name ${k}` }] }, headers),
		done: async ({ code, rev }, k) => {
			const { json } = await reader.get(`/config/${code}/rooms/type/DBL`);
			assert.equal(json.name === `name ${k}`, await revision(code) > rev, 'the revision and the object go together');
			return await revision(code) - rev;
		},
	},
	saveRooms: {
		act: (server, { code }, k, headers) => server.post(`/config/${code}/rooms`, rooms(`layout ${k}`), headers),
		done: async ({ code, rev }, k) => {
			const { hotel } = await reader.get(`/config/${code}`);
			const names = new Set(hotel.buildings?.[0].floors[0].rooms.map(({ name }) => name));
			assert.ok(names.size <= 1, 'rooms of two layouts');
			assert.equal(names.has(`layout ${k}`), await revision(code) > rev, 'the revision and the rooms go together');
			return await revision(code) - rev;
		},
	},
	deleteHotel: {
		isNewEach: true,
		act: (server, { code }) => server.delete(`/config/${code}`),
		done: async ({ code }) => ((await reader.get(`/config/${code}`)).status === 404 ? 1 : 0),
	},
};

/** What passes by itself is not heard of. */
function judge(name, status, what) {
	const { isFinal, status: other } = FAULTS[name];
	assert.ok((isFinal ? [200, 503, other] : [200]).includes(status), what);
}

const seen = new Map(); // operations -> calls of the last use case

/** Spoils every call by `spoil(n)`, which says what its rule saw, until there is no n-th any more; or one of those that there mostly are. */
async function atEveryCall(random, name, spoil) {
	const which = String(FAULTS[name].operation);
	for (let n = isLong ? 1 : 1 + random.below(seen.get(which) ?? 1); ; n++) {
		assert.ok(n < N_MAX, 'there is no end of calls');
		const rule = await spoil(n);
		if (rule.struck) struck.add(name);
		else seen.set(which, rule.seen);
		if (isLong ? !rule.struck : rule.struck || n === 1) break;
		if (!isLong) n = 0;
	}
}

/** Sends it once with the n-th call spoiled, and judges. */
async function spoiled({ server, faulty, state, useCase, k }, name, n) {
	const write = WRITES[useCase];
	const headers = n % 2 === 1 && !write.isNewEach ? { 'Idempotency-Key': `${useCase}-${k}` } : {};
	const rule = faulty.spoil(FAULTS[name].fault, { operation: FAULTS[name].operation, n });
	const answer = await write.act(server, state, k, headers);
	faulty.clear();
	const what = `${name} at call ${n}: ${answer.status} ${answer.text.slice(0, 300)}`;
	judge(name, answer.status, what);
	const done = await write.done(state, k);
	if (answer.status === 200) assert.equal(done, 1, what);
	else if (answer.status !== 504) assert.equal(done, 0, what);
	else assert.ok(done === 0 || done === 1, what);
	if (answer.status !== 200 && headers['Idempotency-Key']) {
		const again = await write.act(server, state, k, headers);
		assert.equal(again.status, 200, `sent again after ${what}: ${again.text.slice(0, 300)}`);
		assert.equal(await write.done(state, k), 1, `sent again after ${what}`);
	}
	return rule;
}

async function newHotel(name) {
	const code = await reader.create(name, { roomTypes: [{ code: 'DBL', name: 'first' }] });
	return { code, rev: await revision(code) };
}

async function withFaulty(flags, action) {
	const faulty = await FaultyDynamodb.open();
	const server = await start({ folder, flags: ['--handler-timeout', '20s', ...flags, ...storeFlags(folder, { through: faulty.endpoint })] });
	try {
		await action(server, faulty);
		for (const operation of faulty.counts.keys()) operations.add(operation);
	} finally {
		const { code } = await server.stop();
		assert.equal(code, 0, server.log);
		await faulty.close();
	}
}

const where = isLong ? 'every call' : 'a call by chance';

// Before the writes make hundreds of hotels: a listing asks for all of them, at every call of each.
describe(`every fault of a read, at ${where}`, { concurrency: 2 }, () => {
	const reads = [['getHotel', code => `/config/${code}`], ['listHotels', () => '/config?q=Faults%20of%20listHotels']];
	for (const [useCase, path] of reads) {
		test(`${useCase}: the whole truth, or 503, or 504`, () => withFaulty(['--cache-size', '0'], async (server, faulty) => {
			const random = chance(SEED);
			const { code } = await newHotel(`Faults of ${useCase}`);
			await reader.post(`/config/${code}/rooms`, rooms('layout'));
			for (const [name, { fault, operation }] of Object.entries(FAULTS)) {
				await atEveryCall(random, name, async n => {
					const rule = faulty.spoil(fault, { operation, n });
					const answer = await server.get(path(code));
					faulty.clear();
					judge(name, answer.status === 413 ? 500 : answer.status, `${name} at call ${n}: ${answer.status} ${answer.text.slice(0, 300)}`);
					if (answer.status === 200) assert.equal(answer.text, (await reader.get(path(code))).text, name);
					return rule;
				});
			}
		}));
	}
});

describe(`every fault of a write, at ${where}`, { concurrency: 3 }, () => {
	for (const [useCase, write] of Object.entries(WRITES)) {
		test(`${useCase}: what is acknowledged is there once, and 503 means that nothing is`, () => withFaulty([], async (server, faulty) => {
			let state = useCase === 'create' || write.isNewEach ? null : await newHotel(`Faults of ${useCase}`);
			const random = chance(SEED);
			let k = 0;
			for (const name of Object.keys(FAULTS)) {
				await atEveryCall(random, name, async n => {
					k++;
					if (write.isNewEach) state = await newHotel(`Faults of ${useCase} ${k}`);
					if (state) state.rev = await revision(state.code);
					return spoiled({ server, faulty, state, useCase, k }, name, n);
				});
			}
			if (state && !write.isNewEach) assert.equal(history(reader, state.code).length, await revision(state.code), 'one entry a revision');
		}));
	}
});

test('every fault struck something', () => {
	assert.deepEqual(Object.keys(FAULTS).filter(name => !struck.has(name) && name !== 'conflict on one item'), []);
});

test('no call is a batch, whose parts could be left undone', () => {
	const known = ['DescribeTable', 'GetItem', 'Query', 'PutItem', 'DeleteItem', 'TransactWriteItems'];
	assert.deepEqual([...operations].filter(operation => !known.includes(operation)), []);
});

test('the records agree after all of it', async () => {
	assert.ok((await agree(folder)).hotels > 10);
});
