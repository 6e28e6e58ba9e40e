// listHotels: heads by code, page by page, complete and in order whatever is written meanwhile.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, hotelText, wrapperText } from '../support/hotels.mjs';
import { finish, start } from '../support/innkeeper.mjs';

const HOTELS = 250;

let server;
let all; // texts of the heads by code
before(async () => {
	server = await start();
	const names = Array.from({ length: HOTELS }, (_, i) => `Hotel ${i}`);
	const made = [];
	while (names.length) // sixteen at once
		made.push(...await Promise.all(names.splice(0, 16).map(async name => ({ name, code: await server.create(name) }))));
	made.sort((a, b) => Buffer.compare(Buffer.from(a.code), Buffer.from(b.code)));
	all = made.map(hotelText);
});
after(() => finish(server));

/** Reads all pages from the path on by the cursors; what stands in `next` and `Link` must agree. */
async function readPages(path, limit, between = async () => {}) {
	const pages = [];
	for (let at = path; at; await between(pages)) {
		const answer = await server.get(at);
		assert.equal(answer.status, 200, answer.text);
		const { next } = answer.json;
		pages.push(answer);
		if (next === undefined) {
			assert.equal(answer.headers.link, undefined);
			return pages;
		}
		assert.match(next, /^[A-Za-z0-9_-]+$/);
		const link = /^<([^>]+)>; rel="next"$/.exec(answer.headers.link);
		assert.ok(link, answer.headers.link);
		assert.equal(link[1], `/config?limit=${limit}&cursor=${next}`);
		assert.equal(answer.json.response.length, limit);
		at = link[1];
	}
	return pages;
}

const codesOf = pages => pages.flatMap(page => page.json.response.map(hotel => hotel.code));

test('an empty store lists nothing', async () => {
	const empty = await start();
	try {
		const answer = await empty.get('/config');
		assert.equal(answer.status, 200);
		assert.equal(answer.text, wrapperText());
		assert.equal(answer.headers.link, undefined);
		assert.equal(answer.headers.etag, undefined);
	} finally {
		await finish(empty);
	}
});

test('a page without a limit has 100 heads, by the bytes of their codes, and next behind response', async () => {
	const answer = await server.get('/config');
	const { next } = answer.json;
	assert.equal(answer.text, wrapperText(...all.slice(0, 100)).slice(0, -1) + `,"next":"${next}"}`);
	assert.deepEqual(Object.keys(answer.json), ['error', 'subFunction', 'response', 'next']);
	assert.equal(answer.headers['content-type'], 'application/json');
});

test('the last page has no next', async () => {
	assert.equal((await server.get('/config?limit=1000')).text, wrapperText(...all));
	assert.equal((await server.get(`/config?limit=${HOTELS}`)).text, wrapperText(...all));
});

test('pages of any size give every hotel once, in order', async () => {
	for (const limit of [1, 7, 50, 100, 249]) {
		const pages = await readPages(`/config?limit=${limit}`, limit);
		assert.equal(pages.length, Math.ceil(HOTELS / limit));
		assert.deepEqual(pages.flatMap(page => page.json.response), all.map(text => JSON.parse(text)), `limit ${limit}`);
	}
});

test('a limit is a number from 1 to 1000', async () => {
	for (const limit of ['1', '1000', '0001'])
		assert.equal((await server.get(`/config?limit=${limit}`)).status, 200, limit);
	for (const limit of ['0', '1001', '-1', '', 'ten', '1.0', '1e2', '+5', '%205', '18446744073709551617'])
		assertProblem(await server.get(`/config?limit=${limit}`), 400, 'invalid', { blames: ['parameter limit'] });
});

test('a changed, cut or invented cursor is refused', async () => {
	const { next } = (await server.get('/config?limit=10')).json;
	const swap = (text, i) => text.slice(0, i) + (text[i] === 'A' ? 'B' : 'A') + text.slice(i + 1);
	// The last character may carry bits that mean nothing: the one before must not.
	const bad = Array.from({ length: next.length - 1 }, (_, i) => swap(next, i));
	bad.push('', 'x', next.slice(0, -2), next + 'A', next + '=', next.slice(1), `${next}.`, Buffer.from('0').toString('base64url'), 'A'.repeat(4000));
	for (const cursor of bad)
		assertProblem(await server.get(`/config?limit=10&cursor=${cursor}`), 400, 'invalid', { blames: ['parameter cursor'] });
	assert.equal((await server.get(`/config?cursor=${next}`)).status, 200, 'the limit may change between pages');
});

test('a page of long heads ends early, and the pages give every hotel once', async () => {
	const server = await start();
	try {
		const text = 'x'.repeat(16384);
		const codes = [];
		for (let i = 0; i < 60; i++)
			codes.push(await server.create(`Long ${i}`, { description: text, defaultMarketting: { defaultTagLine: text, defaultDescription: text } }));
		const found = [];
		let pages = 0;
		for (let at = '/config?limit=1000'; at; pages++) {
			const answer = await server.get(at);
			assert.equal(answer.status, 200, answer.text.slice(0, 200));
			assert.ok(answer.json.response.length > 0 && answer.json.response.length < 60);
			found.push(...answer.json.response.map(hotel => hotel.code));
			at = answer.json.next && `/config?limit=1000&cursor=${answer.json.next}`;
		}
		assert.ok(pages > 1);
		assert.deepEqual(found, codes.sort());
	} finally {
		await finish(server);
	}
});

test('other parameters are not known, and none is given twice', async () => {
	assertProblem(await server.get('/config?sort=name&limit=1'), 400, 'invalid', { blames: ['parameter sort'] });
	assertProblem(await server.get('/config?limit=1&limit=2'), 400, 'invalid', { blames: ['parameter limit'] });
	assertProblem(await server.get('/config?limit=0&cursor=x&wrong=1'), 400, 'invalid');
});

test('a hotel is listed with its head only, as last written', async () => {
	const { code, name } = JSON.parse(all[0]);
	await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'DBL' }] });
	assert.equal((await server.get('/config?limit=1')).json.response[0].roomTypes, null);
	for (const description of ['changed', '']) {
		await server.patch(`/config/${code}`, { description });
		assert.deepEqual((await server.get('/config?limit=1')).json.response[0], JSON.parse(hotelText({ code, name, description })));
	}
});

test('nothing is skipped or repeated while hotels are written between pages', async () => {
	const known = (await readPages('/config?limit=1000', 1000)).flatMap(page => page.json.response.map(hotel => hotel.code));
	const made = [];
	const pages = await readPages('/config?limit=20', 20, async read => {
		const n = read.length;
		made.push(await server.create(`Between ${n}`));
		for (const i of [0, n * 20 - 1, n * 20, HOTELS - 1])
			await server.patch(`/config/${known[Math.min(i, HOTELS - 1)]}`, { description: `page ${n}`, name: `Renamed ${i}-${n}` });
	});
	const codes = codesOf(pages);
	assert.deepEqual(codes, [...new Set(codes)].sort(), 'each once, in order');
	for (const code of known) assert.ok(codes.includes(code), `${code} was skipped`);
	for (const code of codes) assert.ok(known.includes(code) || made.includes(code));
});

test('a listing shows every create that was acknowledged before it', async () => {
	await Promise.all(Array.from({ length: 8 }, async (_, client) => {
		for (let i = 0; i < 5; i++) {
			const code = await server.create(`At once ${client}-${i}`);
			assert.ok((await server.get('/config?limit=1000')).json.response.some(hotel => hotel.code === code));
		}
	}));
});
