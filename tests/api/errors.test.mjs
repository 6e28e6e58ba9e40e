// Refusals: one form for all, and each of api.md's for the routes that are built.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { Client } from '../support/front.mjs';
import { testServed } from '../support/engine.mjs';
import { finish, start } from '../support/innkeeper.mjs';

let server;
let code;
before(async () => {
	server = await start();
	code = await server.create('Refusals');
});
after(() => finish(server));

/** What is sent as it stands; answers with headers and body as `assertProblem` wants them. */
async function raw(bytes) {
	const client = new Client(server);
	try {
		const answer = await client.send(bytes).answer();
		const text = answer.body.toString();
		return { ...answer, text, json: JSON.parse(text) };
	} finally {
		client.close();
	}
}

test('outside of /config a refusal has no members of the seed', async () => {
	for (const path of ['/', '/nothing', '/configs', '/config2', '/Config', '//config', '/livez/', '/livez/x'])
		assertProblem(await server.get(path), 404, 'not_found', { path: '/' });
	for (const path of ['/config/', '/config/a/', '/config/a/b', `/config/${code}/rooms/types`, '/config//rooms/type'])
		assertProblem(await server.get(path), 404, 'not_found');
});

test('another method is 405 with all that the path has', async () => {
	const cases = [['/config', 'PUT', 'GET, HEAD, POST, OPTIONS'], ['/config', 'PATCH', 'GET, HEAD, POST, OPTIONS'], ['/config', 'DELETE', 'GET, HEAD, POST, OPTIONS'],
		[`/config/${code}`, 'POST', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'], [`/config/${code}/rooms/type`, 'PUT', 'GET, HEAD, POST, OPTIONS'],
		['/livez', 'POST', 'GET, HEAD, OPTIONS'], ['/metrics', 'DELETE', 'GET, HEAD, OPTIONS'], ['/config/x/publish', 'GET', 'POST, OPTIONS']];
	for (const [path, method, expected] of cases) {
		const answer = await server.request(method, path);
		assertProblem(answer, 405, 'method_not_allowed', { path });
		const sorted = text => text.split(', ').sort().join();
		assert.equal(sorted(answer.headers.allow), sorted(expected), `${method} ${path}`);
	}
});

testServed('a method that nobody knows is 501', async () => {
	for (const path of ['/config', `/config/${code}`, '/nothing', '/livez']) {
		const answer = await raw(`BREW ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
		assertProblem(answer, 501, 'not_implemented', { path });
	}
});

test('an answer other than JSON can not be had', async () => {
	for (const accept of ['text/html', 'application/xml, text/*', 'application/json;q=0', '*/*;q=0', 'application/*;q=0.000, text/html'])
		for (const path of ['/config', `/config/${code}`, '/readyz'])
			assertProblem(await server.get(path, { Accept: accept }), 406, 'not_acceptable', { path });
	for (const accept of ['application/json', '*/*', 'application/*', 'text/html, application/json;q=0.1', 'APPLICATION/JSON', 'text/html,*/*;q=0.8', 'application/json; charset=utf-8'])
		assert.equal((await server.get('/config', { Accept: accept })).status, 200, accept);
	await unchanged(server, code, async () =>
		assertProblem(await server.patch(`/config/${code}`, { description: 'x' }, { Accept: 'text/html' }), 406, 'not_acceptable'));
	assert.equal((await server.get('/metrics', { Accept: 'text/plain' })).status, 200);
});

test('a body that is not JSON in UTF-8 is 415', async () => {
	const bad = ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'application/json; charset=latin1', 'application/json;charset=utf-16', 'multipart/form-data', 'json', ''];
	await unchanged(server, code, async () => {
		for (const type of bad)
			for (const [method, path] of [['POST', '/config'], ['PUT', `/config/${code}`], ['PATCH', `/config/${code}`], ['POST', `/config/${code}/rooms/type`]])
				assertProblem(await server.request(method, path, { body: '{"name":"x"}', headers: { 'Content-Type': type } }), 415, 'unsupported_media_type');
		for (const [method, path] of [['POST', '/config'], ['PUT', `/config/${code}`]])
			assertProblem(await server.request(method, path, { body: '{"name":"x"}', headers: { 'Content-Type': 'application/merge-patch+json' } }), 415, 'unsupported_media_type');
		assertProblem(await raw('POST /config HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\n{"name":"x"}'), 415, 'unsupported_media_type');
	});
	for (const type of ['application/json', 'application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'Application/JSON ; Charset=UTF-8', 'application/merge-patch+json'])
		assert.equal((await server.patch(`/config/${code}`, {}, { 'Content-Type': type })).status, 200, type);
});

test('a missing body is no JSON', async () => {
	for (const [method, path] of [['POST', '/config'], ['PUT', `/config/${code}`], ['PATCH', `/config/${code}`], ['POST', `/config/${code}/rooms/type`]])
		assertProblem(await server.request(method, path, { body: '' }), 400, 'invalid');
});

test('a safe request id comes back, any other is replaced', async () => {
	for (const id of ['a', 'A-b_c.9', 'x'.repeat(64)]) {
		assert.equal((await server.get('/livez', { 'X-Request-Id': id })).headers['x-request-id'], id);
		assert.equal(assertProblem(await server.get('/config/none', { 'X-Request-Id': id }), 404, 'not_found').instance, id);
	}
	const seen = new Set();
	for (const id of ['', 'x'.repeat(65), 'a b', 'a"b', '<script>', 'a,b', undefined]) {
		const own = (await server.get('/livez', id === undefined ? {} : { 'X-Request-Id': id })).headers['x-request-id'];
		assert.match(own, /^[A-Za-z0-9._-]{1,64}$/);
		assert.notEqual(own, id);
		seen.add(own);
	}
	assert.equal(seen.size, 7, 'each request has its own');
});

testServed('too long a request line or head is refused by the front in the same form', async () => {
	const line = await raw(`GET /config/${'a'.repeat(9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
	assertProblem(line, 414, 'too_large', { path: '/' });
	const head = await raw(`GET /config HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(17000)}\r\n\r\n`);
	assertProblem(head, 431, 'too_large', { path: '/config' });
	assert.match(head.headers.connection, /close/);
	const broken = await raw('GET /config HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n');
	assertProblem(broken, 400, 'invalid', { path: '/config' });
	for (const [field, status, code] of [['Transfer-Encoding: gzip', 501, 'not_implemented'], ['Expect: a miracle', 417, 'expectation_failed']]) {
		for (const path of ['/config/1/tags', '/chains', '/configuration'])
			assertProblem(await raw(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${field}\r\n\r\n`), status, code, { path });
	}
});

testServed('a Host that is not ours is 421, whatever is asked', async () => {
	for (const host of ['example.com', 'example.com:80', 'localhost.example.com', '127.0.0.1.example.com', '10.0.0.1', '[::2]', 'localhost2'])
		for (const [method, path] of [['GET', '/config'], ['GET', '/livez'], ['POST', '/config'], ['OPTIONS', '/config']]) {
			const answer = await server.request(method, path, { headers: { Host: host }, body: method === 'POST' ? '{"name":"x"}' : undefined });
			assertProblem(answer, 421, 'misdirected', { path });
		}
	for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1', '127.9.9.9:99', '[::1]', '[::1]:8080'])
		assert.equal((await server.get('/config', { Host: host })).status, 200, host);
	const named = await start({ flags: ['--public-host', 'hotel.example, other.example'] });
	try {
		for (const host of ['hotel.example', 'HOTEL.example:443', 'other.example', 'localhost'])
			assert.equal((await named.get('/config', { Host: host })).status, 200, host);
		assertProblem(await named.get('/config', { Host: 'example' }), 421, 'misdirected');
		assertProblem(await named.get('/config', { Host: 'x.hotel.example' }), 421, 'misdirected');
	} finally {
		await finish(named);
	}
});

test('a failure of ours would say nothing but its id, and there has been none', async () => {
	assert.doesNotMatch(server.log, /"status":500/);
	assert.doesNotMatch(server.log, /request_failed/);
});
