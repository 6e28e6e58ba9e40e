// Lambda's Runtime API, 2018-06-01, as the platform keeps it beside a function, and the function beside it: invocations wait until the program
// asks what is next; while none runs the program is stopped if a test wants that; calls are spoiled that a test has it spoil.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { Child, environment, program, sleep, within } from './child.mjs';
import { PATIENT, REGION } from './engine.mjs';

const BASE = '/2018-06-01/runtime/';
export const START_MS = 60000; // sanitizer builds on a busy machine
/** What Lambda takes of an answer, in bytes. */
export const PAYLOAD_MAX = 6 * 1024 * 1024 + 100;

const refusal = (status, errorType, errorMessage) => ({ status, headers: { 'content-type': 'application/json' }, bytes: Buffer.from(JSON.stringify({ errorMessage, errorType })) });
const ACCEPTED = { status: 202, headers: { 'content-type': 'application/json' }, bytes: Buffer.from('{"status":"OK"}\n') };

/** What the invoker is told. `functionError` is empty for an answer, else the error's type. */
class Outcome {
	constructor(text, functionError = '') { Object.assign(this, { text, functionError }); }

	get json() { return JSON.parse(this.text); }
}

/** One call of the program. */
class Call {
	#api;
	#request;
	#response;

	constructor(api, request, response) {
		this.#api = api;
		this.#request = request;
		this.#response = response;
		const [, next, id, answer, init] = /^invocation\/(next)$|^invocation\/([^/]+)\/(response|error)$|^(init\/error)$/.exec(request.url.slice(BASE.length)) ?? [];
		this.operation = next ?? answer ?? init ?? '';
		this.id = id;
	}

