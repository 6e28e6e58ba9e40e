// The same random requests to `serve` and to `lambda`, each on a store of its own: status, body and headers are the same, whichever shape the event
// has, but what a gateway sets itself. INNKEEPER_SEED repeats a run (it is in the name of a test that fails), INNKEEPER_ROUNDS makes it longer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agree, removeFolder, start } from '../support/innkeeper.mjs';
import { Model } from '../support/model.mjs';
import { KINDS } from '../support/model_shapes.mjs';
import { chance, Requests } from '../support/random_requests.mjs';

const SEED = Number(process.env.INNKEEPER_SEED ?? Math.floor(Math.random() * 1e9));
const ROUNDS = Number(process.env.INNKEEPER_ROUNDS ?? 2);
const REQUESTS = 300;
/** Of the connection, of the moment, or of the length of what a gateway sends. */
const OF_THE_WAY = ['connection', 'content-length', 'date', 'keep-alive', 'server', 'transfer-encoding'];

const PLACES = ['', '/', '/livez', '/readyz', '/readyz?verbose', '/openapi.json', '/docs', '/config', '/config/', '/config?limit=1', '/config?limit=1&limit=2', '/config?limit=0', '/config?q=al%70', '/config?q=a+b', '/config?q=&city=Bern',
	'/config?&&limit=2&', '/config?unheard', '/config?limit', '/config?cursor=x', '/config?city=S%C3%A9a%26%3D', '/config/none', '/config/a%2Fb', '/config/%2e%2e', '/config/x%20y', '//config', '/config//', '/CONFIG', '/chains', '/chains/C1',
	'/brands?limit=1', '/brands/B1', '/bookings', '/search/hotels', '/events', '/problems/invalid', '/config/{id}', '/config/{id}/', '/config/{id}?view=published', '/config/{id}?x=1', '/config/{id}/tags', '/config/{id}/tags?limit=1',
	'/config/{id}/tags/A', '/config/{id}/rooms', '/config/{id}/rooms/type/A', '/config/{id}/rules', '/config/{id}/history', '/config/{id}/publish', '/config/{id}/nothing', '/config/{id}/tags/A/B'];
const METHODS = ['GET', 'GET', 'GET', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'TRACE'];
const BODIES = [undefined, '', '{}', '[]', 'null', '{', '{"name":"Odd"}', '{"name":7}', '{"unheard":1}', '{"name":"Odd","name":"Odd"}', '\ufeff{}', '{"name":"\\ud800"}', Buffer.from('{"name":"\xff"}', 'latin1'), Buffer.from([0]), ' {"tags":[{"code":"A"}]} ',
	'[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[', '{"tags":[]}', '{"description":null}', 'x'.repeat(3000)];
const FIELDS = [['Accept', ['*/*', 'application/json', 'text/html', 'application/*;q=0', 'image/png, */*;q=0.1', '']], ['Content-Type', ['text/plain', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'application/merge-patch+json', 'application/json;charset=latin1', '']],
	['If-Match', ['*', '"x"', 'W/"x"', 'x', '', ['"x"', '"y"']]], ['If-None-Match', ['*', '"x"', 'x', ['"x"', '*']]], ['Idempotency-Key', ['k1', '"k1"', 'k2', '', 'a b', 'x'.repeat(256)]], ['Cookie', ['a=b; c=d', ['a=b', 'c=d']]],
	['X-Forwarded-For', ['192.0.2.7']], ['Authorization', ['Basic eDp5']], ['Accept-Language', ['de']], ['Range', ['bytes=0-1']], ['traceparent', ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']]];

/** A request that nobody sends who means it. */
function oddRequest(random, model) {
	const id = random.is(0.8) && model.live().length !== 0 ? random.of(model.live()).code : 'none';
	const headers = Object.fromEntries(FIELDS.filter(() => random.is(0.15)).map(([name, values]) => [random.is(0.2) ? name.toLowerCase() : name, random.of(values)]));
	const method = random.of(METHODS);
	return { method, path: random.of(PLACES).replace('{id}', id) || '/', headers, body: ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method) ? undefined : random.of(BODIES) };
}

/** As the model's tests send it, with conditions that say nothing of either store. */
function meantRequest(requests, number) {
	const request = requests.next();
	const { method, path, body, cascade, isStale, isTwice } = request;
	request.isAddOnly &&= Object.values(KINDS).some(kind => kind.path && path.includes(`/${kind.path}`)) && method !== 'DELETE' && method !== 'PATCH';
	request.isTwice &&= method === 'POST';
	requests.model.ask(structuredClone(request));
	const headers = { ...isStale && { 'If-Match': '"of-nothing"' }, ...request.isAddOnly && { 'If-None-Match': '*' }, ...isTwice && method === 'POST' && { 'Idempotency-Key': `key-${number}` } };
	// A collection has no ETag of its own.
	const current = request.isCurrent && !isStale && (method !== 'POST' || path !== '/config') ? path.split('/').slice(0, method === 'POST' ? 3 : undefined).join('/') : undefined;
	return { current, method, path: cascade ? `${path}?cascade=true` : path, body, headers, isTwice: request.isTwice };
}

/** Of a hotel's ETag the last part is the commit's token. */
const shown = (name, value) => (name === 'etag' ? value.replace(/\.[0-9a-f]{8}"$/, '.<token>"') : value);
const comparable = ({ status, headers, text }) => ({ status, text, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_WAY.includes(name)).map(([name, value]) => [name, shown(name, value)]).sort()) });

/** Both answers of one request, which must be one. */
async function same(servers, request, number) {
	const headers = { 'X-Request-Id': `same-${number}`, ...request.headers };
	const answers = await Promise.all(servers.map(async server => {
		const etag = request.current && (await server.get(request.current)).headers.etag;
		return server.request(request.method, request.path, { body: request.body, headers: { ...headers, ...etag && { 'If-Match': etag } } });
	}));
	const what = `request ${number}: ${request.method} ${request.path} ${JSON.stringify(headers)} ${JSON.stringify(request.body)?.slice(0, 500)}`;
	assert.deepEqual(comparable(answers[1]), comparable(answers[0]), what);
	return answers;
}

for (let round = 0; round < ROUNDS; round++) {
	const seed = SEED + round;
	test(`${REQUESTS} requests are answered by lambda as by serve, INNKEEPER_SEED=${seed} INNKEEPER_ROUNDS=1`, async () => {
		const random = chance(seed), model = new Model();
		const requests = new Requests(random, model);
		const servers = [await start({ lambda: null }), await start({ lambda: { loops: 1, freezes: round % 2 === 0 } })];
		try {
			const seen = new Set();
			for (let number = 0; number < REQUESTS; number++) {
				const request = random.is(0.5) ? meantRequest(requests, number) : oddRequest(random, model);
				seen.add((await same(servers, request, number))[0].status);
				if (request.isTwice) await same(servers, request, `${number}-again`);
				if (number % 20 === 0) for (const { code } of model.live()) await same(servers, { method: 'GET', path: `/config/${code}` }, `${number}-${code}`);
			}
			for (const status of [200, 400, 404, 405, 501]) assert.ok(seen.has(status), `${status} in ${[...seen]}`);
			assert.equal(Object.keys(servers[1].gateway.counts).length, 4, 'each shape had its part');
			const counts = [];
			for (const server of servers) {
				assert.equal((await server.stop()).code, 0);
				counts.push(await agree(server.folder));
			}
			assert.deepEqual(counts[1], counts[0]);
		} finally {
			for (const server of servers) {
				if (!server.isEnded) await server.kill();
				removeFolder(server.folder);
			}
		}
	});
}
