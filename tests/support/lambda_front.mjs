// API Gateway before a function: each HTTP request is an event of one of its shapes, each answer of the function an answer of HTTP.
import { mkdirSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { within } from './child.mjs';
import { isLambda, PATIENT, storeFlags } from './engine.mjs';
import { answerOf, eventOf, SHAPES } from './lambda_events.mjs';
import { chance } from './random_requests.mjs';
import { PLATFORM, RuntimeApi, START_MS } from './runtime_api.mjs';

const LOOPS = 8;

/** What Lambda takes of an event, in bytes. */
const EVENT_MAX = 6 * 1024 * 1024;
/** Anything else is refused by the gateway. */
const TARGET = /^\/(?:[!$&'()*+,./0-9:;=?@A-Z_a-z~-]|%[0-9A-Fa-f]{2})*$/;
/** Between two hops, or answered by the gateway itself. */
const HOP = /^(connection|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

const pairs = raw => raw.filter((_, i) => i % 2 === 0).map((name, i) => [name, raw[2 * i + 1]]);

export class LambdaFront {
	#server;
	#lambda;
	#random;
	counts = {}; // requests by shape

	/** `shapes`: one of them for each request, by the chance of `seed`; `options` as eventOf() has them; both may be changed. */
	constructor(lambda, { shapes = SHAPES, seed = 1, options = {} } = {}) {
		this.#lambda = lambda;
		this.#random = chance(seed);
		Object.assign(this, { shapes, options });
		this.#server = http.createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, maxHeaderSize: 1 << 17 }, (request, response) => {
			const chunks = [];
			request.on('error', () => {}).on('data', chunk => chunks.push(chunk)).on('end', () => this.#answer(request, response, Buffer.concat(chunks)).catch(error => {
				// Nothing that the program did: the test that asked must see it.
				response.writeHead(502, { 'content-type': 'text/plain' }).end(`the stand-in failed: ${error.stack}`);
			}));
		});
	}

	static async open(lambda, options) {
		const front = new LambdaFront(lambda, options);
		await new Promise(resolve => front.#server.listen(0, '127.0.0.1', resolve));
		return Object.assign(front, { host: '127.0.0.1', port: front.#server.address().port });
	}

	async #answer(request, response, bytes) {
		const { method, url: target, rawHeaders } = request;
		const shape = this.#random.of(this.shapes), asBase64 = this.#random.is(0.2);
		this.counts[shape] = (this.counts[shape] ?? 0) + 1;
		const event = JSON.stringify(eventOf(shape, { method, target, headers: pairs(rawHeaders).filter(([name]) => !HOP.test(name)), bytes }, { asBase64, ...this.options }));
		if (!TARGET.test(target)) {
			response.writeHead(400, { 'content-type': 'application/json' }).end('{"message":"Bad Request"}');
			return;
		}
		if (Buffer.byteLength(event) > EVENT_MAX) {
			response.writeHead(413, { 'content-type': 'application/json' }).end('{"message":"Request Too Long"}');
			return;
		}
		const outcome = await this.#lambda.invoke(event);
		if (outcome.functionError === 'Runtime.ExitError') {
			request.socket.destroy(); // no answer: as from a server that is gone
			return;
		}
		const answer = outcome.functionError ? answerOf(shape, method, JSON.stringify({ functionError: outcome.functionError, text: outcome.text })) : answerOf(shape, method, outcome.text);
		const hasBody = method !== 'HEAD' && ![204, 304].includes(answer.status);
		response.writeHead(answer.status, [...answer.headers, ...hasBody ? [['Content-Length', answer.bytes.length]] : []].flat());
		response.end(answer.bytes);
	}

	async close() {
		this.#server.closeAllConnections();
		await new Promise(resolve => this.#server.close(resolve));
	}
}

/** Flags of `serve` as the variables that `lambda` has them in. */
function settingsOf(flags) {
	const rows = [];
	for (const word of flags) {
		const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/.exec(word) ?? [];
		if (name) rows.push([`INNKEEPER_${name.toUpperCase().replaceAll('-', '_')}`, value ?? 'true']);
		else rows.at(-1)[1] = word;
	}
	return Object.fromEntries(rows);
}

let isFrozen = false; // the last one
const seed = Number(process.env.INNKEEPER_SEED ?? Date.now() % 1e9);
if (isLambda) console.log(`# events are of the shapes of INNKEEPER_SEED=${seed}`);

/** `innkeeper lambda` on the store of a folder, as support/innkeeper.mjs starts and reaches it: so many loops, events of `shapes` (all of them
 *  by chance) with the `options` of eventOf(). While nothing runs it is stopped: every second one, if nobody says. */
export async function asFunction(folder, flags, { loops = LOOPS, shapes = SHAPES, options = {}, freezes = isFrozen = !isFrozen, dropsAtThaw = false } = {}) {
	const api = await RuntimeApi.open();
	mkdirSync(folder, { recursive: true });
	const [, store = `sqlite:${join(folder, 'innkeeper.db')}`] = storeFlags(folder);
	const settings = { ...PLATFORM, ...PATIENT, AWS_LAMBDA_RUNTIME_API: api.address, AWS_LAMBDA_MAX_CONCURRENCY: String(loops), INNKEEPER_INSECURE: '1', INNKEEPER_STORE: store, ...settingsOf(flags) };
	let gateway;
	return {
		args: ['lambda'], env: settings,
		async listening(server) {
			server.exit.then(() => api.lost());
			const word = await within(START_MS, 'the first call of next', api.began);
			if (word !== 'next') throw new Error(`${word} ${JSON.stringify(api.initErrors)}`);
			if (freezes) api.freezeWith(server, loops, { dropsAtThaw });
			gateway = await LambdaFront.open(api, { shapes, seed, options });
			return { api, gateway, host: gateway.host, port: gateway.port };
		},
		stopping() { api.release(); },
		async close() {
			await gateway?.close();
			await api.close();
		},
	};
}
