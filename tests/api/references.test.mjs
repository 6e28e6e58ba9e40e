// Deleting what is named: refused with its referrers, or followed in the same commit; a rule or plan never widens.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { entryOf } from '../support/history.mjs';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const closed = [{ effectType: 'availability', available: false }];
const rule = (id, ...appliesTo) => ({ id, appliesTo: appliesTo.map(([type, id]) => ({ type, id })), effect: closed });

/** A hotel in which everything is named. */
async function entangled(name) {
	const code = await server.create(name);
	const answer = await server.post('/config', { code,
		tags: [{ code: 'SEA' }, { code: 'BIG' }], roomTypes: [{ code: 'DBL' }, { code: 'SGL' }],
		sellables: [{ code: 'BF', optionalTags: [{ code: 'SEA' }, { code: 'BIG' }] }],
		buildings: [{ name: 'Main', floors: [{ num: 1, rooms: [{ number: 101, type: 'DBL', attributes: [{ code: 'SEA' }] }, { number: 102, type: 'SGL', attributes: [{ code: 'SEA' }, { code: 'BIG' }] }] }] }],
		ratePlans: [{ code: 'BOTH', roomTypes: ['DBL', 'SGL'] }, { code: 'ONLY', roomTypes: ['DBL'] }, { code: 'ALL' }],
		businessRules: [rule('r-all'), rule('r-mixed', ['Room', '101'], ['RoomType', 'SGL'], ['RoomType', '']), rule('r-plan', ['RatePlan', 'ONLY']),
			rule('r-room', ['Room', '101']), rule('r-sell', ['Sellable', 'BF']), rule('r-sea', ['Attribute', 'SEA']), rule('r-type', ['RoomType', 'DBL'])] });
	assert.equal(answer.status, 200, answer.text);
	await server.get(`/config/${code}`);
	return code;
}

const remove = (code, path) => server.request('DELETE', `/config/${code}/${path}`);

/** What the refusal names, as `referrer of named`. */
const referrers = answer => answer.json.detail.split(', ').sort();

test('what is named is not deleted, and every referrer is told', async () => {
	const code = await entangled('In use');
	const expected = {
		'rooms/type/DBL': ['ratePlan BOTH', 'ratePlan ONLY', 'room 101', 'rule r-type'].map(name => `${name} names roomType DBL`),
		'rooms/type/SGL': ['ratePlan BOTH', 'room 102', 'rule r-mixed'].map(name => `${name} names roomType SGL`),
		'tags/SEA': ['room 101', 'room 102', 'rule r-sea', 'sellable BF'].map(name => `${name} names tag SEA`),
		'tags/BIG': ['room 102', 'sellable BF'].map(name => `${name} names tag BIG`),
		'sellables/BF': ['rule r-sell names sellable BF'], 'rateplans/ONLY': ['rule r-plan names ratePlan ONLY'],
	};
	await unchanged(server, code, async () => {
		for (const [path, names] of Object.entries(expected))
			for (const query of ['', '?cascade=false']) {
				const answer = await remove(code, path + query);
				assertProblem(answer, 409, 'in_use');
				assert.deepEqual(referrers(answer), names, path);
			}
	});
	for (const path of ['rateplans/BOTH', 'rateplans/ALL', 'rules/r-all']) assert.equal((await remove(code, path)).status, 200, path);
});

test('many referrers are counted behind the first ten', async () => {
	const code = await server.create('Many referrers');
	await server.post('/config', { code, tags: [{ code: 'T' }], sellables: Array.from({ length: 25 }, (_, i) => ({ code: `S${i}`, optionalTags: [{ code: 'T' }] })) });
	const answer = await remove(code, 'tags/T');
	assertProblem(answer, 409, 'in_use');
	assert.match(answer.json.detail, /^(sellable S\d+ names tag T, ){9}sellable S\d+ names tag T and 15 more$/);
});

