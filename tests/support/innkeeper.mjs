// The program as a child process on a data folder, and a client that keeps answers as text: `innkeeper serve`, or with INNKEEPER_TEST_FRONT=lambda
// `innkeeper lambda` behind a gateway.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, environment, program, sleep, within } from './child.mjs';
import { Contract } from './contract.mjs';
import { dropStore, isDynamodb, isLambda, isNarrow, PATIENT, storeFlags, storeWord, withStores } from './engine.mjs';
import { asFunction } from './lambda_front.mjs';

export { beginWatch, logLines, program, sleep, unstalled, within } from './child.mjs';

const START_MS = 60000; // sanitizer builds on a busy machine
const ANSWER_MS = 150000; // above every --handler-timeout of the tests
const RUN_MS = isDynamodb || isNarrow ? 600000 : 120000; // of `agree`, which asks DynamoDB for each object alone; of a large intent's end

export const makeFolder = () => mkdtempSync(join(tmpdir(), 'innkeeper-'));

export function removeFolder(folder) {
	rmSync(folder, { recursive: true, force: true });
	dropStore(folder);
}

const lowerCased = headers => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
const contracts = new Map();

/** What the program says of itself under a base path: once a process, for it is 160 kB. */
function contractUnder(basePath) {
	if (!contracts.has(basePath)) {
		const flags = basePath ? ['--base-path', basePath] : [];
		contracts.set(basePath, new Contract(execFileSync(program('INNKEEPER_BIN'), ['openapi', ...flags], { encoding: 'utf8', env: environment({}) })));
	}
	return contracts.get(basePath);
}

function basePathOf(flags, env) {
	const flag = /--base-path[= ](\S+)/.exec(flags.join(' '));
	return flag?.[1] ?? env.INNKEEPER_BASE_PATH ?? '';
}

/** `innkeeper serve` on a folder. */
const serving = (folder, flags) => ({
	args: ['serve', '--listen', '127.0.0.1:0', '--data', folder, ...flags.includes('--store') ? [] : storeFlags(folder), ...flags],
	env: PATIENT,
	async listening(server) {
		for (const end = Date.now() + START_MS; Date.now() < end && !server.isEnded; await sleep(5)) {
			const found = /listening(?:","detail":"|: )http:\/\/([^:]*):(\d+)/.exec(server.log);
			if (found) return { host: found[1], port: Number(found[2]) };
		}
		throw new Error('no address');
	},
	stopping() {},
	async close() {},
});

export class Server extends Child {
	#front;
	#agent;

	/** `front` says how it is started and reached. */
	constructor(folder, front, { flags, env, prefix, keepAlive }) {
		super([...prefix, program('INNKEEPER_BIN'), ...front.args], environment({ ...front.env, ...env }));
		this.#agent = new http.Agent({ keepAlive });
		this.#front = front;
		this.folder = folder;
		this.basePath = basePathOf(flags, env);
	}

	async listening() {
		try {
			return Object.assign(this, await this.#front.listening(this));
		} catch (error) {
			await this.kill();
			throw new Error(`the server does not listen: ${error.message}\n${this.log}`);
		}
	}

	/** Throws when the exchange is not as documented; the test file fails even if somebody catches that. */
	#check(request, answer) {
		const faults = contractUnder(this.basePath).faults(request, answer);
		if (answer.status === 500 && !this.isDamaged) faults.push('a bug of the server');
		if (new Set(answer.names.map(name => name.toLowerCase())).size !== answer.names.length) faults.push(`a header stands there twice: ${answer.names}`);
		if (faults.length === 0) return;
		process.exitCode = 1;
		throw new Error(`not as documented: ${request.method} ${request.path} -> ${answer.status}: ${faults.join('; ')}\n${answer.text.slice(0, 1000)}`);
	}

