// getHotel: entity tags, views, HEAD; never older than the last acknowledged write, never half of one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isLambda } from '../support/engine.mjs';
import { assertProblem, hotelText, roomTypeText, wrapperText } from '../support/hotels.mjs';
import { finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

test('an unknown code is 404, and so is a segment that is no code', async () => {
	for (const code of ['0', 'unknown', 'x'.repeat(64), 'x'.repeat(65), '.', '..', '%20', 'a%20b', 'a%2Fb', '%00', '~list-all-00', 'a,b', '%C3%A9'])
		assertProblem(await server.get(`/config/${code}`), 404, 'not_found');
	assertProblem(await server.get('/config/'), 404, 'not_found');
});

test('a code may be escaped in the path', async () => {
	const code = await server.create('Escaped');
	const escaped = [...code].map(digit => `%3${digit}`).join('');
	assert.equal((await server.get(`/config/${escaped}`)).text, (await server.get(`/config/${code}`)).text);
});

test('the entity tag is strong, stays while nothing changes and moves with each revision', async () => {
	const code = await server.create('Tagged');
	const tags = new Set();
	for (let i = 0; i < 3; i++) {
		const write = await server.patch(`/config/${code}`, { description: `revision ${i}` });
		const reads = [await server.get(`/config/${code}`), await server.get(`/config/${code}`)];
		for (const read of reads) assert.equal(read.headers.etag, write.headers.etag);
		assert.match(write.headers.etag, /^"[!#-~]+"$/);
		tags.add(write.headers.etag);
	}
	assert.equal(tags.size, 3);
});

test('If-None-Match that names the tag is answered 304 without a body', async () => {
	const code = await server.create('Not modified');
	const { etag } = (await server.get(`/config/${code}`)).headers;
	for (const value of [etag, `W/${etag}`, '*', `"other", ${etag}`, `${etag},"other"`]) {
		const answer = await server.get(`/config/${code}`, { 'If-None-Match': value });
		assert.equal(answer.status, 304, value);
		assert.equal(answer.text, '');
		assert.equal(answer.headers.etag, etag);
		assert.equal(answer.headers['content-length'], undefined, '304 has no length of its own');
		assert.equal(answer.headers['access-control-allow-origin'], '*');
	}
	for (const value of ['"other"', etag.slice(1, -1), '"r1"', ''])
		assert.equal((await server.get(`/config/${code}`, { 'If-None-Match': value })).status, 200, value);
	await server.patch(`/config/${code}`, { description: 'changed' });
	assert.equal((await server.get(`/config/${code}`, { 'If-None-Match': etag })).status, 200);
	assertProblem(await server.get('/config/unknown', { 'If-None-Match': '*' }), 404, 'not_found');
});

test('HEAD answers the headers of GET and no body', async () => {
	const code = await server.create('Head');
	for (const path of [`/config/${code}`, '/config', '/livez', '/readyz']) {
		const get = await server.get(path);
		const head = await server.request('HEAD', path);
		assert.equal(head.status, get.status);
		assert.equal(head.text, '');
		// A gateway says how long the answer is that it sends.
		for (const name of ['content-type', 'etag', 'cache-control', ...isLambda ? [] : ['content-length']])
			assert.equal(head.headers[name], get.headers[name], `${path} ${name}`);
	}
	const missing = await server.request('HEAD', '/config/unknown');
	assert.equal(missing.status, 404);
	assert.equal(missing.text, '');
	assert.equal(missing.headers['content-type'], 'application/problem+json');
	const { etag } = (await server.get(`/config/${code}`)).headers;
	assert.equal((await server.request('HEAD', `/config/${code}`, { headers: { 'If-None-Match': etag } })).status, 304);
});

test('views: the draft is there, snapshots are not, others are refused', async () => {
	const code = await server.create('Viewed');
	const draft = await server.get(`/config/${code}`);
	const same = await server.get(`/config/${code}?view=draft`);
	assert.equal(same.text, draft.text);
	assert.equal(same.headers.etag, draft.headers.etag);
	for (const query of ['view=published', 'publication=1', 'publication=99999999'])
		assertProblem(await server.get(`/config/${code}?${query}`), 404, 'not_found');
	for (const [query, name] of [['view=', 'view'], ['view=live', 'view'], ['view=Draft', 'view'], ['publication=0', 'publication'],
		['publication=-1', 'publication'], ['publication=x', 'publication'], ['publication=1.0', 'publication'], ['publication=99999999999999999999', 'publication']])
		assertProblem(await server.get(`/config/${code}?${query}`), 400, 'invalid', { blames: [`parameter ${name}`] });
});

test('unknown, doubled and broken query parameters are refused by their names', async () => {
	const code = await server.create('Queried');
	assertProblem(await server.get(`/config/${code}?a=1&b=2`), 400, 'invalid', { blames: ['parameter a', 'parameter b'] });
	assertProblem(await server.get(`/config/${code}?view=draft&view=draft`), 400, 'invalid', { blames: ['parameter view'] });
	assertProblem(await server.patch(`/config/${code}?view=draft`, {}), 400, 'invalid', { blames: ['parameter view'] });
	assertProblem(await server.post('/config?limit=1', { name: 'x' }), 400, 'invalid', { blames: ['parameter limit'] });
	assert.equal((await server.get(`/config/${code}?`)).status, 200);
	assert.equal((await server.get(`/config/${code}?%76iew=dr%61ft`)).status, 200);
});

test('a read shows every write that was acknowledged before it, cached or not', async () => {
	for (const flags of [[], ['--cache-size', '0'], ['--cache-size', '64K']]) {
		const own = await start({ flags });
		try {
			const code = await own.create('Never stale');
			for (let i = 0; i < 60; i++) {
				const write = i % 3 === 0 ? await own.patch(`/config/${code}`, { description: `write ${i}` }) :
					await own.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: `T${i % 7}`, name: `write ${i}` }] });
				assert.equal(write.status, 200, write.text);
				const read = await own.get(`/config/${code}`);
				assert.equal(read.headers.etag, write.headers.etag);
				assert.ok(read.text.includes(`"write ${i}"`), `write ${i} is missing`);
			}
		} finally {
			await finish(own);
		}
	}
});

