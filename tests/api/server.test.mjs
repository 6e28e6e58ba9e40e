// The server itself: probes, metrics, base path, start, stop and start again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem } from '../support/hotels.mjs';
import { finish, makeFolder, removeFolder, sleep, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

test('livez and readyz answer, readyz tells more when asked', async () => {
	const live = await server.get('/livez');
	assert.equal(live.status, 200);
	assert.equal(live.headers['content-type'], 'application/json');
	assert.equal(live.headers['cache-control'], 'no-store');
	const ready = await server.get('/readyz');
	assert.equal(ready.status, 200);
	assert.equal(ready.json.status, 'ready');
	const verbose = await server.get('/readyz?verbose');
	assert.equal(verbose.status, 200);
	assert.deepEqual(verbose.json, { status: 'ready', checks: [{ name: 'store', status: 'ready' }] });
	assertProblem(await server.get('/readyz?loud'), 400, 'invalid', { blames: ['parameter loud'], path: '/' });
	assertProblem(await server.get('/livez?verbose'), 400, 'invalid', { blames: ['parameter verbose'], path: '/' });
});

/** Reads the text format of Prometheus strictly: {family: {type, samples: [{name, labels, value}]}}. */
function parseMetrics(text) {
	const families = new Map();
	let current;
	assert.ok(text.endsWith('\n'));
	for (const line of text.slice(0, -1).split('\n')) {
		const comment = /^# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (.+)$/i.exec(line);
		if (comment?.[1] === 'HELP') {
			assert.ok(!families.has(comment[2]), `${comment[2]} comes twice`);
			families.set(comment[2], current = { name: comment[2], samples: [] });
		} else if (comment) {
			assert.equal(comment[2], current.name);
			assert.ok(['counter', 'gauge', 'histogram'].includes(comment[3]), line);
			current.type = comment[3];
		} else {
			const sample = /^([a-z_:][a-z0-9_:]*)(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\})? (-?[0-9.]+(?:e[+-]?\d+)?|\+Inf)$/i.exec(line);
			assert.ok(sample, `no sample: ${line}`);
			assert.ok(sample[1] === current.name || (current.type === 'histogram' && /^_(bucket|sum|count)$/.test(sample[1].slice(current.name.length))), line);
			const labels = Object.fromEntries([...(sample[2] ?? '').matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(match => [match[1], match[2]]));
			current.samples.push({ name: sample[1], labels, value: Number(sample[3].replace('+Inf', 'Infinity')) });
		}
	}
	return families;
}

test('metrics are in the format of Prometheus, by route template, never by an id', async () => {
	const code = await server.create('Measured');
	for (let i = 0; i < 5; i++) await server.get(`/config/${code}`);
	await server.get('/config/no-such-hotel-at-all');
	await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'SECRETTYPE' }] });
	await server.get('/no/such/path/at/all');
	const answer = await server.get('/metrics');
	assert.equal(answer.status, 200);
	assert.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/);
	const families = parseMetrics(answer.text);
	for (const { name, type, samples } of families.values()) {
		assert.ok(name.startsWith('innkeeper_'), name);
		assert.ok(type && samples.length > 0, `${name} has no type or sample`);
		if (type === 'counter') assert.match(name, /_total$/);
	}
	for (const secret of [code, 'no-such-hotel-at-all', 'SECRETTYPE', 'such/path']) assert.ok(!answer.text.includes(secret), secret);
	const durations = families.get('innkeeper_http_request_duration_seconds').samples;
	const count = (route, status) => durations.find(({ name, labels }) => name.endsWith('_count') && labels.route === route && labels.status === status)?.value;
	assert.equal(count('/config/{id}', '2xx'), 5);
	assert.equal(count('/config/{id}', '4xx'), 1);
	assert.equal(count('/config/{id}/rooms/type', '2xx'), 1);
	assert.ok(families.get('innkeeper_cache_entries').samples[0].value >= 1);
});

