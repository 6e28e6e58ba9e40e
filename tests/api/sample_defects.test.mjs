// The defects of the seed's sample program, each as a promise that this one keeps (as far as what they concern is built).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LISTS } from '../support/furnished.mjs';
import { history, keysOf, lastEntry } from '../support/history.mjs';
import { assertProblem, hotelText, unchanged } from '../support/hotels.mjs';
import { finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const read = async code => (await server.get(`/config/${code}`)).hotel;
const remove = (code, path) => server.request('DELETE', `/config/${code}${path}`);
const codes = list => list?.map(({ code }) => code) ?? null;

async function restart() {
	await server.stop();
	server = await start({ folder: server.folder });
}

// Handler and use cases.

test('what is not valid is refused before anything is written', async () => {
	const code = await server.create('Validated');
	await unchanged(server, code, async () => {
		assertProblem(await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'DBL', lowPrice: -1 }] }), 400, 'invalid', { blames: ['pointer /roomTypes/0/lowPrice'] });
		assertProblem(await server.patch(`/config/${code}`, { currencyCode: 'XYZ' }), 400, 'invalid', { blames: ['pointer /currencyCode'] });
	});
});

test('deleteHotel has a route, and deletes', async () => {
	const code = await server.create('Routed');
	assert.equal((await remove(code, '')).status, 200);
	assertProblem(await server.get(`/config/${code}`), 404, 'not_found');
});

test('saveRooms, addSellable, deleteSellable, addTag and deleteTag do what they say', async () => {
	const code = await server.create('Done');
	for (const [add, list, body] of [['/tags', 'tags', [{ code: 'T' }]], ['/sellables', 'sellables', [{ code: 'S' }]]]) {
		assert.equal((await server.post(`/config/${code}${add}`, { [list]: body })).status, 200);
		assert.deepEqual(codes((await read(code))[list]), [body[0].code]);
		assert.equal((await remove(code, `${add}/${body[0].code}`)).status, 200);
		assert.equal((await read(code))[list], null);
	}
	await server.post(`/config/${code}/rooms`, { buildings: [{ floors: [{ num: 1, rooms: [{ number: 5 }] }] }] });
	assert.equal((await read(code)).buildings[0].floors[0].rooms[0].number, 5);
});

test('a use case that is not built yet says so, and does not answer success', async () => {
	const code = await server.create('Not pretended');
	for (const path of ['/pictures', '/publish']) assertProblem(await server.post(`/config/${code}${path}`, {}), 501, 'not_implemented');
});

test('listHotels shows hotels without an index that nobody creates, as heads', async () => {
	const code = await server.create('Listed without index');
	await server.post(`/config/${code}/tags`, { tags: [{ code: 'T' }] });
	const found = (await server.get('/config?q=listed%20without')).json.response;
	assert.deepEqual(found, [JSON.parse(hotelText({ code, name: 'Listed without index' }))]);
});

test('getHotel of an unknown code is 404 and no empty hotel', async () => {
	assertProblem(await server.get('/config/1'), 404, 'not_found');
});

test('of two creates at once of one name one is made', async () => {
	const answers = await Promise.all(Array.from({ length: 8 }, () => server.post('/config', { name: 'Raced' })));
	assert.deepEqual(answers.map(answer => answer.status).sort(), [200, ...Array(7).fill(409)]);
});

test('an update with a stale tag is refused, so that none is lost', async () => {
	const code = await server.create('Lost update');
	const { etag } = (await server.get(`/config/${code}`)).headers;
	assert.equal((await server.patch(`/config/${code}`, { description: 'first' }, { 'If-Match': etag })).status, 200);
	assertProblem(await server.patch(`/config/${code}`, { description: 'second' }, { 'If-Match': etag }), 412, 'stale');
	assert.equal((await read(code)).description, 'first');
});

test('a member that saveHotel leaves out keeps its value', async () => {
	const code = await server.create('Not blanked', { description: 'kept', currencyCode: 'EUR', options: { bookable: true } });
	await server.post('/config', { code, name: 'Renamed' });
	const hotel = await read(code);
	assert.deepEqual([hotel.name, hotel.description, hotel.currencyCode, hotel.options.bookable], ['Renamed', 'kept', 'EUR', true]);
});

test('saveHotel with an unknown code creates nothing', async () => {
	assertProblem(await server.post('/config', { code: '12345', name: 'Unknown code' }), 404, 'not_found');
	assertProblem(await server.get('/config/12345'), 404, 'not_found');
});

