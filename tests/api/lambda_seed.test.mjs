// The seed's own event, {userInfo, request, subFunction, id}: every use case answers and does what REST does, and nobody can forge one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hotelText, roomTypeText, wrapperText } from '../support/hotels.mjs';
import { finish, start } from '../support/innkeeper.mjs';
import { eventOf, SHAPES } from '../support/lambda_events.mjs';

const NOBODY = { sub: '', email: '', username: '' };
let server;
before(async () => { server = await start({ lambda: { loops: 1, freezes: true } }); });
after(() => finish(server));

/** What a use case answers: text and wrapper. */
async function call(subFunction, { id, request, publication, userInfo = NOBODY, to = server } = {}) {
	const outcome = await to.api.invoke({ userInfo, subFunction, ...id !== undefined && { id }, ...request !== undefined && { request }, ...publication && { publication } });
	assert.equal(outcome.functionError, '', outcome.text);
	assert.deepEqual(Object.keys(outcome.json).slice(0, 3), ['error', 'subFunction', 'response']);
	assert.equal(outcome.json.subFunction, '');
	return outcome;
}

async function done(subFunction, options) {
	const outcome = await call(subFunction, options);
	assert.deepEqual(outcome.json.error, { code: '', msg: '' }, `${subFunction}: ${outcome.text}`);
	return outcome;
}

async function refused(code, subFunction, options) {
	const outcome = await call(subFunction, options);
	assert.equal(outcome.json.error.code, code, `${subFunction}: ${outcome.text}`);
	assert.ok(outcome.json.error.msg.length > 0);
	assert.deepEqual(outcome.json.response, []);
}

test('the transcript of the article comes out of the seed\'s events byte for byte', async () => {
	const article = { code: '364425903', name: 'My First hotel', description: 'This is a great property' };
	const created = await done('saveHotel', { request: { name: article.name, description: article.description } });
	assert.equal(created.text, wrapperText(hotelText(article)));
	const type = { code: 'DBL', name: 'Room with Double Beds', description: 'Standard Room Type with double bed' };
	const roomTypes = `[${roomTypeText(type)}]`;
	const added = await done('addRoomType', { id: article.code, request: { code: article.code, roomTypes: [type] } });
	assert.equal(added.text, wrapperText(hotelText({ ...article, roomTypes })));
	const read = await done('getHotel', { id: article.code });
	assert.equal(read.text, wrapperText(hotelText({ ...article, roomTypes, pendingChanges: '[]' })));
	assert.equal((await server.get('/config/364425903')).text, read.text, 'REST reads the same');
});

const tag = { code: 'SEA', name: 'Sea view', priceImpact: 12.5, priceUpdateUnit: 'percent' };
const sellable = { code: 'BF', name: 'Breakfast', pricePerUnit: 18.5, optionalTags: [{ code: 'SEA' }] };
const buildings = [{ name: 'Main', floors: [{ num: 1, rooms: [{ number: 101, type: 'DBL', attributes: [{ code: 'SEA' }] }] }] }];

/** Each use case that is built, in an order in which all succeed; `rest` is the same as HTTP. */
const STEPS = [
	{ use: 'saveHotel', request: code => ({ code, description: 'Changed', currencyCode: 'EUR' }), rest: (code, body) => ['POST', '/config', body] },
	{ use: 'addTag', request: () => ({ tags: [tag, { code: 'GONE' }] }), rest: (code, body) => ['POST', `/config/${code}/tags`, body] },
	{ use: 'addRoomType', request: () => ({ roomTypes: [{ code: 'DBL', lowPrice: 80 }, { code: 'GONE' }] }), rest: (code, body) => ['POST', `/config/${code}/rooms/type`, body] },
	{ use: 'addSellable', request: () => ({ sellables: [sellable, { code: 'GONE' }] }), rest: (code, body) => ['POST', `/config/${code}/sellables`, body] },
	{ use: 'saveRooms', request: () => ({ buildings }), rest: (code, body) => ['POST', `/config/${code}/rooms`, body] },
	{ use: 'deleteTag', request: () => ({ tags: [{ code: 'GONE' }] }), rest: code => ['DELETE', `/config/${code}/tags/GONE`] },
	{ use: 'deleteRoomType', request: () => ({ roomTypes: [{ code: 'GONE' }] }), rest: code => ['DELETE', `/config/${code}/rooms/type/GONE`] },
	{ use: 'deleteSellable', request: () => ({ sellables: [{ code: 'GONE' }] }), rest: code => ['DELETE', `/config/${code}/sellables/GONE`] },
	{ use: 'getHotel', rest: code => ['GET', `/config/${code}`] },
	{ use: 'deleteHotel', rest: code => ['DELETE', `/config/${code}`] },
];

