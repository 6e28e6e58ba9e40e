// saveHotel with nested lists: given ones are replaced in the same commit, absent ones stay, null in a PATCH empties.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HEAD, LISTS } from '../support/furnished.mjs';
import { entryOf, history } from '../support/history.mjs';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const NAMES = Object.keys(LISTS);
const idsOf = (hotel, list) => hotel[list]?.map(object => object.code ?? object.id ?? object.name) ?? null;
const read = async code => (await server.get(`/config/${code}`)).hotel;

/** Everything but what only getHotel has. */
const saved = hotel => ({ ...hotel, pendingChanges: null });

test('a hotel is created with all its lists in one revision', async () => {
	const answer = await server.post('/config', { name: 'Created whole', ...HEAD, ...LISTS });
	assert.equal(answer.status, 200, answer.text);
	const { code } = answer.hotel;
	const whole = await server.get(`/config/${code}`);
	assert.deepEqual(saved(whole.hotel), answer.hotel);
	assert.equal(whole.headers.etag, answer.headers.etag);
	assert.deepEqual(idsOf(whole.hotel, 'roomTypes'), ['DBL', 'DBL-SEA', 'SEA']);
	assert.deepEqual(idsOf(whole.hotel, 'buildings'), ['Z', '']);
	assert.equal(whole.hotel.businessRules[1].on[0].to, '2030-01-31');
	const entries = history(server, code);
	assert.equal(entries.length, 1);
	assert.equal(entries[0].eventName, 'saveHotel');
	assert.equal(entries[0].changes.length, 1 + 3 + 3 + 2 + 4 + 3 + 2 + 3);
	await server.stop();
	server = await start({ folder: server.folder });
	assert.equal((await server.get(`/config/${code}`)).text, whole.text, 'out of the cache and back');
});

test('a whole document that was read is taken back by POST and PUT and changes nothing', async () => {
	const { code } = (await server.post('/config', { name: 'Sent back whole', ...HEAD, ...LISTS })).hotel;
	const text = JSON.stringify(await read(code));
	await unchanged(server, code, async () => {
		for (const back of [await server.post('/config', text), await server.put(`/config/${code}`, text), await server.patch(`/config/${code}`, text)]) {
			assert.equal(back.status, 200, back.text);
			assert.deepEqual(back.json.response[0], saved(JSON.parse(text)));
		}
	});
	const bare = await server.create('Sent back bare');
	await unchanged(server, bare, async () => {
		const document = await read(bare);
		assert.equal((await server.post('/config', document)).status, 200);
		assert.equal((await server.put(`/config/${bare}`, document)).status, 200);
	});
	const entry = await entryOf(server, code, () => server.post('/config', { ...JSON.parse(text), description: 'changed', pendingChanges: [{ any: 'thing' }] }));
	assert.deepEqual(entry.changes, [`hotel ${code} description: "All" -> "changed"`]);
});

test('objects read one by one are taken back by PUT and change nothing', async () => {
	const { code } = (await server.post('/config', { name: 'Objects sent back', ...HEAD, ...LISTS })).hotel;
	await unchanged(server, code, async () => {
		for (const [path, list] of [['rooms/type', 'roomTypes'], ['tags', 'tags'], ['sellables', 'sellables'], ['rules', 'businessRules'], ['rateplans', 'ratePlans'], ['taxes', 'taxes']]) {
			const page = (await server.get(`/config/${code}/${path}`)).json[list];
			assert.deepEqual(page, (await read(code))[list]);
			for (const object of page) {
				const at = `/config/${code}/${path}/${object.code ?? object.id}`;
				const one = await server.get(at);
				assert.deepEqual(one.json, object);
				const put = await server.put(at, one.text);
				assert.equal(put.status, 200, put.text);
				assert.equal(put.text, one.text);
				assert.equal(put.headers.etag, one.headers.etag);
			}
			assert.equal((await server.post(`/config/${code}/${path}`, { [list]: page })).status, 200);
		}
	});
});

test('a list that is given replaces its collection, one that is absent or null stays', async () => {
	const { code } = (await server.post('/config', { name: 'Given and absent', ...LISTS })).hotel;
	for (const method of ['POST', 'PUT', 'PATCH']) {
		const [path, own] = method === 'POST' ? ['/config', { code }] : [`/config/${code}`, { name: 'Given and absent' }];
		const before = await read(code);
		const entry = await entryOf(server, code, () => server.request(method, path, { body: { ...own, taxes: [{ code: method, percent: 1 }, { code: 'VAT', percent: 8, on: 'all', included: true }] } }));
		assert.equal(entry.eventName, 'saveHotel');
		const hotel = await read(code);
		assert.deepEqual(idsOf(hotel, 'taxes'), [method, 'VAT']);
		for (const list of NAMES.filter(list => list !== 'taxes')) assert.deepEqual(hotel[list], before[list], `${method} ${list}`);
		assert.ok(entry.removed.every(key => key.startsWith('cfg-tax-')) && entry.removed.length === 1);
		if (method === 'PATCH') continue;
		await unchanged(server, code, async () => {
			const nulls = await server.request(method, path, { body: { ...own, ...Object.fromEntries(NAMES.map(list => [list, null])) } });
			assert.equal(nulls.status, 200, nulls.text);
		});
	}
});

