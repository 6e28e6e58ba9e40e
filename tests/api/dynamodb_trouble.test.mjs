// Trouble with DynamoDB that lasts, or that is ours: no table, old credentials, a wrong clock, throttling without end. And that it costs
// neither memory nor descriptors.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import { after, before, test } from 'node:test';
import * as stand from '../support/dynamodb_faults.mjs';
import { CREDENTIALS, storeFlags } from '../support/engine.mjs';
import { history } from '../support/history.mjs';
import { agree, beginWatch, makeFolder, removeFolder, sleep, start, unstalled } from '../support/innkeeper.mjs';

const { FAULTS, FaultyDynamodb, problem } = stand;
const folder = makeFolder();
let faulty;
before(async () => { faulty = await FaultyDynamodb.open(); });
after(async () => {
	await faulty.close();
	await agree(folder);
	removeFolder(folder);
});

async function withServer(options, action) {
	const server = await start({ folder, ...options, flags: [...options.flags ?? [], ...storeFlags(folder, { through: faulty.endpoint })] });
	try {
		await action(server);
	} finally {
		faulty.clear();
		const { code } = await server.stop();
		assert.equal(code, 0, server.log);
	}
}

const LASTING = {
	'500 before': [503, 504], '500 after': [503, 504, 200], 'dropped before': [503, 504], 'dropped after': [503, 504, 200], throttled: [503], denied: [503], 'expired token': [503],
	'cancelled: TransactionConflict': [503], 'in progress before': [503, 504], 'a page of HTML after': [503, 504, 200], 'wrong sum': [503, 504, 200],
};

/** A write and a read of a new hotel while every call is spoiled. */
async function whileSpoiled(server, hotel, { fault, operation }) {
	faulty.clear();
	const code = await server.create(hotel, { roomTypes: [{ code: 'A', name: 'before' }] });
	faulty.spoil(fault, { operation, count: Infinity });
	const watch = beginWatch();
	const [written, read] = await Promise.all([server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', name: 'after' }] }), server.get(`/config/${code}`)]);
	return { code, written, read, ms: watch() };
}

for (const [name, statuses] of Object.entries(LASTING)) {
	test(`${name} without end is answered in time, and forgotten when it ends`, () => withServer({ flags: ['--handler-timeout', '2s', '--cache-size', '0'] }, async server => {
		let n = 0;
		const { code, written, read, ms } = await unstalled(() => whileSpoiled(server, `Lasting: ${name} ${n++}`, FAULTS[name]));
		assert.ok(ms < 15000, `${ms} ms`);
		assert.equal((await server.get('/livez')).status, 200);
		assert.ok(statuses.includes(written.status), `${written.status} ${written.text}`);
		assert.ok([200, 503, 504].includes(read.status), `${read.status} ${read.text}`);
		if (written.status === 503) assert.ok(Number(written.headers['retry-after']) > 0);
		faulty.clear();
		const done = history(server, code).length - 1;
		if (written.status === 200) assert.equal(done, 1);
		if (written.status === 503) assert.equal(done, 0);
		const again = await unstalled(() => server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', name: 'at last' }] }));
		assert.equal(again.status, 200, again.text);
		assert.equal((await unstalled(() => server.get(`/config/${code}`))).hotel.roomTypes[0].name, 'at last');
	}));
}

test('a write that finishes after its caller was told 504 is there, once', () => withServer({ flags: ['--handler-timeout', '2s'] }, async server => {
	let code, rule, answer, n = 0, tell;
	const told = new Promise(resolve => { tell = resolve; });
	do { // where the machine stands still its time may be over before its commit begins
		faulty.clear();
		code = await server.create(`Late ${n++}`, { roomTypes: [{ code: 'A' }] });
		rule = faulty.spoil(async call => { await told; await stand.slow(0)(call); }, { operation: /^TransactWriteItems$/ });
		answer = await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', name: 'late' }] });
	} while (!rule.struck && n < 10);
	assert.deepEqual([rule.struck, answer.status], [1, 504], answer.text);
	assert.equal(history(server, code).length, 1);
	tell();
	for (let i = 0; i < 600 && history(server, code).length === 1; i++) await sleep(100);
	await sleep(500);
	const [, ...more] = history(server, code);
	assert.equal(more.length, 1);
	assert.equal((await unstalled(() => server.get(`/config/${code}`))).hotel.roomTypes[0].name, 'late');
}));

test('a record put alone is put once, whatever happens to the call', () => withServer({}, async server => {
	const code = await server.create('Alone', { roomTypes: [{ code: 'A' }] });
	let k = 0, struck = 0;
	for (const [name, { fault, isFinal, status, operation }] of Object.entries(FAULTS)) {
		if (operation && !operation.test('PutItem')) continue;
		const headers = { 'Idempotency-Key': `alone-${k++}` };
		const rule = faulty.spoil(fault, { operation: /^PutItem$/ });
		const answer = await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A' }] }, headers);
		faulty.clear();
		struck += rule.struck;
		assert.ok((isFinal ? [200, 503, status] : [200]).includes(answer.status), `${name}: ${answer.status} ${answer.text}`);
		const again = await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A' }] }, headers);
		assert.equal(again.status, 200, `${name}: ${again.text}`);
		assert.equal(again.headers['idempotency-replayed'], answer.status === 200 ? 'true' : undefined, name);
	}
	assert.ok(struck > 20, `${struck} faults struck`);
	assert.equal(history(server, code).length, 1, 'nothing was changed');
}));

/** A container's endpoint that gives out new keys each time; Local sees them as those of this process. */
async function withTokens(action) {
	let given = 0;
	const source = http.createServer((_, response) => {
		given++;
		response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({
			AccessKeyId: `${CREDENTIALS.AWS_ACCESS_KEY_ID}X${given}`, SecretAccessKey: 'secret', Token: `token-${given}`, Expiration: new Date(Date.now() + 36e5).toISOString() }));
	});
	await new Promise(resolve => source.listen(0, '127.0.0.1', resolve));
	try {
		await action(`http://127.0.0.1:${source.address().port}/`, () => given);
	} finally {
		source.closeAllConnections();
		await new Promise(resolve => source.close(resolve));
	}
}

test('credentials that are no longer taken are fetched anew, and the call is made again', () => withTokens((url, given) => {
	const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_CONTAINER_CREDENTIALS_FULL_URI: url };
	return withServer({ env }, async server => {
		const code = await server.create('Tokens');
		await sleep(1200); // those that came within a second are not fetched again
		const good = given() + 1; // as if the service had just ended the one in use
		const used = new Set();
		faulty.spoil(async call => {
			const token = Number(call.headers['x-amz-security-token'].slice('token-'.length));
			if (token < good) return call.send(problem(400, 'ExpiredTokenException'));
			used.add(token);
			call.send(await call.forward());
		}, { count: Infinity });
		const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => server.put(`/config/${code}/tags/T${i}`, { name: 'tag' })));
		assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201]);
		assert.equal(used.size, 1, 'one fetch serves all');
		assert.ok(given() < good + 3, 'of three tries at most');
	});
}));

