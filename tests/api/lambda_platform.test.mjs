// `innkeeper lambda` and the platform: loops, stops between invocations, connections that break, answers that come late or never, how it begins
// and how it ends.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventOf } from '../support/lambda_events.mjs';
import { agree, beginWatch, logLines, makeFolder, program, removeFolder, sleep, within } from '../support/innkeeper.mjs';
import { chunked, closing, cut, dribbled, dropBefore, dropRead, dropTaken, Lambda, late, refused } from '../support/runtime_api.mjs';

const settingsOn = folder => ({ INNKEEPER_STORE: `sqlite:${join(folder, 'innkeeper.db')}`, INNKEEPER_INSECURE: '1' });
const ask = (method, target, body) => eventOf('http', { method, target, headers: body ? [['content-type', 'application/json']] : [], bytes: Buffer.from(body ? JSON.stringify(body) : '') });

/** A function on a store of its own, and its end, which must be a good one unless `run` says how it ended. */
async function onLambda(options, run) {
	const folder = makeFolder();
	const lambda = await Lambda.start({ ...options, env: { ...settingsOn(folder), ...options.env } });
	try {
		await run(lambda, folder);
		if (!lambda.isEnded) assert.equal((await lambda.stop()).code, 0, lambda.log);
	} finally {
		if (!lambda.isEnded) await lambda.kill();
		removeFolder(folder);
	}
}

async function answered(lambda, event = ask('GET', '/config'), status = 200) {
	const outcome = await within(60000, 'an answer', lambda.invoke(event));
	assert.equal(outcome.functionError, '', lambda.log);
	assert.equal(outcome.json.statusCode, status, outcome.text);
	return JSON.parse(outcome.json.body);
}

/** Resolves when so many of its loops wait. */
async function idle(lambda, loops = 1) {
	for (const end = Date.now() + 60000; lambda.api.waiting < loops && Date.now() < end;) await sleep(2);
	assert.equal(lambda.api.waiting, loops);
}

test('one invocation at a time, or as many as the platform allows', async () => {
	for (const [word, loops] of [[undefined, 1], ['8', 8], ['1000', 64]]) {
		await onLambda({ env: { AWS_LAMBDA_MAX_CONCURRENCY: word } }, async lambda => {
			await idle(lambda, loops);
			await sleep(20);
			assert.equal(lambda.api.waiting, loops, `${word}`);
			await Promise.all(Array.from({ length: 2 * loops }, () => answered(lambda)));
			assert.equal(lambda.api.mostRunning, loops);
			assert.equal(lambda.api.counts.response, 2 * loops);
		});
	}
});

test('documents are kept in half of the memory that the function has, at most', async () => {
	for (const [memory, cache, bytes] of [['128', undefined, 64 << 20], ['512', undefined, 256 << 20], ['10240', undefined, 256 << 20], ['128', '1M', 1 << 20], [undefined, '1G', 1 << 30]]) {
		await onLambda({ env: { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory, INNKEEPER_CACHE_SIZE: cache } }, async lambda => {
			const outcome = await within(60000, 'an answer', lambda.invoke(ask('GET', '/metrics')));
			assert.match(outcome.json.body, new RegExp(`^innkeeper_cache_max_bytes ${bytes}$`, 'm'));
		});
	}
});

test('stopped between invocations it answers each as ever, also when every connection broke meanwhile', async () => {
	for (const [concurrency, dropsAtThaw] of [[1, false], [1, true], [4, false]]) {
		await onLambda({ concurrency, freezes: true, dropsAtThaw }, async lambda => {
			for (let round = 0; round < 15; round++) {
				for (const end = Date.now() + 60000; lambda.state !== 'T' && Date.now() < end;) await sleep(1);
				assert.equal(lambda.state, 'T', 'nothing runs');
				await sleep(round);
				await Promise.all(Array.from({ length: 1 + round % concurrency }, (_, i) => answered(lambda, ask('POST', '/config', { name: `${round} ${i}` }))));
			}
			assert.ok(lambda.api.freezes >= 15);
			const { response } = await answered(lambda);
			assert.equal(response.length, Array.from({ length: 15 }, (_, round) => 1 + round % concurrency).reduce((sum, n) => sum + n));
			for (const end = Date.now() + 60000; lambda.state !== 'T' && Date.now() < end;) await sleep(1);
			assert.equal((await lambda.stop()).code, 0, 'SIGTERM while it is stopped');
		});
	}
});

const HARMLESS = { 'in chunks': chunked(), 'in chunks of a byte': chunked(1), 'byte by byte': dribbled(1), 'in pieces': dribbled(), late: late(300), 'on a connection that is closed then': closing };
const BROKEN = { 'dropped before it is read': dropBefore, 'dropped when it is read': dropRead, 'cut in the middle': cut };

