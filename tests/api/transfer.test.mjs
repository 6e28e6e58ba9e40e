// `innkeeper export` and `import` as they are called: files, streams, exit codes, and what comes out is what went in.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { storeFlags } from '../support/engine.mjs';
import { makeFolder, removeFolder, run, start } from '../support/innkeeper.mjs';

let folder, server, codes;
before(async () => {
	folder = makeFolder();
	server = await start();
	assert.ok((await server.put('/chains/C', { code: 'C', name: 'Chain' })).status < 300);
	codes = [await server.create('One', { chain: 'C' }), await server.create('Two – zwei')];
	assert.equal((await server.post(`/config/${codes[0]}/rooms/type`, { roomTypes: [{ code: 'A-1', lowPrice: 99.5 }] })).status, 200);
});
after(async () => {
	await server.stop();
	removeFolder(server.folder);
	removeFolder(folder);
});

const innkeeper = (...args) => run('INNKEEPER_BIN', args);
const path = name => join(folder, name);

test('export beside a server, import elsewhere, export again: the same bytes, the same answers', async () => {
	const first = await innkeeper('export', path('first'), '--data', server.folder, '--quiet'); // who stands still for 5 s tells how far it is
	assert.deepEqual(first, { code: 0, out: '2 hotels of 8 records, 1 chains and brands; 0 left out\n', err: '' });
	const imported = await innkeeper('import', path('first'), '--data', path('copy'), '--json');
	assert.deepEqual([imported.code, JSON.parse(imported.out), imported.err], [0, { hotels: 2, records: 8, chains: 1, leftOut: 0 }, '']);
	const stream = await innkeeper('export', '-', '--data', path('copy'));
	assert.equal(stream.code, 0);
	assert.equal(stream.out, readFileSync(path('first'), 'utf8'));
	assert.equal((await innkeeper('check', '--data', path('copy'))).code, 0);
	const copy = await start({ folder: path('copy') });
	for (const code of codes) {
		const [theirs, ours] = [await copy.get(`/config/${code}`), await server.get(`/config/${code}`)];
		assert.equal(theirs.text, ours.text);
		assert.equal(theirs.headers.etag, ours.headers.etag);
	}
	assert.equal((await copy.stop()).code, 0);
});

test('what exists is left unless --replace is given', async () => {
	const text = (await innkeeper('export', '-', '--data', server.folder)).out;
	writeFileSync(path('text'), text);
	assert.equal((await innkeeper('import', path('text'), '--data', path('twice'))).code, 0);
	const again = await innkeeper('import', path('text'), '--data', path('twice'));
	assert.equal(again.code, 1);
	for (const code of codes) assert.ok(again.err.includes(code), again.err);
	assert.equal((await innkeeper('import', path('text'), '--data', path('twice'), '--replace')).code, 0);
	assert.equal((await innkeeper('export', '-', '--data', path('twice'))).out, text);
	assert.equal((await innkeeper('check', '--data', path('twice'))).code, 0);
});

test('streams: export - into import -', async () => {
	const stores = [server.folder, path('piped')].map(data => ['--data', data, ...storeFlags(data)].join(' '));
	const { code, err } = await run('INNKEEPER_BIN', stores, { prefix: ['sh', '-c', '"$0" export - $1 | "$0" import - $2'] });
	assert.equal(code, 0, err);
	assert.equal((await innkeeper('export', '-', '--data', path('piped'))).out, (await innkeeper('export', '-', '--data', server.folder)).out);
});

test('a file is not written over, and none is left that is not whole', async () => {
	writeFileSync(path('mine'), 'mine');
	const there = await innkeeper('export', path('mine'), '--data', server.folder);
	assert.equal(there.code, 1);
	assert.match(there.err, /mine: File exists/);
	assert.equal(readFileSync(path('mine'), 'utf8'), 'mine');
	const before = readdirSync(folder);
	assert.equal((await innkeeper('export', path('new'), '--data', path('none'))).code, 1);
	assert.deepEqual(readdirSync(folder), before);
	const full = await innkeeper('export', '/dev/full', '--data', server.folder);
	assert.equal(full.code, 1);
	const out = await run('INNKEEPER_BIN', ['export', '-', '--data', server.folder], { prefix: ['sh', '-c', '"$0" "$@" >/dev/full'] });
	assert.equal(out.code, 1);
});

test('what can not be imported is exit 1, how it is called wrong exit 2', async () => {
	for (const [name, text] of [['empty', ''], ['other', 'no export\n']]) {
		writeFileSync(path(name), text);
		const { code, err } = await innkeeper('import', path(name), '--data', path('bad'));
		assert.equal(code, 1, name);
		assert.match(err, /^innkeeper import: /);
	}
	assert.equal((await innkeeper('import', path('no such file'), '--data', path('bad'))).code, 1);
	for (const args of [['export'], ['import'], ['export', 'a', 'b'], ['export', '-', '--only', 'hotels'], ['import', '-', '--only='], ['export', '-', '--replace']])
		assert.equal((await innkeeper(...args)).code, 2, args.join(' '));
	const { code, err } = await innkeeper('export', '-', '--only', 'store,sales', '--data', server.folder);
	assert.equal(code, 2);
	assert.match(err, /--only sales is not built yet/);
	assert.equal((await innkeeper('export', '-', '--only', 'store', '--data', server.folder)).code, 0);
});
