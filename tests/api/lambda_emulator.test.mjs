// AWS's own emulator of Lambda runs the function as bootstrap: a smoke test against a Runtime API that is not ours. It takes one invocation at a
// time, and falls over two.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Child, environment } from '../support/child.mjs';
import { CREDENTIALS, PATIENT, REGION, storeFlags } from '../support/engine.mjs';
import { makeFolder, program, removeFolder, sleep } from '../support/innkeeper.mjs';
import { answerOf, eventOf, SHAPES } from '../support/lambda_events.mjs';

const rie = join(execFileSync(fileURLToPath(new URL('../../tools/fetch', import.meta.url)), ['lambda-emulator'], { encoding: 'utf8' }).trim(), 'aws-lambda-rie');
const TIMEOUT_S = 10;
const START_MS = 60000;

/** A port below those that the system gives to whoever asks for any: nobody gets it before the emulator listens. */
async function freePort() {
	for (;;) {
		const port = randomInt(10000, 30000), server = net.createServer();
		const isFree = await new Promise(resolve => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true))));
		if (isFree) return port;
	}
}

const isListening = port => new Promise(resolve => {
	const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
	socket.on('error', () => resolve(false));
});

/** The emulator before the function, on these settings. */
class Emulator extends Child {
	static async start(task, env) {
		const [port, apiPort] = [await freePort(), await freePort()];
		// Its default is every address of the machine.
		const command = [rie, '--log-level', 'error', '--runtime-interface-emulator-address', `127.0.0.1:${port}`, '--runtime-api-address', `127.0.0.1:${apiPort}`, join(task, 'bootstrap'), 'handler'];
		const settings = { ...PATIENT, INNKEEPER_INSECURE: '1', AWS_REGION: REGION, AWS_LAMBDA_FUNCTION_TIMEOUT: String(TIMEOUT_S), ...CREDENTIALS, ...env };
		const emulator = new Emulator(command, environment(settings));
		emulator.onTerminal = true; // its own lines are no JSON
		emulator.url = `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`;
		for (const end = Date.now() + START_MS; !await isListening(port); await sleep(10)) assert.ok(Date.now() < end && !emulator.isEnded, emulator.log);
		return emulator;
	}

	async invoke(event) {
		const answer = await fetch(this.url, { method: 'POST', body: JSON.stringify(event) });
		return { status: answer.status, text: await answer.text() };
	}
}

let folder, task, emulator;
before(async () => {
	folder = makeFolder();
	task = join(folder, 'task');
	mkdirSync(task);
	symlinkSync(program('INNKEEPER_BIN'), join(task, 'bootstrap'));
	emulator = await Emulator.start(task, { INNKEEPER_STORE: storeFlags(folder)[1] ?? `sqlite:${join(folder, 'innkeeper.db')}` });
});
after(async () => {
	await emulator.stop();
	removeFolder(folder);
});

/** What a caller of a gateway before it would get. */
async function ask(shape, method, target, body) {
	const { text } = await emulator.invoke(eventOf(shape, { method, target, headers: body ? [['content-type', 'application/json']] : [], bytes: Buffer.from(body ? JSON.stringify(body) : '') }));
	const answer = answerOf(shape, method, text);
	return { ...answer, json: JSON.parse(answer.bytes) };
}

test('the seed\'s walk through the emulator: a hotel, a room type, all of it', async () => {
	const walk = async (subFunction, more) => JSON.parse((await emulator.invoke({ userInfo: { sub: '', email: '', username: '' }, subFunction, ...more })).text);
	const created = await walk('saveHotel', { request: { name: 'My First hotel', description: 'This is a great property' } });
	assert.equal(created.response[0].code, '364425903');
	assert.equal((await walk('addRoomType', { id: '364425903', request: { roomTypes: [{ code: 'DBL', name: 'Room with Double Beds' }] } })).error.code, '');
	assert.equal((await walk('getHotel', { id: '364425903' })).response[0].roomTypes[0].code, 'DBL');
	assert.equal((await walk('getHotel', { id: '1' })).error.code, 'not_found');
});

test('each shape of HTTP through the emulator', async () => {
	for (const shape of SHAPES) {
		const made = await ask(shape, 'POST', '/config', { name: `Emulated ${shape} ü` });
		assert.equal(made.status, 200);
		const [{ code }] = made.json.response;
		assert.equal((await ask(shape, 'GET', `/config/${code}`)).json.response[0].name, `Emulated ${shape} ü`);
		assert.equal((await ask(shape, 'GET', '/config?limit=0')).status, 400);
		assert.equal((await ask(shape, 'DELETE', `/config/${code}`)).status, 200);
	}
});

test('an event that can not be told is an error of the function, and the next one is answered by the same process', async () => {
	const { text } = await emulator.invoke({ nothing: 'known' });
	assert.equal(JSON.parse(text).errorType, 'Function.InvalidEvent');
	assert.equal((await ask('http', 'GET', '/livez')).status, 200);
});

test('a body of almost what an event may hold is answered', async () => {
	const answer = await ask('http', 'POST', '/config', { name: 'Long', description: 'x'.repeat(4 << 20) });
	assert.equal(answer.status, 413);
	assert.equal(answer.json.code, 'too_large');
});

test('idle for longer than an invocation may take it is not ended', async () => {
	await sleep((TIMEOUT_S + 1) * 1000);
	assert.equal((await ask('url', 'GET', '/config/364425903')).json.response[0].roomTypes.length, 1);
	assert.doesNotMatch(emulator.log, /"level":"error","event":"(?!event_refused)/);
});

test('a store that does not answer is 503 before the emulator ends the invocation', async () => {
	const silent = net.createServer(() => {}).listen(0, '127.0.0.1');
	await new Promise(resolve => silent.once('listening', resolve));
	const own = await Emulator.start(task, { AWS_LAMBDA_FUNCTION_TIMEOUT: '4', INNKEEPER_STORE: `dynamodb:silent?region=${REGION}&endpoint=http://127.0.0.1:${silent.address().port}` });
	try {
		const event = eventOf('http', { method: 'GET', target: '/config' });
		const isInTime = text => text.startsWith('{"statusCode":503,'), texts = [];
		// However slow this machine is now and then, it is not each time.
		while (texts.filter(isInTime).length < 2 && texts.length < 10) texts.push((await own.invoke(event)).text);
		assert.equal(texts.filter(isInTime).length, 2, `${texts}`);
	} finally {
		await own.stop();
		silent.close();
	}
});
