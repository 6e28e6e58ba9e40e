// `innkeeper check` finds every kind of damage, names it, and repairs what follows from the hotels; it says nothing of a sound store.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { agree, finish, makeFolder, removeFolder, run, sleep, start } from '../support/innkeeper.mjs';
import { everything, sql } from '../support/store_file.mjs';

let sound, code, other;
before(async () => {
	const server = await start();
	sound = server.folder;
	for (const [path, body] of [['/chains/C', { code: 'C', name: 'Chain' }], ['/brands/B', { code: 'B', chain: 'C', name: 'Brand' }]])
		assert.ok((await server.put(path, body)).status < 300, path);
	code = await server.create('Sound', { chain: 'C', brand: 'B' });
	other = await server.create('Other');
	const writes = [await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A' }, { code: 'B-1' }] }),
		await server.patch(`/config/${code}`, { description: 'x' }), await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', name: 'z' }] })];
	for (const { status } of writes) assert.equal(status, 200);
	assert.equal((await server.stop()).code, 0);
});
after(() => removeFolder(sound));

/** Runs check --json: {code, findings, sum}. */
async function check(folder, ...args) {
	const { code: exit, out, err } = await run('INNKEEPER_BIN', ['check', '--data', folder, '--json', ...args]);
	const lines = out.trimEnd().split('\n').filter(line => line).map(line => JSON.parse(line));
	return { exit, findings: lines.slice(0, -1), sum: lines.at(-1), err };
}

/** Harms a copy of the sound store and gives it to the action. */
async function harmed(statements, action) {
	const folder = makeFolder();
	try {
		cpSync(sound, folder, { recursive: true });
		for (const statement of [statements].flat()) assert.equal(sql(folder, statement.replaceAll('$CODE', code).replaceAll('$OTHER', other)), 1, 'one record is harmed');
		await action(folder);
	} finally {
		removeFolder(folder);
	}
}

const H = `code = '$CODE'`;
const history = revision => `${H} AND itemType = 'cfg-history-${String(revision).padStart(12, '0')}'`;
const ALL = `code LIKE '~list-all-%' AND itemType = '$CODE'`;
const NAME = `code LIKE '~name-%' AND attrs LIKE '%"$CODE"%'`;
const set = (attrs, where) => `UPDATE item SET attrs = json_set(attrs, ${attrs}) WHERE ${where}`;
const copy = (from, columns) => `INSERT INTO item SELECT ${columns} FROM item WHERE ${from}`;

/** What is done to the records; then what is found: kind, a part of code/itemType, a part of the sentence. */
const DAMAGE = {
	'a ctl that is gone': [`DELETE FROM item WHERE ${H} AND itemType = 'ctl'`, ['control', 'ctl', 'is missing']],
	'a ctl without its time': [`UPDATE item SET attrs = json_remove(attrs, '$.time') WHERE ${H} AND itemType = 'ctl'`, ['control', 'ctl', 'not what it should be']],
	'a ctl of a newer version': [set(`'$.sv', 99`, `${H} AND itemType = 'ctl'`), ['control', 'ctl', 'not what it should be']],
	'a revision that is gone': [`DELETE FROM item WHERE ${history(2)}`, ['history', '000003', 'there is a gap']],
	'a first revision that is gone': [`DELETE FROM item WHERE ${history(1)}`, ['history', '000002', 'follows revision 0: there is a gap']],
	'a last revision that is gone': [`DELETE FROM item WHERE ${history(4)}`, ['history', 'ctl', 'has revision 4, history ends with 3']],
	'a revision too many': [copy(history(4), `code, 'cfg-history-000000000005', 5, attrs`), ['history', '000005', 'behind the revision of ctl']],
	'an entry that was edited': [set(`'$.eventName', 'saveHotel'`, history(2)), ['history', '000002', 'another hash']],
	'a change that was edited': [set(`'$.changes[0].newValue', '"y"'`, history(3)), ['history', '000003', 'another hash']],
	'an entry that was edited with its hash': [set(`'$.hash', '${'0'.repeat(64)}'`, history(3)), ['history', '000004', 'hash of the one before']],
	'a link that was edited': [set(`'$.previous', '${'0'.repeat(64)}'`, history(3)), ['history', '000003', 'hash of the one before']],
	'a time that goes back': [set(`'$.timeStamp', '2001-01-01T00:00:00.000Z'`, history(3)), ['history', '000003', 'earlier time']],
	'a time that is none': [set(`'$.timeStamp', 'noon'`, history(3)), ['history', '000003', 'has no time']],
	'an entry of another revision': [`UPDATE item SET rev = 3 WHERE ${history(2)}`, ['history', '000002', 'of revision 3 by its record']],
	'a part of nothing': [copy(history(4), `code, 'cfg-history-000000000003-0002', 3, attrs`), ['history', '000003-0002', 'no next part']],
	'a ctl of another hash': [set(`'$.hash', '${'0'.repeat(64)}'`, `${H} AND itemType = 'ctl'`), ['history', 'ctl', 'another hash than the last revision']],
	'a ctl of another time': [set(`'$.time', '2001-01-01T00:00:00.000Z'`, `${H} AND itemType = 'ctl'`), ['history', 'ctl', 'another time']],
	'a ctl of an older revision': [`UPDATE item SET rev = 3 WHERE ${H} AND itemType = 'ctl'`, ['history', '000004', 'behind the revision of ctl']],
	'a history key that is none': [copy(history(4), `code, 'cfg-history-x', 4, attrs`), ['key', 'cfg-history-x', 'no key of history']],
	'a key of no kind': [copy(history(4), `code, 'cfg-nonsense-1', 4, attrs`), ['key', 'cfg-nonsense-1', 'no kind that is known']],
	'a key that no id makes': [copy(`${H} AND itemType = 'cfg-roomType-A'`, `code, 'cfg-roomType-A-B', 4, attrs`), ['key', 'cfg-roomType-A-B', 'no kind that is known']],
	'a publication of no number': [copy(history(4), `code, 'pub-1', 4, attrs`), ['key', 'pub-1', 'no kind that is known']],
	'a partition of no kind': [copy(history(4), `'~nonsense', itemType, 4, attrs`), ['key', '~nonsense', 'no kind that is known']],
	'a code that is none': [copy(`${H} AND itemType = 'ctl'`, `'a b', itemType, 4, attrs`), ['key', 'a b', 'no code of a hotel']],
	'a price that is none': [set(`'$.lowPrice', 'cheap'`, `${H} AND itemType = 'cfg-roomType-A'`), ['record', 'cfg-roomType-A', 'lowPrice']],
	'a head that can not be read': [set(`'$.name', 7`, `${H} AND itemType = 'cfg-general'`), ['record', 'cfg-general', 'name']],
	'a record that is no JSON': [`UPDATE item SET attrs = 'x' WHERE ${H} AND itemType = 'cfg-roomType-A'`, ['record', '$CODE', 'cfg-roomType-A']],
	'a listing that is no JSON': [`UPDATE item SET attrs = 'x' WHERE ${ALL}`, ['record', '~list-all', 'damaged']],
	'an object that is gone': [`DELETE FROM item WHERE ${H} AND itemType = 'cfg-roomType-A'`, ['lost', 'cfg-roomType-A', 'revision 4 wrote it']],
	'a head that is gone': [`DELETE FROM item WHERE ${H} AND itemType = 'cfg-general'`, ['lost', 'cfg-general', 'revision 3 wrote it']],
	'an object from nowhere': [copy(`${H} AND itemType = 'cfg-roomType-A'`, `code, 'cfg-roomType-C', rev, attrs`), ['revision', 'cfg-roomType-C', 'did not write it last']],
	'an object of another revision': [`UPDATE item SET rev = 3 WHERE ${H} AND itemType = 'cfg-roomType-A'`, ['revision', 'cfg-roomType-A', 'of revision 3']],
	'an object of a revision to come': [`UPDATE item SET rev = 9 WHERE ${H} AND itemType = 'cfg-roomType-A'`, ['revision', 'cfg-roomType-A', 'of revision 9, the hotel of 4']],
	'an object of another commit': [set(`'$.wt', '${'0'.repeat(32)}'`, `${H} AND itemType = 'cfg-roomType-A'`), ['revision', 'cfg-roomType-A', 'another commit']],
	'a room of a type that is not there': [copy(`${H} AND itemType = 'cfg-roomType-A'`, `code, 'cfg-room-1', rev, json_object('type', 'X', 'attributes', json_array('SEA'), 'wt', 'x', 'sv', 1)`), ['reference', 'cfg-room-1', 'cfg-roomType-X']],
	'a room of a tag that is not there': [copy(`${H} AND itemType = 'cfg-roomType-A'`, `code, 'cfg-room-1', rev, json_object('type', 'A', 'attributes', json_array('SEA'), 'wt', 'x', 'sv', 1)`), ['reference', 'cfg-room-1', 'cfg-tag-SEA']],
	'a chain that is gone': [`DELETE FROM item WHERE code = '~chain'`, ['reference', 'cfg-general', 'names chain C']],
	'a brand that is gone': [`DELETE FROM item WHERE code = '~brand'`, ['reference', 'cfg-general', 'names brand B']],
	'a brand whose chain is gone': [`DELETE FROM item WHERE code = '~chain'`, ['reference', '~brand/B', 'of chain C']],
	'an object of a deleted hotel': [set(`'$.deleted', 'true'`, `${H} AND itemType = 'ctl'`), ['deleted', 'cfg-roomType-A', 'deleted']],
};

/** Likewise, of what can be derived again. */
const DERIVED = {
	'a count of objects': [set(`'$.objects', 7`, `${H} AND itemType = 'ctl'`), ['count', 'ctl', 'counts 7 objects, there are 2']],
	'a listing that is gone': [`DELETE FROM item WHERE ${ALL}`, ['listing', '~list-all', 'is missing']],
	'a listing of another text': [set(`'$.description', 'y'`, ALL), ['listing', '~list-all', 'not the hotel\'s head']],
	'a listing that lags behind': [`UPDATE item SET rev = 1 WHERE ${ALL}`, ['listing', '~list-all', 'not the hotel\'s head']],
	'a listing that can not be read': [set(`'$.name', 7`, ALL), ['listing', '~list-all', 'not the hotel\'s head']],
	'a listing of another owner': [set(`'$.owner', 'somebody'`, ALL), ['listing', '~list-all', 'not the hotel\'s head']],
	'a listing in another shard': [copy(ALL, `CASE code WHEN '~list-all-00' THEN '~list-all-01' ELSE '~list-all-00' END, itemType, rev, attrs`), ['listing', '~list-all-0', 'does not belong here']],
	'a listing of a hotel that is not there': [copy(ALL, `code, 'nobody', rev, attrs`), ['listing', 'nobody', 'is not there']],
	'a listing of a user who owns nothing': [copy(ALL, `'~list-user-${'0'.repeat(64)}', itemType, rev, attrs`), ['listing', '~list-user-', 'does not belong here']],
	'a chain that does not list its hotel': [`DELETE FROM item WHERE code = '~list-chain-C'`, ['listing', '~list-chain-C', 'is missing']],
	'a brand that lists another hotel': [`INSERT INTO item SELECT '~list-brand-B', itemType, rev, attrs FROM item WHERE code LIKE '~list-all-%' AND itemType = '$OTHER'`, ['listing', '~list-brand-B/$OTHER', 'does not belong here']],
	'a name that is gone': [`DELETE FROM item WHERE ${NAME}`, ['name', '~name-', 'is missing']],
	'a name that leads to nobody': [set(`'$.hotel', 'nobody'`, NAME), ['name', '~name-', 'is of hotel nobody']],
	'a name that leads to a hotel of another one': [set(`'$.hotel', '$OTHER'`, NAME), ['name', '~name-', 'is of hotel $OTHER']],
	'a name that nobody has': [copy(NAME, `code, '${'0'.repeat(64)}', rev, attrs`), ['name', `${'0'.repeat(64)}`, 'does not belong here']],
	'a chain that counts wrong': [set(`'$.hotels', 5`, `code = '~chain'`), ['count', '~chain/C', 'counts 5 hotels and 1 brands, there are 1 and 1']],
	'a chain that counts its brands wrong': [set(`'$.brands', 0`, `code = '~chain'`), ['count', '~chain/C', 'counts 1 hotels and 0 brands']],
	'a brand that counts wrong': [set(`'$.hotels', 0`, `code = '~brand'`), ['count', '~brand/B', 'counts 0 hotels']],
};

const matches = ([kind, where, detail]) => finding => finding.kind === kind && `${finding.code}/${finding.itemType}`.includes(where.replace('$CODE', code).replace('$OTHER', other)) &&
	finding.detail.includes(detail.replace('$OTHER', other));

test('a sound store is exit 0, and --repair writes nothing', async () => {
	await agree(sound);
	const before = everything(sound);
	for (const args of [[], ['--repair'], ['--quiet']]) {
		const { exit, findings, sum, err } = await check(sound, ...args);
		assert.deepEqual({ exit, findings, err }, { exit: 0, findings: [], err: '' });
		assert.deepEqual(sum, { hotels: 2, revisions: 5, objects: 2, findings: 0, repaired: 0, unchecked: 0 });
	}
	assert.deepEqual(everything(sound), before);
	const text = await run('INNKEEPER_BIN', ['check', '--data', sound, '--quiet']);
	assert.deepEqual(text, { code: 0, out: '2 hotels, 5 revisions, 2 objects: 0 findings, 0 repaired\n', err: '' });
});

for (const [name, [statement, finding]] of Object.entries(DAMAGE)) {
	test(`${name} is found, and --repair leaves it`, () => harmed(statement, async folder => {
		const { exit, findings } = await check(folder);
		assert.equal(exit, 3);
		assert.ok(findings.some(matches(finding)), JSON.stringify(findings, null, 1));
		const history = everything(folder).filter(([, itemType]) => /^cfg-/.test(itemType));
		const repair = await check(folder, '--repair');
		assert.equal(repair.exit, 3);
		assert.ok(repair.findings.some(found => matches(finding)(found) && !found.repaired));
		assert.deepEqual(everything(folder).filter(([, itemType]) => /^cfg-/.test(itemType)), history, 'history and objects are as they were');
	}));
}

for (const [name, [statement, finding]] of Object.entries(DERIVED)) {
	test(`${name} is found, and repaired`, () => harmed(statement, async folder => {
		const { exit, findings, sum } = await check(folder);
		assert.equal(exit, 3);
		assert.ok(findings.every(found => ['listing', 'name', 'count'].includes(found.kind) && !found.repaired), JSON.stringify(findings));
		assert.ok(findings.some(matches(finding)), JSON.stringify(findings, null, 1));
		const repair = await check(folder, '--repair');
		assert.equal(repair.exit, 0, JSON.stringify(repair.findings));
		assert.ok(repair.findings.every(found => found.repaired));
		assert.ok(repair.sum.repaired === repair.sum.findings && repair.sum.findings > 0 && repair.sum.findings <= sum.findings);
		const again = await check(folder);
		assert.deepEqual([again.exit, again.findings], [0, []]);
		await agree(folder);
		const tokenless = rows => rows.map(([c, t, rev, attrs]) => {
			const { wt, ...rest } = JSON.parse(attrs);
			return [c, t, /^~(chain$|brand$|name-)/.test(c) ? 0 : rev, rest];
		});
		assert.deepEqual(tokenless(everything(folder)), tokenless(everything(sound)), 'everything is as it was');
	}));
}

test('a page that was emptied is found, though it reads as if nothing stood there', () => harmed([], async folder => {
	const path = join(folder, 'innkeeper.db');
	writeFileSync(path, readFileSync(path).fill(0, 4096, 8192));
	const { exit, findings } = await check(folder, '--repair');
	assert.equal(exit, 3);
	assert.ok(findings.some(({ kind }) => kind === 'page'), JSON.stringify(findings));
}));

test('an entry in parts is sound, and each part counts', async () => {
	const server = await start();
	const hotel = await server.create('Long');
	const roomTypes = Array.from({ length: 90 }, (_, i) => ({ code: `T${i}`, description: 'x'.repeat(16000) }));
	assert.equal((await server.post(`/config/${hotel}/rooms/type`, { roomTypes })).status, 200);
	assert.equal((await server.patch(`/config/${hotel}`, { description: 'behind it' })).status, 200);
	assert.equal((await server.stop()).code, 0);
	try {
		assert.equal((await check(server.folder)).exit, 0);
		const parts = sql(server.folder, `SELECT itemType FROM item WHERE itemType LIKE 'cfg-history-000000000002-%' ORDER BY 1`).flat();
		assert.ok(parts.length > 2, `${parts.length} parts`);
		assert.equal(sql(server.folder, `UPDATE item SET attrs = json_set(attrs, '$.changes[0].humanReadableComment', 'x') WHERE itemType = '${parts.at(-1)}'`), 1);
		assert.ok((await check(server.folder)).findings.some(matches(['history', '000002', 'another hash'])));
		assert.equal(sql(server.folder, `DELETE FROM item WHERE itemType = '${parts[1]}'`), 1);
		const { exit, findings } = await check(server.folder);
		assert.equal(exit, 3);
		assert.ok(findings.some(matches(['history', parts[2], 'no next part'])), JSON.stringify(findings));
	} finally {
		removeFolder(server.folder);
	}
});

test('a finding is one line for people', () => harmed(DERIVED['a listing that is gone'][0], async folder => {
	const { code: exit, out } = await run('INNKEEPER_BIN', ['check', '--data', folder]);
	assert.equal(exit, 3);
	assert.match(out, new RegExp(`^listing: ~list-all-\\d\\d/${code} is missing: the hotel is there\\n2 hotels, 5 revisions, 2 objects: 1 findings, 0 repaired\\n$`));
	assert.match((await run('INNKEEPER_BIN', ['check', '--repair', '--data', folder])).out, /is missing: the hotel is there \(repaired\)\n/);
}));

test('what is printed of a damaged key is fit for a terminal', () => harmed(copy(history(4), `code, 'cfg-' || char(27) || '[2J' || char(10) || 'é', 4, attrs`), async folder => {
	const { out } = await run('INNKEEPER_BIN', ['check', '--data', folder]);
	assert.match(out, /^key: \d+\/cfg-\?\[2J\?\?\? is of no kind/m);
}));

test('two hotels of one name keep what they have', () => harmed([
	`UPDATE item SET attrs = json_set(attrs, '$.name', 'Sound') WHERE code = '$OTHER' AND itemType = 'cfg-general'`], async folder => {
	const { exit, findings } = await check(folder, '--repair');
	assert.equal(exit, 3);
	assert.ok(findings.some(found => found.kind === 'name' && !found.repaired && found.detail.includes('has this name too')), JSON.stringify(findings));
	const [[attrs]] = sql(folder, `SELECT attrs FROM item WHERE code LIKE '~name-%' AND attrs LIKE '%"${code}"%'`);
	assert.ok(attrs);
}));

test('--head finds the hash of any revision, and exit 3 says that none has it', async () => {
	for (const [hash] of sql(sound, `SELECT json_extract(attrs, '$.hash') FROM item WHERE itemType LIKE 'cfg-history-%'`)) {
		const { exit, sum } = await check(sound, '--head', hash);
		assert.deepEqual([exit, sum.headFound], [0, true]);
	}
	const { exit, sum } = await check(sound, `--head=${'0'.repeat(64)}`);
	assert.deepEqual([exit, sum.headFound, sum.findings], [3, false, 0]);
	assert.match((await run('INNKEEPER_BIN', ['check', '--data', sound, '--head', '0'.repeat(64)])).out, /^head: no hotel's history has 0{64}$/m);
	for (const bad of ['', 'x', 'A'.repeat(64), '0'.repeat(63)]) {
		const refused = await run('INNKEEPER_BIN', ['check', '--data', sound, '--head', bad]);
		assert.equal(refused.code, 2);
		assert.match(refused.err, /--head must be 64 digits/);
	}
});

test('a store that is not there is exit 1, and none is made', async () => {
	const folder = makeFolder();
	const { code: exit, out, err } = await run('INNKEEPER_BIN', ['check', '--data', join(folder, 'none')]);
	assert.deepEqual([exit, out], [1, '']);
	assert.match(err, /^innkeeper check: there is no store .*none\/innkeeper\.db\n$/);
	assert.ok(!existsSync(join(folder, 'none')));
	removeFolder(folder);
});

test('a store that others write is sound at every moment', async () => {
	const server = await start();
	let running = true;
	try {
		const codes = await Promise.all([1, 2, 3].map(n => server.create(`Busy ${n}`)));
		await server.put('/chains/C', { code: 'C', name: 'Chain' });
		let writes = 0;
		const load = codes.map(async (hotel, n) => {
			for (let i = 0; running; i++) {
				const answers = [await server.post(`/config/${hotel}/rooms/type`, { roomTypes: [{ code: `T${i % 20}`, name: `${i}` }, { code: `U${i % 7}` }] }),
					await server.patch(`/config/${hotel}`, { name: `Busy ${n} ${i}`, chain: i % 2 ? 'C' : '' })];
				for (const { status } of answers) assert.equal(status, 200);
				writes += answers.length;
				if (i % 5 === 0) await server.create(`New ${n} ${i}`);
			}
		});
		for (let i = 0; i < 12; i++) {
			const { exit, findings, err } = await check(server.folder, ...(i % 3 === 2 ? ['--repair'] : []));
			assert.deepEqual([exit, findings, err], [0, [], '']);
			await sleep(50);
		}
		while (writes <= 20) await sleep(10);
		running = false;
		await Promise.all(load);
		assert.ok(writes > 20, `${writes} writes`);
		assert.equal((await check(server.folder)).exit, 0);
	} finally {
		running = false;
		await finish(server);
	}
});

test('a running server goes on from what was repaired', () => harmed([DERIVED['a count of objects'][0]], async folder => {
	const server = await start({ folder });
	try {
		assert.equal((await server.patch(`/config/${code}`, { description: 'known now' })).status, 200);
		assert.equal((await check(folder, '--repair')).exit, 0);
		assert.equal((await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'NEW' }] })).status, 200);
		assert.deepEqual(sql(folder, `SELECT json_extract(attrs, '$.objects') FROM item WHERE code = '${code}' AND itemType = 'ctl'`), [[3]]);
	} finally {
		assert.equal((await server.stop()).code, 0);
	}
}));
