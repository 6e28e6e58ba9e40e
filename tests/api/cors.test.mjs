// CORS: every answer can be read by a page, only listed origins may write.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isLambda, testServed } from '../support/engine.mjs';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { Client } from '../support/front.mjs';
import { finish, start } from '../support/innkeeper.mjs';

const EXPOSED = 'ETag,Location,Link,X-Request-Id,Retry-After,RateLimit,RateLimit-Policy,Idempotency-Replayed';
const ALLOWED = 'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent,If-Match,If-None-Match,Idempotency-Key,X-Request-Id';
const METHODS = 'OPTIONS,GET,HEAD,PUT,PATCH,POST,DELETE';

let server; // as it is without settings
let listed; // with two origins
let code;
before(async () => {
	server = await start();
	listed = await start({ flags: ['--cors-origin', 'https://portal.example,https://desk.example:8443'] });
	code = await server.create('Cross origin');
});
after(async () => {
	await finish(server);
	await finish(listed);
});

function assertOpen(headers, what, origin = '*') {
	assert.equal(headers['access-control-allow-origin'], origin, what);
	assert.equal(headers['access-control-expose-headers'], EXPOSED, what);
	assert.equal(headers['access-control-allow-credentials'], undefined, what);
	assert.match(headers['x-request-id'], /^[A-Za-z0-9._-]{1,64}$/, what);
}

test('a preflight is answered on every path of the contract', async () => {
	const headers = { Origin: 'https://anywhere.example', 'Access-Control-Request-Method': 'PATCH', 'Access-Control-Request-Headers': 'content-type,if-match' };
	for (const path of ['/config', `/config/${code}`, '/config/unknown', `/config/${code}/rooms/type`, `/config/${code}/tags/A`, '/bookings', '/livez', '/search/hotels'])
		for (const own of [headers, {}]) {
			const answer = await server.request('OPTIONS', path, { headers: own });
			assert.equal(answer.status, 204, path);
			assert.equal(answer.text, '');
			assert.equal(answer.headers['content-length'], undefined);
			assert.equal(answer.headers['access-control-allow-headers'], ALLOWED);
			assert.equal(answer.headers['access-control-allow-methods'], METHODS);
			assertOpen(answer.headers, path);
		}
	assertProblem(await server.request('OPTIONS', '/nothing'), 404, 'not_found', { path: '/' });
});

testServed('a preflight of the whole server is answered', async () => {
	const all = await new Client(server).send('OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n').answer();
	assert.equal(all.status, 204);
});

test('every answer has the headers, of whatever status', async () => {
	const { etag } = (await server.get(`/config/${code}`)).headers;
	const answers = [
		[200, server.get(`/config/${code}`)], [200, server.get('/config')], [200, server.get('/livez')], [200, server.get('/metrics')], [200, server.request('HEAD', '/config')],
		[304, server.get(`/config/${code}`, { 'If-None-Match': etag })], [400, server.post('/config', '{')], [400, server.get('/config?limit=0')], [404, server.get('/nothing')],
		[405, server.put('/config', {})], [406, server.get('/config', { Accept: 'text/html' })], [409, server.post('/config', { name: 'Cross origin' })],
		[412, server.patch(`/config/${code}`, {}, { 'If-Match': '"x"' })], [415, server.post('/config', 'x', { 'Content-Type': 'text/plain' })],
		[501, server.get('/events')], [400, server.get('/config?q=')], [404, server.get('/chains/NONE')],
	];
	if (!isLambda) answers.push([421, server.get('/config', { Host: 'example.com' })], [403, server.post('/config', { name: 'x' }, { Origin: 'https://anywhere.example' })]);
	for (const [status, promise] of answers) {
		const answer = await promise;
		assert.equal(answer.status, status, answer.text);
		assertOpen(answer.headers, String(status));
	}
});

testServed('a refusal by the front has them too', async () => {
	const cases = ['GET /config HTTP/1.1\r\n\r\n', 'GET\r\n\r\n', `GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 'GET / HTTP/3.0\r\nHost: localhost\r\n\r\n',
		`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(17000)}\r\n\r\n`, 'POST /config HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
		'POST /config HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n', 'POST /config HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n',
		'POST /config HTTP/1.1\r\nHost: localhost\r\nExpect: 200-maybe\r\nContent-Length: 1\r\n\r\n'];
	for (const bytes of cases) {
		const client = new Client(server);
		const answer = await client.send(bytes).answer();
		client.close();
		assert.ok(answer && answer.status >= 400, bytes.slice(0, 60));
		assertOpen(answer.headers, `${answer.status} ${bytes.slice(0, 60)}`);
		assert.equal(answer.headers['content-type'], 'application/problem+json');
	}
});

testServed('a page of another origin may read but not write', async () => {
	for (const origin of ['https://anywhere.example', 'http://localhost.example', 'null', 'http://localhost:1', 'file://']) {
		assert.equal((await server.get(`/config/${code}`, { Origin: origin })).status, 200);
		await unchanged(server, code, async () => {
			for (const [method, path] of [['POST', '/config'], ['PUT', `/config/${code}`], ['PATCH', `/config/${code}`], ['DELETE', `/config/${code}`], ['POST', `/config/${code}/rooms/type`]])
				assertProblem(await server.request(method, path, { body: '{"name":"x","description":"x"}', headers: { Origin: origin } }), 403, 'forbidden');
		});
	}
	const own = { Host: `localhost:${server.port}`, Origin: `http://localhost:${server.port}` };
	assert.equal((await server.patch(`/config/${code}`, { description: 'own' }, own)).status, 200, 'a page of our own may write');
});

testServed('with --cors-origin exactly the listed origins are allowed', async () => {
	const made = await listed.create('Listed');
	for (const origin of ['https://portal.example', 'https://desk.example:8443']) {
		const answer = await listed.patch(`/config/${made}`, { description: origin }, { Origin: origin });
		assert.equal(answer.status, 200, answer.text);
		assertOpen(answer.headers, origin, origin);
		assert.match(answer.headers.vary, /\bOrigin\b/);
		const preflight = await listed.request('OPTIONS', '/config', { headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' } });
		assert.equal(preflight.status, 204);
		assert.equal(preflight.headers['access-control-allow-origin'], origin);
	}
	for (const origin of ['https://portal.example:443', 'http://portal.example', 'https://portal.example.evil', 'https://desk.example', 'null']) {
		const answer = await listed.patch(`/config/${made}`, { description: 'x' }, { Origin: origin });
		assertProblem(answer, 403, 'forbidden');
		const read = await listed.get(`/config/${made}`, { Origin: origin });
		for (const { headers } of [answer, read]) {
			assert.ok(![origin, '*'].includes(headers['access-control-allow-origin']), origin);
			assert.match(headers.vary, /\bOrigin\b/, 'a cache must not mix them up');
		}
	}
	const client = new Client(listed);
	const broken = await client.send('GET\r\n\r\n').answer();
	client.close();
	assert.notEqual(broken.headers['access-control-allow-origin'], '*');
});
