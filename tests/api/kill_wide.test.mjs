// kill -9 within writes of thousands of records: each is one commit, so it is there wholly or not at all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDynamodb, isNarrow } from '../support/engine.mjs';
import { agree, finish, sleep, start } from '../support/innkeeper.mjs';

const ROUNDS = isDynamodb || isNarrow ? 3 : 6; // dynamodb_intents and kill_intents kill between the commits of one write
const ROOMS = 5000;

const layout = (name, type) => Array.from({ length: 5 }, (_, floor) => ({ num: floor, rooms: Array.from({ length: ROOMS / 5 }, (_, i) => ({ number: floor * 1000 + i, type, name })) }));

/** A hotel whose type A has all the rooms, and whose rate plan and rule name it. */
const full = server => server.create('Full', {
	roomTypes: [{ code: 'A' }, { code: 'B' }], ratePlans: [{ code: 'P', name: 'p', roomTypes: ['A'] }],
	businessRules: [{ id: 'U', appliesTo: [{ type: 'RatePlan', id: 'P' }], effect: [{ effectType: 'availability', available: false }] }],
	buildings: [{ name: 'first', floors: layout('first', 'A') }],
});

/** Names of the hotel's rooms, each once, and how many rooms there are. */
function rooms(hotel) {
	const all = (hotel.buildings ?? []).flatMap(building => building.floors.flatMap(floor => floor.rooms));
	return { n: all.length, names: [...new Set(all.map(room => room.name))] };
}

const isWhole = answer => {
	assert.deepEqual(rooms(answer.hotel), { n: ROOMS, names: ['first'] });
	assert.deepEqual([answer.hotel.roomTypes.length, answer.hotel.ratePlans.length, answer.hotel.businessRules.length], [2, 1, 1]);
	return false;
};

/** Sends the write to a new server and kills it, the later the higher the round; the last round's is acknowledged first.
 *  `isDone` says whether a hotel as read is as after the write, and fails when it is neither that nor as before. */
async function killWithin(write, isDone) {
	let needed_ms;
	let done = 0;
	for (let round = ROUNDS - 1; round >= 0; round--) {
		const server = await start();
		const code = await full(server);
		const start_ms = Date.now();
		const sent = write(server, code).catch(() => null);
		const answer = await (needed_ms === undefined ? sent : Promise.race([sent, sleep(needed_ms * round / ROUNDS)]));
		needed_ms ??= Date.now() - start_ms;
		await server.kill();
		await sent;
		await agree(server.folder);
		const again = await start({ folder: server.folder });
		const found = isDone(await again.get(`/config/${code}`));
		assert.ok(found || !answer, 'it was acknowledged and is lost');
		done += found;
		await finish(again);
	}
	assert.ok(done >= 1 && done < ROUNDS, `${done} of ${ROUNDS} were done: none was killed within`);
}

test('saveRooms of 5,000 rooms is there or not', () => killWithin((server, code) => server.post(`/config/${code}/rooms`, { buildings: [{ name: 'second', floors: layout('second', 'B') }] }),
	answer => {
		if (rooms(answer.hotel).names[0] === 'first') return isWhole(answer);
		assert.deepEqual(rooms(answer.hotel), { n: ROOMS, names: ['second'] });
		return true;
	}));

test('a room type goes with its rooms, plans and rules or stays with them', () => killWithin((server, code) => server.request('DELETE', `/config/${code}/rooms/type/A?cascade=true`),
	answer => {
		if (answer.hotel.roomTypes.length === 2) return isWhole(answer);
		assert.deepEqual([answer.hotel.buildings, answer.hotel.ratePlans, answer.hotel.businessRules], [null, undefined, null]);
		return true;
	}));

test('a hotel is deleted or whole', () => killWithin((server, code) => server.request('DELETE', `/config/${code}`),
	answer => answer.status === 404 || isWhole(answer)));