test('a clock that is wrong by hours is noticed by what the service says, and right from then on', () => withServer({}, async server => {
	const ahead_ms = 3 * 36e5;
	let refused = 0;
	faulty.spoil(async call => {
		const said = call.headers['x-amz-date'].replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
		const now = Date.now() + ahead_ms;
		if (Math.abs(Date.parse(said) - now) < 300000) return call.send(await call.forward());
		refused++;
		call.send(problem(400, 'InvalidSignatureException', {}, { date: new Date(now).toUTCString() }));
	}, { count: Infinity });
	const code = await server.create('Ahead');
	for (let i = 0; i < 5; i++) assert.equal((await server.put(`/config/${code}/tags/T${i}`, { name: 'tag' })).status, 201);
	assert.ok(refused >= 1 && refused <= 3, `${refused} calls were refused`);
}));

test('faults leave neither memory nor descriptors behind', () => withServer({ env: { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=0:thread_local_quarantine_size_kb=0:detect_stack_use_after_return=0` }, flags: ['--cache-size', '1M'] }, async server => {
	const code = await server.create('Weighed', { roomTypes: [{ code: 'A' }] });
	const some = ['500 before', '500 after', 'a gateway after', 'dropped before', 'dropped after', 'cut', 'flipped', 'expired token', 'not valid', 'cancelled: TransactionConflict', 'garbage after', 'nothing before'];
	async function round() {
		for (const { fault, operation } of some.map(name => FAULTS[name])) {
			faulty.spoil(fault, { operation });
			await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', name: `${Math.random()}` }] });
			faulty.spoil(fault, { operation });
			await server.get(`/config?q=${Math.random()}`);
		}
		faulty.clear();
		return { fds: readdirSync(`/proc/${server.pid}/fd`).length, kib: Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) };
	}
	for (let i = 0; i < 3; i++) await round();
	const first = await round();
	let last;
	for (let i = 0; i < 4; i++) last = await round();
	assert.ok(last.fds <= first.fds + 4, `${first.fds} descriptors, then ${last.fds}`);
	assert.ok(last.kib < first.kib + 12 * 1024, `${first.kib} KiB, then ${last.kib}`);
}));
