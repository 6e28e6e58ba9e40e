// The stand-ins of Lambda and API Gateway themselves, before a function written here: what they would let pass no other test would see.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { answerOf, eventOf, SHAPES } from '../support/lambda_events.mjs';
import { LambdaFront } from '../support/lambda_front.mjs';
import { chunked, cut, dribbled, dropBefore, dropTaken, PAYLOAD_MAX, refused, RuntimeApi } from '../support/runtime_api.mjs';

function call(api, method, path, body, headers = {}) {
	return new Promise((resolve, reject) => {
		const [host, port] = api.address.split(':');
		http.request({ host, port, method, path: `/2018-06-01/runtime/${path}`, headers: body === undefined ? {} : { ...headers, 'Content-Length': Buffer.byteLength(body) } }, answer => {
			const chunks = [];
			answer.on('data', chunk => chunks.push(chunk)).on('error', reject).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString() }));
		}).on('error', reject).end(body);
	});
}

/** Answers so many invocations, tries again what was cut off. */
async function answers(api, count, make) {
	for (let left = count; left > 0; left--) {
		const next = await call(api, 'GET', 'invocation/next').catch(() => null);
		if (!next) left++;
		else await call(api, 'POST', `invocation/${next.headers['lambda-runtime-aws-request-id']}/response`, make(next)).catch(() => {});
	}
}

async function withApi(run) {
	const api = await RuntimeApi.open();
	try {
		await run(api);
	} finally {
		await api.close();
	}
}

test('an invocation reaches whoever asks, and its answer the invoker', () => withApi(async api => {
	const begin = Date.now();
	const served = answers(api, 1, next => {
		assert.equal(next.text, '{"a":1}');
		const handed = Number(next.headers['lambda-runtime-deadline-ms']) - 50000;
		assert.ok(handed >= begin && handed <= Date.now());
		return '{"b":2}';
	});
	assert.deepEqual((await api.invoke({ a: 1 }, { timeoutMs: 50000 })).json, { b: 2 });
	await served;
	assert.equal(api.mostRunning, 1);
}));

test('each fault strikes the call that it is for, and is counted', () => withApi(async api => {
	for (const fault of [dropBefore, cut, chunked(3), dribbled(1)]) {
		const rule = api.spoil('next', fault);
		const served = answers(api, 1, () => '1');
		assert.equal((await api.invoke('{"some":"event"}')).text, '1');
		await served;
		assert.equal(rule.struck, 1);
	}
	api.spoil('response', dropTaken);
	const taken = api.invoke('1');
	const next = await call(api, 'GET', 'invocation/next');
	const path = `invocation/${next.headers['lambda-runtime-aws-request-id']}/response`;
	await assert.rejects(call(api, 'POST', path, '"done"'));
	assert.equal((await taken).json, 'done');
	assert.equal((await call(api, 'POST', path, '"again"')).status, 403);
	assert.equal((await call(api, 'POST', 'invocation/nobodys/response', '1')).status, 400);
	api.spoil('response', refused(500));
	assert.equal((await call(api, 'POST', path, '1')).status, 500);
}));

test('an answer past what Lambda takes is 413, and an invocation past its time ends', () => withApi(async api => {
	const served = answers(api, 1, () => `"${'x'.repeat(PAYLOAD_MAX)}"`);
	assert.equal((await api.invoke('1')).functionError, 'Function.ResponseSizeTooLarge');
	await served;
	const late = api.invoke('1', { timeoutMs: 20 });
	await call(api, 'GET', 'invocation/next');
	assert.equal((await late).functionError, 'Sandbox.Timedout');
}));

test('what no runtime may send is found', async () => {
	for (const [method, path, body, headers] of [
		['PUT', 'invocation/next', '1'], ['POST', 'invocation/x/answer', '1'], ['POST', 'invocation/x/response', 'no JSON'], ['POST', 'invocation/x/response', ''],
		['POST', 'invocation/x/error', '{"errorMessage":"m","errorType":"A.B"}'],
		['POST', 'init/error', '{"errorMessage":"m","errorType":"A.B"}', { 'Lambda-Runtime-Function-Error-Type': 'A.C' }],
	]) {
		const api = await RuntimeApi.open();
		await call(api, method, path, body, headers).catch(() => {});
		await assert.rejects(api.close(), `${method} ${path} ${body}`);
	}
});

