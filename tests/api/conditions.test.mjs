// Conditional writes: If-Match, If-None-Match, --require-if-match.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

/** The four ways to write to a hotel, each making a change by n. */
const writes = code => ({
	'POST with code': (n, headers, to = server) => to.post('/config', { code, description: `p${n}` }, headers),
	PUT: (n, headers, to = server) => to.put(`/config/${code}`, { name: `N ${code}`, description: `u${n}` }, headers),
	PATCH: (n, headers, to = server) => to.patch(`/config/${code}`, { description: `a${n}` }, headers),
	'POST room types': (n, headers, to = server) => to.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', name: `r${n}` }] }, headers),
});

const etagOf = async (code, from = server) => (await from.get(`/config/${code}`)).headers.etag;

function assertStale(answer, etag) {
	assertProblem(answer, 412, 'stale');
	assert.equal(answer.headers.etag, etag, 'the current tag comes with the refusal');
}

test('a write with the current tag is done, with a stale one it is not', async () => {
	const code = await server.create('If-Match');
	let stale = '"never"', n = 0;
	for (const [name, write] of Object.entries(writes(code))) {
		const etag = await etagOf(code);
		await unchanged(server, code, async () => {
			assertStale(await write(n, { 'If-Match': stale }), etag);
			assertStale(await write(n, { 'If-Match': `W/${etag}` }), etag); // weak tags match nothing here
		});
		const answer = await write(n++, { 'If-Match': etag });
		assert.equal(answer.status, 200, `${name}: ${answer.text}`);
		assert.notEqual(answer.headers.etag, etag);
		assert.equal((await write(n++, { 'If-Match': `"x", ${answer.headers.etag} , W/"y"` })).status, 200);
		assert.equal((await write(n++, { 'If-Match': '*' })).status, 200);
		stale = etag;
	}
});

test('a 412 changes nothing even where the write would have', async () => {
	const code = await server.create('Untouched');
	const old = await etagOf(code);
	await server.patch(`/config/${code}`, { description: 'newer' });
	await unchanged(server, code, async () => {
		for (const write of Object.values(writes(code))) assertStale(await write(1, { 'If-Match': old }), await etagOf(code));
	});
});

test('a hotel that is not there is 404 whatever the condition', async () => {
	for (const headers of [{ 'If-Match': '"r1.p0.draft"' }, { 'If-Match': '*' }, { 'If-None-Match': '*' }])
		for (const write of Object.values(writes('unknown')))
			assertProblem(await write(1, headers), 404, 'not_found');
});

test('If-None-Match with * forbids to write to what exists', async () => {
	const code = await server.create('If-None-Match');
	const { 'POST room types': add, ...heads } = writes(code);
	await unchanged(server, code, async () => {
		for (const write of Object.values(heads)) assertStale(await write(1, { 'If-None-Match': '*' }), await etagOf(code));
	});
	assert.equal((await add(1, { 'If-None-Match': '*' })).status, 200, 'on the collection it concerns the objects');
	await unchanged(server, code, async () => {
		assertStale(await add(2, { 'If-None-Match': '*' }), await etagOf(code));
		const mixed = { roomTypes: [{ code: 'NEW' }, { code: 'A', name: 'changed' }] };
		assertStale(await server.post(`/config/${code}/rooms/type`, mixed, { 'If-None-Match': '*' }), await etagOf(code));
	});
	const created = await server.post('/config', { name: 'Only create' }, { 'If-None-Match': '*' });
	assert.equal(created.status, 200);
});

test('If-None-Match with a tag forbids to write at that revision only', async () => {
	const code = await server.create('Other revision');
	for (const write of Object.values(writes(code))) {
		const etag = await etagOf(code);
		assertStale(await write('same', { 'If-None-Match': etag }), etag);
		assert.equal((await write('other', { 'If-None-Match': '"other"' })).status, 200);
	}
});

test('a list of tags may stand on several lines', async () => {
	const code = await server.create('Lines of tags');
	const etag = await etagOf(code);
	await unchanged(server, code, async () => {
		assertStale(await server.patch(`/config/${code}`, { description: 'a' }, { 'If-None-Match': ['"x"', etag] }), etag);
	});
	assert.equal((await server.get(`/config/${code}`, { 'If-None-Match': ['"x"', etag] })).status, 304);
	assert.equal((await server.patch(`/config/${code}`, { description: 'b' }, { 'If-Match': ['"x"', etag] })).status, 200);
});

test('both conditions must hold', async () => {
	const code = await server.create('Both');
	const etag = await etagOf(code);
	const headers = { 'If-Match': etag, 'If-None-Match': '*' };
	assert.equal((await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A' }] }, headers)).status, 200);
	const now = await etagOf(code);
	assertStale(await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', name: 'x' }] }, { ...headers, 'If-Match': now }), now);
	assertStale(await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'B' }] }, headers), now);
});

test('a create with If-Match is refused: there is nothing to match', async () => {
	for (const value of ['*', '"r1.p0.draft"']) {
		const answer = await server.post('/config', { name: 'Matchless' }, { 'If-Match': value });
		assertProblem(answer, 412, 'stale');
		assert.equal(answer.headers.etag, undefined);
	}
	await server.create('Matchless');
});

test('a condition that is malformed is refused by its header', async () => {
	const code = await server.create('Malformed');
	await unchanged(server, code, async () => {
		for (const name of ['If-Match', 'If-None-Match'])
			for (const value of ['', 'r1', '"open', 'close"', '"a" "b"', '"a",', '*, "a"', '**', 'w/"a"', 'W/a', '"a b"', "'a'"])
				for (const write of Object.values(writes(code)))
					assertProblem(await write(1, { [name]: value }), 400, 'invalid', { blames: [`header ${name}`] });
	});
});

test('with --require-if-match every write to what exists needs it', async () => {
	const strict = await start({ flags: ['--require-if-match'] });
	try {
		const code = await strict.create('Strict'); // a create needs none
		for (const [name, write] of Object.entries(writes(code))) {
			assertProblem(await write(1, {}, strict), 428, 'precondition_required');
			assertProblem(await write(1, { 'If-None-Match': '"other"' }, strict), 428, 'precondition_required');
			assert.equal((await write(1, { 'If-Match': await etagOf(code, strict) }, strict)).status, 200, name);
		}
		assertProblem(await strict.patch('/config/unknown', { name: 'x' }), 404, 'not_found');
		assertProblem(await strict.post('/config', { name: `N ${code}` }), 409, 'exists');
	} finally {
		await finish(strict);
	}
});
