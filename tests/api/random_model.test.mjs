// Random requests against a model in another language: answers, documents, listings, counts and history agree after each.
// INNKEEPER_SEED repeats a run (it is in the name of a test that fails), INNKEEPER_ROUNDS makes it longer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem, blamed, wrapperText } from '../support/hotels.mjs';
import { agree, removeFolder, start } from '../support/innkeeper.mjs';
import { Model } from '../support/model.mjs';
import { KINDS } from '../support/model_shapes.mjs';
import { Requests, chance } from '../support/random_requests.mjs';
import { StoreReader } from '../support/store_reader.mjs';

const SEED = Number(process.env.INNKEEPER_SEED ?? Math.floor(Math.random() * 1e9));
const ROUNDS = Number(process.env.INNKEEPER_ROUNDS ?? 4);
const REQUESTS = 600;
/** So often all that can be read is, from a second process without a cache too. */
const LOOK_EVERY = 10;

const text = JSON.stringify;
const compact = value => value.length > 2000 ? `${value.slice(0, 2000)}…` : value;

/** Two servers on one store, and the model that they are compared with. */
class World {
	model = new Model();
	seen = new Map(); // by hotel: its last history key, and its time

	constructor(seed) {
		this.random = chance(seed);
		this.requests = new Requests(this.random, this.model);
	}

	async open() {
		this.server = await start();
		this.cold = await start({ folder: this.server.folder, flags: ['--cache-size', '0'] });
		this.store = new StoreReader(this.server.folder);
	}

	async close() {
		this.store.close();
		for (const server of [this.cold, this.server]) assert.equal((await server.stop()).code, 0, server.log);
		return agree(this.server.folder);
	}

	/** The conditions that a request has, as headers. */
	async headers({ method, path, isStale, isCurrent, isAddOnly, isTwice, body }, number) {
		const headers = {};
		if (isStale) headers['If-Match'] = '"of-nothing"';
		else if (isCurrent) {
			const parts = path.split('/');
			const isCollection = method === 'POST' && parts.length > 3;
			const at = path === '/config' ? `/config/${body.code ?? 'none'}` : isCollection ? parts.slice(0, 3).join('/') : path;
			const { status, headers: { etag } } = await this.cold.get(at);
			if (status === 200) headers['If-Match'] = etag;
		}
		if (isAddOnly) headers['If-None-Match'] = '*';
		if (isTwice) headers['Idempotency-Key'] = `key-${number}`;
		return headers;
	}

	async step(number) {
		const request = this.requests.next();
		const { method, path, body, cascade } = request;
		request.isAddOnly &&= Object.values(KINDS).some(kind => kind.path && path.includes(`/${kind.path}`)) && method !== 'DELETE' && method !== 'PATCH';
		request.isTwice &&= method === 'POST';
		const headers = await this.headers(request, number);
		const target = cascade ? `${path}?cascade=true` : path;
		const [own, other] = this.random.is(0.8) ? [this.server, this.cold] : [this.cold, this.server];
		const answer = await own.request(method, target, { body, headers });
		const verdict = this.model.ask(structuredClone(request));
		try {
			this.compare(answer, verdict, path);
			if (request.isTwice) await this.again(answer, verdict, () => other.request(method, target, { body, headers }));
			await this.look(verdict.touched ?? (path.split('/')[1] === 'config' ? path.split('/')[2] ?? body.code : undefined), path);
			if (number % LOOK_EVERY === 0) await this.lookEverywhere();
		} catch (error) {
			error.message = `request ${number}: ${method} ${target} ${text(headers)} ${text(body)}\nanswer ${answer.status} ${compact(answer.text)}\n` +
				`refusals ${text(verdict.refusals)}\n${error.message}`;
			throw error;
		}
		return verdict;
	}

