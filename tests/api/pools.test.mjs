// Reads and writes with workers of their own, as before a store that is reached over a network: slow writes hold up writes alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, Client, get, startFront, workersAre } from '../support/front.mjs';

const post = (path, body = '') => `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** A test with a front of its own, whose writes are apart and which must end well. */
function poolsTest(name, flags, run) {
	test(name, async () => {
		const server = await startFront({ 'writes-apart': 1, ...flags });
		const clients = [];
		let end;
		try {
			await run(server, bytes => clients[clients.push(new Client(server).send(bytes)) - 1]);
		} finally {
			end = await server.stop();
			clients.forEach(client => client.close());
		}
		assert.deepEqual([end.code, end.signal], [0, null], server.log);
		assert.ok(end.ms < 10000, `${end.ms} ms`);
	});
}

const until = (server, busy, waiting) => workersAre(server, 'writes', busy, waiting);
const open = server => ask(server, get('/open?n=100'));

poolsTest('64 slow writes delay no probe, no read and no refusal, not even of a body', {}, async (server, send) => {
	const writes = Array.from({ length: 70 }, (_, i) => send(post(`/gate?n=${i + 1}`)));
	await until(server, 64, 6);
	for (const [bytes, status] of [[get('/livez'), 200], [get('/slow?ms=0'), 200], [get('/big?bytes=100'), 200], [get('/nothing'), 404], [post('/nothing'), 404], [post('/config', '{}'), 400]])
		assert.equal((await ask(server, bytes)).status, status, bytes);
	await workersAre(server, 'reads', 0, 0); // its last answer may be here before its worker is idle
	await until(server, 64, 6);
	await open(server);
	for (const write of writes) assert.equal((await write.answer()).status, 200);
	await until(server, 0, 0);
});

poolsTest('a stop does not wait for 64 stuck writes', { 'stop-ms': 500 }, async (server, send) => {
	for (let i = 0; i < 70; i++) send(post(`/slow?ms=${30000 + i}`));
	await until(server, 64, 6);
	const { code, ms } = await server.stop();
	assert.equal(code, 0);
	assert.ok(ms < 10000, `${ms} ms`);
});

poolsTest('a write for which there is no room is 503 and the connection goes on; a wrong one is refused for what is wrong', { workers: 1, queue: 1 }, async (server, send) => {
	const first = send(post('/gate?n=1'));
	await until(server, 1, 0);
	const second = send(post('/slow?ms=0'));
	await until(server, 1, 1);
	const third = send(post('/slow?ms=0'));
	const refused = await third.answer();
	assert.deepEqual([refused.status, JSON.parse(refused.body).code, refused.headers['retry-after']], [503, 'unavailable', '1']);
	assert.equal((await third.send(post('/config', '{}')).answer()).status, 400);
	await open(server);
	assert.equal((await first.answer()).status, 200);
	assert.equal((await second.answer()).status, 200);
	assert.equal((await third.send(post('/slow?ms=0')).answer()).status, 200);
});

poolsTest('workers for reads and for writes have numbers of their own', { threads: 3, workers: 4 }, async server => {
	for (let i = 0; i < 20; i++) {
		const [read, write] = [await ask(server, get('/thread')), await ask(server, post('/thread'))].map(({ body }) => Number(body));
		assert.ok(read >= 3 && read < 7, `${read}`);
		assert.ok(write >= 7 && write < 11, `${write}`);
	}
});
