// Two servers on one table: what one has acknowledged the other shows at once, whatever it has cached or remembers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agree, finish, makeFolder, start } from '../support/innkeeper.mjs';

const folder = makeFolder();
let servers;
before(async () => { servers = [await start({ folder }), await start({ folder })]; });

test('each write of one is in the next answer of the other, and its revision goes on from there', async () => {
	const code = await servers[0].create('Shared', { ratePlans: [] });
	for (let i = 0; i < 30; i++) {
		const [writer, reader] = i % 3 === 2 ? servers : [...servers].reverse();
		const written = await writer.post(`/config/${code}/tags`, { tags: [{ code: `T${i % 4}`, name: `name ${i}` }] });
		assert.equal(written.status, 200, written.text);
		const read = await reader.get(`/config/${code}`);
		assert.equal(read.headers.etag, written.headers.etag);
		assert.equal(read.hotel.tags.find(tag => tag.code === `T${i % 4}`).name, `name ${i}`);
		assert.equal((await reader.get(`/config/${code}`, { 'If-None-Match': written.headers.etag })).status, 304);
		assert.equal((await writer.get(`/config/${code}`)).text, read.text);
	}
});

test('a hotel, its name and its end are known to both', async () => {
	const [one, other] = servers;
	const code = await one.create('Short-lived');
	assert.equal((await other.get('/config?q=Short-lived')).json.response.length, 1);
	const again = await other.post('/config', { name: 'Short-lived' });
	assert.deepEqual([again.status, again.json.code], [409, 'exists']);
	assert.equal((await other.delete(`/config/${code}`)).status, 200);
	assert.equal((await one.get(`/config/${code}`)).status, 404);
	assert.equal((await one.post(`/config/${code}/tags`, { tags: [{ code: 'T' }] })).status, 404);
	assert.equal((await one.get('/config?q=Short-lived')).json.response.length, 0);
});

test('a key has one effect, whichever is asked', async () => {
	const [one, other] = servers;
	const headers = { 'Idempotency-Key': 'of-both' };
	const first = await one.post('/config', { name: 'Once' }, headers);
	const second = await other.post('/config', { name: 'Once' }, headers);
	assert.deepEqual([second.status, second.text, second.headers['idempotency-replayed']], [200, first.text, 'true']);
});

test('writes of both to one hotel at once are all there, one revision each', async () => {
	const code = await servers[0].create('Contended');
	const answers = await Promise.all(Array.from({ length: 24 }, (_, i) => servers[i % 2].post(`/config/${code}/tags`, { tags: [{ code: `C${i}` }] })));
	const done = answers.flatMap(({ status }, i) => (status === 200 ? [`C${i}`] : []));
	assert.ok(answers.every(({ status }) => [200, 503].includes(status)), answers.map(({ status }) => status).join(' '));
	assert.ok(done.length > 0);
	for (const server of servers) assert.deepEqual((await server.get(`/config/${code}`)).hotel.tags.map(tag => tag.code).sort(), done.sort());
	assert.equal(new Set(answers.filter(({ status }) => status === 200).map(({ headers }) => headers.etag)).size, done.length);
});

after(async () => {
	assert.equal((await servers[1].stop()).code, 0);
	await agree(folder);
	await finish(servers[0]);
});
