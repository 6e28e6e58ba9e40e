// backup and restore of the embedded store: whole, beside a running server, and never over what is there unless told so.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { agree, finish, makeFolder, removeFolder, run, sleep, start } from '../support/innkeeper.mjs';
import { everything, sql } from '../support/store_file.mjs';

let folder, backup;
before(async () => {
	folder = makeFolder();
	backup = join(folder, 'backup.db');
	const server = await start();
	const code = await server.create('Backed up');
	assert.equal((await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A' }] })).status, 200);
	assert.deepEqual(await innkeeper('backup', backup, '--data', server.folder), { code: 0, out: '', err: '' });
	await finish(server);
});
after(() => removeFolder(folder));

const innkeeper = (...args) => run('INNKEEPER_BIN', args);

/** A folder with a store of one other hotel, which nobody has open. */
async function withStore(action) {
	const data = makeFolder();
	try {
		const server = await start({ folder: data });
		await server.create('There before');
		assert.equal((await server.stop()).code, 0);
		await action(data);
	} finally {
		removeFolder(data);
	}
}

const names = data => sql(data, `SELECT json_extract(attrs, '$.name') FROM item WHERE itemType = 'cfg-general' ORDER BY 1`).flat();

async function assertRefused(pattern, ...args) {
	const { code, out, err } = await innkeeper(...args);
	assert.equal(code, 1, err);
	assert.equal(out, '');
	assert.match(err, pattern);
}

test('a backup restores to the same store, which is served', async () => {
	const data = join(makeFolder(), 'new');
	assert.deepEqual(await innkeeper('restore', backup, '--data', data), { code: 0, out: '', err: '' });
	assert.equal(statSync(join(data, 'innkeeper.db')).mode & 0o077, 0);
	assert.deepEqual(readdirSync(data).sort(), ['innkeeper.db', 'innkeeper.db.lock']);
	assert.deepEqual(await agree(data), { hotels: 1, revisions: 2, objects: 1 });
	const server = await start({ folder: data });
	const listed = await server.get('/config');
	assert.deepEqual(listed.json.response.map(({ name }) => name), ['Backed up']);
	await finish(server);
});

test('--json answers one object', async () => {
	const data = makeFolder();
	assert.equal((await innkeeper('restore', backup, '--data', data, '--json')).out, '{"ok":true}\n');
	assert.equal((await innkeeper('backup', join(data, 'again.db'), '--data', data, '--json')).out, '{"ok":true}\n');
	removeFolder(data);
});

test('a backup under load restores to a sound store with everything acknowledged before it began', async () => {
	const server = await start();
	let running = true;
	try {
		const codes = await Promise.all([1, 2, 3, 4].map(n => server.create(`Busy ${n}`)));
		const acknowledged = Object.fromEntries(codes.map(code => [code, 1]));
		const total = () => Object.values(acknowledged).reduce((a, b) => a + b);
		const load = codes.map(async code => {
			for (let i = 0; running; i++) {
				const answer = await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: `T${i % 50}`, name: `${i}`, description: 'x'.repeat(2000) }] });
				assert.equal(answer.status, 200);
				acknowledged[code] = Number(/r(\d+)\./.exec(answer.headers.etag)[1]);
			}
		});
		for (const one of load) one.catch(() => { running = false; });
		for (let round = 0; round < 5; round++) {
			for (const before = total(); total() < before + 6 && running;) await sleep(10);
			const file = join(folder, `load-${round}.db`), data = join(folder, `load-${round}`);
			const before = { ...acknowledged };
			assert.equal((await innkeeper('backup', file, '--data', server.folder)).code, 0);
			assert.equal((await innkeeper('restore', file, '--data', data)).code, 0);
			const checked = await innkeeper('check', '--data', data, '--json');
			assert.equal(checked.code, 0, checked.out);
			for (const [code, revision] of sql(data, `SELECT code, rev FROM item WHERE itemType = 'ctl'`)) assert.ok(revision >= before[code], `${code}: ${revision}, answered ${before[code]}`);
			await agree(data);
		}
		running = false;
		await Promise.all(load);
		assert.ok(total() > 20);
	} finally {
		running = false;
		await finish(server);
	}
});