const answer = members => JSON.stringify({ statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: 'x', isBase64Encoded: false, ...members });

test('an answer of the documented shape comes out, any other is 502', () => {
	for (const shape of SHAPES) {
		const { status, headers, bytes } = answerOf(shape, 'GET', answer({ statusCode: 404, body: 'w7w=', isBase64Encoded: true }));
		assert.deepEqual([status, headers, bytes.toString()], [404, [['Content-Type', 'text/plain']], 'ü']);
		for (const wrong of [
			{ statusCode: '200' }, { statusCode: 99 }, { statusCode: 100 }, { statusCode: 200.5 }, { statusCode: undefined }, { body: null }, { body: { a: 1 } }, { isBase64Encoded: 'false' }, { body: '?', isBase64Encoded: true },
			{ headers: null }, { headers: { a: 1 } }, { headers: { 'a b': '1' } }, { headers: { a: '1\r\nb: 2' } }, { headers: { a: '1', A: '2' } }, { headers: { 'Content-Length': '1' } }, { headers: { Date: 'x' } }, { more: 1 },
			{ multiValueHeaders: { a: '1' } }, { cookies: 'a=b' }, { statusCode: 304 }, { statusCode: 204 },
		]) assert.equal(answerOf(shape, 'GET', answer(wrong)).status, 502, `${shape} ${JSON.stringify(wrong)}`);
		assert.equal(answerOf(shape, 'HEAD', answer({})).status, 502);
		for (const text of ['', 'null', '[]', '1', '{', '{"errorMessage":"x"}']) assert.equal(answerOf(shape, 'GET', text).status, 502, text);
		const isOld = ['rest', 'http1'].includes(shape);
		assert.equal(answerOf(shape, 'GET', answer({ multiValueHeaders: { a: ['1', '2'] } })).status, isOld ? 200 : 502);
		assert.equal(answerOf(shape, 'GET', answer({ cookies: ['a=b'] })).status, isOld ? 502 : 200);
	}
});

test('each shape says the same request as its documentation does', () => {
	const request = { method: 'GET', target: '/a%20b?x=1&x=%C3%BC&y', headers: [['X-Two', 'a'], ['x-two', 'b'], ['Cookie', 'c=1; d=2']] };
	const rest = eventOf('rest', request, { stage: 's', isInPath: true });
	assert.deepEqual([rest.path, rest.requestContext.path, rest.requestContext.stage, rest.body], ['/a%20b', '/s/a%20b', 's', null]);
	assert.deepEqual([rest.queryStringParameters, rest.multiValueQueryStringParameters], [{ x: 'ü', y: '' }, { x: ['1', 'ü'], y: [''] }]);
	assert.deepEqual(rest.multiValueHeaders, { 'X-Two': ['a'], 'x-two': ['b'], Cookie: ['c=1; d=2'] });
	const http1 = eventOf('http1', request, { stage: 's', isInPath: true });
	assert.deepEqual([http1.version, http1.path, http1.multiValueHeaders['x-two']], ['1.0', '/s/a%20b', ['a', 'b']]);
	const http2 = eventOf('http', request, { stage: 's', isInPath: true });
	assert.deepEqual([http2.rawPath, http2.rawQueryString, http2.cookies, http2.headers], ['/s/a%20b', 'x=1&x=%C3%BC&y', ['c=1', 'd=2'], { 'x-two': 'a,b' }]);
	assert.ok(!('body' in http2));
	const url = eventOf('url', { method: 'POST', target: '/', bytes: Buffer.from([0xff]) }, {});
	assert.deepEqual([url.body, url.isBase64Encoded, url.requestContext.http.method], ['/w==', true, 'POST']);
});

test('the gateway hands a request on and its answer back', () => withApi(async api => {
	const front = await LambdaFront.open(api, {});
	const served = answers(api, 40, ({ text }) => {
		const { httpMethod, requestContext, body, isBase64Encoded } = JSON.parse(text);
		return answer({ body: `${httpMethod ?? requestContext.http.method} ${Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')}` });
	});
	for (let i = 0; i < 40; i++) {
		const response = await fetch(`http://127.0.0.1:${front.port}/x`, { method: 'POST', body: `ü${i}` });
		assert.equal(await response.text(), `POST ü${i}`);
	}
	await served;
	await front.close();
	assert.deepEqual(Object.keys(front.counts).sort(), [...SHAPES].sort(), 'all shapes in forty requests');
}));
