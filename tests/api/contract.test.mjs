// The test client's eye for the OpenAPI document: an exchange that differs from it in one thing is noticed, whatever the thing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Contract } from '../support/contract.mjs';
import { finish, start } from '../support/innkeeper.mjs';

let server;
let contract;
before(async () => {
	server = await start();
	contract = new Contract((await server.get('/openapi.json')).text);
});
after(() => finish(server));

const asked = (method, path, body, headers = {}) => ({
	method, path, bytes: body ?? '', headers: { ...body !== undefined && { 'content-type': 'application/json' }, ...headers },
});

/** What is noticed of an exchange that is as documented but for `request` and `answer`, which replace parts of it. */
async function noticed(method, path, body, { request = {}, answer: changed = {} } = {}) {
	const answer = await server.request(method, path, { body });
	const told = asked(method, path, body);
	assert.deepEqual(contract.faults(told, answer), [], 'it is as documented');
	const { status, headers, bytes } = answer;
	return contract.faults({ ...told, ...request }, { status, headers, bytes, ...changed }).join('; ');
}

const JSON_ANSWER = { 'content-type': 'application/json', 'x-request-id': 'x', etag: '"x"' };
const CASES = [
	['a status that is not documented', ['GET', '/chains'], { answer: { status: 418 } }, /^418 is not documented$/],
	['a created one where nothing is', ['POST', '/config', '{"name":"Created"}'], { answer: { status: 201 } }, /^201 is not documented$/],
	['a header that is missing', ['GET', '/chains'], { answer: { headers: { 'content-type': 'application/json' } } }, /lacks X-Request-Id/],
	['a header of another form', ['GET', '/chains'], { answer: { headers: { ...JSON_ANSWER, link: 5 } } }, /Link 5/],
	['another type of answer', ['GET', '/chains'], { answer: { headers: { ...JSON_ANSWER, 'content-type': 'text/html' } } }, /Content-Type text\/html/],
	['no type of answer', ['GET', '/chains'], { answer: { headers: { 'x-request-id': 'x' } } }, /Content-Type undefined/],
	['an answer that is no JSON', ['GET', '/chains'], { answer: { bytes: Buffer.from('{') } }, /the answer's body/],
	['a member too many', ['GET', '/chains'], { answer: { bytes: Buffer.from('{"chains":[],"next":null,"more":1}') } }, /additional properties/],
	['a member too few', ['GET', '/chains'], { answer: { bytes: Buffer.from('{"chains":[]}') } }, /required property 'next'/],
	['a member too many deep inside', ['GET', '/chains'], { answer: { bytes: Buffer.from('{"chains":[{"code":"A","name":"","description":"","x":1}],"next":null}') } }, /chains\[0\]/],
	['a body of 304', ['GET', '/openapi.json'], { answer: { status: 304 } }, /a body where none is documented/],
	['a problem without the seed\'s members', ['GET', '/config/none'], { answer: { bytes: Buffer.from('{"type":"/problems/not_found","title":"t","status":404,"detail":"d","instance":"i","code":"not_found"}') } }, /required property 'error'/],
	['a code of no error', ['GET', '/chains/none'], { answer: { bytes: Buffer.from('{"type":"/problems/odd","title":"t","status":404,"detail":"d","instance":"i","code":"odd"}') } }, /code/],
	['a parameter that is taken but not documented', ['GET', '/chains'], { request: { path: '/chains?colour=red' } }, /the query's colour/],
	['a parameter that is taken out of its range', ['GET', '/chains'], { request: { path: '/chains?limit=1001' } }, /the query's limit/],
	['a path that is taken but names no code', ['PUT', '/chains/A', '{"name":"x"}'], { request: { path: '/chains/a%20b' } }, /the path's code/],
	['a header that is taken but malformed', ['PUT', '/chains/A', '{"name":"x"}'], { request: { headers: { 'content-type': 'application/json', 'if-match': 'x' } } }, /the header's If-Match/],
	['a body that is taken but none', ['PUT', '/chains/A', '{"name":"x"}'], { request: { bytes: '{' } }, /the request's body/],
	['a body that is taken with a member too many', ['PUT', '/chains/A', '{"name":"x"}'], { request: { bytes: '{"name":"x","stars":5}' } }, /the request's body/],
	['a body that is taken with a member of another type', ['PUT', '/chains/A', '{"name":"x"}'], { request: { bytes: '{"name":5}' } }, /name should be string/],
	['a body that is taken in another type', ['PUT', '/chains/A', '{"name":"x"}'], { request: { headers: { 'content-type': 'text/plain' } } }, /Content-Type text\/plain/],
	['success of what is not documented', ['GET', '/livez'], { request: { path: '/lives' } }, /200 of an operation that is not documented/],
	['success of a method that is not documented', ['GET', '/livez'], { request: { method: 'DELETE' } }, /200 of an operation that is not documented/],
];

for (const [what, exchange, change, expected] of CASES) {
	test(`${what} is noticed`, async () => {
		assert.match(await noticed(exchange[0], exchange[1], exchange[2], change), expected);
	});
}
