// A server under attack: the attacker (tests/support/attack.c), a healthy client whose answers are all checked, and what must be true afterwards.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { agree, beginWatch, program, removeFolder, sleep, start, within } from './innkeeper.mjs';

/* The sanitizer keeps what was freed, to find who uses it still; here memory that was given back must be seen. */
const env = { ASAN_OPTIONS: 'quarantine_size_mb=1:thread_local_quarantine_size_kb=16:allocator_release_to_os_interval_ms=100' };
const WAIT_MS = 180000; // for whatever must happen: less than the five minutes that an idle connection has
const HEALTHY_MS = 30000; // an answer later than this is starvation, whatever the machine

export const residentKiB = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

/** The bytes of a request. */
export function request(method, path, { body = '', headers = {}, head = '' } = {}) {
	const length = body === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': body.length };
	const fields = Object.entries({ Host: 'localhost', ...length, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
	return `${method} ${path} HTTP/1.1\r\n${fields.join('')}${head}\r\n${body}`;
}

/** Every value of /metrics by its name and labels. */
export async function metrics(server) {
	const { text } = await server.get('/metrics');
	return new Map(text.split('\n').filter(line => line && !line.startsWith('#')).map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

/** Waits until the server has counted so many requests of a route (all where it is empty) and class. */
export async function counted(server, route, status, count) {
	const begin = `innkeeper_http_request_duration_seconds_count{route="${route}`, end = `",status="${status}"}`;
	for (const ends = Date.now() + WAIT_MS; ; await sleep(50)) {
		const seen = [...await metrics(server)].filter(([name]) => name.startsWith(begin) && name.endsWith(end) && (route === '' || name === begin + end)).reduce((sum, [, n]) => sum + n, 0);
		if (seen >= count) return;
		assert.ok(Date.now() < ends, `${seen} of ${count} ${status} of ${route}`);
	}
}

/** Waits until something is so. */
export async function until(what, isTrue) {
	for (const end = Date.now() + WAIT_MS; !await isTrue(); await sleep(50)) assert.ok(Date.now() < end, what);
}

class Attack {
	#child;
	#out = '';
	#err = '';

	constructor(server, { payload, ...options }) {
		const args = Object.entries({ port: server.port, ...options }).flatMap(([name, value]) =>
			[`--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`, String(value)]);
		if (payload !== undefined) {
			const path = join(server.folder, `payload-${Math.random()}`);
			writeFileSync(path, payload, 'latin1');
			args.push('--payload', path);
		}
		this.#child = spawn(program('ATTACK'), args, { stdio: ['pipe', 'pipe', 'pipe'] });
		this.#child.stdout.setEncoding('utf8').on('data', text => { this.#out += text; });
		this.#child.stderr.setEncoding('utf8').on('data', text => { this.#err += text; });
		this.#child.stdin.on('error', () => {}); // it has ended
		this.exit = new Promise(resolve => this.#child.once('close', resolve));
	}

	/** What it has told of itself, each time: {opened, closed, held, failed, status: {404: 5}}. */
	get #told() {
		return this.#out.split('\n\n').slice(0, -1).map(text => {
			const numbers = pattern => Object.fromEntries([...text.matchAll(pattern)].map(([, name, n]) => [name, Number(n)]));
			return { ...numbers(/^(\w+) (\d+)$/gm), status: numbers(/^status (\d+) (\d+)$/gm) };
		});
	}

	/** How many connections it has opened once it had tried all. */
	async opened() {
		for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(10)) {
			const open = /^open (\d+)$/m.exec(this.#out);
			if (open) return Number(open[1]);
		}
		this.#child.kill('SIGKILL');
		throw new Error(`the attack did not begin: ${this.#err}`);
	}

	/** Waits until what it has seen so far is so. */
	async until(isSo) {
		for (const end = Date.now() + WAIT_MS; ; await sleep(20)) {
			const known = this.#told.length;
			this.#child.stdin.write('?');
			while (this.#told.length === known && Date.now() < end) await sleep(5);
			const seen = this.#told.at(-1);
			if (this.#told.length > known && isSo(seen)) return;
			assert.ok(Date.now() < end, `${isSo}: ${JSON.stringify(seen)} ${this.#err}`);
		}
	}

	/** Ends it: {opened, closed, held, failed, status: {404: 5}}. */
	async end() {
		this.#child.stdin.end();
		const code = await within(WAIT_MS, 'the end of the attack', this.exit);
		assert.equal(code, 0, this.#err);
		return this.#told.at(-1);
	}

	kill() { this.#child.kill('SIGKILL'); }
}

/** Reads and writes one hotel, also over connections of their own, and knows what every answer must say. */
class Healthy {
	#server;
	#code;
	#types = [];
	#ends = false;
	#loop;
	error = null;
	answers = 0;
	slowest = 0;

	constructor(server, code) {
		this.#server = server;
		this.#code = code;
	}

	async #ask(method, path, options) {
		const watch = beginWatch();
		let ms;
		const answer = await this.#server.request(method, path, options).finally(() => { ms = watch(); });
		assert.ok(ms < HEALTHY_MS, `${method} ${path} of a healthy client took ${ms} ms`);
		this.slowest = Math.max(this.slowest, ms);
		this.answers++;
		assert.equal(answer.status, 200, answer.text);
		return answer;
	}

	async #turn(i) {
		const agent = i % 3 === 0 ? new http.Agent() : undefined;
		const type = { code: `T${String(i).padStart(4, '0')}`, name: `Type ${i}`, description: 'x'.repeat(i % 500) };
		const added = await this.#ask('POST', `/config/${this.#code}/rooms/type`, { body: { roomTypes: [type] }, agent });
		const seen = ({ code, name, description }) => ({ code, name, description });
		assert.deepEqual(added.hotel.roomTypes.map(seen), [type]);
		this.#types.push(type);
		const read = await this.#ask('GET', `/config/${this.#code}`, { agent });
		assert.deepEqual(read.hotel.roomTypes.map(seen), this.#types);
		assert.equal(read.headers.etag, added.headers.etag);
	}

	begin() {
		this.#ends = false;
		this.#loop = (async () => {
			for (let i = this.#types.length; !this.#ends; i = this.#types.length) {
				await this.#turn(i);
				await sleep(i < 20 ? 20 : 200); // what it writes stays in SQLite's pages: little, however long the test takes
			}
		})().catch(error => { this.error = error; });
	}

	/** At least so many answers more, all right. */
	async more(count) {
		const wanted = this.answers + count;
		while (this.answers < wanted && !this.error) await sleep(10);
		if (this.error) throw this.error;
	}

	async end() {
		this.#ends = true;
		await this.#loop;
		if (this.error) throw this.error;
	}
}

/** Every worker takes what it keeps for good: its connection to the store, and SQLite's pages. */
async function warm(server) {
	const code = await server.create('Warm');
	const agent = new http.Agent({ keepAlive: true });
	const all = (method, path, body) => Promise.all(Array.from({ length: 192 }, () => server.request(method, path, { body, agent })));
	for (let i = 0; i < 4; i++) await all('GET', '/config?limit=5');
	await all('POST', `/config/${code}/rooms/type`, { roomTypes: [{ code: 'W' }] });
	agent.destroy();
}

/** Waits until nothing but our own connections is there, and memory is that of before, within the bound. */
async function settle(server, name, beforeKiB, boundKiB) {
	let seen, resident;
	for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(50)) {
		seen = await metrics(server);
		resident = residentKiB(server.pid);
		if (seen.get('innkeeper_http_connections_open') <= 2 && seen.get('innkeeper_http_requests_in_flight') === 1 &&
			seen.get('innkeeper_http_worker_queue_length{pool="all"}') === 0 && resident - beforeKiB <= boundKiB) return;
	}
	assert.fail(`${name}: ${seen.get('innkeeper_http_connections_open')} open, ${seen.get('innkeeper_http_requests_in_flight')} in flight, ` +
		`${beforeKiB} KiB before, ${resident} KiB after`);
}

/**
 * A test with a server and a healthy client of its own. `run` is given {server, healthy, attack(options)}; afterwards the server must be idle, have
 * given its memory back but for keptKiB, end in time (the attack `stopUnder` going on), and leave a sound store.
 */
export function attackTest(name, { flags = [], keptKiB = 16 * 1024, keepAlive, stopUnder }, run) {
	test(name, async () => {
		const server = await start({ flags, env, keepAlive });
		const attacks = [];
		try {
			const healthy = new Healthy(server, await server.create('Healthy'));
			await warm(server);
			healthy.begin();
			await healthy.more(10);
			const before = residentKiB(server.pid);
			await run({ server, healthy, before, attack: options => {
				attacks.push(new Attack(server, options));
				return attacks.at(-1);
			} });
			await healthy.more(4);
			await healthy.end();
			console.log(`# ${name}: slowest healthy answer ${healthy.slowest} ms of ${healthy.answers}`);
			await settle(server, name, before, keptKiB);
			if (stopUnder) await attacks[attacks.push(new Attack(server, stopUnder)) - 1].opened();
		} finally {
			if (!stopUnder) attacks.forEach(attack => attack.kill());
			const { code, signal, ms } = await server.stop();
			attacks.forEach(attack => attack.kill());
			assert.deepEqual([code, signal], [0, null], server.log.slice(-2000));
			assert.ok(ms < 10000, `stopped after ${ms} ms`);
		}
		await agree(server.folder);
		removeFolder(server.folder);
	});
}