	/** One request, which must be as documented. A body that is no text and no Buffer is sent as JSON. */
	request(method, path, { body, headers = {}, agent = this.#agent } = {}) {
		const bytes = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
		const type = bytes === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(bytes) };
		const sent = { ...type, ...headers };
		return within(ANSWER_MS, `${method} ${path}`, new Promise((resolve, reject) => {
			const options = { host: this.host, port: this.port, method, path, agent, headers: sent };
			const request = http.request(options, response => {
				const chunks = [];
				response.on('data', chunk => chunks.push(chunk)).on('error', reject).on('end', () => {
					if (response.complete) resolve(new Answer(response, Buffer.concat(chunks)));
					else reject(new Error('the answer was cut off'));
				});
			});
			request.on('error', reject).end(bytes);
		})).then(answer => {
			this.#check({ method, path, headers: lowerCased(sent), bytes: bytes ?? '' }, answer);
			return answer;
		});
	}

	get(path, headers) { return this.request('GET', path, { headers }); }
	post(path, body, headers) { return this.request('POST', path, { body, headers }); }
	put(path, body, headers) { return this.request('PUT', path, { body, headers }); }
	patch(path, body, headers) { return this.request('PATCH', path, { body, headers }); }

	delete(path, headers) { return this.request('DELETE', path, { headers }); }

	/** Creates a hotel and returns its code. */
	async create(name, members = {}) {
		const answer = await this.post('/config', { name, ...members });
		if (answer.status !== 200) throw new Error(`create ${name}: ${answer.status} ${answer.text}`);
		return answer.json.response[0].code;
	}

	async kill() {
		this.#agent.destroy();
		const end = await super.kill();
		await this.#front.close();
		return end;
	}

	async stop() {
		this.#agent.destroy();
		this.#front.stopping();
		try {
			return await super.stop();
		} finally {
			await this.#front.close();
		}
	}
}

class Answer {
	constructor(response, bytes) {
		this.status = response.statusCode;
		this.headers = response.headers;
		this.names = response.rawHeaders.filter((_, i) => i % 2 === 0);
		this.bytes = bytes;
	}

	get text() { return this.bytes.toString('utf8'); }
	get json() { return JSON.parse(this.text); }
	get hotel() { return this.json.response[0]; }
}

/** A server on a folder; give the folder to see what an earlier one has left. `prefix` is a command that runs it. Where its store is
 * known to be damaged, 500 is an answer. Without `keepAlive` each request has a connection of its own. `lambda`: `innkeeper lambda`, as
 * asFunction() wants it; then `api` and `gateway` are there too. */
export async function start({ folder = makeFolder(), flags = [], env = {}, prefix = [], keepAlive = true, isDamaged = false, lambda = isLambda ? {} : null } = {}) {
	const front = await (lambda ? asFunction(folder, flags, lambda) : serving(folder, flags));
	return Object.assign(new Server(folder, front, { flags, env, prefix, keepAlive }), { isDamaged }).listening();
}

/** Ends a server that must end well, and removes its folder. */
export async function finish(server) {
	const { code, signal } = await server.stop();
	removeFolder(server.folder);
	if (code !== 0) throw new Error(`the server ended with ${code ?? signal}:\n${server.log}`);
}

/** Runs a program to its end: {code, out, err}. */
export function run(name, args, { env = {}, cwd, prefix = [] } = {}) {
	const [command, ...all] = [...prefix, program(name), ...withStores(args)];
	const options = { env: environment(env), cwd, timeout: RUN_MS, killSignal: 'SIGKILL', maxBuffer: 1 << 26 };
	return new Promise(resolve => execFile(command, all, options, (error, out, err) =>
		resolve({ code: error ? error.code ?? error.signal : 0, out, err })));
}

/** What tests/support/agree.c finds in a data folder that nobody writes: throws when its records do not agree, or when `innkeeper check` finds
 * something that it does not. */
export async function agree(folder, options) {
	const { code, out, err } = await run('INNKEEPER_AGREE', [storeWord(folder)], options);
	const counts = /^(\d+) hotels, (\d+) revisions, (\d+) objects agree$/m.exec(out);
	if (code !== 0 || !counts) throw new Error(`agree ended with ${code}: ${out}${err}`);
	const check = await run('INNKEEPER_BIN', ['check', '--data', folder], options);
	if (check.code !== 0) throw new Error(`check ended with ${check.code}: ${check.out}${check.err}`);
	const [hotels, revisions, objects] = counts.slice(1).map(Number);
	return { hotels, revisions, objects };
}