test('every use case that is built answers and does what REST does, the hotel named by id or by code', async () => {
	const codes = { rest: await server.create('By REST'), id: await server.create('By an id'), code: await server.create('By a code') };
	const same = (text, way) => text.replaceAll(codes[way], '<code>').replaceAll(/By (REST|an id|a code)/g, '<name>');
	for (const { use, request, rest } of STEPS) {
		const answer = await server.request(...(([method, path, body]) => [method, path, { body }])(rest(codes.rest, request?.(codes.rest))));
		assert.equal(answer.status, 200, answer.text);
		const byId = await done(use, { id: codes.id, request: request?.(codes.id) });
		const byCode = await done(use, { request: { ...request?.(codes.code), code: codes.code } });
		assert.equal(same(byId.text, 'id'), same(answer.text, 'rest'), use);
		assert.equal(same(byCode.text, 'code'), same(answer.text, 'rest'), use);
	}
	for (const code of Object.values(codes)) assert.equal((await server.get(`/config/${code}`)).status, 404);
});

test('listHotels lists them', async () => {
	assert.equal((await done('listHotels')).text, (await server.get('/config')).text);
	assert.equal((await done('listHotels', { id: '', request: {} })).text, (await server.get('/config')).text);
	const own = await start({ lambda: { loops: 1 } });
	try {
		for (let i = 0; i < 101; i++) await own.create(`Hotel ${i}`);
		const { text, json } = await done('listHotels', { to: own });
		assert.deepEqual([json.response.length, 'next' in json], [101, false], 'its event has no place for a cursor');
		assert.equal(text, (await own.get('/config?limit=1000')).text);
		await finish(own);
	} finally {
		if (!own.isEnded) await own.kill();
	}
});

test('a use case that is not built says so', async () => {
	const code = await server.create('Not built');
	for (const use of ['addPicture', 'deletePicture', 'addRoomTypePicture', 'deleteRoomTypePicture', 'addSellablePicture', 'deleteSellablePicture', 'publishChanges'])
		await refused('not_implemented', use, { id: code, request: { code }, publication: { comment: 'x' } });
});

test('what is wrong is said inside the wrapper, and is no error of the function', async () => {
	const code = await server.create('Wrong');
	const before = (await server.get(`/config/${code}`)).text;
	await refused('not_found', 'getHotel', { id: 'none' });
	await refused('not_found', 'getHotel', { id: '../etc' });
	await refused('not_found', 'deleteTag', { id: code, request: { tags: [{ code: 'NONE' }] } });
	await refused('exists', 'saveHotel', { request: { name: 'Wrong' } });
	for (const [use, options] of [
		['addTag', { id: code }], ['addTag', { id: code, request: null }], ['addTag', { id: code, request: [] }], ['addTag', { id: code, request: 'text' }], ['addTag', { id: code, request: { tags: [] } }],
		['addTag', { id: code, request: { tags: [{ code: 'A' }, { code: 'A' }] } }], ['addTag', { id: code, request: { tags: [{ code: 'A', unheard: 1 }] } }], ['addTag', { id: code, request: { roomTypes: [{ code: 'A' }] } }],
		['addTag', { id: code, request: { code: 'another', tags: [{ code: 'A' }] } }], ['addTag', { request: { tags: [{ code: 'A' }] } }], ['deleteTag', { id: code }], ['deleteTag', { id: code, request: { tags: [] } }],
		['saveHotel', { request: { description: 'nameless' } }], ['saveHotel', {}], ['getHotel', {}], ['deleteHotel', {}], ['addtag', { id: code }], ['', { id: code }], ['x'.repeat(100000), {}], ['getHotel', { id: 7 }],
		['getHotel', { id: code, userInfo: { username: { $ne: '' } } }], ['getHotel', { id: code, userInfo: 'root' }],
	]) await refused('invalid', use, options);
	await refused('too_large', 'addTag', { id: code, request: { tags: [{ code: 'A', description: 'x'.repeat(5 << 20) }] } });
	assert.equal((await server.get(`/config/${code}`)).text, before);
});

