// Export, import, export of 1,000 hotels: the same bytes; an export that was cut in the middle leaves whole hotels only.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { finish, makeFolder, removeFolder, run, start } from '../support/innkeeper.mjs';

const HOTELS = 1000;
const folder = makeFolder();
const path = name => join(folder, name);
const innkeeper = (...args) => run('INNKEEPER_BIN', args);
const counts = async (command, name, data) => {
	const { code, out, err } = await innkeeper(command, path(name), '--data', data, '--json');
	return { code, err, ...JSON.parse(out) };
};

/** Hotels that differ in what they hold: some of a chain, some changed later, some deleted. */
async function make(server, i) {
	const created = await server.post('/config', {
		name: `Hotel number ${i} "é" \\ 🏨`, currencyCode: i % 2 ? 'EUR' : 'JPY', chain: i % 3 ? null : 'ACME',
		tags: [{ code: 'SEA' }, { code: `T-${i}` }], roomTypes: [{ code: 'DBL', lowPrice: i }, { code: 'A.B-C_D' }],
		buildings: i % 5 ? null : [{ floors: [{ num: i % 7, rooms: [{ number: i, type: 'DBL', attributes: [{ code: 'SEA' }] }] }] }],
		ratePlans: [{ code: 'FLEX', roomTypes: ['DBL'], adjust: { percent: -12.5 } }],
	});
	assert.equal(created.status, 200, created.text);
	const { code } = created.hotel;
	if (i % 4 === 0) assert.equal((await server.patch(`/config/${code}/tags/SEA`, { name: `Sea ${i}` })).status, 200);
	if (i % 10 === 0) assert.equal((await server.delete(`/config/${code}`)).status, 200);
}

let server;
before(async () => {
	server = await start();
	assert.equal((await server.put('/chains/ACME', { name: 'Acme' })).status, 201);
	const rest = Array.from({ length: HOTELS }, (_, i) => i);
	await Promise.all(Array.from({ length: 16 }, async () => {
		while (rest.length) await make(server, rest.pop());
	}));
});
after(async () => {
	await finish(server);
	removeFolder(folder);
});

test('export, import, export of 1,000 hotels give the same bytes', async () => {
	const exported = await counts('export', 'first', server.folder);
	assert.deepEqual([exported.code, exported.hotels, exported.chains, exported.leftOut], [0, HOTELS, 1, 0], exported.err);
	const imported = await counts('import', 'first', path('copy'));
	assert.deepEqual([imported.code, imported.hotels, imported.records], [0, HOTELS, exported.records], imported.err);
	assert.equal((await counts('export', 'second', path('copy'))).code, 0);
	assert.ok(readFileSync(path('first')).equals(readFileSync(path('second'))), 'the same bytes');
	const check = await innkeeper('check', '--data', path('copy'));
	assert.equal(check.code, 0, check.out + check.err);
});

test('an export that was cut in the middle leaves whole hotels only', async () => {
	const bytes = readFileSync(path('first'));
	writeFileSync(path('cut'), bytes.subarray(0, Math.floor(bytes.length / 2)));
	const imported = await counts('import', 'cut', path('half'));
	assert.equal(imported.code, 1);
	assert.ok(imported.hotels > HOTELS / 3 && imported.hotels < HOTELS, String(imported.hotels));
	const check = await innkeeper('check', '--data', path('half'), '--json');
	assert.equal(check.code, 0, check.out + check.err);
	assert.equal(JSON.parse(check.out.trim().split('\n').at(-1)).hotels, imported.hotels);
});