test('nested lists that saveHotel answers are saved', async () => {
	const answer = await server.post('/config', { name: 'Echo', ...LISTS });
	assert.deepEqual({ ...await read(answer.hotel.code), pendingChanges: null }, answer.hotel);
});

test('addRoomType of an empty list is refused', async () => {
	const code = await server.create('Empty list');
	assertProblem(await server.post(`/config/${code}/rooms/type`, { roomTypes: [] }), 400, 'invalid', { blames: ['pointer /roomTypes'] });
});

test('addRoomType saves all that it is given', async () => {
	const code = await server.create('All types');
	await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A' }, { code: 'B' }, { code: 'C' }] });
	assert.deepEqual(codes((await read(code)).roomTypes), ['A', 'B', 'C']);
});

test('the hotel is the path\'s, and a body that names another is refused', async () => {
	const [code, other] = [await server.create('Path'), await server.create('Body')];
	for (const [path, list] of [['rooms/type', 'roomTypes'], ['tags', 'tags']]) {
		assertProblem(await server.post(`/config/${code}/${path}`, { code: other, [list]: [{ code: 'A' }] }), 400, 'invalid', { blames: ['pointer /code'] });
		await server.post(`/config/${code}/${path}`, { [list]: [{ code: 'A' }] });
		assert.deepEqual(codes((await read(code))[list]), ['A']);
		assert.equal((await read(other))[list], null);
	}
});

test('nothing is added to a hotel that does not exist', async () => {
	for (const [path, list] of [['rooms/type', 'roomTypes'], ['tags', 'tags'], ['sellables', 'sellables']])
		assertProblem(await server.post(`/config/777/${path}`, { [list]: [{ code: 'A' }] }), 404, 'not_found');
	assert.deepEqual(keysOf(server, '777'), []);
});

test('deleteRoomType deletes the room type', async () => {
	const code = await server.create('Type deleted');
	await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'DBL' }, { code: 'SGL' }] });
	assert.equal((await remove(code, '/rooms/type/DBL')).status, 200);
	assert.deepEqual(codes((await read(code)).roomTypes), ['SGL']);
	assert.equal(lastEntry(server, code).eventName, 'deleteRoomType');
});

test('an error has an error\'s status', async () => {
	for (const answer of [await server.get('/config/none'), await server.post('/config', {}), await server.post('/config', '{')]) {
		assert.ok(answer.status >= 400 && answer.json.errorMessage === undefined);
		assert.equal(answer.headers['content-type'], 'application/problem+json');
	}
});

test('no body is logged', async () => {
	const secret = 'someone@example.com secret-picture-bytes';
	const code = await server.create('Not logged', { description: secret });
	await server.post(`/config/${code}/tags`, { tags: [{ code: 'T', description: secret }] });
	await server.post('/config', { name: 5, description: secret });
	await server.post('/config', `{"description":"${secret}`);
	assert.ok(server.log.length > 0);
	assert.ok(!server.log.includes('someone@') && !server.log.includes('secret-picture'));
});

// Codes and keys.

test('hotels whose codes collide both exist', async () => {
	const first = await server.create('Colliding');
	await server.patch(`/config/${first}`, { name: 'Moved away' }); // its code is that of the old name
	const second = await server.create('Colliding');
	assert.equal(second, String((Number(first) + 1) % 2 ** 32));
	assert.deepEqual([(await read(first)).name, (await read(second)).name], ['Moved away', 'Colliding']);
});

test('DBL-SEA comes back as DBL-SEA, and SEA beside it', async () => {
	const code = await server.create('Hyphens');
	const ids = ['DBL-SEA', 'SEA', '-', '--', 'type-SEA', 'DBL-', '-SEA', 'picture-1', 'DBL%2DSEA'.replace('%', '_')];
	const rooms = ids.map((id, i) => ({ number: i, code: id, type: id, attributes: [{ code: id }] }));
	const sorted = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
	const answer = await server.post('/config', { code, roomTypes: ids.map(code => ({ code })), tags: ids.map(code => ({ code })), sellables: ids.map(code => ({ code })),
		businessRules: ids.map(id => ({ id, effect: [{ effectType: 'availability', available: true }] })), ratePlans: ids.map(code => ({ code })), taxes: ids.map(code => ({ code, percent: 1 })),
		buildings: [{ floors: [{ num: 0, rooms }] }] });
	assert.equal(answer.status, 200, answer.text);
	await restart();
	const hotel = await read(code);
	for (const list of ['roomTypes', 'tags', 'sellables', 'ratePlans', 'taxes']) assert.deepEqual(codes(hotel[list]), sorted, list);
	assert.deepEqual(hotel.businessRules.map(rule => rule.id), sorted);
	assert.deepEqual(hotel.buildings[0].floors[0].rooms.map(room => [room.code, room.type, room.attributes[0].code]), ids.map(id => [id, id, id]));
});