test('however the platform says what is next, and when the connection breaks over it, the invocation is answered', () => onLambda({}, async lambda => {
	for (const [name, fault] of Object.entries({ ...HARMLESS, ...BROKEN, 'dropped when it was found': dropTaken })) {
		// The call that waits now is not spoiled any more: the next one is.
		const rule = lambda.api.spoil('next', fault);
		for (let i = 0; i < 3; i++) await answered(lambda);
		assert.equal(rule.struck, 1, name);
	}
}));

test('an answer that is lost on its way is sent again, one that was taken is not done twice', () => onLambda({}, async (lambda, folder) => {
	let n = 0;
	for (const [name, fault] of Object.entries({ ...HARMLESS, ...BROKEN, 'dropped when it was taken': dropTaken })) {
		const rule = lambda.api.spoil('response', fault);
		for (let i = 0; i < 2; i++) await answered(lambda, ask('POST', '/config', { name: `Hotel ${n++}` }));
		assert.equal(rule.struck, 1, name);
	}
	await answered(lambda);
	assert.equal((await lambda.stop()).code, 0);
	assert.equal((await agree(folder)).hotels, n);
}));

test('an answer that the platform does not take any more is logged, and the loop goes on', () => onLambda({}, async lambda => {
	for (const status of [400, 403, 404, 410]) {
		lambda.api.spoil('response', refused(status));
		assert.equal((await lambda.invoke(ask('GET', '/config'), { timeoutMs: 300 })).functionError, 'Sandbox.Timedout');
		await answered(lambda);
	}
	await idle(lambda);
	// The platform has given up on it while it was under way.
	lambda.api.spoil('next', late(400));
	await answered(lambda);
	assert.equal((await lambda.invoke(ask('GET', '/config'), { timeoutMs: 100 })).functionError, 'Sandbox.Timedout');
	await answered(lambda);
	await lambda.stop();
	const failures = logLines(lambda.log).filter(({ event }) => event === 'platform_failed');
	assert.equal(failures.length, 5, lambda.log);
}));

test('the log says of an event that it was refused, and of its report that the platform did not take it', () => onLambda({}, async lambda => {
	assert.equal((await lambda.invoke({ ...ask('GET', '/config'), more: 'x'.repeat(9 << 20) })).functionError, 'Request.TooLarge');
	assert.equal((await lambda.invoke({ some: 'event' })).functionError, 'Function.InvalidEvent');
	lambda.api.spoil('error', refused(403));
	assert.equal((await lambda.invoke({ some: 'event' }, { timeoutMs: 300 })).functionError, 'Sandbox.Timedout');
	await idle(lambda); // its report may come later than that
	await lambda.stop();
	const said = logLines(lambda.log).filter(({ level }) => level === 'error').map(({ event, detail, id }) => [event, detail, /^[-0-9a-f]{36}$/.test(id)]);
	const untold = ['event_refused', 'the event is of no shape that is known', true];
	assert.deepEqual(said, [['event_refused', 'the event is longer than is taken', true], untold, untold, ['platform_failed', 'the platform did not take it: status 403', true]]);
}));

test('an answer that the platform finds too long is reported as an error of the function', () => onLambda({}, async lambda => {
	lambda.api.spoil('response', refused(413));
	assert.equal((await lambda.invoke(ask('GET', '/config'))).functionError, 'Function.ResponseTooLarge');
	await answered(lambda);
}));

test('told to end, or with the platform gone, it ends with 1 and says why', async () => {
	const ends = async (spoil, invokes = true) => onLambda({}, async lambda => {
		await answered(lambda);
		spoil(lambda.api);
		if (invokes) await lambda.invoke(ask('GET', '/config'), { timeoutMs: 10000 });
		assert.deepEqual(await lambda.ended(), { code: 1, signal: null });
		assert.equal(logLines(lambda.log).filter(({ event, level }) => event === 'platform_failed' && level === 'error').length, 1, lambda.log);
		await lambda.api.close();
	});
	await ends(api => api.spoil('response', refused(500)));
	await ends(api => api.spoil('next', refused(500)));
	await ends(api => api.spoil('response', dropBefore, { count: Infinity }));
	await ends(api => api.spoil('next', dropBefore, { count: Infinity }));
	await ends(api => api.spoil('next', refused(403), { count: Infinity }));
	await ends(api => {
		api.spoil('next', dropBefore, { count: Infinity });
		api.dropConnections();
	}, false);
});

