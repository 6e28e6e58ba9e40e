// Ten thousand connections that do nothing: they cost little, hinder nobody, and go.
import assert from 'node:assert/strict';
import { attackTest, metrics, request, residentKiB, until } from '../support/attack.mjs';

const WANTED = 10000;
const EACH_KIB = 8; // with the sanitizer's share

const open = async server => (await metrics(server)).get('innkeeper_http_connections_open');

attackTest('ten thousand idle connections cost little, hinder nobody and are closed in time',
	{ flags: ['--idle-timeout', '20s', '--header-timeout', '60s'], keptKiB: 32 * 1024 }, async ({ server, healthy, attack, before }) => {
		const idle = attack({ connections: WANTED, addresses: 8, payload: request('GET', '/livez'), repeats: 1 });
		const count = await idle.opened();
		if (count < WANTED) console.log(`NOTE only ${count} idle connections: the limit of descriptors is lower than ${WANTED}`);
		await until('all are open', async () => await open(server) >= count);
		const each = (residentKiB(server.pid) - before) / count;
		console.log(`NOTE one of ${count} idle connections has ${each.toFixed(1)} KiB`);
		assert.ok(each < EACH_KIB, `${each} KiB each`);
		await healthy.more(20);
		await idle.until(({ held }) => held === 0);
		const { opened, closed, failed, held, status } = await idle.end();
		assert.deepEqual({ opened, closed, failed, held, status }, { opened: count, closed: count, failed: 0, held: 0, status: { 200: count } });
		assert.ok((await metrics(server)).get('innkeeper_http_connections_total') >= count);
	});

attackTest('connections that never say anything are closed without a word', { flags: ['--header-timeout', '12s'] },
	async ({ server, healthy, attack }) => {
		const silent = attack({ connections: 1000 });
		await silent.opened();
		await until('all are open', async () => await open(server) >= 1000);
		await healthy.more(10);
		await silent.until(({ held }) => held === 0);
		const { closed, status } = await silent.end();
		assert.deepEqual([closed, status], [1000, {}]);
	});

/* Ours would have to go as well while we stand still. */
attackTest('where no more are accepted, idle connections make room long before their time', { flags: ['--max-connections', '250', '--idle-timeout', '300s'], keepAlive: false },
	async ({ server, healthy, attack }) => {
		const idle = attack({ connections: 500, payload: request('GET', '/livez'), repeats: 1 });
		await idle.opened();
		await healthy.more(3);
		const served = 'innkeeper_http_request_duration_seconds_count{route="/livez",status="2xx"}';
		await until('those who waited are served', async () => (await metrics(server)).get(served) >= 500);
		const { status, failed } = await idle.end();
		assert.deepEqual([status, failed], [{ 200: 500 }, 0]);
	});
