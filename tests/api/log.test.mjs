// The log: one JSON object a line, text on a terminal, traces; and nothing in it, in metrics or in answers that was given in confidence.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { testEmbedded, testServed } from '../support/engine.mjs';
import { finish, logLines, sleep, start, within } from '../support/innkeeper.mjs';
import { sql } from '../support/store_file.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

async function logged(from, wanted) {
	for (let i = 0; i < 5000; i++, await sleep(10)) {
		const line = logLines(from.log).find(wanted);
		if (line) return line;
	}
	throw new Error(`not logged:\n${from.log}`);
}

const trace = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${trace}-b7ad6b7169203331-01`;

test('a request with a traceparent has its trace in the access log, others have none', async () => {
	await server.get('/config/none', { traceparent, 'X-Request-Id': 'traced-1' });
	assert.equal((await logged(server, ({ id }) => id === 'traced-1')).trace, trace);
	await server.post('/config', { name: 'Traced' }, { traceparent: `cc-${trace}-b7ad6b7169203331-00-later`, 'X-Request-Id': 'traced-2' });
	assert.equal((await logged(server, ({ id }) => id === 'traced-2')).trace, trace);
	for (const [i, value] of [undefined, 'nonsense', traceparent.toUpperCase(), `ff${traceparent.slice(2)}`, `${traceparent}-more`, [traceparent, traceparent]].entries()) {
		const answer = await server.get('/livez', { ...value && { traceparent: value }, 'X-Request-Id': `untraced-${i}` });
		assert.equal(answer.status, 200);
		assert.ok(answer.names.every(name => !/trace/i.test(name)), 'answers have no such header');
		assert.ok(!('trace' in await logged(server, ({ id }) => id === `untraced-${i}`)), String(value));
	}
});

test('the line of a failure has the request\'s id and its trace', async () => {
	const own = await start({ flags: ['--handler-timeout', '0ms'] });
	try {
		const failed = await own.get('/config', { traceparent, 'X-Request-Id': 'late-1' });
		assert.equal(failed.status, 503, failed.text);
		const { time, detail, ...line } = await logged(own, ({ event, id }) => event === 'request_failed' && id === 'late-1');
		assert.match(detail, /^unavailable: /);
		assert.deepEqual(line, { level: 'error', event: 'request_failed', id: 'late-1', trace });
	} finally {
		await finish(own);
	}
});

testServed('on a terminal the log is for people', async () => {
	const own = await start({ prefix: ['python3', 'tests/support/terminal.py'] });
	own.onTerminal = true;
	await own.get('/config/none', { traceparent });
	await own.post('/config', { name: 'Zürich' });
	await finish(own);
	const lines = own.log.split('\r\n');
	assert.equal(lines.pop(), '');
	const stamp = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
	for (const line of lines) assert.match(line, new RegExp(`^${stamp} [ -~]+$`), 'plain text without colours');
	for (const wanted of ['info  listening: http://127\\.0\\.0\\.1:\\d+', `404 GET /config/none \\d+ bytes \\d+ us not_found trace ${trace}`, 'info  stopped: everything is closed'])
		assert.equal(lines.filter(line => new RegExp(`^${stamp} ${wanted}$`).test(line)).length, 1, `${wanted}\n${own.log}`);
});

/** Sends bytes as they are and returns what comes, leaving with the first of it; of those that `end` in the middle of a request nothing need come. */
const raw = (bytes, { end = false } = {}) => within(60000, 'an answer or the end', new Promise((resolve, reject) => {
	let text = '';
	const socket = net.connect(server.port, server.host);
	socket.setEncoding('latin1').on('data', data => { text += data; socket.end(); }).on('error', reject).on('close', () => resolve(text));
	if (end) socket.end(bytes);
	else socket.write(bytes);
}));

/** A request that need not be as documented. */
const careless = (method, path, body, headers) => new Promise((resolve, reject) => {
	const bytes = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
	const type = bytes === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(bytes) };
	http.request({ host: server.host, port: server.port, method, path, headers: { ...type, ...headers } }, answer => answer.on('error', reject).on('end', resolve).resume())
		.on('error', reject).end(bytes);
});

test('secrets and guests\' data are nowhere but in the answer to who sent them', async () => {
	let n = 0;
	const secret = () => `Geheimnis${++n}Xq`;
	const code = await server.create('Discreet');
	const fields = () => ({ Authorization: `Bearer ${secret()}`, 'X-Api-Key': secret(), Cookie: `session=${secret()}`, 'X-Amz-Security-Token': secret(), 'X-Own': secret(),
		Referer: `http://x/${secret()}`, 'User-Agent': secret(), 'X-Forwarded-For': secret(), tracestate: `a=${secret()}`, traceparent: secret(), 'X-Request-Id': `${secret()} is no id` });
	for (const path of ['/livez', '/metrics', '/config', `/config/${code}`, '/config/none', '/bookings', '/nowhere']) {
		await careless('GET', path, undefined, fields());
		await careless('GET', `${path}?guest=${secret()}&${secret()}=1&q=${secret()}&${secret()}`, undefined, fields());
		await careless('GET', `${path}?x=%zz${secret()}`, undefined, fields());
		for (const method of ['POST', 'PUT', 'PATCH']) {
			await careless(method, path, { name: secret(), guest: { name: secret(), card: secret() }, [secret()]: 1 }, { ...fields(), 'Idempotency-Key': secret() });
			await careless(method, path, `{"name": "${secret()}`, fields());
			await careless(method, path, `${secret()}=1`, { ...fields(), 'Content-Type': `text/${secret()}` });
		}
		await careless('DELETE', `${path}?x=${secret()}`, undefined, { ...fields(), 'If-Match': `"${secret()}"` });
	}
	await careless('POST', '/config', { name: 'Once', description: secret() }, { 'Idempotency-Key': secret() });
	await careless('POST', '/config', { name: 'Once', description: secret() }, { 'Idempotency-Key': `${secret()} with blanks` });
	await careless('GET', '/config', undefined, { Accept: secret(), Origin: `http://${secret()}.example` });
	await careless('POST', '/config', {}, { Origin: `http://${secret()}.example` });
	await careless('GET', '/livez', undefined, { Host: `${secret()}.example` });
	const head = `Host: localhost\r\nAuthorization: ${secret()}\r\n\r\n`;
	assert.doesNotMatch(await raw(secret(), { end: true }), /^HTTP\/1.1 500/);
	const malformed = [`${secret()}\r\n`, `password=${secret()}\r\n\r\n`, `Authorization: Bearer ${secret()}\r\n\r\n`, `{"guest":"${secret()}"}GET / HTTP/1.1\r\n${head}`,
		`${secret()} / HTTP/1.1\r\n${head}`, `${secret()} /${secret()} HTTP/1.1\r\n${head}`, `${secret()}${'A'.repeat(40)} / HTTP/1.1\r\n${head}`, `GET /livez?${secret()} HTTP/9.9\r\n${head}`,
		`GET /livez?${secret()} HTTP/1.1 ${secret()}\r\n${head}`, `GET http://user:${secret()}@localhost/livez HTTP/1.1\r\n${head}`, `GET http://${secret()}.example/livez?${secret()} HTTP/1.1\r\n${head}`,
		`GET ${secret()} HTTP/1.1\r\n${head}`, `GET /livez#${secret()} HTTP/1.1\r\n${head}`, `CONNECT ${secret()}:443 HTTP/1.1\r\n${head}`, `GET /livez HTTP/1.1\r\n${secret()}\r\n\r\n`,
		`GET /livez HTTP/1.1\r\nHost: ${secret()}@x\r\n\r\n`, `GET /livez HTTP/1.1\r\n${secret()} : 1\r\n${head}`, `GET /livez HTTP/1.1\r\nExpect: ${secret()}\r\n${head}`,
		`POST /config HTTP/1.1\r\nTransfer-Encoding: ${secret()}\r\n${head}`, `POST /config HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n${head}${secret()}\r\n`,
		`POST /config HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n${head}{}${secret()}`, `POST /config HTTP/1.1\r\nContent-Length: ${secret()}\r\n${head}`,
		`GET /livez HTTP/1.1\r\nX: ${'x'.repeat(17000)}${secret()}\r\n\r\n`, `GET /livez?${'x'.repeat(9000)}${secret()} HTTP/1.1\r\n\r\n`, `\x16\x03\x01${secret()}`, `GET /livez\0${secret()} HTTP/1.1\r\n${head}`];
	for (const bytes of malformed) assert.doesNotMatch(await raw(bytes), /^HTTP\/1.1 500/);
	const before = logLines(server.log).length;
	assert.ok(n > 400 && before > 90, `${n} secrets, ${before} lines`);
	await server.get('/livez', { 'X-Request-Id': 'the-last' });
	await logged(server, ({ id }) => id === 'the-last');
	for (const text of [server.log, (await server.get('/metrics')).text]) {
		const found = /.*Geheimnis.*/.exec(text);
		assert.equal(found, null, found?.[0]);
	}
});

