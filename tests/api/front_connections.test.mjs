// Many connections to the HTTP front (tests/support/front_api.c): what an idle one costs, and what waits where there is no room.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { ask, Client, frontTest, get, sleep } from '../support/front.mjs';

const residentKiB = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const cpuTicks = pid => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13)
	.reduce((sum, ticks) => sum + Number(ticks), 0);

/* The sanitizer's second stack takes pages as calls go on, however many connections there are: ten times what one has. */
const WITHOUT_FAKE_STACK = { env: { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:detect_stack_use_after_return=0` } };

/** Of one processor, what the server takes within a second. */
async function share({ pid }) {
	const start = performance.now(), ticks = cpuTicks(pid);
	await sleep(1000);
	return (cpuTicks(pid) - ticks) * 10 / (performance.now() - start);
}

frontTest('two thousand idle connections cost little and hinder nobody', {}, async server => {
	const clients = [];
	const connect = async count => {
		const some = Array.from({ length: count }, () => new Client(server));
		await Promise.all(some.map(client => client.send(get('/livez')).answer()));
		clients.push(...some);
	};
	for (let i = 0; i < 5; i++) await connect(100);
	const before = residentKiB(server.pid);
	for (let i = 0; i < 15; i++) await connect(100);
	const each = (residentKiB(server.pid) - before) / 1500;
	console.log(`NOTE an idle connection has ${each.toFixed(1)} KiB`);
	assert.ok(each < 2, `${each} KiB each`);
	assert.equal((await ask(server, get('/livez'))).status, 200);
	assert.ok(await share(server) < 0.2, 'idle is idle');
	clients.forEach(client => client.close());
}, WITHOUT_FAKE_STACK);

/** Connections that the server has accepted: its sockets, without its standard streams and the one that listens. */
const accepted = ({ pid }) => readdirSync(`/proc/${pid}/fd`).filter(fd => {
	try {
		return fd > 2 && readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
	} catch (error) {
		if (error.code === 'ENOENT') return false; // closed since
		throw error;
	}
}).length - 1;

/* What more there is waits with the kernel, without a spinning server, until there is room. Who is in has begun another
 * request with the first, so that nobody is ever idle and has to leave, however late the answers are read. */
async function waitsForRoom(server) {
	const clients = Array.from({ length: 40 }, () => new Client(server));
	const inside = new Set();
	const all = clients.map(async client => {
		assert.equal((await client.send(`${get('/livez')}GET /livez HTTP/1.1\r\n`).answer()).status, 200);
		inside.add(client);
	});
	await server.logged(/accept_paused/);
	const until = async isSo => {
		for (const end = Date.now() + 60000; !isSo(); await sleep(10)) assert.ok(Date.now() < end, `${inside.size} are in`);
	};
	await until(() => inside.size === accepted(server));
	const first = [...inside];
	assert.ok(first.length > 0 && first.length < clients.length, `${first.length} are in`);
	assert.ok(await share(server) < 0.3, 'does not spin');
	assert.equal(inside.size, first.length);
	first[0].close();
	await until(() => inside.size === first.length + 1);
	for (let i = 1; i < first.length; i++) first[i].close();
	await Promise.all(all);
	assert.equal(server.log.split('accept_paused').length, 2, 'said once');
	clients.forEach(client => client.close());
}

frontTest('more connections than allowed wait', { 'header-ms': 300000, connections: 20 }, waitsForRoom);

frontTest('as many connections as allowed are no crowd', { connections: 20 }, async server => {
	const clients = Array.from({ length: 20 }, () => new Client(server));
	await Promise.all(clients.map(client => client.send(get('/livez')).answer()));
	clients.forEach(client => client.close());
	await server.stop();
	assert.doesNotMatch(server.log, /accept_paused/);
});

frontTest('more connections than descriptors wait', { 'header-ms': 300000, threads: 1 }, waitsForRoom, { descriptors: 40 });
