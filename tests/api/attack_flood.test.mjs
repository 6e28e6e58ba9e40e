// Floods: of connections, of requests, of bodies, of what is refused. What is bounded stays bounded, and a healthy client gets its answers.
import assert from 'node:assert/strict';
import http from 'node:http';
import { attackTest, counted, metrics, request, residentKiB, until } from '../support/attack.mjs';

const MIB = 1024;
const roomType = code => JSON.stringify({ roomTypes: [{ code }] });
const rows = async server => (await metrics(server)).size;

attackTest('connections opened and dropped, silent or within a request, leave nothing; a stop is heard among them', { stopUnder: { connections: 50, drops: 1, again: 1 } }, async ({ server, healthy, attack }) => {
	const silent = attack({ connections: 50, drops: 1, again: 1 });
	const half = attack({ connections: 50, drops: 1, again: 1, repeats: 1, payload: 'POST /config HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"name"' });
	await Promise.all([silent.opened(), half.opened()]);
	await healthy.more(20);
	await until('they come and go', async () => (await metrics(server)).get('innkeeper_http_connections_total') > 2000);
	await Promise.all([silent, half].map(one => one.until(({ opened }) => opened > 300)));
	const [a, b] = await Promise.all([silent.end(), half.end()]);
	assert.deepEqual([a.status, b.status], [{}, {}]);
});

attackTest('100,000 requests sent ahead on one connection are all answered, the others in between', {}, async ({ server, healthy, attack }) => {
	const flood = attack({ payload: request('GET', '/config/none').repeat(100), repeats: 1000 });
	await counted(server, '/config/{id}', '4xx', 100000);
	await healthy.more(10);
	const { status, closed } = await flood.end();
	assert.deepEqual([status, closed], [{ 404: 100000 }, 0]);
});

attackTest('large bodies are read up to --max-bodies together; small writes go on', { flags: ['--max-bodies', '16M'], keptKiB: 32 * MIB },
	async ({ healthy, attack, server, before }) => {
		const flood = attack({ connections: 40, again: 1, payload: request('POST', '/config', { body: `[${' '.repeat(2000000)}` }) });
		let most = 0;
		const watch = setInterval(() => { most = Math.max(most, residentKiB(server.pid) - before); }, 20);
		await healthy.more(14);
		await flood.until(({ status }) => status[400] > 0 && status[503] > 0);
		clearInterval(watch);
		const { status } = await flood.end();
		assert.deepEqual(Object.keys(status), ['400', '503']);
		assert.ok(most < 120 * MIB, `${most} KiB more`);
	});

attackTest('floods of what is refused are counted in few rows, whatever paths and methods they name', {}, async ({ server, healthy, attack }) => {
	const before = await rows(server);
	const payload = request('GET', '/unknown-@@@@@@@@') + request('M@@@@@@@@', '/config') + request('DELETE', '/config') +
		request('POST', '/config', { body: '{"nam' }) + request('GET', '/config/9@@@@@@@@') + request('GET', '/config?p@@@@@@@@=1');
	const flood = attack({ connections: 40, repeats: 50, payload });
	const large = attack({ connections: 20, again: 1, rate: 500, payload: request('POST', '/config', { headers: { 'Content-Type': 'application/json', 'Content-Length': 999999999 } }) });
	await counted(server, 'none', '4xx', 2000);
	await healthy.more(10);
	await counted(server, '/config/{id}', '4xx', 2000);
	await counted(server, '/config', '4xx', 6000);
	await counted(server, 'none', '5xx', 2000);
	await flood.until(({ status }) => Object.values(status).reduce((a, b) => a + b, 0) === 12000);
	await large.until(({ status }) => status[413] > 0);
	const { status, closed } = await flood.end();
	assert.deepEqual([status, closed], [{ 400: 4000, 404: 4000, 405: 2000, 501: 2000 }, 0]);
	assert.deepEqual(Object.keys((await large.end()).status), ['413']);
	assert.ok(await rows(server) - before < 10 * 18, 'rows of /metrics');
});

attackTest('a thousand writers of one hotel wait for a bounded time, or are told when to come back; other hotels do not wait for them', { keptKiB: 64 * MIB }, async ({ server, healthy, attack }) => {
	const hot = await server.create('Hot');
	const flood = attack({ connections: 1200, payload: request('POST', `/config/${hot}/rooms/type`, { body: roomType('R@@@@@@@@') }) });
	await flood.opened();
	await flood.until(({ status }) => status[503] >= 50);
	await healthy.more(8);
	await until('the queue is full for us too', async () => {
		const mine = await Promise.all(Array.from({ length: 40 }, () =>
			server.request('POST', `/config/${hot}/rooms/type`, { body: roomType('MINE'), agent: new http.Agent() })));
		const refused = mine.filter(answer => answer.status === 503);
		assert.ok(mine.every(answer => [200, 503].includes(answer.status)), mine.map(answer => answer.status).join(' '));
		for (const answer of refused) assert.deepEqual([answer.json.code, answer.headers['retry-after']], ['unavailable', '1']);
		return refused.length > 0;
	});
	const queued = (await metrics(server)).get('innkeeper_http_worker_queue_length{pool="all"}');
	assert.ok(queued <= 1024, `${queued} wait`);
	await flood.until(({ status }) => status[200] >= 60);
	const { status } = await flood.end();
	assert.deepEqual(Object.keys(status), ['200', '503']);
});

attackTest('a flood of idempotency keys is written and answered', {}, async ({ server, healthy, attack }) => {
	const code = await server.create('Keys');
	const flood = attack({ connections: 20, repeats: 50, payload: request('POST', `/config/${code}/tags`, { body: JSON.stringify({ tags: [{ code: 'K' }] }), headers: { 'Idempotency-Key': 'key-@@@@@@@@' } }) });
	await healthy.more(20);
	await counted(server, '/config/{id}/tags', '2xx', 1000);
	const { status } = await flood.end();
	assert.deepEqual(status, { 200: 1000 });
});

attackTest('floods of header fields and of chunks of one byte are read in turns', {}, async ({ server, healthy, attack }) => {
	const fields = attack({ connections: 20, again: 1, payload: request('GET', '/livez', { head: 'A: b\r\n'.repeat(99) }) +
		request('GET', '/livez', { head: `B: ${'b'.repeat(8000)}\r\n`.repeat(3) }) });
	const chunks = attack({ connections: 10, repeats: 1, payload: request('POST', '/config', { headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' } }) +
		`${'1\r\n \r\n'.repeat(500000)}0\r\n\r\n` });
	await healthy.more(30);
	await counted(server, '/config', '4xx', 10);
	await fields.until(({ status }) => status[200] > 0 && status[431] > 0);
	const [many, one] = await Promise.all([fields.end(), chunks.end()]);
	assert.deepEqual(one.status, { 400: 10 });
	assert.deepEqual(Object.keys(many.status), ['200', '431']);
});
