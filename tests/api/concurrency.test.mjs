// Many at once: nothing is lost, nothing is won twice, in one process and in two.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

const CLIENTS = 64;

let server;
let other; // a second process on the same folder
before(async () => {
	server = await start();
	other = await start({ folder: server.folder });
});
after(async () => {
	await other.stop();
	await finish(server);
});

/** The answer to a write, which is sent again while the other process has the store's lock for longer than a commit waits: nothing was written. */
async function unlocked(send) {
	for (;;) {
		const answer = await send();
		if (answer.status !== 503 || !answer.json.detail.startsWith('another process is writing for too long')) return answer;
	}
}

const each = (n, action) => Promise.all(Array.from({ length: n }, (_, i) => action(i)));

test('64 clients that add 640 room types to one hotel lose none', async () => {
	const code = await server.create('Crowded');
	const revisions = new Set();
	await each(CLIENTS, async client => {
		for (let i = 0; i < 10; i++) {
			const answer = await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: `C${client}-${i}`, lowPrice: i + 0.5 }] });
			assert.equal(answer.status, 200, answer.text);
			assert.ok(!revisions.has(answer.headers.etag), 'each write is a revision of its own');
			revisions.add(answer.headers.etag);
		}
	});
	const { roomTypes } = (await server.get(`/config/${code}`)).hotel;
	assert.equal(roomTypes.length, 640);
	assert.equal(new Set(roomTypes.map(type => type.code)).size, 640);
	assert.equal(revisions.size, 640);
});

test('of 64 clients that create one name exactly one wins, every time', async () => {
	for (let round = 0; round < 5; round++) {
		const answers = await each(CLIENTS, () => server.post('/config', { name: `One name ${round}` }));
		const won = answers.filter(answer => answer.status === 200);
		assert.equal(won.length, 1);
		for (const answer of answers) if (answer !== won[0]) assertProblem(answer, 409, 'exists');
	}
	const { response } = (await server.get('/config?limit=1000')).json;
	assert.equal(response.filter(hotel => hotel.name.startsWith('One name')).length, 5);
});

test('of many renames to one name exactly one wins', async () => {
	const codes = await each(16, i => server.create(`Renamed ${i}`));
	for (let round = 0; round < 5; round++) {
		const answers = await Promise.all(codes.map(code => server.patch(`/config/${code}`, { name: `Wanted ${round}` })));
		assert.equal(answers.filter(answer => answer.status === 200).length, 1);
		for (const answer of answers.filter(answer => answer.status !== 200)) assertProblem(answer, 409, 'exists');
	}
});

test('of writers with one If-Match exactly one wins each round', async () => {
	const code = await server.create('Raced');
	let { etag } = (await server.get(`/config/${code}`)).headers;
	for (let round = 0; round < 20; round++) {
		const answers = await each(16, i => unlocked(() => (i % 2 ? server : other).patch(`/config/${code}`, { description: `${round}-${i}` }, { 'If-Match': etag })));
		const won = answers.filter(answer => answer.status === 200);
		assert.equal(won.length, 1, answers.map(answer => answer.status).join());
		for (const answer of answers.filter(answer => answer.status !== 200)) assertProblem(answer, 412, 'stale');
		({ etag } = won[0].headers);
		assert.equal((await server.get(`/config/${code}`)).text, (await other.get(`/config/${code}`)).text);
		assert.equal((await server.get(`/config/${code}`)).hotel.description, won[0].hotel.description);
	}
});

/** Adds one by reading and writing with the tag that was read, until that has been done `times` times. */
async function countUp(own, code, times) {
	for (let added = 0; added < times;) {
		const read = await own.get(`/config/${code}`);
		const description = String(Number(read.hotel.description) + 1);
		const answer = await unlocked(() => own.patch(`/config/${code}`, { description }, { 'If-Match': read.headers.etag }));
		if (answer.status !== 200) {
			assertProblem(answer, 412, 'stale');
			continue;
		}
		assert.notEqual(answer.headers.etag, read.headers.etag, 'a revision of its own');
		added++;
	}
}

test('a counter kept by If-Match in two processes counts every success', async () => {
	for (let round = 0; round < 6; round++) {
		const code = await server.create(`Counter ${round}`, { description: '0' });
		await each(16, client => countUp(client % 2 ? server : other, code, 5));
		for (const own of [server, other]) assert.equal((await own.get(`/config/${code}`)).hotel.description, '80');
	}
});

test('what one process has acknowledged the other reads at once', async () => {
	const code = await server.create('Seen at once');
	assert.equal((await other.get(`/config/${code}`)).status, 200);
	for (let i = 0; i < 100; i++) {
		const [writer, reader] = i % 2 ? [server, other] : [other, server];
		const write = await writer.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: `T${i % 5}`, name: `write ${i}` }] });
		assert.equal(write.status, 200, write.text);
		const read = await reader.get(`/config/${code}`);
		assert.equal(read.headers.etag, write.headers.etag);
		assert.equal(read.hotel.roomTypes.find(type => type.code === `T${i % 5}`).name, `write ${i}`);
	}
	const name = `Created by the other ${code}`;
	const made = await other.create(name);
	assert.ok((await server.get('/config?limit=1000')).json.response.some(hotel => hotel.code === made));
	assertProblem(await server.post('/config', { name }), 409, 'exists');
});

/** A write that a process gave up, having written nothing, is sent again, as its answer says. */
async function persist(send) {
	for (let i = 0; i < 200; i++) {
		const answer = await send();
		if (answer.status !== 503) return answer;
		assert.match(answer.headers['retry-after'], /^\d+$/);
	}
	throw new Error('503 two hundred times');
}

test('two processes that write one hotel lose nothing', async () => {
	const code = await server.create('Two writers');
	await each(16, async client => {
		const own = client % 2 ? server : other;
		for (let i = 0; i < 10; i++) {
			const answer = await persist(() => own.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: `P${client}-${i}` }] }));
			assert.equal(answer.status, 200, answer.text);
			assert.ok((await own.get(`/config/${code}`)).hotel.roomTypes.some(type => type.code === `P${client}-${i}`));
		}
	});
	const reads = [await server.get(`/config/${code}`), await other.get(`/config/${code}`)];
	for (const read of reads) assert.equal(read.hotel.roomTypes.length, 160);
	assert.equal(reads[0].text, reads[1].text);
});

test('of two processes that create one name one wins', async () => {
	for (let round = 0; round < 10; round++) {
		const answers = await each(16, i => persist(() => (i % 2 ? server : other).post('/config', { name: `Both ${round}` })));
		assert.equal(answers.filter(answer => answer.status === 200).length, 1, answers.map(answer => answer.status).join());
		for (const answer of answers.filter(answer => answer.status !== 200)) assertProblem(answer, 409, 'exists');
	}
});

test('everything that was written agrees', async () => {
	await other.stop();
	await server.stop();
	const { revisions, objects } = await agree(server.folder);
	assert.ok(revisions > 1000 && objects >= 640 + 160);
	server = await start({ folder: server.folder });
	other = await start({ folder: server.folder });
});
