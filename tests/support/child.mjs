// A program as a child process: its log, its end, and an environment that knows nothing of who runs the tests.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { CREDENTIALS, isDynamodb } from './engine.mjs';

const STOP_MS = 60000;

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

/** How long something takes at most: a function that ends the watch and says the milliseconds. It counts naps of this process, so that what
 *  stands still with the whole machine, or waits for a processor as we do, is not slow. Never more than the time that passed. */
export function beginWatch() {
	let ms = 0;
	const timer = setInterval(() => { ms += 10; }, 10);
	return () => {
		clearInterval(timer);
		return ms;
	};
}

/** What comes of an action while which the machine did not stand still for a second: else it is done again, ten times at most. For what the
 *  program under test has a time of its own for. */
export async function unstalled(action) {
	for (let i = 0; ; i++) {
		const begin = Date.now(), watch = beginWatch();
		const outcome = await action();
		if (Date.now() - begin - watch() < 1000 || i === 10) return outcome;
	}
}

/** Rejects when it takes too long: no test may hang. */
export function within(ms, what, promise) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`${what}: nothing within ${ms} ms`)), ms);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export function program(name) {
	const path = process.env[name];
	if (!path) throw new Error(`${name} must name the program under test`);
	return path;
}

/** Nothing of the person who runs the tests: neither settings nor credentials. */
export function environment(extra) {
	const own = Object.entries(process.env).filter(([name]) => !/^(INNKEEPER_(?!BIN|AGREE)|AWS_)/.test(name));
	return { ...Object.fromEntries(own), ...isDynamodb && CREDENTIALS, ...extra };
}

/** The lines of a log, each of which must be one JSON object with the fixed members. A line that a kill has cut is left out. */
export function logLines(log) {
	return log.slice(0, log.lastIndexOf('\n') + 1).split('\n').slice(0, -1).map(text => {
		let line;
		try {
			line = JSON.parse(text);
		} catch {
			throw new Error(`no JSON in the log: ${text}`);
		}
		assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, text);
		assert.match(line.level, /^(info|warn|error)$/, text);
		assert.match(line.event, /^[a-z_]+$/, text);
		return line;
	});
}

export class Child {
	#child;
	#logged;
	log = '';

	constructor([command, ...args], env) {
		this.#child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
		this.exit = new Promise(resolve => {
			const end = (code, signal) => {
				this.isEnded = true;
				resolve({ code, signal });
			};
			this.#child.once('exit', end).once('error', error => {
				this.log += `${error.message}\n`;
				end(127, null);
			});
		});
		this.#child.stderr.setEncoding('utf8').on('data', text => { this.log += text; });
		this.#logged = new Promise(resolve => this.#child.stderr.once('close', resolve));
	}

	get pid() { return this.#child.pid; }

	signal(name) { this.#child.kill(name); }

	/** Waits for a part of the log and returns its match. */
	async logged(pattern, ms = 60000) {
		for (const end = Date.now() + ms; Date.now() < end; await sleep(5)) {
			const found = this.log.match(pattern);
			if (found) return found;
		}
		throw new Error(`not logged: ${pattern}; but:\n${this.log}`);
	}

	/** Resolves with how it ended and all of its log is there. */
	async ended(ms = STOP_MS) {
		const end = await within(ms, 'the end', this.exit);
		await within(ms, 'the end of the log', this.#logged);
		return end;
	}

	/** kill -9; resolves when the process is gone. */
	kill() {
		this.signal('SIGKILL');
		return this.exit;
	}

	/** SIGTERM; resolves with how it ended, and in how many milliseconds at most (beginWatch). */
	async stop() {
		const watch = beginWatch();
		this.signal('SIGTERM');
		const end = await within(STOP_MS, 'SIGTERM', this.exit).catch(async error => {
			watch();
			await this.kill();
			throw error;
		});
		const ms = watch();
		await within(STOP_MS, 'the end of the log', this.#logged);
		if (!this.onTerminal) logLines(this.log);
		return { ...end, ms };
	}
}
