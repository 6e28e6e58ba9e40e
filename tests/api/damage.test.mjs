// A store whose files were damaged, seen from outside: no wrong answer for any hotel, and `check` names it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { finish, makeFolder, removeFolder, run, start } from '../support/innkeeper.mjs';

const PAGE = 4096;
let sound, killed;
const documents = new Map();

before(async () => {
	const server = await start();
	sound = server.folder;
	for (const name of ['Anna', 'Berta', 'Cilli', 'Dora']) {
		const code = await server.create(name, { description: name.repeat(300), tags: [{ code: 'T', name }] });
		for (let i = 0; i < 6; i++)
			assert.equal((await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: `R${i}`, name: `${name} ${i}`, description: `${name} ${i} `.repeat(60) }] })).status, 200);
		documents.set(code, (await server.get(`/config/${code}`)).text);
	}
	killed = makeFolder();
	await server.stop();
	cpSync(sound, killed, { recursive: true });
	const second = await start({ folder: killed });
	for (const code of documents.keys())
		assert.equal((await second.post(`/config/${code}/tags`, { tags: [{ code: 'LATER', name: 'l' }] })).status, 200);
	await second.kill();
	assert.ok(statSync(join(killed, 'innkeeper.db-wal')).size > 10 * PAGE);
});
after(() => [sound, killed].forEach(removeFolder));

const db = (folder, suffix = '') => join(folder, `innkeeper.db${suffix}`);

async function harmed(of, harm, action) {
	const folder = makeFolder();
	try {
		cpSync(of, folder, { recursive: true });
		harm(folder);
		await action(folder);
	} finally {
		removeFolder(folder);
	}
}

function flip(path, at) {
	const bytes = readFileSync(path);
	bytes[at] ^= 0x20;
	writeFileSync(path, bytes);
}

/** Starts serve, which must refuse and name the file and what to do; check says the same. */
async function refused(folder, ...words) {
	for (const [args, exit] of [[['serve', '--listen', '127.0.0.1:0'], 1], [['check'], 3]]) {
		const { code, err } = await run('INNKEEPER_BIN', [...args, '--data', folder]);
		assert.equal(code, exit, err);
		for (const word of [...words, /innkeeper\.db/]) assert.match(err, word);
	}
}

test('a flipped byte in any page: every answer is right or 500, and check names the page', async t => {
	const pages = statSync(db(sound)).size / PAGE;
	let hidden = 0;
	for (let page = 0; page < pages; page++) {
		await harmed(sound, folder => flip(db(folder), page * PAGE + (page * 991 + 37) % PAGE), async folder => {
			const server = await start({ folder, isDamaged: true }).catch(error => {
				assert.match(error.message, /innkeeper\.db is damaged: page 1 |innkeeper\.db is not a database/);
			});
			const { code, out, err } = await run('INNKEEPER_BIN', ['check', '--data', folder]);
			assert.equal(code, 3, out + err);
			assert.match(out + err, page === 0 ? /page 1 |start is damaged/ : new RegExp(`page ${page + 1} is not what was written`));
			if (!server) return;
			let found = 0;
			for (const [hotel, text] of documents) {
				const answer = await server.get(`/config/${hotel}`);
				if (answer.status === 500) found++;
				else assert.equal(answer.text, text);
			}
			const list = await server.get('/config');
			if (list.status === 500) found++;
			else assert.deepEqual(list.json.response.map(({ code }) => code).sort(), [...documents.keys()].sort());
			const ready = await server.get('/readyz?verbose');
			if (found !== 0) {
				assert.match(server.log, new RegExp(`innkeeper.db: page ${page + 1} is not what was written`));
				if (ready.status === 200) assert.deepEqual(ready.json, { status: 'damaged', checks: [{ name: 'store', status: 'damaged' }] });
				else assert.equal(ready.status, 500);
			} else {
				assert.equal(ready.json.status, 'ready');
				hidden++;
			}
			await server.stop();
		});
	}
	t.diagnostic(`${pages} pages, ${hidden} of them not needed by any answer`);
	assert.ok(hidden < pages / 2);
});

test('a write to a hotel whose page is damaged is refused, another hotel is written', async () => {
	const at = readFileSync(db(sound)).lastIndexOf('Dora 3 Dora 3');
	await harmed(sound, folder => flip(db(folder), at), async folder => {
		const server = await start({ folder, isDamaged: true });
		const statuses = new Set();
		for (const code of documents.keys())
			for (let i = 0; i < 6; i++) statuses.add((await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: `R${i}`, name: 'new' }] })).status);
		assert.deepEqual([...statuses].sort(), [200, 500]);
		await server.stop();
	});
});

test('a backup of a damaged store is refused and leaves nothing', async () => {
	await harmed(sound, folder => flip(db(folder), 5 * PAGE + 99), async folder => {
		const { code, err } = await run('INNKEEPER_BIN', ['backup', '--data', folder, join(folder, 'copy')]);
		assert.equal(code, 1);
		assert.match(err, /page 6 is not what was written/);
		assert.ok(!existsSync(join(folder, 'copy')));
	});
});

test('a damaged backup is not restored', async () => {
	await harmed(sound, () => {}, async folder => {
		const backup = join(folder, 'backup'), target = makeFolder();
		assert.equal((await run('INNKEEPER_BIN', ['backup', '--data', folder, backup])).code, 0);
		for (let page = 1; page < statSync(backup).size / PAGE; page += 3) {
			flip(backup, page * PAGE + 2222);
			const { code, err } = await run('INNKEEPER_BIN', ['restore', '--data', target, backup]);
			assert.equal(code, 1);
			assert.match(err, new RegExp(`page ${page + 1} is not what was written`));
			assert.ok(!existsSync(db(target)));
			flip(backup, page * PAGE + 2222);
		}
		assert.equal((await run('INNKEEPER_BIN', ['restore', '--data', target, backup])).code, 0);
		removeFolder(target);
	});
});