test('with one loop told to end all of them end', () => onLambda({ concurrency: 8 }, async lambda => {
	lambda.api.spoil('response', refused(500));
	await lambda.invoke(ask('GET', '/config'), { timeoutMs: 10000 });
	assert.deepEqual(await lambda.ended(), { code: 1, signal: null });
	await lambda.api.close();
}));

test('what it can not begin with is told to the platform once, and logged once, and it ends with 1', async () => {
	const folder = makeFolder();
	for (const [env, reason] of [
		[{ INNKEEPER_WORKERS: 'many' }, /workers/i], [{ INNKEEPER_STORE: undefined }, /LAMBDA_ENV/], [{ INNKEEPER_STORE: '', LAMBDA_ENV: '' }, /LAMBDA_ENV/],
		[{ INNKEEPER_STORE: undefined, LAMBDA_ENV: 'test', AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined }, /region/], [{ INNKEEPER_STORE: undefined, LAMBDA_ENV: 'not a name' }, /name/],
		[{ INNKEEPER_STORE: undefined, LAMBDA_ENV: 'dev?region=eu-west-1' }, /name/], [{ INNKEEPER_STORE: undefined, LAMBDA_ENV: 'd%65v' }, /name/],
		[{ INNKEEPER_STORE: undefined, LAMBDA_ENV: 'x'.repeat(300) }, /name/], [{ INNKEEPER_STORE: 'postgres://x' }, /store/i], [{ INNKEEPER_STORE: `sqlite:${folder}/not/there/x.db` }, /not/],
		[{ AWS_LAMBDA_MAX_CONCURRENCY: '0' }, /AWS_LAMBDA_MAX_CONCURRENCY/], [{ AWS_LAMBDA_MAX_CONCURRENCY: 'x' }, /AWS_LAMBDA_MAX_CONCURRENCY/],
		[{ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: 'much' }, /AWS_LAMBDA_FUNCTION_MEMORY_SIZE/], [{ INNKEEPER_BASE_PATH: 'x y' }, /base-path/],
		[{ INNKEEPER_CONFIG: join(folder, 'none') }, /none/],
	]) {
		const lambda = await Lambda.begin({ env: { ...settingsOn(folder), ...env } });
		const what = JSON.stringify(env).slice(0, 100);
		assert.deepEqual(await lambda.ended(), { code: 1, signal: null }, what);
		assert.equal(lambda.api.counts.next, 0, what);
		assert.equal(lambda.api.initErrors.length, 1, what);
		assert.equal(lambda.api.initErrors[0].errorType, 'Runtime.InitFailed');
		assert.match(lambda.api.initErrors[0].errorMessage, reason, what);
		const [line, ...more] = logLines(lambda.log);
		assert.deepEqual([line.level, line.event, more], ['error', 'start_failed', []], `${what}: ${lambda.log}`);
		await lambda.api.close();
	}
	removeFolder(folder);
});

test('that it can not begin ends it also where the platform does not listen', async () => {
	const lambda = await Lambda.begin({ env: { AWS_LAMBDA_MAX_CONCURRENCY: 'x' } });
	lambda.api.spoil('init/error', dropBefore, { count: Infinity });
	assert.deepEqual(await lambda.ended(), { code: 1, signal: null });
	await lambda.api.close();
});

test('without a Runtime API it is not Lambda that started it: exit 2; with one that is not there: exit 1', async () => {
	const folder = makeFolder();
	for (const [AWS_LAMBDA_RUNTIME_API, code] of [[undefined, 2], ['', 2], ['127.0.0.1:1', 1], ['no address', 1], ['127.0.0.1:99999', 1]]) {
		const lambda = await Lambda.begin({ env: { ...settingsOn(folder), AWS_LAMBDA_RUNTIME_API } });
		assert.deepEqual(await lambda.ended(), { code, signal: null }, `${AWS_LAMBDA_RUNTIME_API}: ${lambda.log}`);
		await lambda.api.close();
	}
	removeFolder(folder);
});

