// The largest there may be: texts, requests, documents; what is larger is refused before anything is written.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

const TEXT = 16384;

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const path = code => `/config/${code}/rooms/type`;
const ninety = description => ({ roomTypes: Array.from({ length: 90 }, (_, i) => ({ code: `T${i}`, description: description(i) })) });

test('90 objects of 16 KiB text each are added, replaced and read', async () => {
	const code = await server.create('Ninety large');
	for (const letter of ['a', 'b']) {
		const body = ninety(i => letter.repeat(TEXT - 2) + String(i).padStart(2, '0'));
		const answer = await server.post(path(code), body);
		assert.equal(answer.status, 200, answer.text.slice(0, 300));
		assert.ok(answer.bytes.length > 90 * TEXT);
		const read = await server.get(`/config/${code}`);
		assert.equal(read.headers.etag, answer.headers.etag);
		const texts = new Map(body.roomTypes.map(type => [type.code, type.description]));
		for (const type of read.hotel.roomTypes) assert.ok(type.description === texts.get(type.code), type.code);
	}
});

test('text that JSON must escape takes more room and fits all the same', async () => {
	const code = await server.create('Escaped large');
	const body = { roomTypes: Array.from({ length: 35 }, (_, i) => ({ code: `T${i}`, description: '\x01'.repeat(TEXT) })) };
	const answer = await server.post(path(code), body);
	assert.equal(answer.status, 200, answer.text.slice(0, 300));
	assert.deepEqual((await server.get(`/config/${code}`)).hotel.roomTypes.map(type => type.description.length), Array(35).fill(TEXT));
});

test('objects whose text takes six times its room in JSON may be replaced', async () => {
	const code = await server.create('Escaped and replaced');
	const types = description => ({ roomTypes: Array.from({ length: 35 }, (_, i) => ({ code: `T${i}`, description })) });
	assert.equal((await server.post(path(code), types('\x01'.repeat(TEXT)))).status, 200);
	for (const description of ['"\\'.repeat(TEXT / 2), '\x02'.repeat(TEXT), 'x'.repeat(TEXT)]) {
		const answer = await server.post(path(code), types(description));
		assert.equal(answer.status, 200, answer.text.slice(0, 300));
		assert.equal((await server.get(`/config/${code}`)).hotel.roomTypes[34].description, description);
	}
});

test('large objects may become small again', async () => {
	const code = await server.create('Shrinking');
	const roomTypes = Array.from({ length: 40 }, (_, i) => ({ code: `T${i}`, description: '\x01'.repeat(TEXT) }));
	assert.equal((await server.post(path(code), { roomTypes })).status, 200);
	const answer = await server.post(path(code), { roomTypes: roomTypes.map(type => ({ code: type.code })) });
	assert.equal(answer.status, 200, answer.text.slice(0, 300));
	assert.deepEqual(new Set((await server.get(`/config/${code}`)).hotel.roomTypes.map(type => type.description)), new Set(['']));
});

test('large writes of two processes in turns do not use up each other\'s memory', async () => {
	const code = await server.create('Large in turns');
	const other = await start({ folder: server.folder });
	try {
		for (const [i, letter] of [...'abcdefgh'].entries()) {
			const answer = await (i % 2 ? other : server).post(path(code), ninety(() => letter.repeat(TEXT)));
			assert.equal(answer.status, 200, `${letter}: ${answer.text.slice(0, 300)}`);
		}
		const answers = await Promise.all([...'ijkl'].map((letter, i) => (i % 2 ? other : server).post(path(code), ninety(() => letter.repeat(TEXT)))));
		for (const answer of answers) assert.ok([200, 503].includes(answer.status), answer.text.slice(0, 300));
		const texts = new Set((await server.get(`/config/${code}`)).hotel.roomTypes.map(type => type.description));
		assert.equal(texts.size, 1, 'all of one write');
	} finally {
		await other.stop();
	}
});

