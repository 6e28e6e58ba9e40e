// saveRooms: the whole layout of a hotel, replaced at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { entryOf, settledEntry } from '../support/history.mjs';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const path = code => `/config/${code}/rooms`;
const layout = (...rooms) => ({ buildings: [{ name: 'Main', floors: [{ num: 1, rooms }] }] });
const numbers = hotel => (hotel.buildings ?? []).map(({ name, floors }) => [name, floors.map(({ num, rooms }) => [num, rooms.map(room => room.code ?? room.number)])]);

async function furnished(name) {
	const code = await server.create(name);
	assert.equal((await server.post('/config', { code, tags: [{ code: 'SEA' }, { code: 'BIG' }], roomTypes: [{ code: 'DBL' }, { code: 'SGL' }] })).status, 200);
	return code;
}

test('every member of a room comes back, and the answer is the head', async () => {
	const code = await furnished('Members of rooms');
	const answer = await server.post(path(code), { code, ...layout({ number: 101, name: 'Corner', type: 'DBL', attributes: [{ code: 'SEA' }, { code: 'BIG' }], code: 'C-101' }, { number: 102 }) });
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.hotel.buildings, null);
	const shown = '{"number":101,"name":"Corner","type":"DBL","attributes":[{"code":"SEA","name":"","description":"","priceImpact":0,"priceUpdateUnit":"","category":""},' +
		'{"code":"BIG","name":"","description":"","priceImpact":0,"priceUpdateUnit":"","category":""}],"code":"C-101"}';
	const buildings = `"buildings":[{"name":"Main","floors":[{"num":1,"rooms":[${shown},{"number":102,"name":"","type":"","attributes":null}]}]}]`;
	for (const cold of [false, true]) {
		if (cold) {
			await server.stop();
			server = await start({ folder: server.folder });
		}
		const read = await server.get(`/config/${code}`);
		assert.ok(read.text.includes(buildings), read.text);
		assert.equal(read.headers.etag, answer.headers.etag);
	}
});

test('buildings come as given, floors by num, rooms by number', async () => {
	const code = await furnished('Order of rooms');
	const buildings = [{ name: 'Z', floors: [{ num: 10, rooms: [{ number: 1003 }, { number: 1001 }] }, { num: -1, rooms: [{ number: 9 }] }, { num: 2, rooms: [{ number: 20, code: 'b' }, { number: 20, code: 'a' }] }] },
		{ floors: [{ num: 0, rooms: [{ number: 100 }, { number: 2 }] }] }, { name: 'Z', floors: [{ num: 10, rooms: [{ number: 5 }] }] }];
	const expected = [['Z', [[-1, [9]], [2, ['a', 'b']], [10, [1001, 1003]]]], ['', [[0, [2, 100]]]], ['Z', [[10, [5]]]]];
	const saved = await server.post('/config', { code, buildings });
	assert.deepEqual(numbers(saved.hotel), expected, 'in the answer');
	assert.deepEqual(numbers((await server.get(`/config/${code}`)).hotel), expected, 'as read');
	await unchanged(server, code, async () => assert.equal((await server.post(path(code), { buildings })).status, 200));
});

test('a room is its code, else its number, and each is there once', async () => {
	const code = await furnished('Ids of rooms');
	const floors = [{ num: 1, rooms: [{ number: 1 }, { number: 2, code: '1' }, { number: 3, code: 'A' }] }, { num: 2, rooms: [{ number: 4, code: 'A' }, { number: 1 }, { number: 5, code: 'a' }] }];
	await unchanged(server, code, async () => {
		const twice = ['0/floors/0/rooms/1', '0/floors/1/rooms/0', '0/floors/1/rooms/1'];
		assertProblem(await server.post(path(code), { buildings: [{ floors }] }), 400, 'invalid', { blames: twice.map(place => `pointer /buildings/${place}`) });
		assertProblem(await server.post(path(code), { buildings: [{ floors: [floors[0]] }, { floors: [{ num: 1, rooms: [{ number: 3, code: 'A' }] }] }] }), 400, 'invalid',
			{ blames: ['pointer /buildings/0/floors/0/rooms/1', 'pointer /buildings/1/floors/0/rooms/0'] });
	});
	assert.equal((await server.post(path(code), layout({ number: 1 }, { number: 1, code: 'one' }, { number: 1, code: 'ONE' }))).status, 200, 'numbers may repeat where codes tell rooms apart');
	assertProblem(await server.post(path(code), layout({ number: 1 }, { number: 7, code: 'one' }, { number: 1 })), 400, 'invalid', { blames: ['pointer /buildings/0/floors/0/rooms/2'] });
});