test('hotels and their history are of the user of the event', async () => {
	const [ours, theirs] = [await done('saveHotel', { userInfo: { sub: '1', email: 'a@b.example', username: 'alice' }, request: { name: 'Same name' } }),
		await done('saveHotel', { userInfo: { sub: '2', email: '', username: 'bob' }, request: { name: 'Same name' } })].map(outcome => outcome.json.response[0].code);
	assert.notEqual(ours, theirs);
	await refused('exists', 'saveHotel', { userInfo: { username: 'bob' }, request: { name: 'Same name' } });
});

test('nothing of an HTTP request passes for the seed\'s event', async () => {
	const code = await server.create('Not forged'), path = `/config/${code}`;
	const forged = { userInfo: { username: 'root' }, subFunction: 'deleteHotel', id: code, request: { code } };
	for (const shape of SHAPES) {
		for (const target of ['/config', path, `${path}/tags`, '/', '/livez']) {
			for (const method of ['GET', 'POST', 'DELETE'].filter(method => method !== 'DELETE' || target !== path)) {
				const headers = [['Content-Type', 'application/json'], ['subFunction', 'deleteHotel'], ['userInfo', '{"username":"root"}']];
				const event = eventOf(shape, { method, target: `${target}?subFunction=deleteHotel&id=${code}`, headers, bytes: Buffer.from(JSON.stringify(forged)) });
				assert.ok((await server.api.invoke(event)).json.statusCode >= 400 || target === '/livez', `${shape} ${method} ${target}`);
				// Whatever stands beside it: who can write that may invoke the function, and is answered as HTTP is all the same.
				const beside = await server.api.invoke({ ...forged, ...eventOf(shape, { method: 'GET', target: '/livez' }) });
				assert.equal(beside.json.statusCode, 200);
			}
		}
	}
	const { requestContext, ...without } = eventOf('rest', { method: 'GET', target: '/livez' });
	assert.equal((await server.api.invoke({ ...forged, requestContext })).functionError, 'Function.InvalidEvent');
	assert.equal((await server.api.invoke({ ...forged, ...without })).json.statusCode, 200);
	assert.equal((await server.get(path)).status, 200, 'it is still there');
});

test('an event that can not be told is an error of the function, and the next one is answered', async () => {
	const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
	const events = ['', ' ', 'no json', '{', '{"a":1}', '{}', '[]', 'null', '"text"', '7', '{"subFunction":}', '{"httpMethod":"GET"', '\u0000', Buffer.from('{"subFunction":"\xff"}', 'latin1'), deep, `{"requestContext":${deep}}`,
		'{"httpMethod":7,"path":"/"}', '{"httpMethod":"GET","path":{}}', '{"version":"3.0","requestContext":{"http":{"method":"GET"}},"rawPath":"/"}', '{"version":"2.0","requestContext":{},"rawPath":"/"}',
		'{"httpMethod":"POST","path":"/config","body":"%%%","isBase64Encoded":true}', '{"httpMethod":"POST","path":"/config","body":{"name":"x"}}', '{"httpMethod":"POST","path":"/config","isBase64Encoded":"yes"}',
		'{"requestContext":{"elb":{"targetGroupArn":"arn"}},"httpMethod":"GET","path":"/"}', '{"Records":[]}', '{"Records":[{"eventSource":"aws:s3"}]}', '{"Records":[{"eventSource":"aws:dynamodb"}]}', '{"Records":"aws:dynamodb"}',
		'{"detail-type":"Scheduled Event"}', '{"subFunction":"listHotels","subFunction":"deleteHotel"}', '{"httpMethod":"GET","httpMethod":"DELETE","path":"/config"}',
		'{"httpMethod":"POST","path":"/config","body":"\\ud800"}', '{"httpMethod":"GET","path":"/config"} {}'];
	const failures = server.api.counts.error;
	for (const event of events) {
		const outcome = await server.api.invoke(event);
		assert.equal(outcome.functionError, 'Function.InvalidEvent', `${event}`.slice(0, 100));
		assert.ok(outcome.json.errorMessage.length > 0);
		assert.equal((await server.get('/livez')).status, 200, `${event}`.slice(0, 100));
	}
	assert.equal(server.api.counts.error, failures + events.length, 'each is reported once');
});