	get headers() { return this.#request.headers; }

	get isGone() { return this.#request.socket.destroyed; }

	body() {
		return this.bytes ??= new Promise((resolve, reject) => {
			const chunks = [];
			this.#request.on('data', chunk => chunks.push(chunk)).on('error', reject).on('end', () => resolve(Buffer.concat(chunks)));
		});
	}

	/** Has the platform do what was asked: {status, headers, bytes}; of `next`, once there is something. */
	async take() { return this.#api.take(this, await this.body()); }

	send({ status, headers, bytes }, more = { 'content-length': bytes.length }) {
		this.#response.writeHead(status, { ...headers, ...more });
		this.#response.end(bytes);
	}

	/** In chunks of so many bytes, the head included, one after the other. */
	async sendPieces({ status, headers, bytes }, size, isChunked) {
		this.#response.writeHead(status, { ...headers, ...isChunked ? {} : { 'content-length': bytes.length } });
		this.#response.flushHeaders();
		for (let at = 0; at < bytes.length && !this.isGone; at += size) {
			this.#response.write(bytes.subarray(at, at + size));
			await new Promise(setImmediate);
		}
		this.#response.end();
	}

	/** The head and half of the body, then nothing more. */
	cut({ status, headers, bytes }) {
		this.#response.writeHead(status, { ...headers, 'content-length': bytes.length });
		this.#response.write(bytes.subarray(0, bytes.length >> 1), () => this.drop());
	}

	/** The connection breaks; what was on its way to the program is handed out again. */
	drop() {
		this.#request.socket.destroy();
		if (this.handed) this.#api.giveBack(this.handed);
	}
}

/** Faults: each spoils one call. */
export const dropBefore = call => call.drop();
export const dropRead = async call => {
	await call.body();
	call.drop();
};
/** The platform has it, and can not say so. */
export const dropTaken = async call => {
	await call.take();
	call.drop();
};
export const cut = async call => call.cut(await call.take());
export const late = ms => async call => {
	const answer = await call.take();
	await sleep(ms);
	if (!call.isGone) call.send(answer);
};
export const refused = (status, type = 'Refused') => async call => {
	await call.body();
	call.send(refusal(status, type, `${type} by the stand-in`));
};
export const chunked = (size = 4096) => async call => call.sendPieces(await call.take(), size, true);
export const dribbled = (size = 7) => async call => call.sendPieces(await call.take(), size, false);
/** As it should be, and the connection is not kept. */
export const closing = async call => {
	const answer = await call.take();
	call.send(answer, { 'content-length': answer.bytes.length, connection: 'close' });
};

export class RuntimeApi {
	#server = http.createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (request, response) => this.#serve(request, response));
	#waiting = []; // calls of `next` that nothing was found for: {call, resolve}
	#queue = []; // invocations that nobody has asked for
	#running = new Map(); // by id
	#ended = new Set(); // ids
	#rules = [];
	#failure = null;
	#began;
	#freezer = null;
	counts = { next: 0, response: 0, error: 0, 'init/error': 0 };
	initErrors = [];
	mostWaiting = 0; // at one time
	mostRunning = 0;
	freezes = 0;

	static async open() {
		const api = new RuntimeApi();
		api.began = new Promise(resolve => { api.#began = resolve; });
		await new Promise(resolve => api.#server.listen(0, '127.0.0.1', resolve));
		api.address = `127.0.0.1:${api.#server.address().port}`;
		return api;
	}

	/** An event, an object or JSON as it is, for whoever asks what is next: an Outcome. An invocation that runs longer, from the moment that
	 *  it was handed out, ends as the platform ends it, but that the program lives on; with patienceMs it is told timeoutMs and has those. */
	invoke(event, { timeoutMs = 120000, patienceMs = timeoutMs, headers = {} } = {}) {
		const bytes = Buffer.isBuffer(event) ? event : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
		return new Promise(resolve => {
			this.#queue.push({ id: randomUUID(), bytes, timeoutMs, patienceMs, headers, resolve });
			this.#match();
		});
	}

	/** How many calls of `next` wait. */
	get waiting() { return this.#living().length; }

	get running() { return this.#running.size; }

	/** Stops the process while no invocation runs and each of its loops waits; with `dropsAtThaw` its connections are gone when it goes on. */
	freezeWith(child, loops, { dropsAtThaw = false } = {}) {
		this.#freezer = { child, loops, dropsAtThaw, isFrozen: false };
		this.#freezeIdle();
	}

	/** Once the program is gone nothing that it had comes to an end. */
	lost() {
		this.#began('ended');
		for (const [id] of this.#running) this.#end(id, new Outcome('', 'Runtime.ExitError'));
		for (const { resolve } of this.#queue.splice(0)) resolve(new Outcome('', 'Runtime.ExitError'));
	}

	/** Spoils the calls of an operation from the n-th on, `count` of them; one rule an operation. The rule counts: `seen`, `struck`. */
	spoil(operation, fault, { n = 1, count = 1 } = {}) {
		assert.ok(operation in this.counts, operation);
		const rule = { operation, fault, from: n, count, seen: 0, struck: 0 };
		this.#rules = [...this.#rules.filter(other => other.operation !== operation), rule];
		return rule;
	}

	clear() { this.#rules = []; }

	/** Every connection breaks at once. */
	dropConnections() { this.#server.closeAllConnections(); }

	/** Throws what the program did that no runtime may do, and what went wrong in here. */
	check() { if (this.#failure) throw this.#failure; }

	async close() {
		this.lost();
		this.dropConnections();
		await new Promise(resolve => this.#server.close(resolve));
		this.check();
	}

	#serve(request, response) {
		const call = new Call(this, request, response);
		const method = call.operation === 'next' ? 'GET' : 'POST';
		request.on('error', () => {}); // a connection that the program gave up, or that we did
		if (!request.url.startsWith(BASE) || call.operation === '' || request.method !== method) {
			this.#fail(new Error(`no call of the Runtime API: ${request.method} ${request.url}`));
			call.send(refusal(404, 'NotFound', 'no such call'));
			return;
		}
		this.counts[call.operation]++;
		Promise.resolve(this.#faultOf(call)(call)).catch(error => {
			if (!call.isGone) this.#fail(error);
			call.drop();
		});
	}

	#fail(error) { this.#failure ??= error; }

	#faultOf({ operation }) {
		const plain = async call => {
			const answer = await call.take();
			if (call.isGone) call.drop();
			else call.send(answer);
		};
		const rule = this.#rules.find(each => each.operation === operation);
		if (!rule) return plain;
		rule.seen++;
		if (rule.seen < rule.from || rule.seen >= rule.from + rule.count) return plain;
		rule.struck++;
		return rule.fault;
	}

	take(call, bytes) {
		if (call.operation === 'next') return this.#next(call);
		this.#checkBody(call, bytes);
		if (call.operation === 'init/error') {
			this.initErrors.push({ type: call.headers['lambda-runtime-function-error-type'], ...JSON.parse(bytes) });
			this.#began('init error');
			return ACCEPTED;
		}
		if (this.#ended.has(call.id)) return refusal(403, 'InvalidStateTransition', 'it has come to its end');
		if (!this.#running.has(call.id)) return refusal(400, 'InvalidRequestID', 'no such invocation');
		if (call.operation === 'response' && bytes.length > PAYLOAD_MAX) {
			this.#end(call.id, new Outcome('', 'Function.ResponseSizeTooLarge'));
			return refusal(413, 'RequestEntityTooLarge', `exceeded maximum allowed payload size (${PAYLOAD_MAX} bytes)`);
		}
		this.#end(call.id, new Outcome(bytes.toString(), call.operation === 'error' ? JSON.parse(bytes).errorType : ''));
		return ACCEPTED;
	}

	/** JSON, and of an error what the documentation wants. */
	#checkBody(call, bytes) {
		const value = JSON.parse(bytes);
		if (call.operation === 'response') return;
		const type = call.headers['lambda-runtime-function-error-type'];
		assert.match(type ?? '', /^[A-Z]\w*\.[A-Z]\w*$/, 'the error says its type');
		assert.equal(typeof value.errorMessage, 'string');
		assert.equal(value.errorType, type);
	}

	#next(call) {
		return new Promise(resolve => {
			this.#waiting.push({ call, resolve });
			this.mostWaiting = Math.max(this.mostWaiting, this.#living().length);
			this.#began('next');
			this.#match();
			this.#freezeIdle();
		});
	}

	#living() { return this.#waiting = this.#waiting.filter(({ call }) => !call.isGone); }

	#match() {
		if (this.#queue.length === 0) return;
		this.#thaw();
		while (this.#queue.length !== 0 && this.#living().length !== 0) this.#handOut(this.#queue.shift(), this.#waiting.shift());
	}

	#handOut(invocation, { call, resolve }) {
		const deadline = Date.now() + invocation.timeoutMs;
		const headers = {
			'content-type': 'application/json', 'Lambda-Runtime-Aws-Request-Id': invocation.id, 'Lambda-Runtime-Deadline-Ms': String(deadline),
			'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-central-1:012345678912:function:innkeeper',
			'Lambda-Runtime-Trace-Id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1', ...invocation.headers,
		};
		const timer = setTimeout(() => this.#end(invocation.id, new Outcome('', 'Sandbox.Timedout')), invocation.patienceMs);
		this.#running.set(invocation.id, { invocation, timer });
		this.mostRunning = Math.max(this.mostRunning, this.running);
		call.handed = invocation.id;
		resolve({ status: 200, headers, bytes: invocation.bytes });
	}

	/** What a call of `next` was handed and did not pass on. */
	giveBack(id) {
		const found = this.#running.get(id);
		if (!found) return;
		clearTimeout(found.timer);
		this.#running.delete(id);
		this.#queue.unshift(found.invocation);
		this.#match();
	}

	#end(id, outcome) {
		const found = this.#running.get(id);
		if (!found) return;
		clearTimeout(found.timer);
		this.#running.delete(id);
		this.#ended.add(id);
		found.invocation.resolve(Object.assign(outcome, { id }));
		this.#freezeIdle();
	}

	#freezeIdle() {
		const freezer = this.#freezer;
		if (!freezer || freezer.isFrozen || freezer.child.isEnded || this.running !== 0 || this.#queue.length !== 0 || this.#living().length < freezer.loops) return;
		freezer.child.signal('SIGSTOP');
		freezer.isFrozen = true;
		this.freezes++;
	}

	/** The process goes on, and is not stopped any more. */
	release() {
		this.#thaw();
		this.#freezer = null;
	}

	#thaw() {
		const freezer = this.#freezer;
		if (!freezer?.isFrozen) return;
		if (freezer.dropsAtThaw) this.dropConnections();
		freezer.child.signal('SIGCONT');
		freezer.isFrozen = false;
	}
}

/** What the platform sets; a function's own settings are the template's. */
export const PLATFORM = {
	AWS_REGION: REGION, AWS_DEFAULT_REGION: REGION, AWS_LAMBDA_FUNCTION_NAME: 'innkeeper', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
	AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128', AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand', _HANDLER: 'bootstrap', TZ: ':UTC',
};

/** `innkeeper lambda` beside a Runtime API of its own. */
export class Lambda extends Child {
	/** Begun, and whatever comes of it; settings and the platform's variables are `env`'s, where undefined takes one away. */
	static async begin({ env = {}, concurrency, prefix = [], command = [program('INNKEEPER_BIN'), 'lambda'] } = {}) {
		const api = await RuntimeApi.open();
		const own = { ...PLATFORM, ...PATIENT, AWS_LAMBDA_RUNTIME_API: api.address, ...concurrency && { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) }, ...env };
		const lambda = Object.assign(new Lambda([...prefix, ...command], environment(own)), { api, loops: concurrency ?? 1 });
		lambda.exit.then(() => api.lost());
		return lambda;
	}

	/** The same, asking what is next; with `freezes` it is stopped whenever nothing runs. */
	static async start({ freezes = false, dropsAtThaw = false, ...options } = {}) {
		const lambda = await Lambda.begin(options);
		const word = await within(START_MS, 'the first call of next', lambda.api.began);
		if (word !== 'next') {
			await lambda.kill();
			throw new Error(`the function does not begin: ${word} ${JSON.stringify(lambda.api.initErrors)}\n${lambda.log}`);
		}
		if (freezes) lambda.api.freezeWith(lambda, lambda.loops, { dropsAtThaw });
		return lambda;
	}

	invoke(event, options) { return this.api.invoke(event, options); }

	/** How the process stands: a letter, T while it is stopped. */
	get state() { return /\) (\w)/.exec(readFileSync(`/proc/${this.pid}/stat`, 'latin1'))[1]; }

	/** SIGTERM, which must end it well. */
	async stop() {
		this.api.release();
		try {
			return await super.stop();
		} finally {
			await this.api.close();
		}
	}

	async kill() {
		const end = await super.kill();
		await this.api.close();
		return end;
	}
}
