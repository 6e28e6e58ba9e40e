// `innkeeper lambda` on a table, behind a stand-in that is slow or silent: invocations overlap, none outlives its time, and connections that broke
// while the process was stopped are nobody's business.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FaultyDynamodb, held, late, silent } from '../support/dynamodb_faults.mjs';
import { dynamodbSync, endpoint, makeTable, storeFlags } from '../support/engine.mjs';
import { assertProblem } from '../support/hotels.mjs';
import { beginWatch, finish, makeFolder, sleep, start, unstalled } from '../support/innkeeper.mjs';
import { eventOf } from '../support/lambda_events.mjs';
import { Lambda } from '../support/runtime_api.mjs';

const ask = (method, target, body) => eventOf('http', { method, target, headers: body ? [['content-type', 'application/json']] : [], bytes: Buffer.from(body ? JSON.stringify(body) : '') });

/** A function on a table of its own, through a stand-in. */
async function onTable(lambda, run, flags = []) {
	const faulty = await FaultyDynamodb.open(), folder = makeFolder();
	const server = await start({ folder, lambda, flags: [...storeFlags(folder, { through: faulty.endpoint }), ...flags] });
	try {
		await run(server, faulty);
		faulty.clear();
		await finish(server);
	} finally {
		if (!server.isEnded) await server.kill();
		await faulty.close();
	}
}

/** How it was answered, how long that took (`most`: for what must not be long), and how long before its deadline. */
async function timed(server, event, timeoutMs) {
	const begin = Date.now(), watch = beginWatch();
	const outcome = await server.api.invoke(event, { timeoutMs, patienceMs: 90000 });
	const ms = Date.now() - begin, most = watch();
	assert.equal(outcome.functionError, '', `${outcome.functionError} after ${ms} ms`);
	return { status: outcome.json.statusCode ?? outcome.json.error.code, ms, most, left: timeoutMs - most };
}