/** Reads until told to stop; every answer must be of one revision, and of no older one than was acknowledged before. */
async function readWhole(state, code) {
	let reads = 0;
	while (!state.isDone) {
		const acknowledged = state.revision;
		const answer = await server.get(`/config/${code}`);
		assert.equal(answer.status, 200, answer.text);
		const { hotel } = answer;
		const revision = Number(hotel.description);
		assert.ok(revision >= acknowledged, `read ${revision} after ${acknowledged} was acknowledged`);
		assert.equal(answer.text, wrapperText(hotelText({ code, name: 'Whole', description: String(revision), pendingChanges: '[]',
			tagLine: `line ${revision}`, roomTypes: state.roomTypes })), 'all members of one revision');
		const known = state.tags.get(answer.headers.etag);
		assert.ok(known === undefined || known === revision, 'one tag, one revision');
		state.tags.set(answer.headers.etag, revision);
		reads++;
	}
	return reads;
}

test('eight readers beside a writer see whole revisions, none older than the last acknowledged', async () => {
	const codes = Array.from({ length: 90 }, (_, i) => `T${String(i).padStart(2, '0')}`);
	const code = await server.create('Whole', { description: '0', defaultMarketting: { defaultTagLine: 'line 0' } });
	const body = { roomTypes: codes.map(type => ({ code: type, name: `Room ${type}` })) };
	assert.equal((await server.post(`/config/${code}/rooms/type`, body)).status, 200);
	const roomTypes = `[${codes.map(type => roomTypeText({ code: type, name: `Room ${type}` })).join(',')}]`;
	const state = { revision: 0, isDone: false, tags: new Map(), roomTypes };
	const readers = Array.from({ length: 8 }, () => readWhole(state, code));
	for (let i = 1; i <= 150; i++) {
		const write = await server.patch(`/config/${code}`, { description: String(i), defaultMarketting: { defaultTagLine: `line ${i}` } });
		assert.equal(write.status, 200, write.text);
		state.revision = i;
	}
	state.isDone = true;
	for (const reads of await Promise.all(readers)) assert.ok(reads > 0);
	assert.ok(state.tags.size > 1);
});

test('objects written together are read together', async () => {
	const code = await server.create('Together');
	const write = n => server.post(`/config/${code}/rooms/type`, { roomTypes: ['A', 'B', 'C'].map(type => ({ code: type, name: `n${n}` })) });
	await write(0);
	let isDone = false, acknowledged = 0;
	const reader = async () => {
		while (!isDone) {
			const floor = acknowledged;
			const names = new Set((await server.get(`/config/${code}`)).hotel.roomTypes.map(type => type.name));
			assert.equal(names.size, 1, [...names].join());
			assert.ok(Number([...names][0].slice(1)) >= floor);
		}
	};
	const readers = Array.from({ length: 8 }, reader);
	for (let n = 1; n <= 100; n++) {
		assert.equal((await write(n)).status, 200);
		acknowledged = n;
	}
	isDone = true;
	await Promise.all(readers);
});