test('the buckets of a histogram add up', async () => {
	const families = parseMetrics((await server.get('/metrics')).text);
	const { samples } = families.get('innkeeper_http_request_duration_seconds');
	const series = new Map();
	for (const { name, labels: { le, ...labels }, value } of samples) {
		const key = JSON.stringify(labels);
		series.set(key, { buckets: [], ...series.get(key) });
		if (name.endsWith('_bucket')) series.get(key).buckets.push({ le: Number(le.replace('+Inf', 'Infinity')), value });
		else series.get(key)[name.slice(name.lastIndexOf('_') + 1)] = value;
	}
	for (const [key, { buckets, count, sum }] of series) {
		assert.ok(buckets.length > 5 && count > 0 && sum > 0, key);
		for (let i = 1; i < buckets.length; i++) assert.ok(buckets[i].le > buckets[i - 1].le && buckets[i].value >= buckets[i - 1].value, key);
		assert.deepEqual(buckets.at(-1), { le: Infinity, value: count }, key);
	}
});

test('a base path is stripped, and stands in Location and Link', async () => {
	const based = await start({ flags: ['--base-path', '/prod/v1'] });
	try {
		const created = await based.post('/prod/v1/config', { name: 'Based' });
		assert.equal(created.headers.location, `/prod/v1/config/${created.hotel.code}`);
		assert.equal((await based.get(created.headers.location)).status, 200);
		await based.post('/prod/v1/config', { name: 'Based too' });
		const { headers } = await based.get('/prod/v1/config?limit=1');
		const link = /^<(\/prod\/v1\/config\?[^>]+)>; rel="next"$/.exec(headers.link);
		assert.equal((await based.get(link[1])).json.response.length, 1);
		for (const path of ['/prod/v1x/config', '/prod/v1', '/prod/config', '/prod/v1/prod/v1/config'])
			assertProblem(await based.get(path), 404, 'not_found', { path });
		assertProblem(await based.get('/prod/v1/config/none'), 404, 'not_found');
		assert.equal((await based.get('/prod/v1/livez')).status, 200);
	} finally {
		await finish(based);
	}
});

test('a second start on the folder finds everything', async () => {
	const code = await server.create('Kept');
	await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', lowPrice: 0.1 }] });
	const before = [await server.get(`/config/${code}`), await server.get('/config')];
	assert.equal((await server.stop()).code, 0);
	server = await start({ folder: server.folder });
	const again = [await server.get(`/config/${code}`), await server.get('/config')];
	assert.deepEqual(again.map(answer => answer.text), before.map(answer => answer.text));
	assertProblem(await server.post('/config', { name: 'Kept' }), 409, 'exists');
});

test('--store sqlite:PATH is that file', async () => {
	const folder = makeFolder();
	const flags = ['--store', `sqlite:${folder}/other.db`];
	let own = await start({ flags });
	const code = await own.create('Elsewhere');
	const first = own.folder;
	await own.stop();
	own = await start({ flags });
	assert.equal((await own.get(`/config/${code}`)).hotel.name, 'Elsewhere');
	await finish(own);
	removeFolder(first);
	removeFolder(folder);
});

test('SIGTERM lets a request end, then exits 0 in time', async () => {
	const own = await start();
	const code = await own.create('Stopping');
	let acknowledged = 0;
	const writer = (async () => {
		for (let i = 1; ; i++) {
			const answer = await own.patch(`/config/${code}`, { description: String(i) }).catch(() => null);
			if (answer?.status !== 200) return;
			acknowledged = i;
		}
	})();
	while (acknowledged < 20) await sleep(1);
	const { code: status, ms } = await own.stop();
	assert.equal(status, 0);
	assert.ok(ms < 10000, `${ms} ms`);
	await writer;
	const again = await start({ folder: own.folder });
	const found = Number((await again.get(`/config/${code}`)).hotel.description);
	assert.ok(found === acknowledged || found === acknowledged + 1, `${found} after ${acknowledged} were acknowledged`);
	await finish(again);
});

test('each request is logged once, as a JSON line with its id and template', async () => {
	const id = 'logged-once-1';
	await server.get('/config/none', { 'X-Request-Id': id });
	for (let i = 0; i < 200 && !server.log.includes(id); i++) await sleep(10);
	const lines = server.log.trimEnd().split('\n').map(line => JSON.parse(line));
	const found = lines.filter(line => line.id === id);
	assert.equal(found.length, 1);
	const { time, us, bytes, ...rest } = found[0];
	assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	assert.ok(Number.isInteger(us) && bytes > 0);
	assert.deepEqual(rest, { level: 'info', event: 'request', method: 'GET', path: '/config/none', route: '/config/{id}', status: 404, id, code: 'not_found' });
});
