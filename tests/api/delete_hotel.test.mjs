// deleteHotel: gone from everywhere at once; its name is free, its code never given again, its history stays.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HEAD, LISTS } from '../support/furnished.mjs';
import { history, lastEntry, settledEntry } from '../support/history.mjs';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const remove = (code, headers) => server.request('DELETE', `/config/${code}`, { headers });
const listed = async query => (await server.get(`/config${query ?? ''}`)).json.response.map(hotel => hotel.code);

async function furnished(name) {
	const answer = await server.post('/config', { name, ...HEAD, ...LISTS });
	assert.equal(answer.status, 200, answer.text);
	return answer.hotel.code;
}

test('a deleted hotel is 404 everywhere, at once and after a restart', async () => {
	const code = await furnished('Gone');
	await server.get(`/config/${code}`);
	const head = (await server.get('/config')).json.response.find(hotel => hotel.code === code);
	const answer = await remove(code);
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(answer.hotel, head, 'the answer is the head as it was');
	for (const cold of [false, true]) {
		if (cold) {
			await server.stop();
			server = await start({ folder: server.folder });
		}
		for (const [method, path, body] of [['GET', ''], ['HEAD', ''], ['PUT', '', { name: 'x' }], ['PATCH', '', { description: 'x' }], ['DELETE', ''], ['POST', '/rooms', { buildings: [] }],
			['POST', '/rooms/type', { roomTypes: [{ code: 'A' }] }], ['GET', '/tags'], ['GET', '/tags/SEA'], ['PUT', '/tags/SEA', {}], ['DELETE', '/tags/SEA?cascade=true'], ['GET', '?view=published']]) {
			const refused = await server.request(method, `/config/${code}${path}`, { body });
			assert.equal(refused.status, 404, `${method} ${path}`);
			if (method !== 'HEAD') assertProblem(refused, 404, 'not_found');
		}
		assertProblem(await server.post('/config', { code, description: 'x' }), 404, 'not_found');
		assert.ok(!(await listed()).includes(code));
		assert.ok(!(await listed('?q=gone')).includes(code));
		assert.ok(!(await listed('?city=Bern')).includes(code));
	}
});

test('its history stays and says what went', async () => {
	const code = await furnished('History of the deleted');
	await remove(code);
	const entry = lastEntry(server, code);
	assert.equal(history(server, code).length, 2);
	assert.equal(entry.eventName, 'deleteHotel');
	assert.equal(entry.removed.length, 21);
	assert.ok(entry.removed.includes('cfg-general'));
	assert.equal(entry.changes.length, 21);
	assert.ok(entry.changes.every(change => / : \{.*\} -> $/s.test(change)));
	assert.match(entry.changes.at(-1), new RegExp(`^hotel ${code} : `));
});

test('its name is free again, its code is not given twice', async () => {
	const name = 'Named again';
	const codes = [];
	for (let i = 0; i < 3; i++) {
		const code = await server.create(name);
		assertProblem(await server.post('/config', { name }), 409, 'exists');
		codes.push(code);
		assert.equal((await remove(code)).status, 200);
	}
	assert.deepEqual(codes, [0, 1, 2].map(i => String((Number(codes[0]) + i) % 2 ** 32)));
	const other = await server.create('Renamed to it');
	assert.equal((await server.patch(`/config/${other}`, { name })).status, 200);
});

test('conditions hold for it, and a refusal leaves all as it was', async () => {
	const code = await furnished('Conditions of deleting');
	const { etag } = (await server.get(`/config/${code}`)).headers;
	await unchanged(server, code, async () => {
		const stale = await remove(code, { 'If-Match': '"r9.p0.draft"' });
		assertProblem(stale, 412, 'stale');
		assert.equal(stale.headers.etag, etag);
		assertProblem(await server.request('DELETE', `/config/${code}?cascade=true`), 400, 'invalid', { blames: ['parameter cascade'] });
	});
	assert.equal((await remove(code, { 'If-Match': etag })).status, 200);
	assertProblem(await remove(code, { 'If-Match': etag }), 404, 'not_found');
	const strict = await start({ flags: ['--require-if-match'] });
	try {
		const one = await strict.create('Strict');
		assertProblem(await strict.request('DELETE', `/config/${one}`), 428, 'precondition_required');
		assert.equal((await strict.request('DELETE', `/config/${one}`, { headers: { 'If-Match': '*' } })).status, 200);
	} finally {
		await finish(strict);
	}
});

test('a key still gives the answer of before', async () => {
	const keyed = { 'Idempotency-Key': 'before-deleting' };
	const made = await server.post('/config', { name: 'Keyed and deleted' }, keyed);
	const code = made.hotel.code;
	const tagged = { 'Idempotency-Key': 'tag-before-deleting' };
	const tags = await server.post(`/config/${code}/tags`, { tags: [{ code: 'A' }] }, tagged);
	await remove(code);
	for (const [first, again] of [[made, await server.post('/config', { name: 'Keyed and deleted' }, keyed)], [tags, await server.post(`/config/${code}/tags`, { tags: [{ code: 'A' }] }, tagged)]]) {
		assert.equal(again.status, 200);
		assert.equal(again.text, first.text);
		assert.equal(again.headers['idempotency-replayed'], 'true');
	}
	assertProblem(await server.get(`/config/${code}`), 404, 'not_found');
});

test('a chain may go when its last hotel is deleted', async () => {
	assert.ok((await server.put('/chains/C', { name: 'Chain' })).status < 300);
	const code = await server.create('Chained', { chain: 'C' });
	assert.equal((await server.request('DELETE', '/chains/C')).status, 409);
	assert.deepEqual(await listed('?chain=C'), [code]);
	await remove(code);
	assert.deepEqual(await listed('?chain=C'), []);
	const gone = await server.request('DELETE', '/chains/C');
	assert.ok(gone.status < 300, gone.text);
});

test('a hotel of 5,000 rooms is deleted whole', async () => {
	const code = await server.create('Large and deleted');
	const rooms = Array.from({ length: 5000 }, (_, i) => ({ number: i, name: 'x'.repeat(100) }));
	assert.equal((await server.post(`/config/${code}/rooms`, { buildings: [{ floors: [{ num: 0, rooms }] }] })).status, 200);
	const answer = await remove(code);
	assert.equal(answer.status, 200, answer.text);
	assert.equal((await settledEntry(server, code)).removed.length, 5001);
});

test('everything that is left agrees', async () => {
	await server.create('Left');
	await server.stop();
	await agree(server.folder);
	server = await start({ folder: server.folder });
});