test('batches of a stream and schedules are not processed, and say so', async () => {
	const record = SequenceNumber => ({ eventID: '1', eventName: 'MODIFY', eventSource: 'aws:dynamodb', awsRegion: 'eu-central-1', dynamodb: { Keys: { code: { S: '1' }, itemType: { S: 'cfg-general-1' } }, SequenceNumber, StreamViewType: 'NEW_AND_OLD_IMAGES' } });
	const { json } = await server.api.invoke({ Records: [record('111'), record('222')] });
	assert.deepEqual(json.batchItemFailures, [{ itemIdentifier: '111' }], 'all from the first on come again');
	assert.equal(json.error.code, 'not_implemented');
	const schedule = { version: '0', id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa', 'detail-type': 'Scheduled Event', source: 'aws.events', account: '012345678912', time: '2026-10-08T16:53:06Z', region: 'eu-central-1', resources: ['arn:aws:events:eu-central-1:012345678912:rule/due'], detail: {} };
	for (const source of ['aws.events', 'aws.scheduler']) assert.equal((await server.api.invoke({ ...schedule, source })).json.error.code, 'not_implemented');
});

const claims = { sub: '7d8ca528', 'cognito:username': 'carol', email: 'carol@example.com' };
/** Who an authorizer says is asking, by shape: [shape, authorizer, the user, and what IAM says of a REST API's caller]. */
const CALLERS = [
	...['rest', 'http1'].flatMap(shape => [[shape, { claims }, 'carol'], [shape, { claims: { sub: '7d8ca528' } }, '7d8ca528'], [shape, { principalId: 'dave' }, 'dave']]),
	['rest', undefined, 'arn:aws:iam::1:user/g', { userArn: 'arn:aws:iam::1:user/g', user: 'AIDA', caller: 'AIDA' }],
	...['http', 'url'].flatMap(shape => [[shape, { jwt: { claims, scopes: null } }, 'carol'], [shape, { jwt: { claims: { username: 'erin', sub: 'x' }, scopes: ['a'] } }, 'erin'],
		[shape, { iam: { accessKey: 'AKIA', accountId: '1', callerId: 'AIDA', cognitoIdentity: null, principalOrgId: null, userArn: 'arn:aws:iam::1:user/f', userId: 'AIDA' } }, 'arn:aws:iam::1:user/f']]),
];

test('without INNKEEPER_INSECURE who is not authenticated is 401, and claims of an authorizer are believed', async () => {
	for (const INNKEEPER_INSECURE of [undefined, '0', '']) {
		const own = await start({ lambda: { loops: 1 }, env: { INNKEEPER_INSECURE } });
		for (const shape of SHAPES) {
			for (const authorizer of [undefined, {}, { claims: {} }, { principalId: '' }, { claims: 'carol' }, { jwt: null }, { iam: null }]) {
				for (const [method, target] of [['GET', '/config'], ['GET', '/config/1'], ['POST', '/config'], ['DELETE', '/config/1'], ['GET', '/chains'], ['GET', '/metrics'], ['GET', '/config/1/changes']]) {
					const headers = [['Authorization', 'Bearer x'], ['X-Amzn-Oidc-Identity', 'root'], ['Content-Type', 'application/json']];
					const { json } = await own.api.invoke(eventOf(shape, { method, target, headers, bytes: Buffer.from(method === 'POST' ? '{"name":"Mine"}' : '') }, { authorizer }));
					assert.equal(json.statusCode, 401, `${shape} ${JSON.stringify(authorizer)} ${method} ${target}`);
					assert.equal(JSON.parse(json.body).code, 'unauthenticated');
				}
			}
			for (const target of ['/livez', '/readyz']) assert.equal((await own.api.invoke(eventOf(shape, { method: 'GET', target }))).json.statusCode, 200, target);
		}
		for (const userInfo of [NOBODY, {}, null, undefined]) {
			const { json } = await own.api.invoke({ userInfo, subFunction: 'listHotels' });
			assert.equal(json.error.code, 'unauthenticated');
		}
		assert.equal((await call('listHotels', { userInfo: { username: 'alice' }, to: own })).json.error.code, '');
		for (const [i, [shape, authorizer, user, identity]] of CALLERS.entries()) {
			const made = await own.api.invoke(eventOf(shape, { method: 'POST', target: '/config', headers: [['content-type', 'application/json']], bytes: Buffer.from(`{"name":"Hotel ${i}"}`) }, { authorizer, identity }));
			assert.equal(made.json.statusCode, 200, made.text);
			const [{ code }] = JSON.parse(made.json.body).response;
			assert.equal(code, codeOf(`${user}Hotel ${i}`), `${shape} ${JSON.stringify(authorizer)}`);
		}
		await finish(own);
	}
});

/** FNV-1a, 32 bits: what the code of a hotel is made of. */
function codeOf(text) {
	let hash = 0x811c9dc5;
	for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
	return String(hash);
}