test('a backup never goes over a file', async () => {
	const data = makeFolder();
	await innkeeper('restore', backup, '--data', data);
	const file = join(data, 'mine');
	writeFileSync(file, 'mine');
	await assertRefused(/mine/, 'backup', file, '--data', data);
	assert.equal(readFileSync(file, 'utf8'), 'mine');
	await assertRefused(/no such/, 'backup', join(data, 'no such', 'file'), '--data', data);
	await assertRefused(/there is no store/, 'backup', join(data, 'new'), '--data', join(data, 'none'));
	assert.deepEqual(readdirSync(data).sort(), ['innkeeper.db', 'innkeeper.db.lock', 'mine']);
	removeFolder(data);
});

test('a store is replaced only with --replace', () => withStore(async data => {
	const before = everything(data);
	await assertRefused(/there is a store .*--replace/, 'restore', backup, '--data', data);
	assert.deepEqual(everything(data), before);
	assert.equal((await innkeeper('restore', backup, '--data', data, '--replace')).code, 0);
	assert.deepEqual(names(data), ['Backed up']);
	assert.equal((await innkeeper('check', '--data', data)).code, 0);
}));

test('restore refuses while a server runs, and a server while restore does', () => withStore(async data => {
	const server = await start({ folder: data });
	await assertRefused(/open in another innkeeper process/, 'restore', backup, '--data', data, '--replace');
	assert.equal((await server.get('/readyz')).status, 200);
	await server.create('Still served');
	assert.equal((await server.stop()).code, 0);
	assert.deepEqual(names(data), ['Still served', 'There before']);
	const holder = spawn('flock', ['-x', join(data, 'innkeeper.db.lock'), 'sh', '-c', 'echo held; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
	try {
		await new Promise(resolve => holder.stdout.once('data', resolve));
		await assertRefused(/is being restored/, 'serve', '--listen', '127.0.0.1:0', '--data', data);
		await assertRefused(/is being restored/, 'check', '--data', data);
	} finally {
		holder.stdin.end();
		await new Promise(resolve => holder.once('exit', resolve));
	}
	assert.equal((await innkeeper('restore', backup, '--data', data, '--replace')).code, 0);
}));

test('a killed server leaves a store that can be replaced, log and all', () => withStore(async data => {
	const server = await start({ folder: data });
	await server.create('In the log');
	await server.kill();
	assert.ok(statSync(join(data, 'innkeeper.db-wal')).size > 0);
	assert.equal((await innkeeper('restore', backup, '--data', data, '--replace')).code, 0);
	assert.ok(!existsSync(join(data, 'innkeeper.db-wal')));
	assert.deepEqual(names(data), ['Backed up']);
}));

test('what is no whole backup is refused, and the store stays', () => withStore(async data => {
	const before = everything(data);
	const file = join(data, 'bad');
	const bad = {
		'is no backup': () => writeFileSync(file, ''),
		'no database': () => writeFileSync(file, 'no database at all\n'.repeat(500)),
		'cut off': () => { copyFileSync(backup, file); truncateSync(file, statSync(backup).size - 1); },
		'page: [^]*damaged': () => {
			const bytes = readFileSync(backup);
			writeFileSync(file, bytes.fill(0, 4096, 8192));
		},
		'was changed: it has another hash[^]*bad is damaged: nothing was restored': () => {
			const inside = makeFolder();
			copyFileSync(backup, join(inside, 'innkeeper.db'));
			assert.equal(sql(inside, `UPDATE item SET attrs = replace(attrs, 'addRoomType', 'saveHotel') WHERE itemType = 'cfg-history-000000000002'`), 1);
			copyFileSync(join(inside, 'innkeeper.db'), file);
			removeFolder(inside);
		},
		'store with a log': () => { copyFileSync(backup, file); writeFileSync(`${file}-wal`, 'x'); },
	};
	for (const [pattern, make] of Object.entries(bad)) {
		make();
		await assertRefused(new RegExp(pattern), 'restore', file, '--data', data, '--replace');
		assert.ok(!existsSync(join(data, 'innkeeper.db.restore')), 'nothing is left');
	}
	await assertRefused(/none/, 'restore', join(data, 'none'), '--data', data, '--replace');
	await assertRefused(/is no backup|Is a directory/, 'restore', data, '--data', data, '--replace');
	assert.deepEqual(everything(data), before);
	assert.equal((await innkeeper('restore', '--data', data)).code, 2);
	assert.equal((await innkeeper('restore', backup, backup, '--data', data)).code, 2);
}));

test('a damaged store gives way to its backup', () => withStore(async data => {
	writeFileSync(join(data, 'innkeeper.db'), 'SQLite format 3\0' + 'x'.repeat(5000));
	assert.equal((await innkeeper('restore', backup, '--data', data, '--replace')).code, 0);
	assert.deepEqual(names(data), ['Backed up']);
}));