test('cascade takes a room type\'s rooms, plans that had it alone, and rules on those, and no more', async () => {
	const code = await entangled('Cascade type');
	const entry = await entryOf(server, code, () => remove(code, 'rooms/type/DBL?cascade=true'));
	assert.equal(entry.eventName, 'deleteRoomType');
	assert.deepEqual(entry.changes.map(change => change.split(':')[0].trim()).sort(),
		['ratePlan BOTH roomTypes', 'ratePlan ONLY', 'room 101', 'roomType DBL', 'rule r-mixed appliesTo', 'rule r-plan', 'rule r-room', 'rule r-type'].sort());
	assert.deepEqual(entry.removed.sort(), ['cfg-ratePlan-ONLY', 'cfg-room-101', 'cfg-roomType-DBL', 'cfg-rule-r%2Dplan', 'cfg-rule-r%2Droom', 'cfg-rule-r%2Dtype'].sort());
	for (const cold of [false, true]) {
		if (cold) {
			await server.stop();
			server = await start({ folder: server.folder });
		}
		const { hotel } = await server.get(`/config/${code}`);
		assert.deepEqual(hotel.buildings[0].floors[0].rooms.map(room => room.number), [102]);
		assert.deepEqual(hotel.ratePlans, [{ code: 'ALL', name: '', description: '' }, { code: 'BOTH', name: '', description: '', roomTypes: ['SGL'] }]);
		assert.deepEqual(hotel.businessRules.map(({ id, appliesTo }) => [id, appliesTo?.map(target => `${target.type} ${target.id}`) ?? null]),
			[['r-all', null], ['r-mixed', ['RoomType SGL', 'RoomType ']], ['r-sea', ['Attribute SEA']], ['r-sell', ['Sellable BF']]]);
	}
});

test('cascade takes a tag off rooms and sellables, and rules on it alone away', async () => {
	const code = await entangled('Cascade tag');
	const entry = await entryOf(server, code, () => remove(code, 'tags/SEA?cascade=true'));
	assert.deepEqual(entry.changes.filter(change => !change.includes(' : ')),
		['room 101 attributes: ["SEA"] -> null', 'room 102 attributes: ["SEA","BIG"] -> ["BIG"]', 'sellable BF optionalTags: ["SEA","BIG"] -> ["BIG"]']);
	assert.deepEqual(entry.removed.sort(), ['cfg-rule-r%2Dsea', 'cfg-tag-SEA']);
});

test('cascade of a sellable and of a plan takes the rules on them alone', async () => {
	const code = await entangled('Cascade others');
	assert.deepEqual((await entryOf(server, code, () => remove(code, 'sellables/BF?cascade=true'))).removed.sort(), ['cfg-rule-r%2Dsell', 'cfg-sellable-BF']);
	assert.deepEqual((await entryOf(server, code, () => remove(code, 'rateplans/ONLY?cascade=true'))).removed.sort(), ['cfg-ratePlan-ONLY', 'cfg-rule-r%2Dplan']);
	assert.deepEqual((await entryOf(server, code, () => remove(code, 'rules/r-room?cascade=true'))).removed, ['cfg-rule-r%2Droom']);
});

test('a room that a rule names can not vanish, one that none names can', async () => {
	const code = await entangled('Named room');
	const rooms = (...numbers) => ({ buildings: [{ name: 'Main', floors: [{ num: 1, rooms: numbers.map(number => ({ number, type: 'DBL' })) }] }] });
	await unchanged(server, code, async () => {
		for (const body of [rooms(102), { buildings: [] }]) {
			const answer = await server.post(`/config/${code}/rooms`, body);
			assertProblem(answer, 409, 'in_use');
			assert.deepEqual(referrers(answer), ['rule r-mixed names room 101', 'rule r-room names room 101']);
			assertProblem(await server.post('/config', { code, ...body }), 409, 'in_use');
		}
		assertProblem(await server.patch(`/config/${code}`, { buildings: null }), 409, 'in_use');
	});
	assert.equal((await server.post(`/config/${code}/rooms`, rooms(101, 7))).status, 200);
	assert.equal((await server.patch(`/config/${code}`, { buildings: null, businessRules: null })).status, 200, 'both at once');
});

test('a list that is replaced must keep what others name', async () => {
	const code = await entangled('Replaced lists');
	await unchanged(server, code, async () => {
		for (const list of ['tags', 'roomTypes', 'sellables', 'ratePlans']) {
			assertProblem(await server.post('/config', { code, [list]: [{ code: 'OTHER' }] }), 409, 'in_use');
			assertProblem(await server.put(`/config/${code}`, { name: 'Replaced lists', [list]: [] }), 409, 'in_use');
			assertProblem(await server.patch(`/config/${code}`, { [list]: null }), 409, 'in_use');
		}
	});
	const all = { tags: [], roomTypes: [], sellables: [], ratePlans: [], businessRules: [], buildings: [] };
	assert.equal((await server.post('/config', { code, ...all })).status, 200, 'all at once');
	const { hotel } = await server.get(`/config/${code}`);
	for (const list of Object.keys(all)) assert.equal(hotel[list] ?? null, null, list);
});

test('everything that was written agrees', async () => {
	await server.stop();
	assert.ok((await agree(server.folder)).objects > 50);
	server = await start({ folder: server.folder });
});