	compare(answer, verdict, path) {
		if (verdict.refusals.length === 0) {
			assert.equal(answer.status, verdict.status);
			assert.equal(answer.text, verdict.isPlain ? text(verdict.json) : wrapperText(...verdict.json.map(hotel => text(hotel))));
			if (verdict.location) assert.equal(answer.headers.location, verdict.location);
			return;
		}
		const isMet = one => one.status === answer.status && one.code === answer.json.code;
		const { status, code } = verdict.refusals.find(isMet) ?? verdict.refusals[0];
		assertProblem(answer, status, code, { path });
		const places = text([...new Set(blamed(answer.json))].sort());
		const allowed = verdict.refusals.filter(isMet).map(({ blames = [] }) => text(blames.map(at => `pointer ${at}`).sort()));
		assert.ok(allowed.includes(places), `blamed ${places}, not ${allowed.join(' or ')}`);
	}

	/** The same once more, to the other process, with the same Idempotency-Key: a success is told again and has no other effect. */
	async again(first, verdict, send) {
		const second = await send();
		assert.equal(second.status, first.status);
		assert.equal(second.headers['idempotency-replayed'], verdict.refusals.length === 0 ? 'true' : undefined);
		if (verdict.refusals.length === 0) assert.equal(second.text, first.text);
	}

	/** One hotel's document, one of its objects, its history and counters, and the counts of chains and brands. */
	async look(code, path) {
		const hotel = this.model.find(code);
		if (code) await this.readDocument(this.server, code);
		if (hotel && path.split('/').length > 3) await this.readObject(this.server, hotel);
		await this.readRecords(code);
	}

	async readDocument(server, code) {
		const hotel = this.model.find(code);
		const answer = await server.get(`/config/${code}`);
		if (!hotel) return assertProblem(answer, 404, 'not_found');
		assert.equal(answer.text, wrapperText(text(hotel.document())));
		return answer;
	}

	/** An object by chance, there or not. */
	async readObject(server, hotel) {
		const list = this.requests.kind();
		this.requests.hotel = hotel;
		const code = this.requests.existing(list);
		const answer = await server.get(`/config/${hotel.code}/${KINDS[list].path}/${code}`);
		const object = hotel.objects[list].get(code);
		if (object) assert.equal(answer.text, text(hotel.shown(list, object)));
		else assertProblem(answer, 404, 'not_found');
	}

	async readRecords(code = '') {
		const seen = this.seen.get(code) ?? { key: 'cfg-history-', time: '' };
		const ranges = [['~brand', '', '~'], ['~chain', '', '~'], ...code ? [[code, seen.key, 'cfg-history-~'], [code, 'cfg-~', 'ctl~']] : []];
		const rows = [];
		for (const range of ranges) rows.push(...await this.store.range(...range));
		const known = this.model.hotels.get(code);
		const expected = (known?.history ?? []).filter(({ rev }) => `cfg-history-${String(rev).padStart(12, '0')}` > seen.key);
		const counts = {};
		for (const { code: partition, key, rev, attrs: item } of rows) {
			if (partition !== code) counts[`${partition}/${key}`] = { hotels: item.hotels, brands: item.brands ?? 0 };
			else if (key === 'ctl') assert.deepEqual([rev, item.objects], [known.rev, known.isDeleted ? 0 : known.count], 'revision and objects of ctl');
			else this.readEntry(expected.shift(), { key, rev, item }, seen);
		}
		assert.deepEqual(expected, [], 'entries that history lacks');
		this.seen.set(code, seen);
		const all = [...[...this.model.chains.keys()].map(chain => ['chain', chain]), ...[...this.model.brands.keys()].map(brand => ['brand', brand])];
		assert.deepEqual(counts, Object.fromEntries(all.map(([kind, name]) => [`~${kind}/${name}`, this.model.countsOf(kind, name)])));
	}

