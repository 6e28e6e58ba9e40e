// Objects that name each other, written by many at once in two processes: no name is ever left without its object.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agree, finish, start } from '../support/innkeeper.mjs';

const ROUNDS = 25;

let servers;
let code;
before(async () => {
	const server = await start({ flags: ['--handler-timeout', '30s'] });
	servers = [server, await start({ folder: server.folder, flags: ['--handler-timeout', '30s'] })];
	code = await server.create('Tangled');
});
after(async () => {
	await servers[1].stop();
	await finish(servers[0]);
});

/** Runs the action in both processes, ROUNDS times each, at once with all others. */
const busy = (...actions) => Promise.all(actions.flatMap(action => servers.map(async server => {
	for (let i = 0; i < ROUNDS; i++) await action(server, i);
})));

/** 503 says that nothing was written: too many at once. */
function allow(answer, statuses) {
	assert.ok([...statuses, 503].includes(answer.status), answer.text);
	return answer;
}

test('what is named while it is deleted is refused, or goes with it', async () => {
	const at = path => `/config/${code}/${path}`;
	await busy(
		async (server, i) => allow(await server.put(at('tags/T'), { name: `n${i}` }), [200, 201]),
		async server => allow(await server.request('DELETE', at('tags/T?cascade=true')), [200, 404]),
		async server => allow(await server.request('DELETE', at('tags/T')), [200, 404, 409]),
		async (server, i) => allow(await server.put(at(`sellables/S${i % 3}`), { name: `n${i}`, optionalTags: [{ code: 'T' }] }), [200, 201, 400]),
		async (server, i) => allow(await server.post(at('rooms'), { buildings: [{ floors: [{ num: 0, rooms: [{ number: i, attributes: i % 2 ? [{ code: 'T' }] : [] }] }] }] }), [200, 400, 409]),
		async (server, i) => allow(await server.put(at('rules/R'), { effect: [{ effectType: 'availability', available: true }], appliesTo: [{ type: 'Attribute', id: 'T' }, { type: 'Room', id: String(i) }] }), [200, 201, 400]),
	);
	const { hotel } = await servers[0].get(`/config/${code}`);
	assert.deepEqual((await servers[1].get(`/config/${code}`)).hotel, hotel);
	const tags = (hotel.tags ?? []).map(tag => JSON.stringify(tag));
	for (const { optionalTags } of hotel.sellables ?? [])
		for (const tag of optionalTags ?? []) assert.ok(tags.includes(JSON.stringify(tag)), 'an embedded tag is the current one');
});

test('what one process embeds is what the other has just written', async () => {
	const [one, other] = servers;
	await one.post('/config', { code, tags: [{ code: 'T' }], sellables: [{ code: 'S', optionalTags: [{ code: 'T' }] }], buildings: [], businessRules: [] });
	for (let i = 0; i < ROUNDS; i++) {
		const [writer, reader] = i % 2 ? [one, other] : [other, one];
		assert.equal((await writer.put(`/config/${code}/tags/T`, { name: `n${i}` })).status, 200);
		assert.equal((await reader.get(`/config/${code}/sellables/S`)).json.optionalTags[0].name, `n${i}`);
		assert.equal((await reader.get(`/config/${code}`)).hotel.sellables[0].optionalTags[0].name, `n${i}`);
		const patched = await reader.patch(`/config/${code}/sellables/S`, { quantity: i });
		assert.equal(patched.json.optionalTags[0].name, `n${i}`);
		assert.equal((await writer.get(`/config/${code}`)).hotel.sellables[0].quantity, i);
	}
});

test('everything that was written agrees', async () => {
	for (const server of servers) await server.stop();
	await agree(servers[0].folder);
	servers = [await start({ folder: servers[0].folder }), await start({ folder: servers[0].folder })];
});
