// Ten thousand connections that do nothing: they cost little, hinder nobody, and go.
import assert from 'node:assert/strict';
import { attackTest, metrics, request, residentKiB } from '../support/attack.mjs';
import { sleep } from '../support/innkeeper.mjs';

const WANTED = 10000;
const EACH_KIB = 8; // with the sanitizer's share

async function until(what, ms, isTrue) {
	for (const end = Date.now() + ms; !await isTrue(); await sleep(50)) assert.ok(Date.now() < end, what);
}

const open = async server => (await metrics(server)).get('innkeeper_http_connections_open');

attackTest('ten thousand idle connections cost little, hinder nobody and are closed in time',
	{ flags: ['--idle-timeout', '3s', '--header-timeout', '30s'], keptKiB: 32 * 1024 }, async ({ server, healthy, attack, before }) => {
		const idle = attack({ connections: WANTED, addresses: 8, payload: request('GET', '/livez'), repeats: 1 });
		const count = await idle.opened();
		if (count < WANTED) console.log(`NOTE only ${count} idle connections: the limit of descriptors is lower than ${WANTED}`);
		await until('all are open', 5000, async () => await open(server) >= count);
		const each = (residentKiB(server.pid) - before) / count;
		console.log(`NOTE one of ${count} idle connections has ${each.toFixed(1)} KiB`);
		assert.ok(each < EACH_KIB, `${each} KiB each`);
		await healthy.more(20);
		await until('the server closes what is idle', 15000, async () => await open(server) <= 2);
		await sleep(1000); // one of the two may still be theirs
		const { opened, closed, failed, held, status } = await idle.end();
		assert.deepEqual({ opened, closed, failed, held, status }, { opened: count, closed: count, failed: 0, held: 0, status: { 200: count } });
		assert.ok((await metrics(server)).get('innkeeper_http_connections_total') >= count);
	});

attackTest('connections that never say anything are closed without a word', { flags: ['--header-timeout', '1s'] },
	async ({ server, healthy, attack }) => {
		const silent = attack({ connections: 1000 });
		await silent.opened();
		await until('all are open', 2000, async () => await open(server) >= 1000);
		await healthy.more(10);
		await until('the server closes them', 10000, async () => await open(server) <= 2);
		await sleep(1000); // one of the two may still be theirs
		const { closed, status } = await silent.end();
		assert.deepEqual([closed, status], [1000, {}]);
	});

attackTest('where no more are accepted, idle connections make room long before their time', { flags: ['--max-connections', '250', '--idle-timeout', '300s'] },
	async ({ server, healthy, attack }) => {
		const idle = attack({ connections: 500, payload: request('GET', '/livez'), repeats: 1 });
		await idle.opened();
		await healthy.more(3);
		const served = 'innkeeper_http_request_duration_seconds_count{route="/livez",status="2xx"}';
		await until('those who waited are served', 30000, async () => (await metrics(server)).get(served) >= 500);
		const { status, failed } = await idle.end();
		assert.deepEqual([status, failed], [{ 200: 500 }, 0]);
	});