	readEntry(entry, { key, rev, item }, seen) {
		const order = (a, b) => (`${a.objectName} ${a.fieldName}` < `${b.objectName} ${b.fieldName}` ? -1 : 1);
		assert.ok(entry, `history has ${key}: ${text(item.changes)}`);
		assert.equal(key, `cfg-history-${String(entry.rev).padStart(12, '0')}`);
		assert.deepEqual([rev, item.eventName, item.by], [entry.rev, entry.eventName, '']);
		assert.deepEqual(item.changes.map(({ humanReadableComment, ...change }) => {
			assert.ok(humanReadableComment.length > 0);
			return change;
		}).sort(order), [...entry.changes].sort(order));
		assert.ok(item.timeStamp > seen.time, 'time never goes back');
		Object.assign(seen, { key, time: item.timeStamp });
	}

	/** Everything, by both processes: the documents, a collection and the listing page by page, chains and brands. */
	async lookEverywhere() {
		for (const { code, isDeleted, ...hotel } of this.model.hotels.values()) {
			const answers = await Promise.all([this.server, this.cold].map(server => this.readDocument(server, code)));
			if (isDeleted) continue;
			assert.equal(answers[0].headers.etag, answers[1].headers.etag);
			assert.ok(hotel.rev > 0);
		}
		const [live] = [this.model.live()].filter(all => all.length !== 0).map(all => this.random.of(all));
		if (live) await this.readCollection(this.cold, live);
		await this.readListing(this.random.of([this.server, this.cold]));
		for (const plural of ['chains', 'brands']) {
			const answer = await this.cold.get(`/${plural}`);
			assert.equal(answer.text, text({ [plural]: [...this.model[plural].keys()].sort().map(code => this.model[plural].get(code)), next: null }));
		}
	}

	async readCollection(server, hotel) {
		const list = this.requests.kind();
		const found = await this.pages(server, `/config/${hotel.code}/${KINDS[list].path}`, [['limit', 2]], list);
		assert.equal(text(found), text(hotel.list(list)));
	}

	async readListing(server) {
		const filter = this.requests.filter();
		const found = await this.pages(server, '/config', [...Object.entries(filter), ['limit', this.random.of([1, 2, 100])]], 'response');
		assert.equal(text(found), text(this.model.listed(filter)), `listHotels ${text(filter)}`);
	}

	async pages(server, path, parameters, member) {
		const found = [];
		for (let next; ;) {
			const query = new URLSearchParams([...parameters, ...(next ? [['cursor', next]] : [])]);
			const answer = await server.get(`${path}?${query}`);
			assert.equal(answer.status, 200, answer.text);
			found.push(...answer.json[member]);
			next = answer.json.next;
			if (!next) return found;
		}
	}
}

const outcomes = {};

for (let round = 0; round < ROUNDS; round++) {
	const seed = SEED + round;
	test(`what is answered, kept and told is what the model says: INNKEEPER_SEED=${seed} INNKEEPER_ROUNDS=1`, async t => {
		const world = new World(seed);
		await world.open();
		try {
			for (let number = 1; number <= REQUESTS; number++) {
				const verdict = await world.step(number);
				const [first] = verdict.refusals;
				const outcome = first ? `${first.status} ${first.code}` : verdict.isChanged === false ? 'nothing changed' : 'changed';
				outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
			}
			t.diagnostic(text(await world.close()));
		} finally {
			for (const server of [world.server, world.cold]) await server.kill();
			world.store.close();
			removeFolder(world.server.folder);
		}
	});
}

test('the requests have met every outcome often', t => {
	const least = { changed: 0.3, 'nothing changed': 0.03, '400 invalid': 0.05, '404 not_found': 0.02, '409 in_use': 0.02, '409 exists': 0.001, '412 stale': 0.01 };
	for (const [outcome, share] of Object.entries(least)) assert.ok(outcomes[outcome] > share * REQUESTS * ROUNDS, `${outcome}: ${text(outcomes)}`);
	t.diagnostic(text(outcomes));
});