test('with too few descriptors it says that and ends with 1; with more it answers and hears SIGTERM; there is nothing between', async () => {
	const folder = makeFolder(), said = [];
	let hasEnough = false;
	for (let count = 3; !hasEnough; count++) {
		assert.ok(count < 100, `${said}`);
		const lambda = await Lambda.begin({ env: settingsOn(folder), prefix: ['sh', '-c', `ulimit -n ${count}; exec "$@"`, 'sh'] });
		if (await within(60000, `its beginning with ${count} descriptors`, lambda.api.began) === 'next') {
			const { statusCode } = (await lambda.invoke(ask('GET', '/config'))).json;
			// The store opens its own for reading when somebody reads.
			assert.ok([200, 503].includes(statusCode), `${count}: ${statusCode}`);
			hasEnough = statusCode === 200;
			assert.equal((await lambda.stop()).code, 0, `${count}: ${lambda.log}`);
			assert.match(lambda.log, /"event":"stopped","detail":"everything is closed"/);
			continue;
		}
		const { code, signal } = await lambda.ended();
		assert.equal(signal, null, `${count}: ${lambda.log}`);
		await lambda.api.close();
		if (code === 127) {
			assert.match(lambda.log, /error while loading shared libraries/, 'it is not even loaded');
			continue;
		}
		assert.equal(code, 1, `${count}: ${lambda.log}`);
		const { level, event, detail } = logLines(lambda.log).at(-1);
		assert.equal(level, 'error', lambda.log);
		assert.match(detail, /Too many open files|unable to open database file/);
		assert.deepEqual(lambda.api.initErrors.map(({ errorMessage }) => errorMessage), event === 'start_failed' ? [detail] : [], lambda.log);
		said.push(`${event}: ${detail}`);
	}
	assert.ok(said.includes('start_failed: no descriptors for the loops: Too many open files'), `${said}`);
	removeFolder(folder);
});

test('started under the name bootstrap it is the function', async () => {
	const folder = makeFolder();
	mkdirSync(join(folder, 'task'));
	symlinkSync(program('INNKEEPER_BIN'), join(folder, 'task', 'bootstrap'));
	const lambda = await Lambda.start({ env: settingsOn(folder), command: [join(folder, 'task', 'bootstrap')] });
	await answered(lambda);
	assert.equal((await lambda.stop()).code, 0);
	removeFolder(folder);
});

test('SIGTERM ends it at once while it waits, with 0', async () => {
	for (const concurrency of [1, 8]) {
		await onLambda({ concurrency }, async lambda => {
			await answered(lambda);
			await idle(lambda, concurrency);
			// Until its loops are at their end: closing the store syncs, which is the disk's time.
			const watch = beginWatch(), stopped = lambda.stop();
			while (lambda.api.waiting !== 0) await sleep(1);
			const ms = watch();
			assert.equal((await stopped).code, 0);
			assert.ok(ms < 1000, `${ms} ms`);
		});
	}
});

test('kill -9 in the midst of writes loses nothing that was answered', async () => {
	const folder = makeFolder();
	const done = new Map(); // hotel -> how many of its tags were answered
	for (let round = 0; round < 3; round++) {
		const lambda = await Lambda.start({ env: settingsOn(folder), concurrency: 4 });
		for (const [code, n] of done) assert.equal((await answered(lambda, ask('GET', `/config/${code}/tags?limit=1000`))).tags.filter(({ name }) => name === 'said').length, n, 'what was answered is there');
		const codes = [];
		for (let i = 0; i < 4; i++) codes.push((await answered(lambda, ask('POST', '/config', { name: `${round} ${i}` }))).response[0].code);
		const write = async code => {
			for (let n = 0; ; n++) {
				const outcome = await lambda.invoke(ask('POST', `/config/${code}/tags`, { tags: [{ code: `T${n}`, name: 'said' }] }));
				if (outcome.functionError) return;
				assert.equal(outcome.json.statusCode, 200);
				done.set(code, n + 1);
			}
		};
		const writers = codes.map(write);
		while (codes.some(code => (done.get(code) ?? 0) < 2)) await sleep(2);
		await sleep(100 * round);
		await lambda.kill();
		await Promise.all(writers);
		// What was not answered may be there or not: it is taken for said from now on.
		const reader = await Lambda.start({ env: settingsOn(folder) });
		for (const code of codes) {
			const { tags } = await answered(reader, ask('GET', `/config/${code}/tags?limit=1000`));
			assert.ok([done.get(code) ?? 0, (done.get(code) ?? 0) + 1].includes(tags.length), `${tags.length} of ${done.get(code)}`);
			done.set(code, tags.length);
		}
		assert.equal((await reader.stop()).code, 0);
	}
	assert.ok([...done.values()].reduce((sum, n) => sum + n) > 20, 'there were writes to lose');
	await agree(folder);
	removeFolder(folder);
});

test('headers of the platform that say nothing we know, or no number, change nothing', () => onLambda({}, async lambda => {
	for (const [name, value] of [['Lambda-Runtime-Deadline-Ms', 'soon'], ['Lambda-Runtime-Deadline-Ms', ''], ['Lambda-Runtime-Trace-Id', 'x'.repeat(5000)], ['Lambda-Runtime-Client-Context', '{"a":"\u00fc"}'], ['Lambda-Runtime-Aws-Tenant-Id', 't']])
		assert.equal((await lambda.invoke(ask('GET', '/livez'), { headers: { [name]: value } })).json.statusCode, 200, name);
}));
