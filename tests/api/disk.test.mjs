// A full disk: writes are refused whole, reads go on, and when there is room again so do writes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { environment } from '../support/child.mjs';
import { PATIENT } from '../support/engine.mjs';
import { assertProblem } from '../support/hotels.mjs';
import { agree, makeFolder, removeFolder, run, sleep, start } from '../support/innkeeper.mjs';
import { mountSmallDisk } from '../support/small_disk.mjs';

const PORT = 8080; // of an address of its own
const WRITES_MAX = 3000; // what the store has set aside in its files is soon used up

/** Runs a test on a small disk with a server; where no file system can be mounted it is left out, which the runner does not take. */
function onSmallDisk(mebibytes, action) {
	return async t => {
		const { disk, reason } = await mountSmallDisk(mebibytes);
		if (!disk) {
			t.skip(`tmpfs can not be mounted: ${reason}`);
			return;
		}
		const context = { disk, restart: async () => { context.server = await start({ folder: disk.folder, prefix: disk.prefix }); } };
		try {
			await context.restart();
			await action(context);
			assert.equal((await context.server.stop()).code, 0);
			assert.doesNotMatch(context.server.log, /"status":50[034]/);
			await agree(disk.folder, { prefix: disk.prefix });
		} finally {
			await context.server?.kill();
			await disk.unmount();
		}
	};
}

/** Writes by `send(i)` until it is refused for want of room; returns how many were acknowledged. */
async function writeUntilFull(send) {
	for (let i = 0; i < WRITES_MAX; i++) {
		const answer = await send(i);
		if (answer.status === 200) continue;
		assertProblem(answer, 507, 'storage_full');
		return i;
	}
	throw new Error(`the disk is not full after ${WRITES_MAX} writes`);
}

/** What may be written while it is full is done whole or refused with 507; the hotel shows which. */
async function assertWholeOrRefused(server, code, n) {
	const before = await server.get(`/config/${code}`);
	const answers = [await server.patch(`/config/${code}`, { description: `full ${n}` }),
		await server.post(`/config/${code}/rooms/type`, { roomTypes: Array.from({ length: 90 }, (_, i) => ({ code: `F${i}`, description: `${n}`.repeat(100) })) }),
		await server.post('/config', { name: `Full ${n}` }, { 'Idempotency-Key': `full-${n}` })];
	for (const answer of answers) if (answer.status !== 200) assertProblem(answer, 507, 'storage_full');
	const after = await server.get(`/config/${code}`);
	assert.equal(after.status, 200);
	if (answers[0].status !== 200 && answers[1].status !== 200) assert.equal(after.text, before.text);
	assert.equal(after.json.response[0].description === `full ${n}`, answers[0].status === 200);
	return answers.filter(answer => answer.status === 507).length;
}

test('a disk that something else has filled refuses writes with 507 until there is room', onSmallDisk(8, async context => {
	const { disk, server } = context;
	const code = await server.create('Small disk');
	for (let round = 0; round < 3; round++) {
		await disk.fill();
		let acknowledged = '';
		await writeUntilFull(async i => {
			const description = `${round} ${i} ${'x'.repeat(2000)}`;
			const answer = await server.patch(`/config/${code}`, { description });
			if (answer.status === 200) acknowledged = description;
			return answer;
		});
		if (acknowledged) assert.equal((await server.get(`/config/${code}`)).hotel.description, acknowledged, 'the last acknowledged one is there');
		let refused = 0;
		for (let n = 0; n < 5; n++) refused += await assertWholeOrRefused(server, code, n);
		assert.ok(refused > 0);
		assert.equal((await server.get('/config')).status, 200);
		assert.equal((await server.get('/livez')).status, 200);
		assert.equal((await server.get('/readyz')).status, 200, 'it stays ready: reads go on, and there may be room soon');
		await disk.free();
		const answer = await server.patch(`/config/${code}`, { description: `room again ${round}` });
		assert.equal(answer.status, 200, answer.text);
		assert.equal((await server.get(`/config/${code}`)).hotel.description, `room again ${round}`);
	}
}));

