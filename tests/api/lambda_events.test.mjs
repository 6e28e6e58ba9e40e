// HTTP through events of API Gateway and Function URLs, shape by shape: what must be the same as over HTTP, and what only an event can say.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventOf, SHAPES } from '../support/lambda_events.mjs';
import { assertProblem, wrapperText } from '../support/hotels.mjs';
import { finish, start } from '../support/innkeeper.mjs';

const MIB = 1 << 20;
let server;
before(async () => { server = await start({ lambda: { loops: 1, freezes: true } }); });
after(() => finish(server));

/** All requests of `run` as events of one shape with these options. */
async function as(shape, options, run) {
	Object.assign(server.gateway, { shapes: [shape], options });
	try {
		await run();
	} finally {
		Object.assign(server.gateway, { shapes: SHAPES, options: {} });
	}
}

/** One event as it is: what the function answers. */
async function answerTo(event) {
	const outcome = await server.api.invoke(event);
	assert.equal(outcome.functionError, '', outcome.text);
	return outcome.json;
}

const each = (name, run) => { for (const shape of SHAPES) test(`${shape}: ${name}`, () => run(shape)); };

each('a hotel is created, changed, read and deleted', shape => as(shape, {}, async () => {
	const name = `Of ${shape} "ü" 雪`;
	const created = await server.post('/config', { name });
	assert.equal(created.status, 200, created.text);
	const { code } = created.hotel, path = `/config/${code}`;
	assert.equal(created.headers.location, path);
	assert.equal(created.headers['content-type'], 'application/json');
	assert.equal((await server.put(`${path}/tags/SEA`, { name: 'Sea' })).status, 201);
	const read = await server.get(path);
	assert.equal(read.hotel.name, name);
	assert.equal((await server.get(path, { 'If-None-Match': read.headers.etag })).status, 304);
	assert.equal((await server.request('HEAD', path)).headers.etag, read.headers.etag);
	assert.equal((await server.delete(path, { 'If-Match': created.headers.etag })).status, 412);
	assert.equal((await server.delete(path, { 'If-Match': read.headers.etag })).status, 200);
	assertProblem(await server.get(path), 404, 'not_found');
	assert.equal((await server.request('OPTIONS', path, { headers: { Origin: 'https://a.example', 'Access-Control-Request-Method': 'PUT' } })).status, 204);
}));

each('a body in base64 is the body', async shape => {
	for (const asBase64 of [true, false]) {
		await as(shape, { asBase64 }, async () => {
			const answer = await server.post('/config', `{"name":"Base64 ${shape} ${asBase64} ü"}`);
			assert.equal(answer.hotel.name, `Base64 ${shape} ${asBase64} ü`);
		});
	}
});

each('bytes that are no UTF-8 are refused as over HTTP', shape => as(shape, {}, async () => {
	const bytes = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xc0]), Buffer.from('"}')]);
	assertProblem(await server.post('/config', bytes), 400, 'invalid');
}));

each('a field that is there several times counts with all its values', shape => as(shape, {}, async () => {
	const code = await server.create(`Several ${shape}`), path = `/config/${code}`;
	const { etag } = (await server.get(path)).headers;
	assert.equal((await server.get(path, { 'If-None-Match': ['"another"', etag] })).status, 304, 'the last');
	assert.equal((await server.get(path, { 'If-None-Match': [etag, '"another"'] })).status, 304, 'the first');
	assert.equal((await server.get(path, { 'If-None-Match': ['"one"', '"another"'] })).status, 200);
	assert.equal((await server.patch(path, { description: 'x' }, { 'If-Match': ['"one"', '"another"'] })).status, 412);
}));