test('a large answer is replayed byte for byte, also after kill -9', async () => {
	const code = await server.create('Replayed large');
	const body = JSON.stringify(ninety(i => 'é€🛏'.repeat(1800) + i)); // characters of several bytes meet every cut
	const headers = { 'Idempotency-Key': 'large' };
	const first = await server.post(path(code), body, headers);
	assert.equal(first.status, 200, first.text.slice(0, 300));
	for (const restart of [false, true]) {
		if (restart) {
			await server.kill();
			server = await start({ folder: server.folder });
		}
		const again = await server.post(path(code), body, headers);
		assert.equal(again.status, 200);
		assert.ok(again.bytes.equals(first.bytes));
		assert.equal(again.headers.etag, first.headers.etag);
		assert.equal(again.headers['idempotency-replayed'], 'true');
	}
});

test('a document past 4 MiB is refused and stays as it was', async () => {
	const code = await server.create('Too large a document');
	let refused;
	let added = 0;
	for (let i = 0; i < 4 && !refused; i++) {
		const body = { roomTypes: Array.from({ length: 80 }, (_, j) => ({ code: `T${i}-${j}`, description: 'x'.repeat(TEXT) })) };
		await unchanged(server, code, async () => {
			const answer = await server.post(path(code), body);
			if (answer.status !== 200) refused = answer;
			else added += 80;
			if (!refused) throw Object.assign(new Error('written'), { isWritten: true });
		}).catch(error => { if (!error.isWritten) throw error; });
	}
	assertProblem(refused, 413, 'too_large');
	assert.equal(added, 240, '3 times 80 objects of 16 KiB are below 4 MiB, 4 times are above');
	assert.equal((await server.get(`/config/${code}`)).hotel.roomTypes.length, added);
	const smaller = await server.post(path(code), { roomTypes: [{ code: 'T0-0' }] });
	assert.equal(smaller.status, 200, 'a hotel that is full can be made smaller');
});

test('a hotel holds 10,000 objects and not one more', async () => {
	const code = await server.create('Many objects');
	const types = (from, n) => ({ roomTypes: Array.from({ length: n }, (_, i) => ({ code: String(from + i) })) });
	for (let n = 0; n < 10000; n += 80)
		assert.equal((await server.post(path(code), types(n, 80))).status, 200);
	await unchanged(server, code, async () => {
		assertProblem(await server.post(path(code), types(10000, 1)), 413, 'too_large');
		assertProblem(await server.post(path(code), types(9999, 2)), 413, 'too_large');
	});
	assert.equal((await server.post(path(code), { roomTypes: [{ code: '9999', name: 'the last' }] })).status, 200);
	assert.equal((await server.get(`/config/${code}`)).hotel.roomTypes.length, 10000);
});

test('a body of exactly --max-body is read, one byte more is 413', async () => {
	const code = await server.create('Body edge');
	const MAX = 4 << 20;
	const pad = bytes => `{"roomTypes":[{"code":"A"}]${' '.repeat(bytes - 28)}}`;
	assert.equal(pad(MAX).length, MAX);
	assert.equal((await server.post(path(code), pad(MAX))).status, 200);
	await unchanged(server, code, async () => {
		const answer = await server.post(path(code), pad(MAX + 1).replace('"A"', '"B"')).catch(error => error);
		// A server that refuses by the length need not wait for the body: the client may see the answer or the end.
		if (answer instanceof Error) assert.ok(['ECONNRESET', 'EPIPE'].includes(answer.code), answer);
		else assertProblem(answer, 413, 'too_large');
	});
	const small = await start({ flags: ['--max-body', '1K'] });
	try {
		assert.equal((await small.post('/config', `{"name":"x"${' '.repeat(1012)}}`)).status, 200);
		const problem = assertProblem(await small.post('/config', `{"name":"y"${' '.repeat(1013)}}`), 413, 'too_large');
		assert.match(problem.detail, /1024/, 'the limit is named');
		assert.equal((await small.get('/config')).json.response.length, 1);
	} finally {
		await finish(small);
	}
});

test('large objects, their history and answers agree', async () => {
	await server.stop();
	const { objects } = await agree(server.folder);
	assert.equal(objects, 90 + 35 + 35 + 40 + 90 + 90 + 240 + 10000 + 1);
	server = await start({ folder: server.folder });
});