test('a store that fills its disk by itself loses nothing acknowledged, also after a restart', onSmallDisk(12, async context => {
	await context.disk.take(8);
	const code = await context.server.create('Growing');
	const added = await writeUntilFull(i => context.server.post(`/config/${code}/rooms/type`,
		{ roomTypes: [{ code: `T${i}`, description: 'y'.repeat(16000) }] }));
	assert.ok(added > 10);
	const assertWhole = async () => {
		const { roomTypes } = (await context.server.get(`/config/${code}`)).hotel;
		assert.deepEqual(roomTypes.map(type => type.code).sort(), Array.from({ length: added }, (_, i) => `T${i}`).sort());
	};
	await assertWhole();
	assert.equal((await context.server.stop()).code, 0);
	// A disk without room for SQLite's own files: either it does with what is left, or says why it can not start.
	await context.restart().then(async () => {
		await assertWhole();
		await context.server.stop();
	}, error => assert.match(error.message, /full/));
	await context.disk.free();
	await context.restart();
	await assertWhole();
	assert.equal((await context.server.patch(`/config/${code}`, { description: 'room' })).status, 200);
}));

test('many writers on a full disk are all refused, and none is half done', onSmallDisk(8, async ({ disk, server }) => {
	const codes = await Promise.all(Array.from({ length: 16 }, (_, i) => server.create(`Writer ${i}`)));
	await disk.fill();
	const known = new Map();
	await Promise.all(codes.map(async code => {
		for (let i = 0; i < 60; i++) {
			const description = `${i}${'z'.repeat(4000)}`;
			const answer = await server.patch(`/config/${code}`, { description });
			if (answer.status === 200) known.set(code, description);
			else assertProblem(answer, 507, 'storage_full');
		}
	}));
	assert.match(server.log, /"status":507/);
	for (const code of codes) assert.equal((await server.get(`/config/${code}`)).hotel.description, known.get(code) ?? '');
	await disk.free();
	for (const code of codes) assert.equal((await server.patch(`/config/${code}`, { description: 'room' })).status, 200);
}));

test('a key whose request met a full disk is free', onSmallDisk(8, async ({ disk, server }) => {
	const code = await server.create('Keyed on a full disk');
	await disk.fill();
	const headers = { 'Idempotency-Key': 'once' };
	await writeUntilFull(i => server.patch(`/config/${code}`, { description: `${i}${'k'.repeat(16000)}` }));
	const body = { roomTypes: Array.from({ length: 20 }, (_, i) => ({ code: `T${i}`, description: 'k'.repeat(16000) })) };
	assertProblem(await server.post(`/config/${code}/rooms/type`, body, headers), 507, 'storage_full');
	await disk.free();
	const done = await server.post(`/config/${code}/rooms/type`, body, headers);
	assert.equal(done.status, 200);
	assert.equal(done.headers['idempotency-replayed'], undefined);
	const again = await server.post(`/config/${code}/rooms/type`, body, headers);
	assert.equal(again.headers['idempotency-replayed'], 'true');
	assert.equal(again.text, done.text);
}));

/** Hotels with a type, fifty rooms of it and a rule on it, and what is written to each: [name, send(server), what shows that it was done]. */
async function makeWrites(server) {
	const rooms = (type, first) => [{ name: 'b', floors: [{ num: 1, rooms: Array.from({ length: 50 }, (_, i) => ({ number: first + i, type })) }] }];
	const make = name => server.create(name, { roomTypes: [{ code: 'A' }, { code: 'B' }], buildings: rooms('A', 1),
		businessRules: [{ id: 'R', appliesTo: [{ type: 'RoomType', id: 'A' }], effect: [{ effectType: 'availability', available: false }] }] });
	const [added, saved, cascaded, deleted] = [await make('Added'), await make('Saved'), await make('Cascaded'), await make('Deleted')];
	return [
		[null, (to, headers) => to.post('/config', { name: 'Created', roomTypes: [{ code: 'A' }] }, headers), hotel => hotel.roomTypes[0].code === 'A'],
		[added, (to, headers) => to.post(`/config/${added}/rooms/type`, { roomTypes: [{ code: 'C' }] }, headers), hotel => hotel.roomTypes.length === 3],
		[saved, (to, headers) => to.post(`/config/${saved}/rooms`, { buildings: rooms('B', 101) }, headers), hotel => hotel.buildings[0].floors[0].rooms[0].number === 101],
		[cascaded, to => to.delete(`/config/${cascaded}/rooms/type/A?cascade=true`), hotel => hotel.buildings === null && hotel.businessRules === null],
		[deleted, to => to.delete(`/config/${deleted}`), hotel => !hotel],
	];
}

