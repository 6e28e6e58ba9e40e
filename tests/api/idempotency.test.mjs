// Idempotency-Key: one request, one effect, one answer, however often it is sent.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const keyed = key => ({ 'Idempotency-Key': key });

/** Everything of an answer but what each has of its own. */
function lasting({ status, text, headers }) {
	const { date, connection, 'keep-alive': keepAlive, 'x-request-id': id, 'idempotency-replayed': replayed, ...rest } = headers;
	return { status, text, headers: rest };
}

function assertReplay(answer, first) {
	assert.equal(first.headers['idempotency-replayed'], undefined);
	assert.equal(answer.headers['idempotency-replayed'], 'true', answer.text);
	assert.deepEqual(lasting(answer), lasting(first));
}

test('a create is replayed with its Location and ETag', async () => {
	const body = '{"name":"Replayed create"}';
	const first = await server.post('/config', body, keyed('create'));
	assert.equal(first.status, 200);
	for (let i = 0; i < 3; i++) assertReplay(await server.post('/config', body, keyed('create')), first);
	assert.equal(first.headers.location, `/config/${first.hotel.code}`);
	assertProblem(await server.post('/config', body), 409, 'exists');
	assert.equal((await server.get('/config?limit=1000')).json.response.filter(hotel => hotel.name === 'Replayed create').length, 1);
});