// Each has a function and a table of its own, and most of its time is waiting.
describe('on a table', { concurrency: 4 }, () => {
	test('a hotel is created, changed and read on a table', () => onTable({}, async server => {
		const code = await server.create('On a table'), path = `/config/${code}`;
		assert.equal((await server.post(`${path}/rooms/type`, { roomTypes: [{ code: 'DBL' }] })).status, 200);
		assert.equal((await server.get(path)).hotel.roomTypes[0].code, 'DBL');
		assert.equal((await server.get('/config')).json.response.length, 1);
		assert.equal((await server.api.invoke({ subFunction: 'getHotel', id: code, userInfo: {} })).text, (await server.get(path)).text);
	}));

	test('eight invocations that wait for the store wait at the same time', () => onTable({ loops: 8 }, async (server, faulty) => {
		await server.create('Together');
		const { open, fault } = held(), calls = [];
		faulty.spoil(call => fault(calls[calls.length] = call), { count: Infinity });
		const answers = Promise.all(Array.from({ length: 8 }, (_, i) => server.post('/config', { name: `At once ${i}` })));
		// One that was given up, and made again, does not wait.
		const waiting = () => calls.filter(call => !call.isGone()).length;
		for (const end = Date.now() + 60000; waiting() < 8 && Date.now() < end;) await sleep(5);
		assert.equal(waiting(), 8);
		open();
		assert.deepEqual((await answers).map(({ status }) => status), Array(8).fill(200));
		assert.equal(server.api.mostRunning, 8);
	}));

	test('its kept connections to the store may be gone after a stop', () => onTable({ loops: 1, freezes: true }, async (server, faulty) => {
		const code = await server.create('Thawed'), path = `/config/${code}`;
		for (let i = 0; i < 6; i++) {
			for (const end = Date.now() + 60000; server.api.waiting === 0 && Date.now() < end;) await sleep(1);
			faulty.dropConnections();
			await sleep(5);
			if (i % 2 === 0) assert.equal((await server.get(path)).status, 200);
			else assert.equal((await server.post(`${path}/tags`, { tags: [{ code: `T${i}` }] })).status, 200);
		}
		assert.ok(server.api.freezes > 6);
		assert.equal((await server.get(`${path}/tags`)).json.tags.length, 3);
	}));

	test('a store that does not answer is 503 before the invocation\'s time is over, or 504 where it may have written', () => onTable({ loops: 1, freezes: true }, async (server, faulty) => {
		const code = await server.create('Silent'), path = `/config/${code}`;
		for (const [event, statuses] of [
			[ask('GET', path), [503]], [ask('GET', '/config'), [503]], [ask('POST', `${path}/tags`, { tags: [{ code: 'A' }] }), [503, 504]], [ask('PATCH', path, { description: 'x' }), [503, 504]],
			[{ subFunction: 'getHotel', id: code, userInfo: {} }, ['unavailable']], [{ subFunction: 'addTag', id: code, request: { tags: [{ code: 'B' }] } }, ['unavailable', 'uncertain']],
		]) {
			const lefts = [];
			// However slow this machine is now and then, it is not each time.
			while (!(lefts.at(-1) > 0) && lefts.length < 10) {
				faulty.spoil(silent, { count: Infinity });
				const { status, left, ms } = await timed(server, event, 3200);
				assert.ok(statuses.includes(status), `${JSON.stringify(event).slice(0, 80)}: ${status}`);
				assert.ok(ms > 600, `${ms} ms`);
				lefts.push(left);
				faulty.clear();
				assert.equal((await server.get(path)).status, 200, 'and all is well again');
			}
			assert.ok(lefts.at(-1) > 0, `${lefts} ms left`);
		}
	}));

	test('a commit that ends in the last moment is answered as what it is', () => onTable({ loops: 1 }, async (server, faulty) => {
		let n = 0; // each try has a hotel of its own: another one's commit may still be under way
		const commit = fault => unstalled(async () => {
			faulty.clear();
			const path = `/config/${await server.create(`Late ${++n}`)}/tags`;
			while (server.api.waiting === 0) await sleep(1);
			const begin = Date.now(), rule = faulty.spoil(call => fault(call, begin), { operation: /^TransactWriteItems$/ });
			return { path, rule, ...await timed(server, ask('POST', path, { tags: [{ code: 'SLOW' }] }), 4500) };
		});
		// The handler's time is over 2.5 s before the deadline, after 2 s; the commit that is under way has 2 s more.
		const taken = await commit(async (call, begin) => {
			const answer = await call.forward();
			await sleep(begin + 2400 - Date.now());
			if (!call.isGone()) call.send(answer);
		});
		assert.equal(taken.rule.struck, 1);
		assert.ok(taken.status === 200 && taken.left > 0, JSON.stringify(taken));
		const uncertain = await commit(late(5000));
		assert.ok(uncertain.status === 504 && uncertain.left > 0, JSON.stringify(uncertain));
		faulty.clear();
		assert.deepEqual((await server.get(taken.path)).json.tags.map(tag => tag.code), ['SLOW']);
	}));

	test('an invocation that has no time to spare is 503 and writes nothing', () => onTable({ loops: 1 }, async (server, faulty) => {
		const code = await server.create('No time'), path = `/config/${code}`;
		const calls = faulty.counts.get('TransactWriteItems');
		const outcome = await server.api.invoke(ask('PATCH', path, { description: 'late' }), { timeoutMs: 1, patienceMs: 60000 });
		assert.deepEqual([outcome.functionError, outcome.json.statusCode], ['', 503], outcome.text);
		assert.equal(faulty.counts.get('TransactWriteItems'), calls);
		assert.equal((await server.api.invoke(ask('PATCH', path, { description: 'in time' }), { timeoutMs: 30000 })).json.statusCode, 200);
	}));

	test('an invocation with little time is worked on for a third of it, and answered in time all the same', () => onTable({ loops: 1 }, async (server, faulty) => {
		const code = await server.create('Little time'), path = `/config/${code}`;
		// However slow this machine is now and then, it is not each time.
		const sees = async status => {
			const seen = [];
			while (seen.at(-1) !== status && seen.length < 10) {
				const outcome = await server.api.invoke(ask('PATCH', path, { description: `try ${seen.length}` }), { timeoutMs: 2400 });
				seen.push(outcome.functionError || outcome.json.statusCode);
			}
			assert.equal(seen.at(-1), status, `${seen}`);
		};
		await sees(200);
		faulty.spoil(silent, { operation: /^TransactWriteItems$/, count: Infinity });
		await sees(504);
	}));

	test('SIGTERM lets the answer under way out, and ends it with 0', async () => {
		const { code, ms, answer } = await unstalled(async () => { // two seconds are all it has for that
			let outcome;
			await onTable({ loops: 2 }, async (server, faulty) => {
				const path = `/config/${await server.create('Stopped')}/tags`;
				const { open, fault } = held(), rule = faulty.spoil(fault, { count: Infinity });
				const under = server.api.invoke(ask('GET', path));
				while (rule.seen === 0 || server.api.waiting !== 1) await sleep(5);
				const stopped = server.stop();
				while (server.api.waiting !== 0) await sleep(1); // the loop that waits has heard it
				open();
				outcome = { ...await stopped, answer: await under };
			});
			return outcome;
		});
		assert.equal(code, 0);
		assert.ok(ms < 10000, `${ms} ms`);
		assert.equal(answer.functionError, '');
		assert.equal(answer.json.statusCode, 200);
	});

	test('SIGTERM does not wait for a store that is silent', () => onTable({ loops: 2 }, async (server, faulty) => {
		const rule = faulty.spoil(silent, { count: Infinity });
		const under = server.api.invoke(ask('GET', '/config'));
		while (rule.seen === 0) await sleep(5);
		const { code, ms } = await server.stop();
		assert.equal(code, 0);
		assert.ok(ms < 10000, `${ms} ms`); // the request would end after 25 s
		assert.equal((await under).functionError, 'Runtime.ExitError');
	}));

	test('a store that is not there, or a table, is no failure to begin: requests are 503 until it is', async () => {
		const folder = makeFolder();
		const [word, url] = storeFlags(folder);
		for (const store of [url.replace(/endpoint=[^&]*/, 'endpoint=http://127.0.0.1:1'), url.replace(/dynamodb:[^?]*/, 'dynamodb:none-of-that-name')]) {
			const server = await start({ folder, lambda: { loops: 1 }, flags: [word, store, '--handler-timeout', '1s'] });
			assertProblem(await server.get('/config'), 503, 'unavailable');
			assertProblem(await server.post('/config', { name: 'x' }), 503, 'unavailable');
			assert.equal((await server.get('/livez')).status, 200);
			assert.equal((await server.get('/readyz')).status, 503);
			assert.equal((await server.stop()).code, 0);
		}
		await finish(await start({ folder, lambda: { loops: 1 } }));
	});

	test('LAMBDA_ENV names the table as the seed does', async () => {
		const TableName = 'aws-crud-demo-config-standin';
		makeTable(TableName);
		const lambda = await Lambda.start({ env: { LAMBDA_ENV: 'standin', AWS_ENDPOINT_URL_DYNAMODB: endpoint(), INNKEEPER_INSECURE: '1' } });
		try {
			const { json } = await lambda.invoke({ subFunction: 'saveHotel', request: { name: 'My First hotel' }, userInfo: {} });
			assert.equal(json.response[0].code, '364425903');
			assert.ok(dynamodbSync('Scan', { TableName }).Items.some(({ code }) => code.S === '364425903'));
			assert.equal((await lambda.stop()).code, 0);
		} finally {
			if (!lambda.isEnded) await lambda.kill();
			dynamodbSync('DeleteTable', { TableName });
		}
	});

	// Takes half a minute: in api-lambda-more.
	if (process.env.INNKEEPER_LONG) {
		test('however long its time is, nothing runs past 25 s, nor past the handler\'s own time', () => onTable({ loops: 2 }, async (server, faulty) => {
			const code = await server.create('Long');
			faulty.spoil(silent, { count: Infinity });
			const [short, long] = await Promise.all([timed(server, ask('GET', `/config/${code}/tags`), 60000), timed(server, { subFunction: 'getHotel', id: code }, 60000)]);
			assert.ok(short.status === 503 && short.ms > 1500 && short.most < 10000, JSON.stringify(short));
			assert.ok(long.status === 'unavailable' && long.ms > 20000 && long.most < 35000, JSON.stringify(long));
		}, ['--handler-timeout', '2s']));
	}
});