test('what is not valid is named by its place', async () => {
	const code = await furnished('Refused rooms');
	const room = members => [layout({ number: 1 }, { number: 2, ...members }), '0/floors/0/rooms/1/'];
	const cases = [
		[...room({ number: null }), 'number'], [...room({ number: -1 }), 'number'], [...room({ number: 1.5 }), 'number'], [...room({ number: '2' }), 'number'],
		[...room({ type: 'TWIN' }), 'type'], [...room({ type: 'a b' }), 'type'], [...room({ code: 'a/b' }), 'code'], [...room({ attributes: [{ code: 'SEA' }, { code: 'NO' }] }), 'attributes/1/code'],
		[...room({ attributes: [{ code: 'SEA' }, { code: 'SEA' }] }), 'attributes/1'], [...room({ attributes: [{}] }), 'attributes/0/code'], [...room({ id: 'x' }), 'id'], [...room({ floor: 1 }), 'floor'],
		[{ buildings: [{ name: 'B' }] }, '0/', 'floors'], [{ buildings: [{ floors: [] }] }, '0/', 'floors'], [{ buildings: [{ floors: [{ num: 1 }] }] }, '0/floors/0/', 'rooms'],
		[{ buildings: [{ floors: [{ num: 1, rooms: [] }] }] }, '0/floors/0/', 'rooms'], [{ buildings: [{ floors: [{ rooms: [{ number: 1 }] }] }] }, '0/floors/0/', 'num'],
		[{ buildings: [{ floors: [{ num: 1, rooms: [{ number: 1 }] }, { num: 1, rooms: [{ number: 2 }] }] }] }, '0/floors/1/', 'num'], [{ buildings: [7] }, '0', ''],
	];
	await unchanged(server, code, async () => {
		for (const [body, place, member] of cases)
			assertProblem(await server.post(path(code), body), 400, 'invalid', { blames: [`pointer /buildings/${place}${member}`] });
		for (const body of [{}, { buildings: null }, { buildings: {} }])
			assertProblem(await server.post(path(code), body), 400, 'invalid', { blames: ['pointer /buildings'] });
		assertProblem(await server.post(path(code), { buildings: [], name: 'x', tags: [] }), 400, 'invalid', { blames: ['pointer /name', 'pointer /tags'] });
		assertProblem(await server.post(path(code), { buildings: [], code: 'other' }), 400, 'invalid', { blames: ['pointer /code'] });
		for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) assertProblem(await server.request(method, path(code)), 405, 'method_not_allowed');
	});
	for (const unknown of ['unknown', 'a%20b']) assertProblem(await server.post(path(unknown), { buildings: [] }), 404, 'not_found');
});

test('only what differs is written, and history says what came, went and changed', async () => {
	const code = await furnished('Differences');
	const first = await entryOf(server, code, () => server.post(path(code), layout({ number: 1, type: 'DBL' }, { number: 2 }, { number: 3 })));
	assert.equal(first.eventName, 'saveRooms');
	assert.deepEqual(first.changes.map(change => change.split(':')[0].trim()), ['room 1', 'room 2', 'room 3']);
	const second = await entryOf(server, code, () => server.post(path(code), layout({ number: 1, type: 'SGL' }, { number: 3 }, { number: 4, attributes: [{ code: 'SEA' }] })));
	assert.deepEqual(second.keys.filter(key => key.startsWith('cfg-')).sort(), ['cfg-room-1', 'cfg-room-4']);
	assert.deepEqual(second.removed, ['cfg-room-2']);
	assert.equal(second.changes[0], 'room 1 type: "DBL" -> "SGL"');
	assert.match(second.changes[1], /^room 2 : \{.*\} -> $/);
	assert.match(second.changes[2], /^room 4 : {2}-> \{.*"attributes":\["SEA"\].*\}$/);
	assert.equal(second.changes.length, 3);
	const moved = await entryOf(server, code, () => server.post(path(code), { buildings: [{ name: 'New', floors: [{ num: 1, rooms: [{ number: 1, type: 'SGL' }, { number: 3 }] }, { num: 4, rooms: [{ number: 4, attributes: [{ code: 'SEA' }] }] }] }] }));
	assert.deepEqual(moved.changes, ['room 1 buildingName: "Main" -> "New"', 'room 3 buildingName: "Main" -> "New"', 'room 4 buildingName: "Main" -> "New"', 'room 4 floor: 1 -> 4']);
	const gone = await entryOf(server, code, () => server.post(path(code), { buildings: [] }));
	assert.deepEqual(gone.removed.sort(), ['cfg-room-1', 'cfg-room-3', 'cfg-room-4']);
	assert.equal((await server.get(`/config/${code}`)).hotel.buildings, null);
	await unchanged(server, code, async () => assert.equal((await server.post(path(code), { buildings: [] })).status, 200));
});

