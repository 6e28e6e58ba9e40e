// Filters of listHotels: what they let through, what they refuse, and pages that are complete while hotels are written.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem } from '../support/hotels.mjs';
import { isDynamodb } from '../support/engine.mjs';
import { finish, start } from '../support/innkeeper.mjs';

const CITIES = ['Bergen', 'BERGEN', 'Oslo', 'Tromsø', undefined];
const HOMES = [{ chain: 'C', brand: 'B' }, { chain: 'C', brand: 'B2' }, { chain: 'C' }, { chain: 'D' }, {}, {}, {}];

let server;
const hotels = []; // {code, name, chain, brand, city}
before(async () => {
	server = await start();
	for (const chain of ['C', 'D', 'EMPTY']) await server.put(`/chains/${chain}`, {});
	for (const brand of ['B', 'B2']) await server.put(`/brands/${brand}`, { chain: 'C' });
	for (let i = 0; i < 140; i++) {
		const city = CITIES[i % CITIES.length], home = HOMES[i % HOMES.length];
		const name = `${i % 3 ? 'Grand' : 'small'} & co ${i}`;
		hotels.push({ name, city, ...home, code: await server.create(name, { ...home, ...(city && { address: { city } }) }) });
	}
	hotels.sort((a, b) => a.code < b.code ? -1 : 1);
});
after(() => finish(server));

/** Codes of all pages; each page's `next` and Link must agree, and the Link repeat the filters. */
async function pages(query, limit, between = async () => {}) {
	const codes = [];
	for (let at = `/config?${query}${query && '&'}limit=${limit}`, n = 0; at; await between(n++)) {
		const answer = await server.get(at);
		assert.equal(answer.status, 200, answer.text);
		const { response, next } = answer.json;
		codes.push(...response.map(hotel => hotel.code));
		assert.ok(response.length <= limit);
		const link = next && /^<([^>]+)>; rel="next"$/.exec(answer.headers.link)[1];
		assert.equal(answer.headers.link === undefined, next === undefined);
		if (next) assert.equal(new URLSearchParams(link.split('?')[1]).get('cursor'), next);
		at = link;
	}
	return codes;
}

const wanted = test => hotels.filter(test).map(hotel => hotel.code);
const lower = text => text?.replace(/[A-Z]/g, letter => letter.toLowerCase());

const CASES = [
	['q=grand', hotel => lower(hotel.name).includes('grand')], ['q=GRAND', hotel => lower(hotel.name).includes('grand')], ['q=%26', () => true], ['q=1', hotel => hotel.name.includes('1')],
	['q=co%201', hotel => hotel.name.includes('co 1')], ['q=nobody', () => false], ['chain=C', hotel => hotel.chain === 'C'], ['chain=D', hotel => hotel.chain === 'D'],
	['chain=EMPTY', () => false], ['chain=unknown', () => false], ['chain=c', () => false], ['brand=B', hotel => hotel.brand === 'B'], ['brand=unknown', () => false],
	['chain=C&brand=B2', hotel => hotel.brand === 'B2'], ['chain=D&brand=B', () => false], ['city=bergen', hotel => lower(hotel.city) === 'bergen'], ['city=Berge', () => false],
	['city=Troms%C3%B8', hotel => hotel.city === 'Tromsø'], ['city=TROMS%C3%B8', hotel => hotel.city === 'Tromsø'], ['city=Oslo&q=grand&chain=C', hotel => hotel.city === 'Oslo' && hotel.chain === 'C' && hotel.name.startsWith('Grand')],
	['brand=B&city=oslo', hotel => hotel.brand === 'B' && hotel.city === 'Oslo'],
];

test('each filter lets through what it says, by code, in pages of any size', async () => {
	for (const [query, test] of CASES)
		for (const limit of [1, 7, 1000]) assert.deepEqual(await pages(query, limit), wanted(test), `${query} by ${limit}`);
	assert.ok(CASES.some(([query, test]) => query.includes('&') && wanted(test).length > 1), 'some of them together find something');
});

test('a filter without a value, of no form or twice is refused by its name', async () => {
	for (const [query, name] of [['q=', 'q'], ['q', 'q'], ['city=', 'city'], ['chain=', 'chain'], ['brand=', 'brand'], ['chain=a%20b', 'chain'], ['brand=~', 'brand'], ['chain=..', 'chain'],
		[`brand=${'x'.repeat(65)}`, 'brand'], [`q=${'x'.repeat(256)}`, 'q'], [`city=${'x'.repeat(256)}`, 'city'], ['q=a&q=b', 'q'], ['name=x', 'name'], ['user=x', 'user']])
		assertProblem(await server.get(`/config?${query}`), 400, 'invalid', { blames: [`parameter ${name}`] });
	assertProblem(await server.get('/config?q=&chain=~&brand=~&city='), 400, 'invalid', { blames: ['parameter q', 'parameter chain', 'parameter brand', 'parameter city'] });
	assert.equal((await server.get(`/config?q=${'x'.repeat(255)}`)).status, 200);
});

