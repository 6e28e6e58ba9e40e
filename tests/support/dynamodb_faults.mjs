// A stand-in between the program and DynamoDB Local: hands every call on, but for those that a test has it spoil. It does what the service
// and the network between do now and then, and Local never: nothing of it is made up but the moment.
import assert from 'node:assert/strict';
import http from 'node:http';
import { endpoint } from './engine.mjs';

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
	return crc;
});

export function crc32(bytes) {
	let crc = 0xffffffff;
	for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
	return (crc ^ 0xffffffff) >>> 0;
}

/** One call that is spoiled. */
class Call {
	#agent;
	#request;
	#response;

	constructor(agent, request, response, bytes) {
		this.#agent = agent;
		this.#request = request;
		this.#response = response;
		this.bytes = bytes;
		this.operation = (request.headers['x-amz-target'] ?? '').split('.').at(-1);
		this.headers = request.headers;
	}

	get request() { return JSON.parse(this.bytes); }

	/** Has Local do it: {status, headers, bytes}. */
	forward() {
		return new Promise((resolve, reject) => {
			const { 'content-type': type, 'x-amz-target': target, authorization, 'x-amz-date': date } = this.headers;
			// A key may have a number behind it, of which Local's databases know nothing.
			const headers = { 'Content-Type': type, 'X-Amz-Target': target, Authorization: authorization?.replace(/X\d+\//, '/'), 'X-Amz-Date': date, 'Content-Length': this.bytes.length };
			http.request(endpoint(), { method: 'POST', agent: this.#agent, headers }, answer => {
				const chunks = [];
				answer.on('data', chunk => chunks.push(chunk)).on('error', reject).on('end', () => {
					const kept = Object.entries(answer.headers).filter(([name]) => /^(content-type|x-amz.*)$/.test(name));
					resolve({ status: answer.statusCode, headers: Object.fromEntries(kept), bytes: Buffer.concat(chunks) });
				});
			}).on('error', reject).end(this.bytes);
		});
	}

	/** The service's word has the sum of its body, unless the headers have one; what is no word of its has none. */
	send({ status = 200, headers = {}, bytes }) {
		const own = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(bytes)) };
		this.#response.writeHead(status, { ...headers['content-type'] === 'text/html' ? {} : own, ...headers, 'content-length': bytes.length }).end(bytes);
	}

	/** The head and the first half of the body, and then nothing more. */
	cut({ status, headers, bytes }) {
		this.#response.writeHead(status, { ...headers, 'content-length': bytes.length });
		this.#response.write(bytes.subarray(0, bytes.length >> 1), () => this.drop());
	}

	drop() { this.#request.socket.destroy(); }

	isGone() { return this.#request.socket.destroyed; }
}

const text = words => Buffer.from(words);
const wait = ms => new Promise(resolve => setTimeout(resolve, ms));

/** The service's refusal, as it words them. */
export const problem = (status, type, more = {}, headers = {}) => ({
	status, headers, bytes: text(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `${type} by the stand-in`, ...more })),
});

/** Faults: each spoils one call. `before` answers in place of the service, `after` lets it do its work first. */
export const before = answer => call => call.send(answer);
export const after = answer => async call => {
	await call.forward();
	call.send(answer);
};
export const dropBefore = call => call.drop();
export const dropAfter = async call => {
	await call.forward();
	call.drop();
};
export const slow = ms => async call => {
	const answer = await call.forward();
	await wait(ms);
	if (!call.isGone()) call.send(answer);
};
/** Done, and answered once it is opened: {open(), fault}. */
export function held() {
	let open;
	const opened = new Promise(resolve => { open = resolve; });
	return { open, fault: async call => {
		const answer = await call.forward();
		await opened;
		if (!call.isGone()) call.send(answer);
	} };
}
/** Neither done nor answered. */
export const silent = () => {};
/** Done after the caller may have gone: a late finisher. */
export const late = ms => async call => {
	await wait(ms);
	const answer = await call.forward();
	if (!call.isGone()) call.send(answer);
};
export const cut = async call => call.cut(await call.forward());
export const wrongSum = async call => {
	const answer = await call.forward();
	call.send({ ...answer, headers: { ...answer.headers, 'x-amz-crc32': String((crc32(answer.bytes) + 1) >>> 0) } });
};
/** One letter of the answer is another one, under the sum of what was sent. */
export const flipped = async call => {
	const answer = await call.forward();
	const sum = String(crc32(answer.bytes));
	answer.bytes[answer.bytes.length >> 1] ^= 1;
	call.send({ ...answer, headers: { ...answer.headers, 'x-amz-crc32': sum } });
};
/** A transaction is cancelled: the code stands for one item, `None` for the others. */
export const cancelled = (code, at = 0) => call => {
	const reasons = (call.request.TransactItems ?? [null]).map((_, i, all) => (i === Math.min(at, all.length - 1) ? { Code: code, Message: `${code} by the stand-in` } : { Code: 'None' }));
	call.send(problem(400, 'TransactionCanceledException', { message: undefined, Message: `Transaction cancelled [${reasons.map(({ Code }) => Code).join(', ')}]`, CancellationReasons: reasons }));
};

export class FaultyDynamodb {
	#agent = new http.Agent({ keepAlive: true });
	#server = http.createServer((request, response) => this.#take(request, response));
	#rule = null;
	#failure = null;
	counts = new Map(); // operation -> calls

