// Sellables and rooms embed whole tags: a few tags make a document long, and what is long is bounded, not slow.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDynamodb } from '../support/engine.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(async () => {
	const { folder } = server;
	assert.equal((await server.stop()).code, 0);
	await agree(folder);
	server = await start({ folder });
	await finish(server);
});

const tags = (n, members = {}) => Array.from({ length: n }, (_, i) => ({ code: `T${i}`, ...members }));

test('400 sellables of 90 tags each are saved, listed and changed through one of the tags', async () => {
	const code = await server.create('Many names', { tags: tags(100) });
	const sellables = Array.from({ length: 400 }, (_, i) => ({ code: `S${i}`, optionalTags: tags(90) }));
	const saved = await server.post('/config', { code, sellables });
	assert.equal(saved.status, 200, saved.text.slice(0, 500));
	const listed = [];
	for (let path = `/config/${code}/sellables?limit=1000`; path;) {
		const page = await server.get(path);
		assert.equal(page.status, 200, page.text.slice(0, 500));
		listed.push(...page.json.sellables.map(({ optionalTags }) => optionalTags.length));
		path = page.json.next && `/config/${code}/sellables?limit=1000&cursor=${page.json.next}`;
	}
	assert.deepEqual([listed.length, [...new Set(listed)]], [400, [90]]);
	assert.equal((await server.patch(`/config/${code}/tags/T1`, { name: 'changed' })).status, 200);
	const { hotel } = await server.get(`/config/${code}`);
	assert.deepEqual([...new Set(hotel.sellables.map(({ optionalTags }) => optionalTags.find(tag => tag.code === 'T1').name))], ['changed']);
	assert.equal((await server.request('DELETE', `/config/${code}/tags/T1?cascade=true`)).status, 200);
	assert.equal((await server.get(`/config/${code}/sellables/S7`)).json.optionalTags.length, 89);
});

test('a document that long tags would make too long is refused at once, and nothing is written', async () => {
	const code = await server.create('Long tags', { tags: tags(200, { description: 'x'.repeat(16000) }) });
	const before = await server.get(`/config/${code}`);
	const sellables = Array.from({ length: 150 }, (_, i) => ({ code: `S${i}`, optionalTags: tags(200) }));
	const buildings = [{ floors: [{ num: 1, rooms: sellables.map(({ optionalTags }, number) => ({ number, attributes: optionalTags })) }] }];
	for (const [path, body] of [['/config', { code, sellables }], [`/config/${code}/rooms`, { buildings }]]) {
		const answer = await server.post(path, body);
		assert.equal(answer.status, 413);
		assert.match(answer.json.detail, /a hotel's document holds at most 4194304 bytes/);
	}
	const now = await server.get(`/config/${code}`);
	assert.deepEqual([now.headers.etag, now.text], [before.headers.etag, before.text]);
});

test('one tag that others embed may not outgrow the document either', async () => {
	const code = await server.create('One long tag', { tags: tags(1), sellables: Array.from({ length: 300 }, (_, i) => ({ code: `S${i}`, optionalTags: tags(1) })) });
	const before = await server.get(`/config/${code}`);
	for (const write of [() => server.patch(`/config/${code}/tags/T0`, { description: 'y'.repeat(16000) }), () => server.post(`/config/${code}/tags`, { tags: tags(1, { description: 'y'.repeat(16000) }) })]) {
		const answer = await write();
		assert.equal(answer.status, 413);
		assert.match(answer.json.detail, /a hotel's document holds/);
	}
	assert.equal((await server.get(`/config/${code}`)).headers.etag, before.headers.etag);
});

/** Ten thousand records may take DynamoDB Local longer than a request has; 503 says that nothing was written, and who sends it again goes on. */
async function patiently(send) {
	for (;;) {
		const answer = await send();
		if (!isDynamodb || answer.status !== 503) return answer;
	}
}

test('more objects than a hotel may hold are refused, however they come', async () => {
	const lists = { tags: tags(6000), roomTypes: Array.from({ length: 4000 }, (_, i) => ({ code: `R${i}` })) };
	const full = await patiently(() => server.post('/config', { name: 'Full', ...lists }));
	assert.equal(full.status, 200, full.text);
	const { code } = full.hotel;
	const more = [() => server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'MORE' }] }),
		() => server.post('/config', { code, tags: tags(6001) }), () => server.post('/config', { name: 'Fuller', ...lists, taxes: [{ code: 'X', name: 'x', percent: 1 }] })];
	for (const write of more) {
		const answer = await patiently(write);
		assert.deepEqual([answer.status, answer.json.detail], [413, 'a hotel holds at most 10000 objects']);
	}
	const moved = await patiently(() => server.post('/config', { code, tags: tags(6001), roomTypes: lists.roomTypes.slice(1) }));
	assert.equal(moved.status, 200, 'one goes and one comes');
});