test('null in a PATCH and [] anywhere empty the list', async () => {
	for (const [name, method, value] of [['Null by PATCH', 'PATCH', null], ['Empty by PATCH', 'PATCH', []], ['Empty by PUT', 'PUT', []], ['Empty by POST', 'POST', []]]) {
		const { code } = (await server.post('/config', { name, ...LISTS })).hotel;
		const [path, own] = method === 'POST' ? ['/config', { code }] : [`/config/${code}`, { name }];
		const entry = await entryOf(server, code, () => server.request(method, path, { body: { ...own, ...Object.fromEntries(NAMES.map(list => [list, value])) } }));
		assert.equal(entry.removed.length, 20, name);
		assert.deepEqual(Object.keys(await read(code)).slice(-1), ['pendingChanges'], 'unset lists are hidden');
		for (const list of NAMES) assert.equal((await read(code))[list] ?? null, null, list);
	}
});

test('every wrong object of every list is named, and nothing is written', async () => {
	const code = await server.create('Wrong lists');
	const wrong = { tags: [{ code: 'A' }, { code: 'A' }], taxes: [{ code: 'T' }] };
	await unchanged(server, code, async () => {
		assertProblem(await server.post('/config', { code, description: 'x', tags: wrong.tags }), 400, 'invalid', { blames: ['pointer /tags/1/code'] });
		assertProblem(await server.put(`/config/${code}`, { name: 'x', taxes: wrong.taxes }), 400, 'invalid', { blames: ['pointer /taxes/0/percent'] });
		assertProblem(await server.patch(`/config/${code}`, { sellables: [{ code: 'S', optionalTags: [{ code: 'NO' }] }] }), 400, 'invalid', { blames: ['pointer /sellables/0/optionalTags/0/code'] });
		assertProblem(await server.post('/config', { code, pictures: [{ id: 'p' }] }), 400, 'invalid', { blames: ['pointer /pictures'] });
		assertProblem(await server.post('/config', { code, tags: {} }), 400, 'invalid', { blames: ['pointer /tags'] });
	});
	assertProblem(await server.post('/config', { name: 'Never made', roomTypes: [{ code: 'A' }, {}] }), 400, 'invalid', { blames: ['pointer /roomTypes/1/code'] });
	await server.create('Never made');
});

/** A price in each kind of object, and what names the object in a refusal. */
const PRICES = {
	roomType: { roomTypes: [{ code: 'X', extraChildPrice: 1.25 }] }, tag: { tags: [{ code: 'X', priceImpact: -1.25 }] }, sellable: { sellables: [{ code: 'X', pricePerUnit: 1.25 }] },
	rule: { businessRules: [{ id: 'X', effect: [{ effectType: 'pricing', priceImpact: 1.25 }] }] }, ratePlan: { ratePlans: [{ code: 'X', adjust: { amount: 1.25 } }] },
	'ratePlan ': { ratePlans: [{ code: 'X', cancellation: [{ fee: { amount: 1.25 } }] }] }, tax: { taxes: [{ code: 'X', amount: 1.25 }] },
};

test('a currency of fewer decimals is refused while a price of any kind has more', async () => {
	for (const [name, lists] of Object.entries(PRICES)) {
		const code = await server.create(`Currency ${name}`, { currencyCode: 'EUR' });
		const [[list, [object]]] = Object.entries(lists);
		await server.post('/config', { code, ...lists });
		await unchanged(server, code, async () => {
			const refused = await server.patch(`/config/${code}`, { currencyCode: 'JPY' });
			assertProblem(refused, 400, 'invalid', { blames: ['pointer /currencyCode'] });
			assert.match(refused.json.errors[0].detail, new RegExp(`${name.trim()} X`));
		});
		assert.equal((await server.patch(`/config/${code}`, { currencyCode: 'BHD' })).status, 200, 'more decimals fit');
		assert.equal((await server.patch(`/config/${code}`, { currencyCode: null })).status, 200, 'none has two');
		const text = JSON.stringify({ currencyCode: 'JPY', [list]: [object] }).replaceAll('1.25', '1');
		assert.equal((await server.patch(`/config/${code}`, text)).status, 200, 'prices and currency together');
		const wrong = JSON.stringify({ code, ...lists });
		assertProblem(await server.post('/config', wrong), 400, 'invalid');
	}
});

test('percentages and embedded tags do not hinder a currency', async () => {
	const code = await server.create('Percentages', { currencyCode: 'EUR' });
	await server.post('/config', { code, tags: [{ code: 'P', priceImpact: 1.25, priceUpdateUnit: 'percent' }], taxes: [{ code: 'V', percent: 7.75 }], ratePlans: [{ code: 'R', adjust: { percent: 2.5 } }],
		sellables: [{ code: 'S', pricePerUnit: 3, optionalTags: [{ code: 'P' }] }], businessRules: [{ id: 'B', effect: [{ effectType: 'pricing', priceImpact: 1.25, priceUpdateUnit: 'percent' }] }] });
	assert.equal((await server.patch(`/config/${code}`, { currencyCode: 'JPY' })).status, 200);
	assertProblem(await server.put(`/config/${code}/sellables/S`, { pricePerUnit: 3.5 }), 400, 'invalid', { blames: ['pointer /pricePerUnit'] });
});

test('everything that was written agrees', async () => {
	await server.stop();
	assert.ok((await agree(server.folder)).objects > 60);
	server = await start({ folder: server.folder });
});
