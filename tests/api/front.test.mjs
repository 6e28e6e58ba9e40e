// The HTTP front over sockets, before an API with big answers and slow handlers (tests/support/front_api.c).
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { ask, Client, frontTest, get, sleep, workersAre } from '../support/front.mjs';

const post = (path, extra, body = '') => `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${extra}\r\n${body}`;

async function withClient(server, run, options) {
	const client = new Client(server, options);
	try {
		return await run(client);
	} finally {
		client.close();
	}
}

const requests = server => server.log.split('\n').filter(line => line.includes('"event":"request"')).map(JSON.parse);

frontTest('a connection stays open from request to request', {}, server => withClient(server, async client => {
	for (let i = 0; i < 20; i++) {
		const answer = await client.send(get('/livez')).answer();
		assert.equal(answer.status, 200);
		assert.equal(answer.headers.connection, undefined);
		assert.match(answer.headers.date, /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
	}
}));

frontTest('a hundred requests in one write get a hundred answers in order', {}, server =>
	withClient(server, async client => {
		const paths = Array.from({ length: 100 }, (_, i) => i % 10 === 9 ? `/bigslow?bytes=${i}` : `/big?bytes=${i}`);
		client.send(paths.map(path => get(path)).join(''));
		for (let i = 0; i < 100; i++) assert.equal((await client.answer()).body.length, i);
		assert.equal(client.unread.length, 0);
	}));

frontTest('requests sent ahead beyond all buffers are answered too', {}, server => withClient(server, async client => {
	const request = get('/big?bytes=10', `X-Fill: ${'f'.repeat(5000)}\r\n`);
	client.send(request.repeat(500));
	for (let i = 0; i < 500; i++) assert.equal((await client.answer()).body.length, 10);
}));

frontTest('head has the fields of get and no body', {}, server => withClient(server, async client => {
	const full = await client.send(get('/big?bytes=1000', 'X-Request-Id: a\r\n')).answer();
	const head = await client.send(get('/big?bytes=1000', 'X-Request-Id: a\r\n').replace('GET', 'HEAD'))
		.answer({ isHead: true });
	assert.deepEqual({ ...head.headers, date: '' }, { ...full.headers, date: '' });
	assert.equal((await client.send(get('/livez')).answer()).body.toString(), 'ok\n');
}));

frontTest('answers without a body have none', {}, server => withClient(server, async client => {
	for (const [path, status] of [['/none', 204], ['/same', 304], ['/none', 204]]) {
		const answer = await client.send(get(path)).answer();
		assert.equal(answer.status, status);
		assert.equal(answer.headers['content-length'], undefined);
	}
}));

frontTest('a big answer arrives whole, also to a slow reader', {}, server => withClient(server, async client => {
	client.send(get('/big?bytes=9000000'));
	client.socket.pause();
	await sleep(300);
	client.socket.resume();
	const { body } = await client.answer();
	assert.equal(body.length, 9000000);
	assert.ok(body.every((byte, i) => byte === 97 + i % 26));
}));

frontTest('a body comes back as it was sent', {}, server => withClient(server, async client => {
	const body = Buffer.from(Array.from({ length: 300000 }, (_, i) => i * 7 % 256));
	client.send(post('/echo', `Content-Length: ${body.length}\r\n`)).send(body);
	assert.ok((await client.answer()).body.equals(body));
	client.send(post('/echo', 'Transfer-Encoding: chunked\r\n'));
	for (let at = 0; at < body.length; at += 7777) {
		const chunk = body.subarray(at, at + 7777);
		client.send(`${chunk.length.toString(16)}\r\n`).send(chunk).send('\r\n');
	}
	client.send('0\r\n\r\n');
	assert.ok((await client.answer()).body.equals(body));
}));

frontTest('expect gets a 100 before the body and not behind it', {}, server => withClient(server, async client => {
	client.send(post('/echo', 'Expect: 100-continue\r\nContent-Length: 2\r\n'));
	assert.equal((await client.answer()).status, 100);
	assert.equal((await client.send('{}').answer()).body.toString(), '{}');
	client.send(post('/echo', 'Expect: 100-continue\r\nContent-Length: 2\r\n', '{}'));
	assert.equal((await client.answer()).status, 200);
}));

frontTest('expect gets the final status when the body is not wanted', { 'max-body': 1000 }, async server => {
	for (const [path, status] of [['/echo', 413], ['/nowhere', 404]]) {
		await withClient(server, async client => {
			client.send(post(path, 'Expect: 100-continue\r\nContent-Length: 1001\r\n'));
			const answer = await client.answer();
			assert.equal(answer.status, status);
			assert.equal(answer.headers.connection, 'close');
			await client.ended();
		});
	}
});

frontTest('a body too large is refused, announced or chunked', { 'max-body': 1000 }, async server => {
	const much = 'a'.repeat(400000); /* the client is not done with it when the answer comes */
	for (const [extra, body] of [['Content-Length: 400000\r\n', much],
		['Transfer-Encoding: chunked\r\n', `3e8\r\n${much.slice(0, 1000)}\r\n1\r\n${much}`]]) {
		await withClient(server, async client => {
			const answer = await client.send(post('/echo', extra, body)).answer();
			assert.equal(answer.status, 413);
			assert.equal(JSON.parse(answer.body).code, 'too_large');
			await client.ended();
			assert.equal(client.error, null, 'closed, not reset');
		});
	}
	assert.equal((await ask(server, post('/echo', 'Content-Length: 1000\r\n', much.slice(0, 1000)))).status, 200);
});

frontTest('a slow head gets 408, silence none', { 'header-ms': 8000 }, server => withClient(server, async silent => {
	await withClient(server, async client => {
		client.send('GET /livez HTTP/1.1\r\n');
		const drip = setInterval(() => client.send('X: 1\r\n'), 100);
		const answer = await client.answer();
		clearInterval(drip);
		assert.equal(answer.status, 408);
		assert.equal(JSON.parse(answer.body).code, 'timeout');
		await client.ended();
	});
	await silent.ended();
	assert.equal(silent.unread.length, 0);
}));

frontTest('what came while the process was stopped is not late', { 'header-ms': 7000, 'body-ms': 7000, 'idle-ms': 7000 }, async server => {
	const rests = [['GET /livez HTTP/1.1\r\n', 'Host: a\r\n\r\n'], [post('/echo', 'Content-Length: 10\r\n'), 'a'.repeat(10)], ['', get('/livez')]];
	const clients = Array.from({ length: 9 }, (_, i) => ({ client: new Client(server), rest: rests[i % 3] }));
	await Promise.all(clients.map(({ client }) => client.send(get('/livez')).answer()));
	for (const { client, rest } of clients) client.send(rest[0]);
	for (const { client } of clients) await client.isRead();
	process.kill(server.pid, 'SIGSTOP');
	for (const { client, rest } of clients) client.send(rest[1]);
	await sleep(7500);
	process.kill(server.pid, 'SIGCONT');
	for (const { client } of clients) {
		assert.equal((await client.answer())?.status, 200);
		client.close();
	}
});

frontTest('silence behind an answer has a time of its own', { 'header-ms': 300000, 'idle-ms': 600 }, server => withClient(server, async client => {
	const start = Date.now();
	assert.equal((await client.send(get('/livez')).answer()).status, 200);
	await client.ended();
	assert.ok(Date.now() - start >= 500);
	assert.equal(client.unread.length, 0);
}));

frontTest('a slow body gets 408, a steady one passes', { 'body-ms': 1500 }, async server => {
	await withClient(server, async client => {
		const start = Date.now();
		client.send(post('/echo', 'Content-Length: 100\r\n', 'abc'));
		assert.equal((await client.answer()).status, 408);
		assert.ok(Date.now() - start >= 1450);
		await client.ended();
	});
	await withClient(server, async client => { /* 1 ms more for each byte */
		client.send(post('/echo', 'Content-Length: 20010\r\n', 'a'.repeat(20000)));
		for (let i = 0; i < 10; i++) {
			await sleep(200);
			client.send('a');
		}
		assert.equal((await client.answer()).status, 200);
	});
});

frontTest('who does not read the answer is dropped', { 'write-ms': 300, 'write-rate': 1e9 }, server => withClient(server, async client => {
	await client.connected();
	client.socket.pause();
	client.send(get('/big?bytes=15000000'));
	const [line] = await server.logged(/.*"path":"\/big".*/);
	assert.ok(JSON.parse(line).bytes < 15000000);
	client.socket.resume();
	await client.ended();
}));

frontTest('a client that ends its side is still answered', {}, server => withClient(server, async client => {
	client.send(get('/slow?ms=200')).socket.end();
	assert.equal((await client.answer()).status, 200);
	await client.ended();
}));

frontTest('a client that leaves does no harm', { workers: 2 }, async server => {
	for (const bytes of ['GET /li', get('/slow?ms=100'), post('/echo', 'Content-Length: 1000\r\n', 'a'),
		post('/echo', 'Transfer-Encoding: chunked\r\n', '5\r\na'), get('/big?bytes=5000000').repeat(5)]) {
		for (let i = 0; i < 5; i++) {
			const client = new Client(server);
			await client.connected();
			client.send(bytes);
			await client.isRead();
			i % 2 ? client.close() : client.socket.resetAndDestroy?.() ?? client.close();
		}
	}
	await server.logged(/("path":"\/slow"[^]*){5}/);
	assert.ok(!requests(server).some(({ path }) => path === '/echo'), 'what was not answered is not logged');
	const quiet = [/^innkeeper_http_requests_in_flight 1$/m, /^innkeeper_http_connections_open 1$/m]; /* this one */
	for (const end = Date.now() + 60000; ; await sleep(20)) {
		const metrics = (await ask(server, get('/metrics'))).body.toString();
		if (quiet.every(pattern => pattern.test(metrics))) break;
		assert.ok(Date.now() < end, metrics);
	}
});

frontTest('a full queue is 503 and the connection goes on', { workers: 1, queue: 1 }, async server => {
	const clients = Array.from({ length: 3 }, () => new Client(server));
	for (const [i, client] of clients.entries()) {
		client.send(get('/gate?n=1'));
		if (i < 2) await workersAre(server, 'all', 1, i);
	}
	const refused = await clients[2].answer();
	assert.equal(refused.status, 503);
	assert.equal(JSON.parse(refused.body).code, 'unavailable');
	assert.equal(refused.headers['retry-after'], '1');
	await ask(server, get('/open?n=1'));
	assert.equal((await clients[0].answer()).status, 200);
	assert.equal((await clients[1].answer()).status, 200);
	assert.equal((await clients[2].send(get('/livez')).answer()).status, 200);
	clients.forEach(client => client.close());
});

frontTest('bodies that are being read have a limit together', { bodies: 100000 }, async server => {
	const clients = Array.from({ length: 8 }, () => new Client(server));
	for (const client of clients) client.send(post('/echo', 'Content-Length: 30000\r\n', 'a'.repeat(15000)));
	for (const client of clients) await client.isRead();
	const answers = await Promise.all(clients.map(client => client.send('a'.repeat(15000)).answer()));
	const count = status => answers.filter(answer => answer.status === status).length;
	assert.ok(count(200) >= 2 && count(503) >= 2 && count(200) + count(503) === 8);
	clients.forEach(client => client.close());
	assert.equal((await ask(server, post('/echo', 'Content-Length: 60000\r\n', 'a'.repeat(60000)))).status, 200);
});

frontTest('a stop awaits what is in flight and closes what is idle', {}, async server => {
	const idle = new Client(server), busy = new Client(server), opener = new Client(server);
	await idle.send(get('/livez')).answer();
	busy.send(get('/gate?n=1') + get('/livez'));
	await workersAre(server, 'all', 1, 0);
	await opener.send(get('/open?n=1').slice(0, -2)).isRead(); // a head that has begun is in flight, too
	const stopped = server.stop();
	await idle.ended(); // the listener is closed before
	await assert.rejects(new Promise((resolve, reject) => {
		net.connect(server.port, server.host).once('connect', resolve).once('error', reject);
	}), { code: 'ECONNREFUSED' });
	opener.send('\r\n');
	for (const client of [opener, busy]) {
		const answer = await client.answer();
		assert.equal(answer.status, 200);
		assert.equal(answer.headers.connection, 'close');
		await client.ended();
		assert.equal(client.unread.length, 0, 'the second request is not answered');
		client.close();
	}
	const { code, ms } = await stopped;
	assert.equal(code, 0);
	assert.ok(ms < 30000, `${ms} ms`);
});

frontTest('a stop does not wait for ever', { 'stop-ms': 500 }, async server => {
	const clients = [get('/gate?n=1'), 'GET /livez', post('/echo', 'Content-Length: 10\r\n', 'a'),
		get('/big?bytes=15000000')].map(bytes => {
		const client = new Client(server);
		client.socket.pause();
		return client.send(bytes);
	});
	await workersAre(server, 'all', 1, 0);
	for (const client of clients) await client.isRead();
	const { code, ms } = await server.stop();
	assert.equal(code, 0);
	assert.ok(ms < 8500, `${ms} ms`);
	clients.forEach(client => client.close());
});

frontTest('the log has a line a request, without query values', {}, async server => {
	await ask(server, get('/big?bytes=10', 'X-Request-Id: abc\r\n'));
	await ask(server, get('/%22secret%0a?token=hush'));
	await ask(server, 'GET /" HTTP/1.1\r\n');
	await server.logged(/(.*"event":"request".*\n){3}/);
	assert.doesNotMatch(server.log, /hush|bytes=10/);
	// A line is written behind its answer: those of other connections may overtake it.
	const [first, second, third] = ['/big', '/%22secret%0a', ''].map(path => requests(server).find(line => line.path === path));
	assert.deepEqual(Object.keys(first),
		['time', 'level', 'event', 'method', 'path', 'route', 'status', 'bytes', 'us', 'id', 'code']);
	assert.deepEqual([first.method, first.path, first.route, first.status, first.id], ['GET', '/big', '/big', 200, 'abc']);
	assert.deepEqual([second.path, second.route, second.status, second.code],
		['/%22secret%0a', '', 404, 'not_found']);
	assert.deepEqual([third.path, third.status, third.code], ['', 400, 'invalid']);
});

frontTest('the metrics count by route and status', {}, async server => {
	for (let i = 0; i < 5; i++) await ask(server, get('/livez'));
	await ask(server, get('/none-of-these'));
	// A request is counted behind its answer.
	let text = '';
	while (!/route="none",status="4xx"\} 1$/m.test(text) || !/route="\/livez",status="2xx"\} 5$/m.test(text)) text = (await ask(server, get('/metrics'))).body.toString();
	assert.match(text, /^innkeeper_http_request_duration_seconds_count\{route="\/livez",status="2xx"\} 5$/m);
	assert.match(text, /^innkeeper_http_request_duration_seconds_count\{route="none",status="4xx"\} 1$/m);
	for (const line of text.trim().split('\n'))
		assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? \d+(\.\d+)?)$/);
});

frontTest('event threads and workers have numbers of their own', { threads: 3, workers: 4 }, async server => {
	const numbers = new Set();
	for (let i = 0; i < 40; i++) numbers.add(Number((await ask(server, get('/thread'))).body));
	for (const number of numbers) assert.ok(number >= 3 && number < 7);
});