test('an update and room types are replayed as they were, whatever was written since', async () => {
	const code = await server.create('Replayed update');
	const requests = [['/config', { code, description: 'first' }], [`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', lowPrice: 129.5 }] }]];
	for (const [i, [path, body]] of requests.entries()) {
		const first = await server.post(path, body, keyed(`update-${i}`));
		assert.equal(first.status, 200, first.text);
		await server.patch(`/config/${code}`, { description: `later ${i}` });
		await unchanged(server, code, async () => assertReplay(await server.post(path, body, keyed(`update-${i}`)), first));
	}
});

test('another request with the key is 422 and has no effect', async () => {
	const code = await server.create('Reused key');
	const path = `/config/${code}/rooms/type`;
	const body = '{"roomTypes":[{"code":"A"}]}';
	const first = await server.post(path, body, keyed('reused'));
	await unchanged(server, code, async () => {
		for (const [otherPath, otherBody] of [[path, '{"roomTypes":[{"code":"B"}]}'], [path, '{"roomTypes": [{"code":"A"}]}'],
			['/config', '{"name":"Reused key 2"}'], ['/config', JSON.stringify({ code, description: 'x' })]])
			assertProblem(await server.post(otherPath, otherBody, keyed('reused')), 422, 'key_reused');
	});
	assertReplay(await server.post(path, body, keyed('reused')), first);
});

test('a key is the same quoted and bare, and each byte of it counts', async () => {
	const make = (name, key) => server.post('/config', { name }, keyed(key));
	const first = await make('Quoted', '"quoted-key"');
	assertReplay(await make('Quoted', 'quoted-key'), first);
	const longest = 'k'.repeat(255);
	const keys = ['a', 'A', 'a,b', 'a;b', 'a%20b', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', longest, 'k'.repeat(254), '..', '-', '%', 'quoted-key2'];
	for (const [i, key] of keys.entries()) {
		const answer = await make(`Key ${i}`, key);
		assert.equal(answer.status, 200, `${key}: ${answer.text}`);
		assertReplay(await make(`Key ${i}`, key), answer);
	}
	assert.equal((await make('Key 6', `"${longest}"`)).headers['idempotency-replayed'], 'true');
});

test('what is no key is refused by its header', async () => {
	for (const key of ['', '""', 'a b', ' ', 'x'.repeat(256), `"${'x'.repeat(256)}"`, 'caf\xe9', 'tab\tinside'])
		assertProblem(await server.post('/config', { name: 'No key' }, keyed(key)), 400, 'invalid', { blames: ['header Idempotency-Key'] });
	await server.create('No key');
});

test('a request that failed frees its key', async () => {
	const code = await server.create('Freed');
	await server.create('Taken');
	const path = `/config/${code}/rooms/type`;
	const failing = [
		['/config', { name: 'Taken' }, 409, 'exists'], ['/config', { name: '' }, 400, 'invalid'], ['/config', '{', 400, 'invalid'],
		['/config/unknown/rooms/type', { roomTypes: [{ code: 'A' }] }, 404, 'not_found'], [path, { roomTypes: [] }, 400, 'invalid'],
		['/config', { code, roomTypes: [{ code: 'A' }, { code: 'A' }] }, 400, 'invalid'], [path, { roomTypes: [{ code: 'A', lowPrice: 0.001 }] }, 400, 'invalid'],
	];
	for (const [at, body, status, problem] of failing)
		for (let i = 0; i < 2; i++) assertProblem(await server.post(at, body, keyed('freed')), status, problem);
	assertProblem(await server.post(path, { roomTypes: [{ code: 'A' }] }, { ...keyed('freed'), 'If-Match': '"stale"' }), 412, 'stale');
	assertProblem(await server.post(path, '{}', { ...keyed('freed'), 'Content-Type': 'text/plain' }), 415, 'unsupported_media_type');
	const first = await server.post(path, { roomTypes: [{ code: 'A' }] }, keyed('freed'));
	assert.equal(first.status, 200, first.text);
	assertReplay(await server.post(path, { roomTypes: [{ code: 'A' }] }, keyed('freed')), first);
});

test('the stored answer comes before the condition that held once', async () => {
	const code = await server.create('Condition once');
	const { etag } = (await server.get(`/config/${code}`)).headers;
	const send = () => server.post('/config', { code, description: 'once' }, { ...keyed('conditional'), 'If-Match': etag });
	const first = await send();
	assert.equal(first.status, 200);
	assertReplay(await send(), first);
});

test('a write that changes nothing keeps its key too', async () => {
	const code = await server.create('No change');
	const body = { roomTypes: [{ code: 'A' }] };
	const path = `/config/${code}/rooms/type`;
	const made = await server.post(path, body);
	const first = await server.post(path, body, keyed('no-change'));
	assert.equal(first.status, 200);
	assert.equal(first.headers.etag, made.headers.etag, 'no revision');
	assert.equal(first.headers['idempotency-replayed'], undefined);
	await server.post(path, { roomTypes: [{ code: 'A', name: 'changed' }] });
	await unchanged(server, code, async () => assertReplay(await server.post(path, body, keyed('no-change')), first));
	assertProblem(await server.post(path, { roomTypes: [{ code: 'B' }] }, keyed('no-change')), 422, 'key_reused');
});

test('on other methods the key means nothing', async () => {
	const code = await server.create('Other methods');
	for (const description of ['one', 'two']) {
		const answer = await server.patch(`/config/${code}`, { description }, keyed('patched'));
		assert.equal(answer.hotel.description, description);
		assert.equal(answer.headers['idempotency-replayed'], undefined);
		assert.equal((await server.put(`/config/${code}`, { name: 'Other methods', description }, keyed('patched'))).status, 200);
	}
	assert.equal((await server.get(`/config/${code}`, keyed('patched'))).status, 200);
});

test('of many at once with one key one is done, the others are in flight or replayed', async () => {
	let inFlight = 0;
	for (let round = 0; round < 10; round++) {
		const body = { name: `At once ${round}` };
		const answers = await Promise.all(Array.from({ length: 24 }, () => server.post('/config', body, keyed(`at-once-${round}`))));
		const done = answers.filter(answer => answer.status === 200 && !answer.headers['idempotency-replayed']);
		assert.equal(done.length, 1);
		for (const answer of answers) {
			if (answer === done[0]) continue;
			if (answer.status === 200) {
				assertReplay(answer, done[0]);
				continue;
			}
			assertProblem(answer, 409, 'in_flight');
			assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
			inFlight++;
		}
		assertReplay(await server.post('/config', body, keyed(`at-once-${round}`)), done[0]);
	}
	assert.ok(inFlight > 0, 'none of 240 met the first one running');
});

test('two processes on one folder do a keyed request once', async () => {
	const other = await start({ folder: server.folder });
	try {
		for (let round = 0; round < 10; round++) {
			const code = await server.create(`Two processes ${round}`);
			const send = to => to.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A' }] }, keyed(`two-${round}`));
			const answers = await Promise.all([server, other, server, other].map(send));
			const done = answers.filter(answer => answer.status === 200 && !answer.headers['idempotency-replayed']);
			assert.equal(done.length, 1, answers.map(answer => answer.status).join());
			for (const answer of answers.filter(answer => answer.status !== 200)) assertProblem(answer, 409, 'in_flight');
			assertReplay(await send(other), done[0]);
			assertReplay(await send(server), done[0]);
		}
	} finally {
		await other.stop();
	}
});

test('a key survives kill -9', async () => {
	const code = await server.create('Survivor');
	const send = () => server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', lowPrice: 0.1 }] }, keyed('survivor'));
	const first = await send();
	await server.kill();
	server = await start({ folder: server.folder });
	await unchanged(server, code, async () => assertReplay(await send(), first));
	assertProblem(await server.post('/config', { name: 'Other' }, keyed('survivor')), 422, 'key_reused');
});

test('everything that was written agrees', async () => {
	await server.stop();
	assert.ok((await agree(server.folder)).hotels > 20);
	server = await start({ folder: server.folder });
});
