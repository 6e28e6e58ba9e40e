// A store that takes seven writes a commit: what needs several of them answers as what needs one, and leaves the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agree, finish, makeFolder, removeFolder, start } from '../support/innkeeper.mjs';

const layout = (floors, rooms, name) => ({ buildings: [{ name: 'Main', floors: Array.from({ length: floors }, (_, f) => ({ num: f, rooms: Array.from({ length: rooms }, (_, r) => ({ number: f * 100 + r, name, type: 'DBL' })) })) }] });
const many = (n, more = {}) => Array.from({ length: n }, (_, i) => ({ code: `C${i}`, ...more }));

const REQUESTS = [
	['POST', '/config', { name: 'Wide', roomTypes: [{ code: 'DBL' }, { code: 'SGL' }], tags: many(30), sellables: many(12) }],
	['POST', '/config/{id}/rooms', layout(4, 50, 'first')],
	['POST', '/config/{id}/rooms', layout(3, 60, 'second')],
	['POST', '/config/{id}/rooms/type', { roomTypes: many(90, { name: 'type' }) }],
	['POST', '/config', { name: 'Copy', tags: many(60) }, { 'Idempotency-Key': 'wide' }],
	['POST', '/config', { name: 'Copy', tags: many(60) }, { 'Idempotency-Key': 'wide' }],
	['DELETE', '/config/{id}/rooms/type/DBL', undefined],
	['DELETE', '/config/{id}/rooms/type/DBL?cascade=true', undefined],
	['POST', '/config/{id}/rooms/type', { roomTypes: [...many(89), { code: 'none', lowPrice: -1 }] }],
	['PATCH', '/config/{id}', { name: 'Wider', tags: null }],
];

const folder = makeFolder();
const narrow = () => start({ folder, flags: ['--store', `sqlite:${folder}/innkeeper.db?max_writes=7`] });
let id; // of the hotel that is made first: of its name
let servers = [];
before(async () => {
	const first = await start();
	id = await first.create('Wide');
	await finish(first);
	servers = [await start(), await narrow()];
});
after(async () => {
	for (const server of servers) await finish(server);
	removeFolder(folder);
});

const both = request => Promise.all(servers.map(request));
const bare = ({ status, json: { instance, ...members } }) => ({ status, members });

test('many writes through commits of seven are answered and kept as through one commit', async () => {
	for (const [method, path, body, headers] of REQUESTS) {
		const [one, seven] = await both(server => server.request(method, path.replace('{id}', id), { body, headers }));
		assert.deepEqual(bare(seven), bare(one), `${method} ${path}`);
		const documents = await both(server => server.get(`/config/${id}`));
		assert.equal(documents[1].text, documents[0].text, `after ${method} ${path}`);
	}
});

test('the records agree, and a server without that bound goes on with them', async () => {
	assert.equal((await servers[1].delete(`/config/${id}`)).status, 200);
	assert.equal((await servers[1].stop()).code, 0);
	assert.equal((await agree(folder)).hotels, 1);
	servers[1] = await start({ folder });
	assert.equal((await servers[1].get(`/config/${id}`)).status, 404);
	assert.equal((await servers[1].get('/config')).json.response[0].name, 'Copy');
});
