// Money on the wire: exact digits in the hotel's currency, no floating point, no exponents.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const path = code => `/config/${code}/rooms/type`;
const body = price => `{"roomTypes":[{"code":"A","lowPrice":${price}}]}`;
const priceIn = answer => /"lowPrice":([^,]*),/.exec(answer.text)[1];

/** What goes in and what comes out, by currency; "" is the unset one, of two decimals. */
const EXACT = {
	'': [['0', '0'], ['129.5', '129.5'], ['129.50', '129.5'], ['0.1', '0.1'], ['0.01', '0.01'], ['0.10', '0.1'], ['1.000', '1'], ['100', '100'], ['10.00000', '10'],
		['9999999999999.99', '9999999999999.99'], ['10000000000000', '10000000000000'], ['10000000000000.00', '10000000000000'],
		['4503599627370.49', '4503599627370.49'], ['0.30', '0.3'], ['0.57', '0.57'], ['1.15', '1.15'], ['-0', '0'], ['-0.00', '0'], ['90071992547.41', '90071992547.41']],
	EUR: [['129.5', '129.5'], ['0.99', '0.99'], ['9999999999999.99', '9999999999999.99']],
	JPY: [['129', '129'], ['129.0', '129'], ['9007199254740.00', '9007199254740'], ['1000000000000000', '1000000000000000'], ['999999999999999', '999999999999999']],
	BHD: [['0.001', '0.001'], ['129.125', '129.125'], ['129.1250', '129.125'], ['999999999999.999', '999999999999.999'], ['1000000000000', '1000000000000']],
	CLF: [['0.0001', '0.0001'], ['99999999999.9999', '99999999999.9999'], ['100000000000', '100000000000'], ['1.50', '1.5']],
};
const REFUSED = {
	'': ['0.001', '129.555', '10000000000000.01', '10000000000001', '-1', '-0.01', '1e2', '1E2', '1.5e0', '0e0', '12345678901234567890', '"129.5"', 'true', '[1]', '{}',
		'99999999999999999999999999999999', '0.00000000000000000001'],
	EUR: ['0.001', '10000000000000.01'],
	JPY: ['0.1', '129.5', '1000000000000001', '0.01'],
	BHD: ['0.0001', '1000000000000.001'],
	CLF: ['0.00001', '100000000000.0001'],
};

for (const [currency, pairs] of Object.entries(EXACT)) {
	test(`prices in ${currency || 'no currency'} keep every digit that counts`, async () => {
		const code = await server.create(`Exact ${currency}`, currency ? { currencyCode: currency } : {});
		for (const [sent, expected] of pairs) {
			const answer = await server.post(path(code), body(sent));
			assert.equal(answer.status, 200, `${sent}: ${answer.text}`);
			assert.equal(priceIn(answer), expected, sent);
			assert.equal(priceIn(await server.get(`/config/${code}`)), expected, sent);
		}
		const [[, last]] = pairs.slice(-1);
		await server.stop(); // out of the cache, into the records and back
		server = await start({ folder: server.folder });
		assert.equal(priceIn(await server.get(`/config/${code}`)), last);
	});
}

for (const [currency, prices] of Object.entries(REFUSED)) {
	test(`what is no price in ${currency || 'no currency'} is refused`, async () => {
		const code = await server.create(`Refused ${currency}`, currency ? { currencyCode: currency } : {});
		await unchanged(server, code, async () => {
			for (const price of prices)
				assertProblem(await server.post(path(code), body(price)), 400, 'invalid', { blames: ['pointer /roomTypes/0/lowPrice'] });
		});
	});
}

test('every price of a room type is money', async () => {
	const code = await server.create('Every price');
	for (const member of ['lowPrice', 'medPrice', 'highPrice', 'extraAdultPrice', 'extraChildPrice']) {
		const answer = await server.post(path(code), `{"roomTypes":[{"code":"A","${member}":12345678.90}]}`);
		assert.match(answer.text, new RegExp(`"${member}":12345678\\.9[,}]`));
		for (const price of ['0.001', '-0.01', '1e1'])
			assertProblem(await server.post(path(code), `{"roomTypes":[{"code":"A","${member}":${price}}]}`), 400, 'invalid',
				{ blames: [`pointer /roomTypes/0/${member}`] });
	}
});

test('all prices that are wrong are named at once', async () => {
	const code = await server.create('Many wrong prices', { currencyCode: 'JPY' });
	const text = '{"roomTypes":[{"code":"A","lowPrice":0.5,"highPrice":0.25},{"code":"B"},{"code":"C","medPrice":1.1}]}';
	assertProblem(await server.post(path(code), text), 400, 'invalid',
		{ blames: ['pointer /roomTypes/0/lowPrice', 'pointer /roomTypes/0/highPrice', 'pointer /roomTypes/2/medPrice'] });
});

test('the currency may change as long as every price fits it', async () => {
	const code = await server.create('Changing currency');
	await server.post(path(code), body('129.5'));
	await unchanged(server, code, async () => {
		const refused = [await server.patch(`/config/${code}`, { currencyCode: 'JPY' }), await server.post('/config', { code, currencyCode: 'JPY' }),
			await server.put(`/config/${code}`, { name: 'Changing currency', currencyCode: 'JPY' })];
		for (const answer of refused) assertProblem(answer, 400, 'invalid', { blames: ['pointer /currencyCode'] });
	});
	for (const currency of ['EUR', 'BHD', 'CLF', 'USD'])
		assert.equal((await server.patch(`/config/${code}`, { currencyCode: currency })).hotel.currencyCode, currency);
	await server.post(path(code), body('129'));
	assert.equal((await server.patch(`/config/${code}`, { currencyCode: 'JPY' })).status, 200);
	await server.patch(`/config/${code}`, { currencyCode: 'BHD' });
	await server.post(path(code), body('0.125'));
	assertProblem(await server.patch(`/config/${code}`, { currencyCode: null }), 400, 'invalid', { blames: ['pointer /currencyCode'] });
	assertProblem(await server.put(`/config/${code}`, { name: 'Changing currency' }), 400, 'invalid', { blames: ['pointer /currencyCode'] });
});

test('a large price in a coarse currency does not fit a fine one', async () => {
	const code = await server.create('Large yen', { currencyCode: 'JPY' });
	assert.equal((await server.post(path(code), body('1000000000000000'))).status, 200);
	await unchanged(server, code, async () =>
		assertProblem(await server.patch(`/config/${code}`, { currencyCode: 'EUR' }), 400, 'invalid', { blames: ['pointer /currencyCode'] }));
});

test('prices among hundreds of objects stop a change of currency', async () => {
	const code = await server.create('Many prices');
	for (let i = 0; i < 3; i++)
		await server.post(path(code), { roomTypes: Array.from({ length: 90 }, (_, j) => ({ code: `T${i}-${j}`, lowPrice: 5 })) });
	assert.equal((await server.patch(`/config/${code}`, { currencyCode: 'JPY' })).status, 200);
	await server.patch(`/config/${code}`, { currencyCode: 'EUR' });
	await server.post(path(code), { roomTypes: [{ code: 'ZZ', highPrice: 0.5 }] });
	assertProblem(await server.patch(`/config/${code}`, { currencyCode: 'JPY' }), 400, 'invalid', { blames: ['pointer /currencyCode'] });
});
