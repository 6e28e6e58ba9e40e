// A server as a child process, and a client that sees every byte: for the tests of the HTTP front.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Child, program, sleep, within } from './child.mjs';
import { PATIENT } from './engine.mjs';

export { sleep };

class Server extends Child {
	constructor(command, args, { folder, env } = {}) {
		super([command, ...args], { ...process.env, ...PATIENT, ...env });
		this.folder = folder;
	}

	async listening() {
		const [, host, port] = await this.logged(/"listening","detail":"http:\/\/([^:]*):(\d+)"/);
		Object.assign(this, { host, port: Number(port) });
		return this;
	}

	async stop() {
		const end = await super.stop();
		if (this.folder) rmSync(this.folder, { recursive: true, force: true });
		return end;
	}
}

/** The real program on an empty store. */
export function startInnkeeper(...flags) {
	const folder = mkdtempSync(join(tmpdir(), 'innkeeper-'));
	return new Server(program('INNKEEPER_BIN'),
		['serve', '--listen', '127.0.0.1:0', '--data', folder, ...flags], { folder }).listening();
}

/** As PATIENT, for a program that reads no settings. */
const PATIENT_FRONT = { 'header-ms': 60000, 'body-ms': 60000, 'write-ms': 60000, 'idle-ms': 300000, 'stop-ms': 60000 };

/** The same front before the odd API of front_api.c. */
export function startFront(flags = {}, { descriptors, env } = {}) {
	const args = Object.entries({ ...PATIENT_FRONT, ...flags }).flatMap(([name, value]) => [`--${name}`, String(value)]);
	const server = program('FRONT_SERVER');
	if (!descriptors) return new Server(server, args, { env }).listening();
	return new Server('/bin/sh', ['-c', `ulimit -n ${descriptors}; exec "$0" "$@"`, server, ...args], { env }).listening();
}

/** One answer from the front of the bytes, or null; `isHead` when it has no body whatever it says. */
function takeAnswer(bytes, isHead) {
	const end = bytes.indexOf('\r\n\r\n');
	if (end < 0) return null;
	const [line, ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
	const headers = Object.fromEntries(fields.map(field => {
		const colon = field.indexOf(': ');
		return [field.slice(0, colon).toLowerCase(), field.slice(colon + 2)];
	}));
	const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]);
	if (!status) throw new Error(`no status line: ${line}`);
	const hasBody = !isHead && status >= 200 && status !== 204 && status !== 304;
	const length = hasBody ? Number(headers['content-length']) : 0;
	if (bytes.length < end + 4 + length) return null;
	const body = bytes.subarray(end + 4, end + 4 + length);
	return { answer: { status, headers, body }, rest: bytes.subarray(end + 4 + length) };
}

/** A test with a server of its own, which must end well. */
export function frontTest(name, flags, run, options) {
	test(name, async () => {
		const server = await startFront(flags, options);
		let end;
		try {
			await run(server);
		} finally {
			end = await server.stop();
		}
		assert.deepEqual([end.code, end.signal], [0, null], server.log);
		assert.ok(end.ms < 30000, `stopped after ${end.ms} ms`);
	});
}

export class Client {
	#socket;
	#bytes = Buffer.alloc(0);
	#wake = () => {};
	isEnded = false; // the server said that nothing more comes
	error = null;

	constructor(server, options = {}) {
		this.#socket = net.connect({ port: server.port, host: server.host, allowHalfOpen: true, ...options });
		this.#socket.setNoDelay(true);
		this.#socket.on('data', data => { this.#bytes = Buffer.concat([this.#bytes, data]); this.#wake(); });
		this.#socket.on('end', () => { this.isEnded = true; this.#wake(); });
		this.#socket.on('error', error => { this.error = error; this.#wake(); });
		this.#socket.on('close', () => { this.isEnded = true; this.#wake(); });
	}

	get socket() { return this.#socket; }
	get unread() { return this.#bytes; }

	send(bytes) { this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes); return this; }

	connected() { return within(60000, 'connect', new Promise(r => this.#socket.once('connect', r))); }

	/** The next answer; null when the server ends the connection before it. */
	async answer({ isHead = false, ms = 60000 } = {}) {
		for (const end = Date.now() + ms; ;) {
			const taken = takeAnswer(this.#bytes, isHead);
			if (taken) {
				this.#bytes = taken.rest;
				return taken.answer;
			}
			if (this.isEnded || this.error) return null;
			await within(end - Date.now(), 'an answer', new Promise(resolve => { this.#wake = resolve; }));
		}
	}

	/** Resolves when the server has ended the connection. */
	async ended(ms = 60000) {
		for (const end = Date.now() + ms; !this.isEnded && !this.error;)
			await within(end - Date.now(), 'the end', new Promise(resolve => { this.#wake = resolve; }));
	}

	close() { this.#socket.destroy(); }

	/** Resolves when the server has read all that was sent. */
	async isRead() {
		if (this.#socket.connecting) await this.connected();
		const { localPort, remotePort } = this.#socket;
		const port = number => `:${number.toString(16).toUpperCase().padStart(4, '0')}`;
		/* Bytes that the kernel has of this connection, there and here. */
		const kept = (from, to, i) => parseInt(new RegExp(`${port(from)} [0-9A-F]+${port(to)} .. ([0-9A-F]+):([0-9A-F]+) `).exec(readFileSync('/proc/net/tcp', 'latin1'))?.[i] ?? '0', 16);
		while (this.#socket.writableLength || kept(localPort, remotePort, 1) || kept(remotePort, localPort, 2)) await sleep(2);
	}
}

/** Workers that have a request and requests that wait for one, by pool. */
export async function workersOf(server) {
	const text = (await ask(server, get('/metrics'))).body.toString();
	const of = name => Object.fromEntries([...text.matchAll(new RegExp(`^${name}\\{pool="(\\w+)"\\} (\\d+)$`, 'gm'))].map(([, pool, value]) => [pool, Number(value)]));
	return { busy: of('innkeeper_http_workers_busy'), waiting: of('innkeeper_http_worker_queue_length') };
}

/** Waits until so many workers of a pool have a request, and so many requests wait for one. */
export async function workersAre(server, pool, isBusy, isWaiting) {
	for (const end = Date.now() + 60000; ; await sleep(10)) {
		const { busy, waiting } = await workersOf(server);
		if (busy[pool] === isBusy && waiting[pool] === isWaiting) return;
		assert.ok(Date.now() < end, JSON.stringify({ busy, waiting }));
	}
}

export const get = (path, extra = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${extra}\r\n`;

/** One request on a connection of its own. */
export async function ask(server, bytes, options) {
	const client = new Client(server);
	try {
		return await client.send(bytes).answer(options);
	} finally {
		client.close();
	}
}