testEmbedded('an idempotency key is not named even where its record is damaged', async () => {
	const key = 'Geheimnis-of-a-key';
	let own = await start();
	const body = { name: 'Damaged' };
	assert.equal((await own.post('/config', body, { 'Idempotency-Key': key })).status, 200);
	await own.stop();
	assert.equal(sql(own.folder, "UPDATE item SET attrs = '{' WHERE code LIKE '~idem-%'"), 1);
	own = await start({ folder: own.folder, isDamaged: true });
	const refused = await own.post('/config', body, { 'Idempotency-Key': key, 'X-Request-Id': 'damaged-1' });
	assert.equal(refused.status, 500);
	await logged(own, ({ event, detail }) => event === 'item_damaged' && detail.includes('~idem-'));
	await logged(own, ({ event, id }) => event === 'request' && id === 'damaged-1');
	await finish(own);
	for (const text of [refused.text, own.log]) assert.ok(!text.includes(key), text);
});

test('of a path its characters are logged, odd bytes as question marks; of an unknown method nothing', async () => {
	await raw('GET /config/caf%C3%A9"\\\xe9 HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: odd-1\r\n\r\n');
	await server.get('/config/caf%C3%A9?q=1', { 'X-Request-Id': 'odd-2' });
	assert.equal((await logged(server, ({ id }) => id === 'odd-2')).path, '/config/caf%C3%A9');
	await raw('PROPFIND /config/x HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: odd-3\r\nConnection: close\r\n\r\n');
	const { method, path, status } = await logged(server, ({ id }) => id === 'odd-3');
	assert.deepEqual({ method, path, status }, { method: '?', path: '', status: 501 });
});