each('a query keeps its parameters, doubled, coded and unknown ones', shape => as(shape, {}, async () => {
	await server.create(`Query+ & ${shape}=50%`, { address: { city: `Bern ${shape}` } });
	const found = await server.get(`/config?q=${encodeURIComponent(`query+ & ${shape}=50%`)}&city=${encodeURIComponent(`Bern ${shape}`)}`);
	assert.equal(found.json.response.length, 1, found.text);
	assert.equal((await server.get(`/config?city=Bern%20nobody`)).json.response.length, 0);
	assertProblem(await server.get('/config?limit=1&limit=2'), 400, 'invalid', { blames: ['parameter limit'] });
	assertProblem(await server.get('/config?limit=x&unheard=%26'), 400, 'invalid', { blames: ['parameter limit', 'parameter unheard'] });
}));

each('cookies harm nothing', shape => as(shape, {}, async () => {
	for (const Cookie of ['a=b', 'a=b; c="d, e"', ['a=b', 'c=d']]) assert.equal((await server.get('/config', { Cookie })).status, 200);
}));

each('what the caller wrote before the path leads Location and Link', async shape => {
	for (const [options, mount] of [[{ stage: 'prod', isInPath: true }, '/prod'], [{ stage: 'prod' }, ''], [{ stage: '$default' }, '']]) {
		// A Function URL has no stages.
		const expected = shape === 'url' ? '' : mount;
		await as(shape, options, async () => {
			const created = await server.post('/config', { name: `Mount ${shape} ${mount} ${options.stage}` });
			assert.equal(created.headers.location, `${expected}/config/${created.hotel.code}`);
			const list = await server.get('/config?limit=1');
			assert.match(list.headers.link, new RegExp(`^<${expected}/config\\?limit=1&cursor=[^>]+>; rel="next"$`));
		});
	}
});

each('an id that the caller gives is answered, else the invocation\'s', shape => as(shape, {}, async () => {
	assert.equal((await server.get('/livez', { 'X-Request-Id': 'mine-1' })).headers['x-request-id'], 'mine-1');
	const outcome = await server.api.invoke(eventOf(shape, { method: 'GET', target: '/livez' }));
	const headers = Object.fromEntries(Object.entries(outcome.json.headers).map(([name, value]) => [name.toLowerCase(), value]));
	assert.equal(headers['x-request-id'], outcome.id);
	const refused = await server.api.invoke(eventOf(shape, { method: 'GET', target: `/livez?${'x'.repeat(9000)}` }));
	assert.deepEqual([refused.json.statusCode, JSON.parse(refused.json.body).instance], [414, refused.id]);
}));

each('a body of 4 MiB is read, one of a byte more is 413', async shape => {
	const body = length => `{"name":"Long ${shape}"${' '.repeat(length - 16 - shape.length)}}`;
	for (const asBase64 of [false, true]) {
		await as(shape, { asBase64 }, async () => {
			const taken = await server.post('/config', body(4 * MIB));
			assert.ok(taken.status === 200 || taken.status === 409 && asBase64, taken.text);
			assertProblem(await server.post('/config', body(4 * MIB + 1)), 413, 'too_large');
		});
	}
});

test('null members are absent ones', async () => {
	const none = { body: null, headers: null, multiValueHeaders: null, queryStringParameters: null, multiValueQueryStringParameters: null, pathParameters: null, stageVariables: null };
	for (const event of [
		{ httpMethod: 'GET', path: '/config', ...none, isBase64Encoded: false, requestContext: null },
		{ httpMethod: 'GET', path: '/config', ...none, isBase64Encoded: null, requestContext: { path: null, stage: null, authorizer: null, identity: null, domainName: null } },
		{ httpMethod: 'GET', path: '/config', requestContext: { identity: { cognitoIdentityId: null, userArn: null } } },
		{ httpMethod: 'GET', path: '/config' },
		{ version: '2.0', rawPath: '/config', rawQueryString: '', headers: {}, requestContext: { http: { method: 'GET', path: '/config' } }, isBase64Encoded: false },
		{ version: '2.0', rawPath: '/config', rawQueryString: null, headers: null, cookies: null, body: null, isBase64Encoded: null, requestContext: { authorizer: null, stage: null, http: { method: 'GET' } } },
	]) assert.equal((await answerTo(event)).statusCode, 200, JSON.stringify(event));
});