test('a cursor is bound to its filters, not to their order or the limit', async () => {
	const queries = ['', 'q=a', 'q=b', 'chain=C', 'brand=B', 'city=Oslo', 'q=a&chain=C', 'q=a%26chain%3DC'];
	const first = {};
	for (const query of queries.filter(query => query !== 'q=b')) {
		first[query] = (await server.get(`/config?${query}&limit=1`)).json.next;
		if (query !== 'q=a%26chain%3DC') assert.ok(first[query], query);
	}
	for (const from of queries.filter(query => first[query])) {
		for (const to of queries) {
			const answer = await server.get(`/config?${to}&cursor=${first[from]}`);
			if (to === from) assert.equal(answer.status, 200, answer.text);
			else assertProblem(answer, 400, 'invalid', { blames: ['parameter cursor'] });
		}
	}
	assert.equal((await server.get(`/config?limit=50&cursor=${first['q=a&chain=C']}&chain=C&q=a`)).status, 200);
});

test('Link repeats the filters percent-encoded', async () => {
	const answer = await server.get('/config?limit=2&city=oslo&q=%26%20co+&chain=C');
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.headers.link, `</config?limit=2&q=%26%20co%20&chain=C&city=oslo&cursor=${answer.json.next}>; rel="next"`);
});

test('a hotel moves between listings with the commit that moves it, and its head follows', async () => {
	const code = await server.create('Mover', { chain: 'C', brand: 'B' });
	const found = async query => (await server.get(`/config?${query}&q=mover`)).json.response.map(hotel => hotel.description);
	assert.deepEqual([await found('chain=C'), await found('brand=B'), await found('chain=D')], [[''], [''], []]);
	await server.patch(`/config/${code}`, { description: 'x' });
	assert.deepEqual([await found('chain=C'), await found('brand=B')], [['x'], ['x']]);
	await server.patch(`/config/${code}`, { chain: 'D', brand: null });
	assert.deepEqual([await found('chain=C'), await found('brand=B'), await found('chain=D')], [[], [], ['x']]);
	await server.patch(`/config/${code}`, { chain: null });
	assert.deepEqual([await found('chain=D'), await found('city=x'), await found('limit=1000')], [[], [], ['x']]);
	await server.patch(`/config/${code}`, { name: 'Gone' });
});

test('filtered pages skip and repeat nothing while hotels are written', async () => {
	const made = []; // by any of them
	for (const [query, test, home] of [['chain=C', hotel => hotel.chain === 'C', { chain: 'C' }], ['q=grand', hotel => hotel.name.startsWith('Grand'), {}], ['brand=B', hotel => hotel.brand === 'B', { chain: 'C', brand: 'B' }]]) {
		const known = wanted(test);
		const codes = await pages(query, 5, async n => {
			if (n < 40) made.push(await server.create(`Grand between ${query} ${n}`, home));
			for (const at of [0, n * 5, known.length - 1])
				assert.equal((await server.patch(`/config/${known[at % known.length]}`, { description: `${query} ${n}` })).status, 200);
		});
		assert.deepEqual(codes, [...new Set(codes)].sort(), 'each once, in order');
		for (const code of known) assert.ok(codes.includes(code), `${code} was skipped`);
		for (const code of codes) assert.ok(known.includes(code) || made.includes(code), code);
	}
});

test('a request looks at a bounded number of hotels, and its page may be empty with next', async () => {
	const large = await start();
	try {
		const text = 'x'.repeat(16384);
		const codes = [];
		for (let i = 0; i < 360; i++)
			codes.push(await large.create(i === 359 ? 'The needle' : `Hay ${i}`, { description: text, defaultMarketting: { defaultTagLine: text, defaultDescription: text } }));
		const sizes = [], found = [];
		for (let at = '/config?q=needle'; at;) {
			const answer = await large.get(at);
			assert.equal(answer.status, 200, answer.text);
			const { response, next } = answer.json;
			sizes.push(response.length);
			found.push(...response.map(hotel => hotel.code));
			at = next && `/config?q=needle&cursor=${next}`;
		}
		assert.deepEqual(found, [codes[359]]);
		// Of such heads DynamoDB's answers fill the memory that a request may take for looking with a few hotels.
		assert.ok(sizes.length > 1 && sizes.length < (isDynamodb ? 360 : 20), `${sizes.length} pages`);
		assert.ok(sizes.includes(0), 'a page without hotels');
	} finally {
		await finish(large);
	}
});
