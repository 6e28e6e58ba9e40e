// A service that takes its time: who waits for it, how long, and who does not.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { FaultyDynamodb, held, slow } from '../support/dynamodb_faults.mjs';
import { storeFlags } from '../support/engine.mjs';
import { beginWatch, finish, makeFolder, sleep, start, unstalled } from '../support/innkeeper.mjs';
import { readMetrics } from '../support/metrics.mjs';

const WRITES = 64;
const AT_ONCE_MS = 8000; // what waits for a call that is not answered takes the ten seconds after which that is given up
const LATE_MS = 3500; // beyond what is promised; who knows no deadline takes those ten, who knows that of the default alone five
const COMMITS = /^(TransactWriteItems|PutItem|DeleteItem)$/;
const READS = /^(GetItem|Query)$/;
const ALL = { count: Infinity };
const stuck = () => {};

const folder = makeFolder();
let direct; // a server that nothing stands before
before(async () => { direct = await start({ folder, flags: ['--handler-timeout', '30s'] }); });
after(() => finish(direct));

/** A server of its own behind a stand-in of its own. */
async function withFaulty(flags, action) {
	const faulty = await FaultyDynamodb.open();
	const server = await start({ folder, flags: [...flags, ...storeFlags(folder, { through: faulty.endpoint })] });
	try {
		await action(server, faulty);
	} finally {
		faulty.clear();
		const { code, ms } = await server.stop();
		assert.equal(code, 0, server.log);
		assert.ok(ms < 10500, `${ms} ms`);
		await faulty.close();
	}
}

/** `ms`: how long it took; `most`: for what must not take long. */
async function timed(request) {
	const begun = Date.now(), watch = beginWatch();
	const answer = await request;
	return { answer, ms: Date.now() - begun, most: watch() };
}

async function busyWriters(server) {
	await server.get('/livez'); // the family of routes has a sample then
	const { text } = await server.get('/metrics');
	return readMetrics(text).get('innkeeper_http_workers_busy').samples.find(({ labels }) => labels.pool === 'writes').value;
}

async function untilBusy(server, wanted) {
	for (const end = Date.now() + 60000; await busyWriters(server) !== wanted; await sleep(10)) assert.ok(Date.now() < end, `not ${wanted} writes under way`);
}

async function someHotels(name) {
	const codes = [];
	for (let i = 0; i < WRITES + 6; i++) codes.push(await direct.create(`${name} ${i}`));
	return codes;
}

/** What comes of it, an error too: for requests that are awaited later. */
const outcome = request => request.catch(error => error);

const tag = (server, code, headers) => server.post(`/config/${code}/tags`, { tags: [{ code: 'T', name: 'slow' }] }, headers);

