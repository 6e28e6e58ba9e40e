// What happens to the data folder, and to descriptors, under a running server: reads go on, a write is whole or 503, and nothing
// that was answered with 2xx went where nobody finds it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertProblem } from '../support/hotels.mjs';
import { agree, makeFolder, removeFolder, run, start } from '../support/innkeeper.mjs';

const AT_ONCE = 64; // as many as there are workers: each reads by descriptors of its own
// For root permissions count too, when it may not pass over them.
const CAPABILITIES = '-dac_override,-dac_read_search';
const AS_OWNER = process.getuid() === 0 ? ['setpriv', `--bounding-set=${CAPABILITIES}`, `--inh-caps=${CAPABILITIES}`] : [];

const types = (...codes) => ({ roomTypes: codes.map(code => ({ code })) });
const codesOf = async (server, code) => ((await server.get(`/config/${code}`)).hotel.roomTypes ?? []).map(type => type.code).sort();

const addAtOnce = (server, code, names, more) => Promise.all(names.map(name =>
	server.request('POST', `/config/${code}/rooms/type`, { body: types(name), headers: { 'Idempotency-Key': name }, ...more })));

/** Each was answered 200 and is there, or 503 and is not. Returns how many were refused. */
async function assertWholeOrRefused(server, code, names, answers) {
	for (const answer of answers) if (answer.status !== 200) assertProblem(answer, 503, 'unavailable');
	const there = new Set(await codesOf(server, code));
	names.forEach((name, i) => assert.equal(there.has(name), answers[i].status === 200, `${name}: ${answers[i].status}`));
	return answers.filter(answer => answer.status === 503).length;
}

async function writeAtOnce(server, code, prefix) {
	const names = Array.from({ length: AT_ONCE }, (_, i) => `${prefix}${String(i).padStart(3, '0')}`);
	return { names, refused: await assertWholeOrRefused(server, code, names, await addAtOnce(server, code, names)) };
}

/** The same requests again have one effect each. */
async function sendAgain(server, code, names) {
	for (const name of names) assert.equal((await server.post(`/config/${code}/rooms/type`, types(name), { 'Idempotency-Key': name })).status, 200);
	const there = new Set(await codesOf(server, code));
	for (const name of names) assert.ok(there.has(name));
}

/** Reads the hotel: right, or 503 from a worker that has never read and has no files yet. */
async function readOrRefused(server, code, text) {
	for (let i = 0; i < 5; i++) {
		const answer = await server.get(`/config/${code}`);
		if (answer.status === 200) assert.equal(answer.text, text);
		else assertProblem(answer, 503, 'unavailable');
	}
}

async function assertRefuses(server, code, text) {
	for (let i = 0; i < 3; i++) {
		assertProblem(await server.patch(`/config/${code}`, { description: `refused ${i}` }), 503, 'unavailable');
		assertProblem(await server.post('/config', { name: `Refused ${i}` }), 503, 'unavailable');
	}
	await readOrRefused(server, code, text);
	assertProblem(await server.get('/readyz'), 503, 'unavailable', { path: '/' });
	assert.equal((await server.get('/livez')).status, 200);
}

/** A server on a folder in a folder; it is killed at the end, whatever happened. */
function onServer(action, options) {
	return async () => {
		const parent = makeFolder();
		const folder = join(parent, 'data');
		mkdirSync(folder, { mode: 0o700 });
		const context = { parent, folder, restart: async () => { context.server = await start({ ...options, folder }); } };
		await context.restart();
		try {
			await action(context);
			assert.equal((await context.server.stop()).code, 0);
			await agree(folder);
		} finally {
			await context.server.kill();
			removeFolder(parent);
		}
	};
}

test('a data folder that was removed under the server takes no write, and the next start begins anew', onServer(async context => {
	const { server, folder } = context;
	const code = await server.create('Removed');
	const { text } = await server.get(`/config/${code}`);
	rmSync(folder, { recursive: true });
	await assertRefuses(server, code, text);
	assert.ok(!existsSync(folder), 'it does not come back by itself');
	assert.equal((await server.stop()).code, 0);
	await context.restart();
	assertProblem(await context.server.get(`/config/${code}`), 404, 'not_found');
	assert.equal(await context.server.create('Removed'), code);
}));

test('a data folder that was moved away takes no write until it is back, and nothing is lost', onServer(async ({ server, parent, folder }) => {
	const away = join(parent, 'away');
	const code = await server.create('Moved');
	await writeAtOnce(server, code, 'A');
	const { text } = await server.get(`/config/${code}`);
	renameSync(folder, away);
	await assertRefuses(server, code, text);
	mkdirSync(folder); // another one in its place is not it
	await assertRefuses(server, code, text);
	assert.deepEqual(readdirSync(folder), []);
	rmSync(folder, { recursive: true });
	renameSync(away, folder);
	assert.equal((await server.get('/readyz')).status, 200);
	assert.equal((await writeAtOnce(server, code, 'B')).refused, 0);
	assert.equal((await codesOf(server, code)).length, 2 * AT_ONCE);
}));