test('of a field that an event has twice the one with all its values counts', async () => {
	const event = eventOf('rest', { method: 'GET', target: '/config?limit=7', headers: [['X-Request-Id', 'many']] });
	Object.assign(event, { headers: { 'X-Request-Id': 'one' }, queryStringParameters: { limit: 'x' } });
	const answer = await answerTo(event);
	assert.deepEqual([answer.statusCode, answer.headers['X-Request-Id'] ?? answer.headers['x-request-id']], [200, 'many']);
	assert.equal((await answerTo({ ...event, multiValueQueryStringParameters: null })).statusCode, 400, 'where it is missing the other does');
});

test('lines that a header or a path would add to the request are refused', async () => {
	const code = await server.create('No lines');
	for (const [shape, name, value] of SHAPES.flatMap(shape => [[shape, 'X-A', 'b\r\nIf-Match: "x"'], [shape, 'X-A', 'b\nc'], [shape, 'X-A: b\r\nX-C', 'd'], [shape, 'a b', 'c'], [shape, '', 'c'], [shape, 'X-A', 'b\0c']])) {
		const event = eventOf(shape, { method: 'DELETE', target: `/config/${code}` });
		event.headers = { ...event.headers, [name]: value };
		if (event.multiValueHeaders !== undefined) event.multiValueHeaders = { [name]: [value] };
		assert.equal((await answerTo(event)).statusCode, 400, JSON.stringify([shape, name, value]));
	}
	for (const path of ['/config/x HTTP/1.1\r\nHost: y\r\n\r\n', 'http://elsewhere.example/config', '', 'config', '/config/\u0000', `/${'x'.repeat(9000)}`]) {
		for (const shape of SHAPES) {
			const event = eventOf(shape, { method: 'DELETE', target: path });
			const { statusCode } = await answerTo(event);
			assert.ok([400, 404, 414].includes(statusCode), `${shape} ${JSON.stringify(path.slice(0, 40))}: ${statusCode}`);
		}
	}
	assert.equal((await server.get(`/config/${code}`)).status, 200);
});

test('a path that a gateway has decoded is a path all the same', async () => {
	// HTTP APIs hand on what they made of the caller's escapes.
	for (const piece of ['a b', 'ä', '100%', 'a?b', 'a#b', '"', '%zz', 'a/../b', '\u2028']) {
		const event = eventOf('http', { method: 'GET', target: '/' });
		assert.equal((await answerTo({ ...event, rawPath: `/config/${piece}` })).statusCode, 404, piece);
	}
	const code = await server.create('Decoded');
	assert.equal((await server.get(`/config/${[...code].map(digit => `%3${digit}`).join('')}`)).hotel.name, 'Decoded', 'and one that it has not');
});

test('a head past the limits of HTTP is refused as there', async () => {
	for (const shape of SHAPES) {
		const head = await answerTo(eventOf(shape, { method: 'GET', target: '/config/1/tags', headers: [['X-Long', 'x'.repeat(17000)]] }));
		assert.deepEqual(Object.keys(JSON.parse(head.body)).slice(-3), ['error', 'subFunction', 'response'], 'in the form of its route');
		const many = Array.from({ length: 101 }, (_, i) => [`X-${i}`, 'x']);
		assert.equal((await answerTo(eventOf(shape, { method: 'GET', target: '/config', headers: many }))).statusCode, 431);
		assert.equal((await answerTo(eventOf(shape, { method: 'GET', target: '/config', headers: [['X-Long', 'x'.repeat(17000)]] }))).statusCode, 431);
		assert.equal((await answerTo(eventOf(shape, { method: 'GET', target: `/config?q=${'x'.repeat(8200)}` }))).statusCode, 414);
		assert.equal((await answerTo(eventOf(shape, { method: 'BREW', target: '/config' }))).statusCode, 501);
	}
});

