// kill -9 in a loop under write load: nothing acknowledged is lost, nothing is half done, and all records agree.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agree, finish, makeFolder, sleep, start } from '../support/innkeeper.mjs';

const ROUNDS_MIN = 15;
const ROUNDS_MAX = 30;
const LOOP_MS = 45000;
const OWNERS = 8;  // each alone with a hotel
const ADDERS = 8;  // all on one hotel
const CREATORS = 2;

/** A small generator with a seed, so that a failure can be looked into. */
function chance(seed) {
	let state = seed;
	return max => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor(state / 2 ** 32 * max);
	};
}

const seed = Number(process.env.INNKEEPER_SEED ?? Date.now() % 2 ** 31);
const below = chance(seed);

let server;
let folder;
before(async () => { folder = makeFolder(); });
after(() => finish(server));

/** Sends a write; null when the server died under it: it may have been done or not. */
async function send(method, path, body, headers) {
	try {
		const answer = await server.request(method, path, { body, headers });
		assert.equal(answer.status, 200, answer.text);
		return answer;
	} catch (error) {
		if (error instanceof assert.AssertionError) throw error;
		return null;
	}
}

/** A hotel with one writer: the last acknowledged number, and the last that was sent. */
class Owned {
	acknowledged = 0;
	sent = 0;
	types = 0; // acknowledged; one more may be there

	constructor(code) { this.code = code; }

	async write() {
		for (;;) {
			const number = ++this.sent;
			const answer = await send('PATCH', `/config/${this.code}`, { description: String(number), defaultMarketting: { defaultTagLine: `line ${number}` } });
			if (!answer) return;
			this.acknowledged = number;
			const type = await send('POST', `/config/${this.code}/rooms/type`, { roomTypes: [{ code: `A${this.types}`, lowPrice: 1.5 }, { code: `B${this.types}` }] });
			if (!type) return;
			this.types++;
		}
	}

	async check() {
		const { hotel } = await server.get(`/config/${this.code}`);
		const found = Number(hotel.description);
		assert.ok(found >= this.acknowledged && found <= this.sent, `${found}: ${this.acknowledged} was acknowledged, ${this.sent} sent`);
		if (found > 0) assert.equal(hotel.defaultMarketting.defaultTagLine, `line ${found}`);
		const codes = new Set((hotel.roomTypes ?? []).map(type => type.code));
		const pairs = codes.size / 2;
		assert.ok(pairs === this.types || pairs === this.types + 1, `${pairs} pairs, ${this.types} were acknowledged`);
		for (let i = 0; i < pairs; i++) assert.ok(codes.has(`A${i}`) && codes.has(`B${i}`), `half of pair ${i}`);
		this.types = pairs;
	}
}

/** One hotel with many writers: what was acknowledged is there, what is there was sent. */
class Shared {
	acknowledged = new Set();
	sent = new Set();

	constructor(code) { this.code = code; }

	async write(client) {
		for (;;) {
			const type = `S${client}-${this.sent.size}`;
			this.sent.add(type);
			if (!await send('POST', `/config/${this.code}/rooms/type`, { roomTypes: [{ code: type }] })) return;
			this.acknowledged.add(type);
		}
	}

	async check() {
		const found = new Set(((await server.get(`/config/${this.code}`)).hotel.roomTypes ?? []).map(type => type.code));
		for (const type of this.acknowledged) assert.ok(found.has(type), `${type} was acknowledged and is lost`);
		for (const type of found) assert.ok(this.sent.has(type), `${type} was never sent`);
	}
}

/** Creates hotels with a key; the one under way when the server died is sent again with its key, as a client would. */
class Creator {
	made = []; // {name, text, location}
	pending = null;

	constructor(client) { this.client = client; }

	async create() {
		this.pending ??= `Made by ${this.client}: ${this.made.length}`;
		const key = { 'Idempotency-Key': this.pending.replaceAll(' ', '_') };
		const answer = await send('POST', '/config', { name: this.pending }, key);
		if (!answer) return false;
		this.made.push({ name: this.pending, key, text: answer.text, location: answer.headers.location });
		this.pending = null;
		return true;
	}

	async write() { while (await this.create()); }

	async check() {
		if (this.pending) assert.ok(await this.create(), 'sent again with its key it is done, once');
		for (const { name, key, text, location } of this.made.slice(-3)) {
			const again = await server.post('/config', { name }, key);
			assert.equal(again.headers['idempotency-replayed'], 'true');
			assert.equal(again.text, text);
			assert.equal(again.headers.location, location);
		}
	}
}

async function checkListing(creators, codes) {
	const listed = new Map();
	for (let path = '/config?limit=1000'; path;) {
		const { response, next } = (await server.get(path)).json;
		for (const { code, name } of response) listed.set(name, code);
		path = next && `/config?limit=1000&cursor=${next}`;
	}
	for (const { name, location } of creators.flatMap(creator => creator.made))
		assert.equal(`/config/${listed.get(name)}`, location, `${name} was acknowledged`);
	assert.equal(listed.size, creators.reduce((sum, creator) => sum + creator.made.length, 0) + codes);
}

test('what was acknowledged survives kill -9, round after round', async t => {
	t.diagnostic(`INNKEEPER_SEED=${seed}`);
	server = await start({ folder });
	const owned = await Promise.all(Array.from({ length: OWNERS }, async (_, i) => new Owned(await server.create(`Owned ${i}`))));
	const shared = new Shared(await server.create('Shared'));
	const creators = Array.from({ length: CREATORS }, (_, i) => new Creator(i));
	const end = Date.now() + LOOP_MS;
	let rounds = 0;
	for (; rounds < ROUNDS_MAX && (rounds < ROUNDS_MIN || Date.now() < end); rounds++) {
		const writers = [...owned.map(one => one.write()), ...Array.from({ length: ADDERS }, (_, i) => shared.write(i)), ...creators.map(one => one.write())];
		await sleep(50 + below(400));
		const { signal } = await server.kill();
		assert.equal(signal, 'SIGKILL', `it had ended by itself:\n${server.log.slice(-2000)}`);
		await Promise.all(writers);
		if (rounds % 2 === 0) await agree(folder); // right after the crash; else after a server has recovered it
		server = await start({ folder });
		await Promise.all([...owned, shared].map(one => one.check()));
		for (const creator of creators) await creator.check();
		await checkListing(creators, OWNERS + 1);
	}
	await server.stop();
	const { hotels, revisions, objects } = await agree(folder);
	server = await start({ folder });
	const acknowledged = owned.reduce((sum, one) => sum + one.acknowledged + one.types, 0) + shared.acknowledged.size;
	t.diagnostic(`${rounds} rounds, ${acknowledged} acknowledged writes, ${hotels} hotels, ${revisions} revisions, ${objects} objects`);
	assert.ok(revisions >= acknowledged && acknowledged > rounds * 10);
});
