// Writers and readers of one hotel at once, in two processes: every answer is one revision, and none is older than what was acknowledged.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

const WRITES = 120; // of each of two writers
const READERS = 3; // of each process, in parallel

let server;
let cold; // a second process on the same folder, without a cache
before(async () => {
	server = await start({ flags: ['--handler-timeout', '30s'] });
	cold = await start({ folder: server.folder, flags: ['--handler-timeout', '30s', '--cache-size', '0'] });
});
after(async () => {
	assert.equal((await cold.stop()).code, 0);
	await finish(server);
});

const stamp = number => `stamp ${number}`;
const tags = number => ['SEA', 'TOP'].map(code => ({ code, name: stamp(number) }));
const names = [{ code: 'SEA' }, { code: 'TOP' }];

/** Lists in which everything with a name has the number in it, and which embed tags wherever they can be. */
const lists = number => ({
	tags: tags(number),
	roomTypes: ['A', 'B', 'C'].map(code => ({ code, name: stamp(number) })),
	ratePlans: ['BAR', 'WEEK'].map(code => ({ code, name: stamp(number), roomTypes: ['A', 'C'] })),
	sellables: ['BFAST', 'SPA'].map(code => ({ code, name: stamp(number), optionalTags: names })),
	buildings: [{ name: stamp(number), floors: [{ num: 0, rooms: [1, 2, 3].map(room => ({ number: room, name: stamp(number), type: 'B', attributes: names })) }] }],
});

/** Every number that stands in the answer: as many as `stamps` say, and all the same. */
function numberIn(answer, stamps, what) {
	assert.equal(answer.status, 200, `${what}: ${answer.text}`);
	const found = [...answer.text.matchAll(/"stamp (\d+)"/g)].map(match => Number(match[1]));
	assert.equal(found.length, stamps, `${what}: ${answer.text}`);
	assert.equal(new Set(found).size, 1, `${what} is of several revisions: ${found}`);
	return found[0];
}

/** Counts up by If-Match, so that a number says how old it is; `write` is one commit. Each success raises `known.acknowledged`. */
async function countUp(own, code, known, write) {
	for (let written = 0; written < WRITES;) {
		const read = await own.get(`/config/${code}`);
		const next = Number(/"stamp (\d+)"/.exec(read.text)[1]) + 1;
		const answer = await write(own, next, { 'If-Match': read.headers.etag });
		if (answer.status === 503) continue; // nothing was written: the hotel is too contended
		if (answer.status !== 200) {
			assertProblem(answer, 412, 'stale');
			continue;
		}
		known.acknowledged = Math.max(known.acknowledged, next);
		written++;
	}
}

/** Reads one path after the other until the writers are done; [path, stamps in its answer]. */
async function readAll(own, paths, known, seen) {
	for (let i = 0; !known.isDone; i++) {
		const [path, stamps] = paths[i % paths.length];
		const least = known.acknowledged;
		const number = numberIn(await own.get(path), stamps, path);
		assert.ok(number >= least, `${path} shows ${number} after ${least} was acknowledged`);
		seen.set(path, (seen.get(path) ?? new Set()).add(number));
	}
}

/** Writers in both processes, readers in both; everybody must have seen the hotel change. */
async function race(code, paths, write) {
	const known = { acknowledged: 0, isDone: false };
	const seen = [server, cold].map(own => ({ own, seen: new Map() }));
	const readers = seen.flatMap(({ own, seen: numbers }) => Array.from({ length: READERS }, (_, i) =>
		readAll(own, [...paths.slice(i), ...paths.slice(0, i)], known, numbers)));
	const writers = Promise.all([server, cold].map(own => countUp(own, code, known, write))).finally(() => { known.isDone = true; });
	await Promise.all([writers, ...readers]);
	assert.equal(known.acknowledged, 2 * WRITES);
	for (const { seen: numbers } of seen) for (const [path] of paths) assert.ok(numbers.get(path)?.size > 3, `${path} was hardly read`);
}

test('every answer is one revision of a hotel whose lists two processes replace', async () => {
	const code = await server.create('Replaced', { description: stamp(0), ...lists(0) });
	const at = `/config/${code}`;
	const paths = [[at, 1 + 2 + 3 + 2 + 2 * 3 + 1 + 3 * 3], [`${at}/tags`, 2], [`${at}/rooms/type`, 3], [`${at}/rateplans`, 2], [`${at}/sellables`, 6],
		[`${at}/sellables/SPA`, 3], [`${at}/rooms/type/B`, 1], ['/config?q=Replaced', 1]];
	await race(code, paths, (own, number, headers) => own.patch(at, { description: stamp(number), ...lists(number) }, headers));
});

test('a tag is of one revision wherever an answer embeds it', async () => {
	const { tags: _, ...others } = lists(0);
	const bare = JSON.parse(JSON.stringify(others).replaceAll(stamp(0), ''));
	const code = await server.create('Embedding', { tags: tags(0), ...bare });
	const at = `/config/${code}`;
	const paths = [[at, 2 + 2 * 2 + 3 * 2], [`${at}/sellables`, 4], [`${at}/tags`, 2], [`${at}/sellables/BFAST`, 2], [`${at}/tags/TOP`, 1]];
	await race(code, paths, (own, number, headers) => own.post(`${at}/tags`, { tags: tags(number) }, headers));
});

test('objects that come and go together are there together', async () => {
	const code = await server.create('Coming', { description: stamp(0), ...lists(0) });
	const at = `/config/${code}`;
	/* Even numbers have both rate plans, odd ones none; the collection can not tell its number, the document must. */
	const write = (own, number, headers) => own.patch(at, { description: stamp(number), ...lists(number), ...(number % 2 && { ratePlans: [] }) }, headers);
	const known = { acknowledged: 0, isDone: false };
	const counts = new Map();
	const readers = [server, cold].map(async own => {
		while (!known.isDone) {
			const { hotel } = await own.get(at);
			const { ratePlans } = (await own.get(`${at}/rateplans`)).json;
			const plans = hotel.ratePlans?.length ?? 0;
			assert.equal(plans, Number(hotel.description.split(' ')[1]) % 2 ? 0 : 2);
			assert.ok([0, 2].includes(ratePlans.length), `half of the rate plans: ${ratePlans.length}`);
			counts.set(plans, (counts.get(plans) ?? 0) + 1);
		}
	});
	const writers = Promise.all([server, cold].map(own => countUp(own, code, known, write))).finally(() => { known.isDone = true; });
	await Promise.all([writers, ...readers]);
	assert.ok(counts.get(0) > 3 && counts.get(2) > 3);
});

test('everything that was written agrees', async () => {
	assert.equal((await cold.stop()).code, 0);
	assert.equal((await server.stop()).code, 0);
	const { revisions } = await agree(server.folder);
	assert.ok(revisions >= 3 * 2 * WRITES);
	server = await start({ folder: server.folder });
	cold = await start({ folder: server.folder });
});
