// /metrics: the format, what is counted, and that no id is ever in it.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { isDynamodb } from '../support/engine.mjs';
import { finish, makeFolder, run, start } from '../support/innkeeper.mjs';
import { readMetrics } from '../support/metrics.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

/** What is told of the store, by its engine. */
const STORE = (isDynamodb ? ['commit_duration_seconds', 'commits_total', 'retries_total', 'throttled_total']
	: ['checkpoint_duration_seconds', 'commits_total', 'group_commits', 'log_pages', 'stopped', 'sync_duration_seconds']).map(name => `innkeeper_store_${name}`);

async function scrape(from = server) {
	const answer = await from.get('/metrics');
	assert.equal(answer.status, 200);
	assert.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/);
	return { text: answer.text, families: readMetrics(answer.text) };
}

/** The one sample of a family with those labels; of a histogram the count. */
function value(families, name, labels = {}) {
	const { type, samples } = families.get(name);
	const found = samples.filter(sample => (type !== 'histogram' || sample.name.endsWith('_count')) && Object.entries(labels).every(([key, wanted]) => sample.labels[key] === wanted));
	assert.equal(found.length, 1, `${name} ${JSON.stringify(labels)}`);
	return found[0].value;
}

test('metrics are in the format of Prometheus, by route template, never by an id', async () => {
	const code = await server.create('Measured');
	for (let i = 0; i < 5; i++) await server.get(`/config/${code}`);
	await server.get('/config/no-such-hotel-at-all');
	await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'SECRETTYPE' }] });
	await server.get('/no/such/path/at/all');
	await server.request('PROPFIND', '/config');
	const { text, families } = await scrape();
	for (const id of [code, 'no-such-hotel-at-all', 'SECRETTYPE', 'such/path', 'PROPFIND']) assert.ok(!text.includes(id), id);
	const labels = new Set([...families.values()].flatMap(({ samples }) => samples.flatMap(sample => Object.keys(sample.labels))));
	assert.deepEqual([...labels].sort(), ['compiler', 'le', 'pool', 'result', 'route', 'sqlite', 'status', 'version']);
	const routes = families.get('innkeeper_http_request_duration_seconds').samples.map(sample => sample.labels.route);
	assert.deepEqual([...new Set(routes)].sort(), ['/config', '/config/{id}', '/config/{id}/rooms/type', 'none']);
	const count = (route, status) => value(families, 'innkeeper_http_request_duration_seconds', { route, status });
	assert.equal(count('/config/{id}', '2xx'), 5);
	assert.equal(count('/config/{id}', '4xx'), 1);
	assert.equal(count('/config/{id}/rooms/type', '2xx'), 1);
	assert.ok(value(families, 'innkeeper_cache_entries') >= 1);
});

test('every family of an operator is there, and each has a help of its own', async () => {
	const { families } = await scrape();
	const wanted = ['innkeeper_build_info', 'innkeeper_cache_bytes', 'innkeeper_cache_entries', 'innkeeper_cache_evictions_total', 'innkeeper_cache_hits_total', 'innkeeper_cache_max_bytes',
		'innkeeper_cache_misses_total', 'innkeeper_http_connections_open', 'innkeeper_http_connections_total', 'innkeeper_http_received_bytes_total', 'innkeeper_http_request_duration_seconds',
		'innkeeper_http_requests_in_flight', 'innkeeper_http_sent_bytes_total', 'innkeeper_http_worker_queue_length', 'innkeeper_http_workers_busy', ...STORE, 'process_cpu_seconds_total',
		'process_max_fds', 'process_open_fds', 'process_resident_memory_bytes', 'process_start_time_seconds', 'process_virtual_memory_bytes'];
	assert.deepEqual([...families.keys()].sort(), wanted);
	assert.equal(new Set([...families.values()].map(({ help }) => help)).size, wanted.length);
	const documented = readFileSync('docs/OBSERVING.md', 'utf8');
	for (const name of wanted) assert.match(documented, new RegExp(`\`${name}[\`{]`));
});

test('a commit, its sync and its group are counted once, a read of the cache as a hit', async () => {
	const before = (await scrape()).families;
	const more = (after, name, labels) => value(after, name, labels) - value(before, name, labels);
	const code = await server.create('Counted');
	let { families: after } = await scrape();
	assert.equal(more(after, 'innkeeper_store_commits_total', { result: 'applied' }), 1);
	assert.equal(more(after, 'innkeeper_store_commits_total', { result: 'conflict' }), 0);
	assert.equal(more(after, 'innkeeper_store_commits_total', { result: 'failed' }), 0);
	for (const name of STORE.filter(each => /_(commit|sync)_duration_seconds|_group_commits/.test(each))) assert.equal(more(after, name), 1, name);
	for (const name of STORE.filter(each => /_stopped|_retries_total|_throttled_total/.test(each))) assert.equal(value(after, name), 0, name);
	if (!isDynamodb) assert.ok(value(after, 'innkeeper_store_log_pages') > 0);
	await server.get(`/config/${code}`);
	const hits = value((await scrape()).families, 'innkeeper_cache_hits_total');
	for (let i = 0; i < 10; i++) await server.get(`/config/${code}`);
	({ families: after } = await scrape());
	assert.equal(value(after, 'innkeeper_cache_hits_total') - hits, 10);
	assert.ok(more(after, 'innkeeper_cache_misses_total') >= 1);
	assert.equal(value(after, 'innkeeper_cache_max_bytes'), 256 << 20);
});

test('what is said of the process and the build is so', async () => {
	const { families } = await scrape();
	const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
	const resident = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
	const ratio = value(families, 'process_resident_memory_bytes') / resident;
	assert.ok(ratio > 0.8 && ratio < 1.25, `${ratio} of VmRSS`);
	assert.ok(value(families, 'process_virtual_memory_bytes') >= value(families, 'process_resident_memory_bytes'));
	assert.equal(value(families, 'process_open_fds'), readdirSync(`/proc/${server.pid}/fd`).length);
	assert.equal(value(families, 'process_max_fds'), Number(/^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/limits`, 'utf8'))[1]));
	assert.ok(Math.abs(value(families, 'process_start_time_seconds') - Date.now() / 1000) < 600);
	const cpu = value(families, 'process_cpu_seconds_total');
	assert.ok(cpu > 0 && cpu < 600);
	const { version, sqlite, compiler } = JSON.parse((await run('INNKEEPER_BIN', ['version', '--json'])).out);
	assert.deepEqual(families.get('innkeeper_build_info').samples, [{ name: 'innkeeper_build_info', labels: { version, sqlite, compiler }, value: 1 }]);
});

test('a small cache says what it had to let go', async () => {
	const own = await start({ folder: makeFolder(), flags: ['--cache-size', '64K'] });
	try {
		for (let i = 0; i < 40; i++) {
			const code = await own.create(`Let go ${i}`, { description: 'x'.repeat(1000) });
			await own.get(`/config/${code}`);
		}
		const { families } = await scrape(own);
		assert.ok(value(families, 'innkeeper_cache_evictions_total') > 0);
		assert.ok(value(families, 'innkeeper_cache_bytes') <= value(families, 'innkeeper_cache_max_bytes'));
	} finally {
		await finish(own);
	}
});
