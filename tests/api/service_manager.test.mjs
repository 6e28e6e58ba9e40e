// What serve tells the service manager that started it, over a real socket of datagrams.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { finish, makeFolder, removeFolder, run, sleep, start, within } from '../support/innkeeper.mjs';

const MANAGER = fileURLToPath(new URL('../support/service_manager.py', import.meta.url));

class Manager {
	heard = [];
	#child;
	#lines;

	async open(path) {
		this.path = path;
		this.#child = spawn('python3', [MANAGER, path], { stdio: ['pipe', 'pipe', 'inherit'] });
		this.#lines = createInterface({ input: this.#child.stdout });
		this.#lines.on('line', line => this.heard.push(JSON.parse(line)));
		await this.hears(/^bound$/);
		return this;
	}

	/** The first message like this, as soon as it is there. */
	hears(pattern) {
		return within(60000, `${pattern}`, (async () => {
			for (;; await sleep(2)) {
				const found = this.heard.find(message => pattern.test(message));
				if (found) return found;
			}
		})());
	}

	async close() {
		this.#child.stdin.end();
		await once(this.#child, 'exit');
	}
}

async function withManager(path, body) {
	const manager = await new Manager().open(path);
	try {
		await body(manager);
	} finally {
		await manager.close();
	}
}

test('READY comes once the port answers, STOPPING on SIGTERM, nothing else between', async () => {
	const folder = makeFolder();
	await withManager(join(folder, 'notify'), async manager => {
		const starting = start({ env: { NOTIFY_SOCKET: manager.path } });
		const ready = await manager.hears(/^READY=1\n/);
		const [, port] = /^READY=1\nSTATUS=answers on http:\/\/127\.0\.0\.1:(\d+)$/.exec(ready);
		assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200);
		const server = await starting;
		assert.equal(server.port, Number(port));
		await finish(server);
		const stopping = await manager.hears(/^STOPPING=1\nSTATUS=waits for \d+ connections$/);
		assert.deepEqual(manager.heard, ['bound', ready, stopping]);
	});
	removeFolder(folder);
});

test('the watchdog gets its sign while the server answers', async () => {
	const name = `@innkeeper-test-${process.pid}`;
	await withManager(name, async manager => {
		const server = await start({ env: { NOTIFY_SOCKET: name, WATCHDOG_USEC: '200000' } });
		await manager.hears(/^WATCHDOG=1\nSTATUS=answers, 0 connections are open$/);
		await server.get('/livez');
		await manager.hears(/^WATCHDOG=1\nSTATUS=answers, 1 connections are open$/);
		assert.match(manager.heard[1], /^READY=1\n/);
		await finish(server);
	});
});

test('a server that can not start never says READY', async () => {
	const folder = makeFolder();
	await withManager(join(folder, 'notify'), async manager => {
		const env = { NOTIFY_SOCKET: manager.path };
		const first = await start({ env });
		await manager.hears(/^READY=1\n/);
		const taken = await run('INNKEEPER_BIN', ['serve', '--listen', `127.0.0.1:${first.port}`, '--data', first.folder], { env });
		assert.equal(taken.code, 1);
		assert.match(taken.err, /can not listen on/);
		await finish(first);
		await manager.hears(/^STOPPING=1\n/);
		assert.equal(manager.heard.filter(message => message.startsWith('READY=1')).length, 1);
	});
	removeFolder(folder);
});

test('a socket that is broken, gone or not there never hurts', async () => {
	const folder = makeFolder();
	const path = join(folder, 'notify');
	await withManager(path, () => {});
	for (const name of [path, join(folder, 'none'), 'nonsense', '', `/${'x'.repeat(200)}`]) {
		const server = await start({ env: { NOTIFY_SOCKET: name, WATCHDOG_USEC: '100000' } });
		await server.create('Served');
		await (name === '' ? sleep(150) : server.logged(/"event":"notify"/));
		assert.equal((await server.get('/readyz')).status, 200);
		assert.equal(server.log.includes('"event":"notify"'), name !== '', name);
		await finish(server);
	}
	removeFolder(folder);
});

test('without the variable nothing is said, whatever stands beside it', async () => {
	const server = await start({ env: { WATCHDOG_USEC: '100000', WATCHDOG_PID: '1' } });
	await sleep(200);
	assert.doesNotMatch(server.log, /notify/);
	await finish(server);
});
