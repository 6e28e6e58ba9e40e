// Where the seed embeds a whole tag, its code alone counts on input, and the current tag comes out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { entryOf, lastEntry } from '../support/history.mjs';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const tag = (code, members = {}) => ({ code, name: '', description: '', priceImpact: 0, priceUpdateUnit: '', category: '', ...members });
const roomsOf = hotel => hotel.buildings.flatMap(building => building.floors.flatMap(floor => floor.rooms));

/** A hotel whose sellable BF and room 1 embed the tags A and B. */
async function furnished(name) {
	const code = await server.create(name);
	const attributes = [{ code: 'B' }, { code: 'A' }];
	const answer = await server.post('/config', { code, tags: [tag('A', { name: 'old' }), tag('B')],
		sellables: [{ code: 'BF', optionalTags: attributes }, { code: 'Z' }], buildings: [{ floors: [{ num: 0, rooms: [{ number: 1, attributes }] }] }] });
	assert.equal(answer.status, 200, answer.text);
	return code;
}

/** The embedded tags as each way of reading shows them. */
async function everywhere(code) {
	const whole = (await server.get(`/config/${code}`)).hotel;
	const found = [whole.sellables[0].optionalTags, roomsOf(whole)[0].attributes, (await server.get(`/config/${code}/sellables/BF`)).json.optionalTags,
		(await server.get(`/config/${code}/sellables`)).json.sellables[0].optionalTags];
	for (const one of found) assert.deepEqual(one, found[0]);
	return found[0];
}

async function restart() {
	await server.stop();
	server = await start({ folder: server.folder });
}

test('a tag that changes is current wherever it is embedded, cached and not', async () => {
	const code = await furnished('Current');
	assert.deepEqual(await everywhere(code), [tag('B'), tag('A', { name: 'old' })], 'in the order that was given');
	const writes = [
		[() => server.post(`/config/${code}/tags`, { tags: [tag('A', { name: 'added', priceImpact: 7.5 }), tag('NEW')] }), { name: 'added', priceImpact: 7.5 }],
		[() => server.put(`/config/${code}/tags/A`, { name: 'put' }), { name: 'put' }],
		[() => server.patch(`/config/${code}/tags/A`, { category: 'patched' }), { name: 'put', category: 'patched' }],
		[() => server.post('/config', { code, tags: [tag('A', { name: 'saved' }), tag('B')] }), { name: 'saved' }],
	];
	for (const [write, members] of writes) {
		const before = (await server.get(`/config/${code}/sellables/BF`)).headers.etag;
		const entry = await entryOf(server, code, write);
		assert.ok(entry.changes.every(change => change.startsWith('tag ')), 'what embeds it is not changed itself');
		assert.deepEqual(await everywhere(code), [tag('B'), tag('A', members)]);
		const now = await server.get(`/config/${code}/sellables/BF`);
		assert.notEqual(now.headers.etag, before, 'what is read has changed');
		assert.equal((await server.get(`/config/${code}/sellables/BF`, { 'If-None-Match': before })).status, 200);
		assertProblem(await server.patch(`/config/${code}/sellables/BF`, {}, { 'If-Match': before }), 412, 'stale');
		assert.equal((await server.patch(`/config/${code}/sellables/BF`, {}, { 'If-Match': now.headers.etag })).status, 200);
		await restart();
		assert.deepEqual(await everywhere(code), [tag('B'), tag('A', members)]);
	}
});