/** Lets a document grow by 90 tags at a time, up to `length` bytes. */
async function grow(name, description, length) {
	const code = await server.create(name), path = `/config/${code}`;
	for (let i = 0; ; i++) {
		const read = await server.get(path);
		if (read.status !== 200 || read.bytes.length > length) return { path, read };
		const tags = Array.from({ length: 90 }, (_, j) => ({ code: `T${i}-${j}`, description }));
		assert.equal((await server.post(`${path}/tags`, { tags })).status, 200);
	}
}

test('a document of almost 4 MiB is answered through every shape', async () => {
	const { path, read } = await grow('Whole', 'ä'.repeat(1900), 3.5 * MIB);
	assert.equal(read.status, 200);
	for (const shape of SHAPES) await as(shape, {}, async () => assert.equal((await server.get(path)).text, read.text));
});

test('an answer that Lambda would not take is 413, and what was saved is there', async () => {
	// Each character is two in JSON, and four in the answer that holds the JSON as a text.
	const description = '"\\'.repeat(1000);
	const { path, read } = await grow('Quoted', description, 3.5 * MIB);
	assertProblem(read, 413, 'too_large');
	for (const shape of SHAPES) {
		await as(shape, {}, async () => {
			assertProblem(await server.get(path), 413, 'too_large');
			assert.equal((await server.request('HEAD', path)).status, 413);
			assert.equal((await server.get(`${path}/tags?limit=50`)).json.tags.length, 50);
			assert.equal((await server.get(`${path}/tags/T0-89`)).json.description, description);
		});
	}
});

test('a write whose answer Lambda would not take is 413 and writes nothing, and its key is free', async () => {
	const code = await server.create('Unanswerable'), path = `/config/${code}/tags`;
	const before = (await server.get(`/config/${code}`)).headers.etag;
	const tags = Array.from({ length: 90 }, (_, i) => ({ code: `T${i}`, description: '"\\'.repeat(8192) }));
	for (const shape of SHAPES) {
		// In base64 the event is one that Lambda hands on.
		await as(shape, { asBase64: true }, async () => {
			const headers = { 'Idempotency-Key': `large-${shape}` };
			assertProblem(await server.request('POST', path, { body: { tags }, headers }), 413, 'too_large');
			assert.equal((await server.get(`/config/${code}`)).headers.etag, before);
			assert.equal((await server.request('POST', '/config', { body: { name: `Key of ${shape}` }, headers })).status, 200);
		});
	}
	const { json } = await server.api.invoke({ subFunction: 'addTag', id: code, request: { tags: tags.slice(0, 45) } });
	assert.equal(json.error.code, '', 'of the seed\'s event the answer is the body itself');
});

test('every answer may be read by a page of another origin, or of those that are listed', async () => {
	const own = await start({ lambda: { loops: 1 }, flags: ['--cors-origin', 'https://portal.example,https://desk.example:8443'] });
	for (const [to, origin, allowed] of [[server, 'https://a.example', '*'], [own, 'https://portal.example', 'https://portal.example'], [own, 'https://desk.example:8443', 'https://desk.example:8443'], [own, 'https://desk.example', undefined]]) {
		for (const [method, path, status] of [['GET', '/config', 200], ['OPTIONS', '/config', 204], ['GET', '/nothing', 404], ['POST', '/config', 400]]) {
			const answer = await to.request(method, path, { headers: { Origin: origin } });
			assert.equal(answer.status, status === 400 ? answer.status : status);
			const given = answer.headers['access-control-allow-origin'];
			assert.ok(allowed ? given === allowed : given !== '*' && given !== origin, `${method} ${path} ${origin}: ${given}`);
		}
	}
	await finish(own);
});

test('a listing is answered the same whichever shape asks', async () => {
	const texts = [];
	for (const shape of SHAPES) await as(shape, {}, async () => texts.push((await server.get('/config?limit=5')).text));
	assert.equal(new Set(texts).size, 1);
	assert.notEqual(texts[0], wrapperText());
});
