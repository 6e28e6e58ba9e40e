// A running shop to be moved: hotels with everything in them, chains, a long history, deleted hotels, kept answers; and every answer that it gives.
import assert from 'node:assert/strict';
import { HEAD, LISTS } from './furnished.mjs';
import { run, sleep } from './innkeeper.mjs';

const COLLECTIONS = { 'rooms/type': 'roomTypes', tags: 'tags', sellables: 'sellables', rules: 'businessRules', rateplans: 'ratePlans', taxes: 'taxes' };

/** One request with a key, to be sent again. */
const keyed = i => ['/config', { name: `Kept ${i}`, description: 'x'.repeat(i * 50) }, { 'Idempotency-Key': `key-${i}` }];

/** Fills a server. Returns the codes of its hotels, and the answers to requests with keys. */
export async function fillShop(server) {
	assert.equal((await server.put('/chains/ACME', { name: 'Acme "&" Söhne' })).status, 201);
	assert.equal((await server.put('/brands/INN', { name: 'Inn', chain: 'ACME' })).status, 201);
	const codes = [];
	for (let i = 0; i < 4; i++) codes.push(await server.create(`Furnished ${i} 東京`, { ...HEAD, ...LISTS, chain: i % 2 ? 'ACME' : null, brand: i === 3 ? 'INN' : null }));
	for (let i = 0; i < 30; i++) assert.equal((await server.patch(`/config/${codes[0]}/tags/SEA`, { name: `Sea ${i}`, priceImpact: 1.5 + i })).status, 200);
	const long = Array.from({ length: 40 }, (_, i) => ({ code: `L-${i}`, description: `${i}`.repeat(8000) }));
	codes.push(await server.create('Long texts', { roomTypes: long }));
	const gone = await server.create('Gone', { tags: [{ code: 'T' }] });
	assert.equal((await server.delete(`/config/${gone}`)).status, 200);
	const kept = [];
	for (let i = 0; i < 6; i++) kept.push(await server.post(...keyed(i)));
	return { codes: [...codes, ...kept.map(answer => answer.hotel.code)], gone, kept };
}

const told = ({ status, text, headers }) => ({ status, text, etag: headers.etag ?? null });

/** Every answer to a GET that the shop has: lists, hotels, each object of each. */
export async function allAnswers(server, { codes }) {
	const answers = {};
	const take = async path => {
		const answer = await server.get(path);
		assert.equal(answer.status, 200, `${path}: ${answer.text}`);
		answers[path] = told(answer);
		return answer.json;
	};
	for (const path of ['/config?limit=100', '/config?chain=ACME', '/config?brand=INN&limit=1', '/config?q=kept', '/chains', '/chains/ACME', '/brands', '/brands/INN']) await take(path);
	for (const code of codes) {
		const [hotel] = (await take(`/config/${code}`)).response;
		for (const [path, list] of Object.entries(COLLECTIONS)) {
			await take(`/config/${code}/${path}?limit=2`);
			for (const object of hotel[list] ?? []) await take(`/config/${code}/${path}/${encodeURIComponent(object.code ?? object.id)}`);
		}
	}
	return answers;
}

/** Reads a hotel until told to stop: every answer is whole. Resolves with how many there were. */
export function readAllTheWhile(server, code) {
	let stopped = false, n = 0;
	const done = (async () => {
		const first = told(await server.get(`/config/${code}`));
		for (; !stopped; n++) {
			assert.deepEqual(told(await server.get(`/config/${code}`)), first);
			await sleep(2);
		}
	})();
	return async () => {
		stopped = true;
		await done;
		return n;
	};
}

/** A retry after the move gets the answer of before, and nothing happens a second time. */
export async function retryAll(server, { kept }) {
	for (const [i, before] of kept.entries()) {
		const again = await server.post(...keyed(i));
		assert.equal(again.headers['idempotency-replayed'], 'true', JSON.stringify(again.headers));
		assert.deepEqual(told(again), told(before));
	}
}

export const urlOf = folder => `sqlite:${folder}/innkeeper.db`;

/** Runs `innkeeper copy`: {code, out, err} and what it says in JSON. */
export async function copy(from, to, { flags = [], env } = {}) {
	const result = await run('INNKEEPER_BIN', ['copy', '--from', from, '--to', to, '--json', ...flags], { env });
	const err = result.err.split('\n').filter(line => !line.startsWith('{"time":')).join('\n'); // the log
	return { ...result, err, ...result.out && JSON.parse(result.out) };
}

/** Copies, and both are equal then. */
export async function move(from, to, options) {
	const result = await copy(from, to, options);
	assert.deepEqual([result.code, result.err, result.equal, result.complaints], [0, '', true, 0], result.out + result.err);
	return result;
}

export async function exported(url, env) {
	const { code, out, err } = await run('INNKEEPER_BIN', ['export', '-', '--store', url], { env });
	assert.equal(code, 0, err);
	return out;
}

export async function isClean(url, env) {
	const { code, out, err } = await run('INNKEEPER_BIN', ['check', '--store', url], { env });
	assert.equal(code, 0, out + err);
}