test('what was acknowledged and is in the log alone is there after a kill', async () => {
	await harmed(killed, () => {}, async folder => {
		const server = await start({ folder, isDamaged: true });
		for (const code of documents.keys()) assert.match((await server.get(`/config/${code}`)).text, /LATER/);
		await finish(server);
	});
});

for (const [name, harm] of Object.entries({
	'a flipped byte in its head': folder => flip(db(folder, '-wal'), 17),
	'a flipped byte in its first frame': folder => flip(db(folder, '-wal'), 100),
	'a flipped byte in its last frame': folder => flip(db(folder, '-wal'), statSync(db(folder, '-wal')).size - 9),
	'its end cut off': folder => truncateSync(db(folder, '-wal'), statSync(db(folder, '-wal')).size - 100),
	'all of it cut off': folder => truncateSync(db(folder, '-wal'), 0),
	'no log at all': folder => rmSync(db(folder, '-wal')),
})) {
	test(`a log with ${name} is refused`, () => harmed(killed, harm, folder => refused(folder, /the log of the database, is (cut|damaged|missing): commits are lost: restore a backup/)));
}

for (const [name, of, harm, word] of [
	['missing beside its log', () => killed, folder => rmSync(db(folder)), /is missing, but .*innkeeper.db-wal is there/],
	['missing beside the index of its log', () => killed, folder => ['', '-wal'].forEach(suffix => rmSync(db(folder, suffix))), /is missing, but .*innkeeper.db-shm is there/],
	['missing alone', () => sound, folder => rmSync(db(folder)), /is missing, but .*innkeeper.db.lock says that it was there/],
	['of no bytes', () => sound, folder => truncateSync(db(folder), 0), /is empty/],
	['of no bytes beside its log', () => killed, folder => truncateSync(db(folder), 0), /is empty/],
	['cut in its first page', () => sound, folder => truncateSync(db(folder), 1000), /damaged/],
	['cut in the middle', () => sound, folder => truncateSync(db(folder), 7 * PAGE), /damaged/],
	['overwritten at its start', () => sound, folder => writeFileSync(db(folder), readFileSync(db(folder)).fill('x', 0, 200)), /damaged/],
]) {
	test(`a database that is ${name} is refused, and no empty store begins`, () => harmed(of(), harm, async folder => {
		await refused(folder, word, /restore a backup/);
		if (name.startsWith('missing')) assert.ok(!existsSync(db(folder)));
	}));
}

test('a database that is missing can be restored, or given up', async () => {
	await harmed(sound, () => {}, async folder => {
		const backup = join(folder, 'backup');
		assert.equal((await run('INNKEEPER_BIN', ['backup', '--data', folder, backup])).code, 0);
		rmSync(db(folder));
		await refused(folder, /innkeeper.db.lock/);
		assert.equal((await run('INNKEEPER_BIN', ['restore', '--data', folder, backup])).code, 0);
		const restored = await start({ folder });
		for (const [code, text] of documents) assert.equal((await restored.get(`/config/${code}`)).text, text);
		assert.equal((await restored.stop()).code, 0);
		['', '.lock'].forEach(suffix => rmSync(db(folder, suffix)));
		const empty = await start({ folder });
		assert.deepEqual((await empty.get('/config')).json.response, []);
		assert.equal((await empty.stop()).code, 0);
	});
});

/** The store as a version before made it, without room for sums: by SQLite alone. */
function makeOld(folder) {
	renameSync(db(folder), db(folder, '.new'));
	execFileSync('python3', ['-c', `import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.executescript("""PRAGMA application_id=0x696e6b70; PRAGMA user_version=1;
CREATE TABLE item(code TEXT NOT NULL,itemType TEXT NOT NULL,rev INTEGER NOT NULL,attrs TEXT NOT NULL,PRIMARY KEY(code,itemType)) WITHOUT ROWID;
ATTACH '" + sys.argv[1] + ".new' AS new; INSERT INTO main.item SELECT * FROM new.item; PRAGMA main.journal_mode=WAL""".replace('" + sys.argv[1] + "', sys.argv[1]))
db.close()`, db(folder)]);
	rmSync(db(folder, '.new'));
	assert.equal(readFileSync(db(folder))[20], 0);
}

test('a store without sums gets them at the first start', async () => {
	await harmed(sound, makeOld, async folder => {
		const server = await start({ folder, isDamaged: true });
		for (const [code, text] of documents) assert.equal((await server.get(`/config/${code}`)).text, text);
		assert.match(server.log, /its pages get sums/);
		await server.stop();
		assert.equal(readFileSync(db(folder))[20], 8);
		assert.equal((await run('INNKEEPER_BIN', ['check', '--data', folder])).code, 0);
	});
});

test('a store that can not get sums serves without them and says so', async () => {
	await harmed(sound, makeOld, async folder => {
		mkdirSync(db(folder, '.restore'));
		const server = await start({ folder, isDamaged: true });
		for (const [code, text] of documents) assert.equal((await server.get(`/config/${code}`)).text, text);
		assert.match(server.log, /store_without_sums/);
		assert.equal((await server.patch(`/config/${[...documents.keys()][0]}`, { description: 'new' })).status, 200);
		await server.stop();
		assert.equal(readFileSync(db(folder))[20], 0);
		assert.equal((await run('INNKEEPER_BIN', ['check', '--data', folder])).code, 0);
	});
});