test('the records of rooms are not those of room types', async () => {
	const code = await server.create('Prefixes');
	await server.post('/config', { code, roomTypes: [{ code: 'A' }], tags: [{ code: 'Type' }], buildings: [{ floors: [{ num: 0, rooms: [{ number: 1, code: 'Type-A' }, { number: 2, code: 'type-A' }] }] }] });
	await server.post(`/config/${code}/rooms`, { buildings: [] });
	assert.deepEqual(codes((await read(code)).roomTypes), ['A'], 'removing all rooms leaves the types');
	await server.post(`/config/${code}/rooms`, { buildings: [{ floors: [{ num: 0, rooms: [{ number: 1, code: 'Type-A' }] }] }] });
	await remove(code, '/rooms/type/A');
	assert.equal((await read(code)).buildings[0].floors[0].rooms.length, 1, 'removing the type leaves the room');
	assert.deepEqual(keysOf(server, code).filter(key => !key.startsWith('cfg-history-')), ['cfg-general', 'cfg-room-Type%2DA', 'cfg-tag-Type', 'ctl']);
});

test('a room type is kept under cfg-roomType-<id>', async () => {
	const code = await server.create('Key of a type');
	await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'DBL' }] });
	assert.ok(keysOf(server, code).includes('cfg-roomType-DBL'));
	assert.ok(!keysOf(server, code).some(key => key.startsWith('cfg-room-')));
});

test('hotels made in the same second have codes of their own', async () => {
	const made = await Promise.all(Array.from({ length: 30 }, (_, i) => server.create(`Same second ${i}`)));
	assert.equal(new Set(made).size, 30);
});

// Table access.

test('a hotel of several megabytes is read whole', async () => {
	const code = await server.create('Past a page');
	const text = 'x'.repeat(16000);
	for (let i = 0; i < 200; i += 50)
		assert.equal((await server.post(`/config/${code}/tags`, { tags: Array.from({ length: 50 }, (_, j) => ({ code: `T${i + j}`, description: text })) })).status, 200);
	await server.post('/config', { code, roomTypes: [{ code: 'DBL' }], buildings: [{ floors: [{ num: 0, rooms: [{ number: 1 }] }] }] });
	await restart();
	const hotel = await read(code);
	assert.equal(hotel.tags.length, 200);
	assert.ok(hotel.tags.every(tag => tag.description === text));
	assert.deepEqual(codes(hotel.roomTypes), ['DBL']);
	assert.equal(hotel.buildings[0].floors[0].rooms.length, 1, 'history does not push rooms out');
});

test('a read after a write is of that write', async () => {
	const code = await server.create('Consistent');
	for (let i = 0; i < 20; i++) {
		await server.put(`/config/${code}/tags/T`, { name: `n${i}` });
		assert.equal((await server.get(`/config/${code}/tags/T`)).json.name, `n${i}`);
		assert.equal((await read(code)).tags[0].name, `n${i}`);
	}
});

test('many objects are all written and all deleted', async () => {
	const code = await server.create('Unprocessed');
	const tags = Array.from({ length: 90 }, (_, i) => ({ code: `T${i}` }));
	await server.post(`/config/${code}/tags`, { tags });
	assert.equal((await read(code)).tags.length, 90);
	await server.post('/config', { code, tags: [] });
	assert.deepEqual(keysOf(server, code).filter(key => key.startsWith('cfg-tag-')), []);
});

test('an object that can not be stored keeps the whole write from being done', async () => {
	const code = await server.create('Half a write');
	await unchanged(server, code, async () => {
		assertProblem(await server.post(`/config/${code}/tags`, { tags: [{ code: 'A' }, { code: 'B', priceImpact: 0.001 }, { code: 'C' }] }), 400, 'invalid');
	});
	assert.deepEqual(keysOf(server, code).filter(key => key.startsWith('cfg-tag-')), []);
});

test('an object without members is there, a missing one is not', async () => {
	const code = await server.create('Missing and empty');
	await server.put(`/config/${code}/tags/EMPTY`, {});
	assert.equal((await server.get(`/config/${code}/tags/EMPTY`)).status, 200);
	assertProblem(await server.get(`/config/${code}/tags/MISSING`), 404, 'not_found');
});

test('a write of several objects is all or nothing, and one revision', async () => {
	const code = await server.create('Transaction');
	await server.post('/config', { code, ...LISTS });
	const entries = history(server, code);
	assert.equal(entries.length, 2);
	assert.equal(entries[1].changes.length, 20);
});