test('every write that meets a full disk is 507, again and again, and is done when there is room', onSmallDisk(8, async ({ disk, server }) => {
	const writes = await makeWrites(server);
	const filler = await server.create('Filler');
	await disk.fill();
	await writeUntilFull(i => server.patch(`/config/${filler}`, { description: String(i) }));
	const before = (await server.get('/config?limit=1000')).text;
	for (let round = 0; round < 3; round++) {
		for (const [code, send] of writes) {
			const hotel = code && (await server.get(`/config/${code}`)).text;
			assertProblem(await send(server, { 'Idempotency-Key': `full-${code}` }), 507, 'storage_full');
			if (code) assert.equal((await server.get(`/config/${code}`)).text, hotel);
		}
	}
	assert.equal((await server.get('/config?limit=1000')).text, before);
	await disk.free();
	for (const [code, send, isDone] of writes) {
		const done = await send(server, { 'Idempotency-Key': `full-${code}` });
		assert.equal(done.status, 200, done.text);
		assert.ok(isDone((await server.get(`/config/${code ?? done.hotel.code}`)).json.response?.[0]), `${code}`);
	}
}));

test('an import and a backup that meet a full disk leave whole hotels and no file, and are done when there is room', onSmallDisk(8, async ({ disk, server }) => {
	const codes = [];
	for (let i = 0; i < 20; i++) codes.push(await server.create(`Exported ${i}`, { description: 'x'.repeat(16000) }));
	const elsewhere = makeFolder();
	const [exported, backup] = [join(elsewhere, 'export'), join(disk.folder, 'backup')];
	const command = (...args) => run('INNKEEPER_BIN', [...args, '--data', disk.folder], { prefix: disk.prefix });
	try {
		assert.equal((await command('export', exported)).code, 0);
		await disk.fill();
		await writeUntilFull(i => server.patch(`/config/${codes[0]}`, { description: `${i} ${'y'.repeat(16000)}` }));
		const before = (await server.get('/config?limit=1000')).text;
		for (let round = 0; round < 3; round++) {
			const imported = await command('import', '--replace', exported);
			assert.equal(imported.code, 1, imported.err);
			assert.match(imported.err, /full/);
			const backedUp = await command('backup', backup);
			assert.equal(backedUp.code, 1, backedUp.err);
			assert.match(backedUp.err, /full|No space/);
			assert.equal(await disk.list('backup'), '');
			assert.equal((await server.get('/config?limit=1000')).text, before);
		}
		await disk.free();
		assert.equal((await command('import', '--replace', exported)).code, 0);
		assert.equal((await server.get(`/config/${codes[0]}`)).hotel.description, 'x'.repeat(16000));
		assert.equal((await command('backup', backup)).code, 0);
		assert.notEqual(await disk.list('backup'), '');
	} finally {
		removeFolder(elsewhere);
	}
}));

/** An address of this machine that nobody else listens on: whose log can not be read does not say which port it took. */
const anyHost = () => `127.${[0, 0, 0].map(() => randomInt(1, 255)).join('.')}`;

function ask(host, method, path, body) {
	return new Promise(resolve => {
		const headers = body ? { 'Content-Type': 'application/json' } : {};
		const request = http.request({ host, port: PORT, method, path, headers, agent: false }, response => {
			response.resume().on('end', () => resolve(response.statusCode));
		});
		request.on('error', () => resolve(0)).end(body);
	});
}

for (const [name, redirect] of [['a full device', '2>/dev/full'], ['a closed descriptor', '2>&-'], ['a reader that has gone', '2>&1 | true']]) {
	test(`a log that goes to ${name} keeps nobody from being served`, async () => {
		const folder = makeFolder();
		const host = anyHost();
		const command = `"$0" serve --listen ${host}:${PORT} --data "$1" ${redirect}`;
		// A process group of its own: a shell may stand between, and is ended with the server.
		const shell = spawn('sh', ['-c', command, process.env.INNKEEPER_BIN, folder], { detached: true, stdio: 'ignore', env: environment(PATIENT) });
		try {
			let status = 0;
			for (const end = Date.now() + 60000; status !== 200 && Date.now() < end; await sleep(20)) status = await ask(host, 'GET', '/readyz');
			assert.equal(status, 200);
			for (let i = 0; i < 50; i++) assert.equal(await ask(host, 'POST', '/config', JSON.stringify({ name: `Logless ${i}` })), 200);
			assert.equal(await ask(host, 'GET', '/nothing'), 404);
		} finally {
			process.kill(-shell.pid, 'SIGTERM');
			let status = 200;
			for (const end = Date.now() + 60000; status !== 0 && Date.now() < end; await sleep(20)) status = await ask(host, 'GET', '/livez');
			try {
				process.kill(-shell.pid, 'SIGKILL');
			} catch { /* all have ended */ }
			removeFolder(folder);
			assert.equal(status, 0, 'it has stopped');
		}
	});
}
