// The server itself: probes, metrics, base path, start, stop and start again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isLambda } from '../support/engine.mjs';
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
	for (let i = 0; i < 5000 && !server.log.includes(id); i++) await sleep(10);
	const lines = server.log.trimEnd().split('\n').map(line => JSON.parse(line));
	const found = lines.filter(line => line.id === id);
	assert.equal(found.length, 1);
	const { time, us, bytes, ...rest } = found[0];
	assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	assert.ok(Number.isInteger(us) && bytes > 0);
	assert.deepEqual(rest, { level: 'info', event: 'request', method: 'GET', path: '/config/none', route: '/config/{id}', status: 404, id, code: 'not_found', ...isLambda && { use_case: 'getHotel' } });
});