// Model.

test('the end of a rule\'s date range is read, kept and answered', async () => {
	const code = await server.create('Date range');
	const on = [{ from: '2030-01-01', to: '2030-01-31', dow: ['mo'] }];
	await server.post(`/config/${code}/rules`, { businessRules: [{ id: 'R', effect: [{ effectType: 'availability', available: false }], on, notOn: on }] });
	await restart();
	const [rule] = (await read(code)).businessRules;
	assert.deepEqual([rule.on, rule.notOn], [on, on]);
});

test('prices keep their digits, a rule\'s too', async () => {
	const code = await server.create('No floats', { currencyCode: 'EUR' });
	await server.post(`/config/${code}/rooms/type`, '{"roomTypes":[{"code":"A","lowPrice":9999999999999.99,"medPrice":0.1,"highPrice":0.30}]}');
	await server.put(`/config/${code}/rules/R`, '{"effect":[{"effectType":"pricing","priceImpact":-0.29,"priceUpdateUnit":"currency"}]}');
	await restart();
	const { text } = await server.get(`/config/${code}`);
	assert.match(text, /"lowPrice":9999999999999\.99,"medPrice":0\.1,"highPrice":0\.3,/);
	assert.match(text, /"priceImpact":-0\.29,/);
});

test('booleans come back as they were given, and what is none is refused', async () => {
	const code = await server.create('Booleans', { options: { bookable: true, shoppable: false } });
	await restart();
	assert.deepEqual((await read(code)).options, { bookable: true, shoppable: false });
	for (const wrong of ['true', 1, 'yes', ''])
		assertProblem(await server.patch(`/config/${code}`, { options: { bookable: wrong } }), 400, 'invalid', { blames: ['pointer /options/bookable'] });
});

test('rooms come back in their buildings and floors, by name and number', async () => {
	const code = await server.create('Not flattened');
	const room = (number, name) => ({ number, name, type: '', attributes: null });
	const buildings = [{ name: 'Tower', floors: [{ num: 1, rooms: [room(101, 'a')] }, { num: 2, rooms: [room(201, 'b')] }] }, { name: 'Annex', floors: [{ num: 1, rooms: [room(1, 'c')] }] }];
	await server.post(`/config/${code}/rooms`, { buildings });
	await restart();
	assert.deepEqual((await read(code)).buildings, buildings);
});

test('every list is rebuilt on reading', async () => {
	const { hotel } = await server.post('/config', { name: 'Rebuilt', ...LISTS });
	await restart();
	const found = await read(hotel.code);
	for (const [list, objects] of Object.entries(LISTS)) assert.equal(found[list].length, objects.length, list);
});

test('records that sort before the head are not wiped by it', async () => {
	const code = await server.create('Before the head');
	// `cfg-…` keys before and behind `cfg-general`, and ones that look like it.
	await server.post('/config', { code, ...LISTS });
	await server.patch(`/config/${code}`, { description: 'head written last' });
	await restart();
	const found = await read(code);
	for (const [list, objects] of Object.entries(LISTS)) assert.equal(found[list].length, objects.length, list);
	assert.equal(found.description, 'head written last');
});

// Infrastructure, as far as a server has it.

test('a body of another type is refused and can forge nothing', async () => {
	const forged = JSON.stringify({ userInfo: { sub: 'root' }, subFunction: 'deleteHotel', id: '1', request: { name: 'Forged' } });
	for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', ''])
		assertProblem(await server.post('/config', forged, { 'Content-Type': type }), 415, 'unsupported_media_type');
	assertProblem(await server.post('/config', forged), 400, 'invalid', { blames: ['userInfo', 'subFunction', 'id', 'request'].map(name => `pointer /${name}`) });
});

test('a path segment is a code and nothing that is pasted anywhere', async () => {
	for (const segment of ['%22%7D', '%22%2C%22id%22%3A%221', '..%2F..', '%00'])
		assertProblem(await server.get(`/config/${segment}`), 404, 'not_found');
});

test('the cross-origin headers stand on answers and errors', async () => {
	for (const answer of [await server.get('/config'), await server.get('/config/none'), await server.post('/config', '{')])
		assert.equal(answer.headers['access-control-allow-origin'], '*');
});

test('members come in the order of the seed', async () => {
	const code = await server.create('Order of members');
	assert.deepEqual(Object.keys(await read(code)), ['code', 'name', 'description', 'currencyCode', 'defaultMarketting', 'options', 'pictures', 'buildings', 'roomTypes', 'tags', 'sellables', 'businessRules', 'pendingChanges']);
});