for (const ending of ['', '-wal', '-shm']) {
	test(`innkeeper.db${ending} moved away under the server takes no write until it is back, also after kill -9`, onServer(async context => {
		const file = join(context.folder, `innkeeper.db${ending}`);
		const code = await context.server.create('Halved');
		const { text } = await context.server.get(`/config/${code}`);
		const move = async () => {
			renameSync(file, `${file}-away`);
			await assertRefuses(context.server, code, text);
		};
		await move();
		renameSync(`${file}-away`, file);
		assert.equal((await context.server.patch(`/config/${code}`, { description: '' })).status, 200);
		assert.equal((await context.server.get(`/config/${code}`)).text, text);
		await move();
		await context.server.kill();
		renameSync(`${file}-away`, file);
		await context.restart();
		assert.equal((await context.server.get(`/config/${code}`)).text, text);
		assert.equal((await writeAtOnce(context.server, code, 'A')).refused, 0);
	}));
}

test('a log without its database is no new store', onServer(async context => {
	const file = join(context.folder, 'innkeeper.db');
	const code = await context.server.create('Logged');
	await context.server.kill();
	renameSync(file, `${file}-away`);
	await assert.rejects(context.restart(), /was removed/);
	renameSync(`${file}-away`, file);
	await context.restart();
	assert.equal((await context.server.get(`/config/${code}`)).hotel.name, 'Logged');
}));

test('permissions that are taken away under the server: a write is whole or 503, and all is well when they are back', onServer(async ({ server, folder }) => {
	const code = await server.create('Forbidden');
	const files = readdirSync(folder).map(name => join(folder, name));
	let refused = 0;
	for (const [paths, mode, back] of [[files, 0o000, 0o600], [[folder], 0o500, 0o700], [[folder], 0o000, 0o700]]) {
		const names = Array.from({ length: AT_ONCE }, (_, i) => `P${paths.length}-${mode}-${i}`);
		const { text } = await server.get(`/config/${code}`);
		for (const path of paths) chmodSync(path, mode);
		await readOrRefused(server, code, text);
		const answers = await addAtOnce(server, code, names);
		for (const path of paths) chmodSync(path, back);
		refused += await assertWholeOrRefused(server, code, names, answers);
		await sendAgain(server, code, names);
		assert.equal((await server.get('/readyz')).status, 200);
	}
	assert.ok(refused > 0, 'a folder that may not be entered takes no write');
}, { prefix: AS_OWNER }));

test('a folder or a file that may not be written is said at the start, and what is in it stays', onServer(async context => {
	const { folder } = context;
	const code = await context.server.create('Kept');
	const file = join(folder, 'innkeeper.db');
	await context.server.stop();
	for (const [path, mode, back] of [[folder, 0o500, 0o700], [file, 0o400, 0o600], [file, 0o000, 0o600], [folder, 0o000, 0o700]]) {
		chmodSync(path, mode);
		const refused = await run('INNKEEPER_BIN', ['serve', '--listen', '127.0.0.1:0', '--data', folder], { prefix: AS_OWNER });
		chmodSync(path, back);
		assert.equal(refused.code, 1, `${path} ${mode.toString(8)}: ${refused.out}${refused.err}`);
		assert.match(refused.err, /denied|read-only|readonly|can not be/);
	}
	await context.restart();
	assert.equal((await context.server.get(`/config/${code}`)).hotel.name, 'Kept');
}));

const limit = (server, n) => execFileSync('prlimit', ['--pid', String(server.pid), `--nofile=${n}:`]);
const descriptors = server => readdirSync(`/proc/${server.pid}/fd`).length;

test('without descriptors for more, a write is whole or 503, and all goes on when there are some', onServer(async ({ server }) => {
	const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
	try {
		const code = await server.create('Narrow');
		// Connections first: it is the store that is to go without.
		await Promise.all(Array.from({ length: AT_ONCE }, () => server.request('GET', '/livez', { agent })));
		const before = Number(/Max open files\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/limits`, 'utf8'))[1]);
		let refused = 0;
		for (const more of [0, 1, 2, 3, 5, 8, 13]) {
			const names = Array.from({ length: AT_ONCE }, (_, i) => `D${more}-${i}`);
			limit(server, descriptors(server) + more);
			const answers = await addAtOnce(server, code, names, { agent });
			assert.equal((await server.request('GET', '/livez', { agent })).status, 200);
			limit(server, before);
			refused += await assertWholeOrRefused(server, code, names, answers);
			await sendAgain(server, code, names);
		}
		assert.ok(refused > 0, 'some were refused');
		assert.equal((await server.get('/readyz')).status, 200);
	} finally {
		agent.destroy();
	}
}));