test('conditions are the hotel\'s, and a key gives the stored answer', async () => {
	const code = await furnished('Conditions of rooms');
	const { etag } = (await server.get(`/config/${code}`)).headers;
	const body = layout({ number: 1 });
	await unchanged(server, code, async () => {
		const stale = await server.post(path(code), body, { 'If-Match': '"r1.p0.draft"' });
		assertProblem(stale, 412, 'stale');
		assert.equal(stale.headers.etag, etag);
		assertProblem(await server.post(path(code), '{}', { 'Content-Type': 'text/plain' }), 415, 'unsupported_media_type');
	});
	const keyed = { 'If-Match': etag, 'Idempotency-Key': 'rooms' };
	const first = await server.post(path(code), body, keyed);
	assert.equal(first.status, 200, first.text);
	const again = await server.post(path(code), body, keyed);
	assert.equal(again.headers['idempotency-replayed'], 'true');
	assert.equal(again.text, first.text);
	assertProblem(await server.post(path(code), { buildings: [] }, keyed), 422, 'key_reused');
});

const floors = (n, members, perFloor = 100) => Array.from({ length: Math.ceil(n / perFloor) }, (_, f) => ({ num: f,
	rooms: Array.from({ length: Math.min(perFloor, n - f * perFloor) }, (_, i) => ({ number: f * perFloor + i, ...members(f * perFloor + i) })) }));

test('5,000 rooms are taken, 5,001 are not', async () => {
	const code = await furnished('Five thousand');
	const members = () => ({ type: 'DBL', attributes: [{ code: 'SEA' }, { code: 'BIG' }] });
	const saved = await server.post(path(code), { buildings: [{ floors: floors(5000, members) }] });
	assert.equal(saved.status, 200, saved.text);
	assert.equal((await settledEntry(server, code)).changes.length, 5000);
	await unchanged(server, code, async () => {
		assert.equal((await server.post(path(code), { buildings: [{ floors: floors(5000, members) }] })).status, 200);
		assertProblem(await server.post(path(code), { buildings: [{ floors: floors(5001, members) }] }), 400, 'invalid', { blames: ['pointer /buildings'] });
		assertProblem(await server.post(path(code), { buildings: [{ floors: floors(5001, members, 6000) }] }), 400, 'invalid', { blames: ['pointer /buildings/0/floors/0/rooms/5000'] });
	});
	const { hotel } = await server.get(`/config/${code}`);
	assert.equal(hotel.buildings[0].floors.flatMap(floor => floor.rooms).length, 5000);
	assert.equal((await server.post('/config', hotel)).headers.etag, saved.headers.etag, 'the whole document may be sent back');
	const entry = await entryOf(server, code, () => server.request('DELETE', `/config/${code}/tags/SEA?cascade=true`));
	assert.equal(entry.changes.length, 5001);
	assert.equal((await server.post(path(code), { buildings: [] })).status, 200);
});

const tagged = n => Array.from({ length: n }, (_, i) => ({ code: `T${i}` }));

test('5,000 rooms that fill a document are taken, replaced, and sent back as read', async () => {
	const code = await server.create('Full of rooms');
	await server.post('/config', { code, tags: tagged(8), roomTypes: [{ code: 'DBL' }] });
	const rooms = floors(5000, () => ({ type: 'DBL', attributes: tagged(8) }));
	for (const buildings of [[{ floors: rooms }], [{ name: 'Moved', floors: rooms }]]) {
		const saved = await server.post(path(code), { buildings });
		assert.equal(saved.status, 200, saved.text);
	}
	const read = await server.get(`/config/${code}`);
	const text = JSON.stringify(read.hotel);
	for (const back of [await server.post('/config', text), await server.put(`/config/${code}`, text)]) {
		assert.equal(back.status, 200, back.text.slice(0, 300));
		assert.equal(back.headers.etag, read.headers.etag);
	}
	assert.equal((await server.request('DELETE', `/config/${code}/rooms/type/DBL?cascade=true`)).status, 200);
});

test('rooms of more than a document are refused with its limit', async () => {
	const code = await server.create('Too full of rooms');
	await server.post('/config', { code, tags: tagged(10) });
	await unchanged(server, code, async () => {
		const refused = await server.post(path(code), { buildings: [{ floors: floors(5000, () => ({ attributes: tagged(10) })) }] });
		assertProblem(refused, 413, 'too_large');
		assert.equal(refused.json.detail, "a hotel's document holds at most 4194304 bytes");
	});
});

test('5,000 rooms of the longest codes are taken, and history lists all their keys', async () => {
	const code = await server.create('Long codes of rooms');
	const long = prefix => ({ buildings: [{ floors: floors(5000, i => ({ code: `${prefix}${'-'.repeat(57)}${String(i).padStart(6, '0')}` })) }] });
	for (const prefix of ['a', 'b']) {
		const saved = await server.post(path(code), long(prefix));
		assert.equal(saved.status, 200, saved.text);
	}
	const entry = await settledEntry(server, code);
	assert.equal(entry.changes.length, 10000);
	assert.equal(entry.removed.length, 5000);
	assert.equal(entry.keys.length, 5000);
});

test('everything that was written agrees', async () => {
	await server.stop();
	assert.ok((await agree(server.folder)).objects > 20);
	server = await start({ folder: server.folder });
});