test('other members of an embedded tag are ignored, stale and too exact ones too', async () => {
	const code = await furnished('Only the code');
	const stale = [tag('B', { name: 'never', priceImpact: 0.12345, priceUpdateUnit: 'currency' }), { code: 'A', priceImpact: -5000.1, priceUpdateUnit: 'percent', description: null }];
	const current = [tag('B'), tag('A', { name: 'old' })];
	await unchanged(server, code, async () => {
		const put = await server.put(`/config/${code}/sellables/BF`, { optionalTags: stale });
		assert.equal(put.status, 200, put.text);
		assert.deepEqual(put.json.optionalTags, current);
		const patched = await server.patch(`/config/${code}/sellables/BF`, { optionalTags: stale });
		assert.deepEqual(patched.json.optionalTags, current);
		const added = await server.post(`/config/${code}/sellables`, { sellables: [{ code: 'BF', optionalTags: stale }] });
		assert.deepEqual(added.hotel.sellables[0].optionalTags, current);
		const rooms = await server.post(`/config/${code}/rooms`, { buildings: [{ floors: [{ num: 0, rooms: [{ number: 1, attributes: stale }] }] }] });
		assert.equal(rooms.status, 200, rooms.text);
		const saved = await server.post('/config', { code, buildings: [{ floors: [{ num: 0, rooms: [{ number: 1, attributes: stale }] }] }], sellables: [{ code: 'BF', optionalTags: stale }, { code: 'Z' }] });
		assert.equal(saved.status, 200, saved.text);
		assert.deepEqual(roomsOf(saved.hotel)[0].attributes, current);
		assert.deepEqual(saved.hotel.sellables[0].optionalTags, current);
	});
	assert.deepEqual(await everywhere(code), current);
});

test('a tag of the same request is embedded as that request leaves it', async () => {
	const code = await furnished('Same request');
	const saved = await server.post('/config', { code, tags: [tag('A', { name: 'new' }), tag('B'), tag('C')], sellables: [{ code: 'BF', optionalTags: [tag('C', { name: 'no' }), { code: 'A' }] }] });
	assert.deepEqual(saved.hotel.sellables[0].optionalTags, [tag('C'), tag('A', { name: 'new' })]);
	assert.deepEqual((await server.get(`/config/${code}`)).hotel.sellables, saved.hotel.sellables);
	assertProblem(await server.post('/config', { code, tags: [tag('A'), tag('B')], sellables: [{ code: 'BF', optionalTags: [{ code: 'C' }] }] }), 400, 'invalid',
		{ blames: ['pointer /sellables/0/optionalTags/0/code'] });
});

test('history keeps the codes of embedded tags', async () => {
	const code = await furnished('History of tags');
	const entry = await entryOf(server, code, () => server.put(`/config/${code}/sellables/BF`, { optionalTags: [tag('A', { name: 'x' })] }));
	assert.deepEqual(entry.changes, ['sellable BF optionalTags: ["B","A"] -> ["A"]']);
	await server.request('DELETE', `/config/${code}/tags/A?cascade=true`);
	assert.deepEqual(lastEntry(server, code).changes.slice(0, 2), ['room 1 attributes: ["B","A"] -> ["B"]', 'sellable BF optionalTags: ["A"] -> null']);
});

test('many objects with many tags are listed within their time', async () => {
	const code = await server.create('Many tags');
	const tags = Array.from({ length: 50 }, (_, i) => tag(`T${i}`, { description: 'x'.repeat(200) }));
	const sellables = Array.from({ length: 1000 }, (_, i) => ({ code: `S${i}`, optionalTags: tags.slice(0, 20).map(({ code }) => ({ code })) }));
	const saved = await server.post('/config', { code, tags, sellables: sellables.slice(0, 400) });
	assert.equal(saved.status, 200, saved.text.slice(0, 300));
	const found = [];
	for (let path = `/config/${code}/sellables?limit=1000`, page; path; path = page.json.next && `/config/${code}/sellables?limit=1000&cursor=${page.json.next}`) {
		page = await server.get(path);
		assert.equal(page.status, 200, page.text.slice(0, 300));
		found.push(...page.json.sellables);
	}
	assert.deepEqual(found, (await server.get(`/config/${code}`)).hotel.sellables);
	assert.equal(found.length, 400);
});

test('everything that was written agrees', async () => {
	await server.stop();
	assert.ok((await agree(server.folder)).objects > 400);
	server = await start({ folder: server.folder });
});