describe('a slow service', { concurrency: 3 }, () => {
	test('64 slow writes delay no probe, no refusal and no read', () => withFaulty(['--handler-timeout', '30s'], async (server, faulty) => {
		const codes = await someHotels('Slow');
		const other = `/config/${await direct.create('Not written')}`, cached = await server.get(other);
		const gate = held();
		faulty.spoil(gate.fault, { operation: COMMITS, ...ALL });
		const writes = codes.map(code => outcome(tag(server, code)));
		await untilBusy(server, WRITES);
		const path = `/config/${codes[0]}`;
		for (const [method, target, status, body] of [
			['GET', '/livez', 200], ['GET', '/readyz', 200], ['GET', '/nothing', 404], ['GET', '/config/nothing', 404], ['PUT', '/config', 405], ['GET', '/config?limit=x', 400],
			['POST', `${path}/tags`, 400, { tags: [{ code: 'T', nonsense: 1 }] }], ['POST', `${path}/tags`, 400, '{'], ['PUT', '/chains/c', 400, []], ['GET', other, 200],
		]) {
			const { answer, most } = await timed(server.request(method, target, { body }));
			assert.equal(answer.status, status, target);
			assert.ok(most < AT_ONCE_MS, `${method} ${target}: ${most} ms`);
			if (target === other) assert.equal(answer.text, cached.text);
		}
		assert.equal(await busyWriters(server), WRITES);
		gate.open();
		for (const answer of await Promise.all(writes)) assert.equal(answer.status, 200, answer.text);
	}));

	test('a cached document waits for its own read of ctl alone', () => withFaulty([], async (server, faulty) => {
		const code = await direct.create('Cached');
		await server.get(`/config/${code}`);
		const before = faulty.calls;
		assert.equal((await server.get(`/config/${code}`)).status, 200);
		assert.equal(faulty.calls, before + 1);
		faulty.spoil(slow(500), ALL);
		const { answer, ms } = await timed(server.get(`/config/${code}`));
		assert.equal(answer.status, 200);
		assert.ok(ms >= 490, `${ms} ms`);
		assert.equal(faulty.calls, before + 2);
	}));

	test('a stop does not wait for 64 stuck writes, nor for stuck reads', () => withFaulty(['--handler-timeout', '30s'], async (server, faulty) => {
		const codes = await someHotels('Stuck');
		faulty.spoil(stuck, { operation: /./, ...ALL });
		const answers = [...codes.map(code => tag(server, code)), ...codes.map(code => server.get(`/config/${code}`))].map(outcome);
		await untilBusy(server, WRITES);
		const { code, ms } = await server.stop();
		assert.equal(code, 0, server.log);
		assert.ok(ms < 10500, `${ms} ms`);
		for (const answer of await Promise.all(answers)) assert.ok(answer instanceof Error, 'the connection is closed');
	}));

	test('reads that are not answered are 503 at their deadline, writes that could not begin too', () => withFaulty(['--handler-timeout', '1s', '--cache-size', '0'], async (server, faulty) => {
		const code = await direct.create('Unread');
		faulty.spoil(stuck, { operation: READS, ...ALL });
		for (const request of [() => server.get(`/config/${code}`), () => server.get('/config'), () => server.get('/readyz'), () => tag(server, code)]) {
			const { answer, ms, most } = await timed(request());
			assert.deepEqual([answer.status, answer.json.code, Boolean(answer.headers['retry-after'])], [503, 'unavailable', true]);
			assert.doesNotMatch(answer.text, /dynamo|127\.0\.0|http:/i, 'a client hears nothing of the deployment');
			assert.ok(ms >= 900 && most < 1000 + LATE_MS, `${ms} ms`);
		}
		faulty.clear();
		assert.equal((await direct.get(`/config/${code}/tags`)).text, '{"tags":[],"next":null}');
	}));

	test('a commit that is not answered is 504 two seconds after its deadline, one that is late by less is awaited', () => withFaulty(['--handler-timeout', '3s'], async (server, faulty) => {
		let code, n = 0;
		const late = await unstalled(async () => {
			code = await direct.create(`Uncertain ${n++}`);
			await server.get(`/config/${code}`);
			const begun = Date.now();
			faulty.spoil(async call => {
				const answer = await call.forward();
				await sleep(begun + 3100 - Date.now());
				if (!call.isGone()) call.send(answer);
			}, { operation: COMMITS, ...ALL });
			return timed(tag(server, code));
		});
		assert.equal(late.answer.status, 200, late.answer.text);
		assert.ok(late.ms >= 3000, `${late.ms} ms`);
		faulty.spoil(stuck, { operation: COMMITS, ...ALL });
		const never = await unstalled(() => timed(server.post(`/config/${code}/tags`, { tags: [{ code: 'NEVER' }] })));
		assert.deepEqual([never.answer.status, never.answer.json.code], [504, 'uncertain']);
		assert.ok(never.ms >= 4500 && never.most < 5000 + LATE_MS, `${never.ms} ms`);
		faulty.clear();
		assert.equal((await direct.get(`/config/${code}/tags/T`)).status, 200);
		assert.equal((await direct.get(`/config/${code}/tags/NEVER`)).status, 404);
	}));

	test('a write that waits for its hotel gives up at its deadline', () => withFaulty(['--handler-timeout', '3s'], async (server, faulty) => {
		let n = 0;
		const { first, isWaiting, answer, most } = await unstalled(async () => {
			const code = await direct.create(`Queue ${n++}`);
			const rule = faulty.spoil(stuck, { operation: COMMITS, count: 1 });
			let isWaiting = true;
			const begun = outcome(tag(server, code)).finally(() => { isWaiting = false; });
			for (const end = Date.now() + 3000; !rule.struck && Date.now() < end;) await sleep(10);
			const second = await timed(tag(server, code));
			return { isWaiting, first: await begun, ...second };
		});
		assert.deepEqual([answer.status, answer.json.code], [503, 'unavailable']);
		assert.ok(isWaiting && most < 3000 + LATE_MS, `${most} ms`);
		assert.equal(first.status, 504);
	}));
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';

test('a trace goes on to the service, and none is made up', () => withFaulty([], async (server, faulty) => {
	const seen = [];
	faulty.spoil(call => {
		seen.push([call.headers.traceparent, call.headers.tracestate]);
		return slow(0)(call);
	}, ALL);
	const code = await server.create('Traced');
	assert.ok(seen.length > 1);
	assert.ok(seen.every(([parent, state]) => parent === undefined && state === undefined));
	seen.length = 0;
	await tag(server, code, { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, tracestate: 'a=1' });
	assert.ok(seen.length > 0);
	const parents = new Set(seen.map(([parent]) => parent));
	assert.equal(parents.size, 1, 'one request is one parent');
	assert.match([...parents][0], new RegExp(`^00-${TRACE}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
	assert.ok(seen.every(([, state]) => state === 'a=1'));
}));