	static async open() {
		const faulty = new FaultyDynamodb();
		await new Promise(resolve => faulty.#server.listen(0, '127.0.0.1', resolve));
		faulty.#server.keepAliveTimeout = 60000;
		faulty.endpoint = `http://127.0.0.1:${faulty.#server.address().port}`;
		return faulty;
	}

	/** Spoils the calls from the n-th on, `count` of them, of the operations that `operation` matches; one rule at a time. The rule
	 *  counts: `seen`, `struck`. */
	spoil(fault, { operation = /./, n = 1, count = 1 } = {}) {
		this.#rule = { fault, operation, from: n, count, seen: 0, struck: 0 };
		return this.#rule;
	}

	clear() { this.#rule = null; }

	/** Every connection breaks at once. */
	dropConnections() { this.#server.closeAllConnections(); }

	get calls() { return [...this.counts.values()].reduce((sum, n) => sum + n, 0); }

	#take(request, response) {
		const chunks = [];
		request.on('error', () => {}).on('data', chunk => chunks.push(chunk)).on('end', () => {
			const call = new Call(this.#agent, request, response, Buffer.concat(chunks));
			this.counts.set(call.operation, (this.counts.get(call.operation) ?? 0) + 1);
			Promise.resolve(this.#faultOf(call)(call)).catch(error => {
				this.#failure = error;
				call.drop();
			});
		});
	}

	#faultOf(call) {
		const rule = this.#rule;
		if (!rule || !rule.operation.test(call.operation)) return slow(0);
		rule.seen++;
		if (rule.seen < rule.from || rule.seen >= rule.from + rule.count) return slow(0);
		rule.struck++;
		return rule.fault;
	}

	/** Ends it; throws what went wrong in itself. */
	async close() {
		this.#agent.destroy();
		this.#server.closeAllConnections();
		await new Promise(resolve => this.#server.close(resolve));
		assert.equal(this.#failure, null);
	}
}

const page = text('<html><body>502 Bad Gateway</body></html>');
const json = words => ({ bytes: text(words) });
const BODIES = { garbage: json('\u0000\u0001{{{{'), nothing: json(''), 'a page of HTML': { headers: { 'content-type': 'text/html' }, bytes: page }, 'another JSON': json('[1]'), 'half of a JSON': json('{"Item":{"code":{"S":"') };

const transact = /^TransactWriteItems$/;
const cancelledBy = (code, more = {}) => ({ fault: cancelled(code), operation: transact, ...more });

/** A fault of each sort by its name. Those that are of one operation only say which; a call is tried again after all but the final ones,
 *  where the caller hears 503, or `status`. */
export const FAULTS = {
	'500 before': { fault: before(problem(500, 'InternalServerError')) },
	'500 after': { fault: after(problem(500, 'InternalServerError')) },
	'503 before': { fault: before(problem(503, 'ServiceUnavailable')) },
	'503 after': { fault: after(problem(503, 'ServiceUnavailable')) },
	'a gateway before': { fault: before({ status: 502, headers: { 'content-type': 'text/html' }, bytes: page }) },
	'a gateway after': { fault: after({ status: 504, headers: { 'content-type': 'text/html' }, bytes: page }) },
	throttled: { fault: before(problem(400, 'ThrottlingException', { throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn' }] })) },
	'throughput exceeded': { fault: before(problem(400, 'ProvisionedThroughputExceededException')) },
	'request limit': { fault: before(problem(400, 'RequestLimitExceeded')) },
	'status 429': { fault: before({ status: 429, bytes: text('') }) },
	'status 413': { fault: before({ status: 413, headers: { 'content-type': 'text/html' }, bytes: text('too large') }), isFinal: true, status: 413 },
	'dropped before': { fault: dropBefore },
	'dropped after': { fault: dropAfter },
	slow: { fault: slow(300) },
	late: { fault: late(300) },
	cut: { fault: cut },
	'wrong sum': { fault: wrongSum },
	flipped: { fault: flipped },
	'expired token': { fault: before(problem(400, 'ExpiredTokenException')) },
	'unknown client': { fault: before(problem(400, 'UnrecognizedClientException')) },
	denied: { fault: before(problem(400, 'AccessDeniedException')), isFinal: true },
	'not valid': { fault: before(problem(400, 'ValidationException')), isFinal: true },
	'no table': { fault: before(problem(400, 'ResourceNotFoundException')), isFinal: true },
	'an error of tomorrow': { fault: before(problem(400, 'NeverHeardOfException')), isFinal: true },
	'another region': { fault: before(problem(400, 'ReplicatedWriteConflictException')) },
	'in progress before': { fault: before(problem(400, 'TransactionInProgressException')), operation: transact },
	'in progress after': { fault: after(problem(400, 'TransactionInProgressException')), operation: transact },
	'another request of the token': { fault: before(problem(400, 'IdempotentParameterMismatchException')), operation: transact, isFinal: true },
	'conflict on one item': { fault: before(problem(400, 'TransactionConflictException')), operation: /^PutItem$/ },
	'cancelled: TransactionConflict': cancelledBy('TransactionConflict'),
	'cancelled: TransactionConflict of the last': { fault: cancelled('TransactionConflict', 99), operation: transact },
	'cancelled: ThrottlingError': cancelledBy('ThrottlingError'),
	'cancelled: ProvisionedThroughputExceeded': cancelledBy('ProvisionedThroughputExceeded'),
	'cancelled: ValidationError': cancelledBy('ValidationError', { isFinal: true }),
	'cancelled: ItemCollectionSizeLimitExceeded': cancelledBy('ItemCollectionSizeLimitExceeded', { isFinal: true, status: 507 }),
	'cancelled: nothing but None': cancelledBy('None', { isFinal: true }),
	'cancelled: NeverHeardOf': cancelledBy('NeverHeardOf', { isFinal: true }),
	...Object.fromEntries(Object.entries(BODIES).flatMap(([name, answer]) => [[`${name} before`, { fault: before(answer) }], [`${name} after`, { fault: after(answer) }]])),
};
