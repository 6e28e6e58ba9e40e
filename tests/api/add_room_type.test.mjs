// addRoomType: whole room types, added or replaced, all or none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, hotelText, roomTypeText, unchanged, wrapperText } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const path = code => `/config/${code}/rooms/type`;
const types = (n, prefix = 'T') => Array.from({ length: n }, (_, i) => ({ code: `${prefix}${String(i).padStart(2, '0')}` }));

test('every member comes back as it was sent, unset ones stay hidden', async () => {
	const code = await server.create('Members');
	const full = '{"code":"FULL","name":"Full","lowPrice":80,"medPrice":129.5,"highPrice":200.25,"description":"All","pictures":null,"maxAdults":4,' +
		'"maxChildren":0,"maxOccupancy":5,"standardOccupancy":2,"extraAdultPrice":30,"extraChildPrice":0}';
	const answer = await server.post(path(code), `{"code":"${code}","roomTypes":[${full},{"code":"BARE"}]}`);
	assert.equal(answer.status, 200, answer.text);
	const roomTypes = `[${roomTypeText({ code: 'BARE' })},${full}]`;
	assert.equal(answer.text, wrapperText(hotelText({ code, name: 'Members', roomTypes })));
	const read = await server.get(`/config/${code}`);
	assert.equal(read.text, wrapperText(hotelText({ code, name: 'Members', roomTypes, pendingChanges: '[]' })));
	assert.equal(read.headers.etag, answer.headers.etag);
});

test('an object is replaced whole: members left out are emptied', async () => {
	const code = await server.create('Replaced whole');
	await server.post(path(code), { roomTypes: [{ code: 'A', name: 'old', lowPrice: 10, maxAdults: 2 }, { code: 'B', name: 'stays' }] });
	const answer = await server.post(path(code), { roomTypes: [{ code: 'A', description: 'new' }] });
	const replaced = roomTypeText({ code: 'A', description: 'new' });
	assert.equal(answer.text, wrapperText(hotelText({ code, name: 'Replaced whole', roomTypes: `[${replaced}]` })), 'the head and the objects concerned');
	assert.match((await server.get(`/config/${code}`)).text, new RegExp(`"roomTypes":\\[${replaced.replace(/[[\]{}]/g, '\\$&')},\\{"code":"B","name":"stays"`));
});

test('objects come in the order of the bytes of their codes, whatever stands in them', async () => {
	const code = await server.create('Ordered');
	const codes = ['b', 'B', 'a-', 'a', 'a.', 'a_', 'a0', 'DBL-SEA', 'DBL', 'DBL.SEA', '0', '-', '_', '..a', 'A'.repeat(64), '10', '9', '2%'.replace('%', '-')];
	const answer = await server.post(path(code), { roomTypes: codes.map(type => ({ code: type })) });
	assert.equal(answer.status, 200, answer.text);
	const sorted = [...codes].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
	assert.deepEqual(answer.hotel.roomTypes.map(type => type.code), sorted);
	for (const cached of [true, false]) {
		if (!cached) {
			await server.stop();
			server = await start({ folder: server.folder });
		}
		assert.deepEqual((await server.get(`/config/${code}`)).hotel.roomTypes.map(type => type.code), sorted, `cached ${cached}`);
	}
});

test('90 objects are taken, 91 and none are not', async () => {
	const code = await server.create('Ninety');
	assert.equal((await server.post(path(code), { roomTypes: types(90) })).hotel.roomTypes.length, 90);
	await unchanged(server, code, async () => {
		for (const body of [{ roomTypes: types(91, 'X') }, { roomTypes: types(1000, 'X') }, { roomTypes: [] }, { roomTypes: null }, {}, { code }])
			assertProblem(await server.post(path(code), body), 400, 'invalid', { blames: ['pointer /roomTypes'] });
	});
	const replaced = await server.post(path(code), { roomTypes: types(90).map(type => ({ ...type, name: 'again' })) });
	assert.equal(replaced.status, 200);
	assert.equal((await server.get(`/config/${code}`)).hotel.roomTypes.filter(type => type.name === 'again').length, 90);
});

test('a code that stands in the list twice is refused where it does', async () => {
	const code = await server.create('Twice in a list');
	await unchanged(server, code, async () => {
		const roomTypes = [{ code: 'A' }, { code: 'B' }, { code: 'A' }, { code: 'a' }, { code: 'B' }];
		assertProblem(await server.post(path(code), { roomTypes }), 400, 'invalid',
			{ blames: ['pointer /roomTypes/2/code', 'pointer /roomTypes/4/code'] });
	});
});

test('the code of the body must be that of the path', async () => {
	const code = await server.create('Same code');
	const other = await server.create('Other code');
	await unchanged(server, code, async () => {
		assertProblem(await server.post(path(code), { code: other, roomTypes: types(1) }), 400, 'invalid', { blames: ['pointer /code'] });
		assertProblem(await server.post(path(code), { code: 'no code!', roomTypes: types(1) }), 400, 'invalid', { blames: ['pointer /code'] });
	});
	for (const same of [code, null, '', undefined])
		assert.equal((await server.post(path(code), { code: same, roomTypes: types(1) })).status, 200);
});

test('other members of the hotel do not belong there', async () => {
	const code = await server.create('Only its list');
	await unchanged(server, code, async () => {
		assertProblem(await server.post(path(code), { name: 'x', tags: [], roomTypes: types(1) }), 400, 'invalid',
			{ blames: ['pointer /name', 'pointer /tags'] });
	});
	assert.equal((await server.post(path(code), { name: null, tags: null, pendingChanges: [], roomTypes: types(1) })).status, 200);
});

test('an unknown hotel is 404', async () => {
	assertProblem(await server.post(path('unknown'), { roomTypes: types(1) }), 404, 'not_found');
	assertProblem(await server.post('/config/a%20b/rooms/type', { roomTypes: types(1) }), 404, 'not_found');
});

test('one object that is not valid keeps all from being written, and all are named', async () => {
	const code = await server.create('All or none');
	await server.post(path(code), { roomTypes: [{ code: 'KEPT', name: 'kept' }] });
	await unchanged(server, code, async () => {
		const roomTypes = [{ code: 'KEPT', name: 'changed' }, { code: 'BAD', lowPrice: 'much', maxAdults: 0 }, { name: 'no code' }, { code: 'NEW' }, 7];
		assertProblem(await server.post(path(code), { roomTypes }), 400, 'invalid', { blames:
			['pointer /roomTypes/1/lowPrice', 'pointer /roomTypes/1/maxAdults', 'pointer /roomTypes/4'] });
		assertProblem(await server.post(path(code), { roomTypes: [{ code: 'NEW' }, { name: 'no code' }] }), 400, 'invalid',
			{ blames: ['pointer /roomTypes/1/code'] });
	});
});

test('what is not valid is refused by its pointer', async () => {
	const code = await server.create('Refused members');
	const cases = [
		[{ code: '' }, 'code'], [{ code: ' A' }, 'code'], [{ code: 'A ' }, 'code'], [{ code: '.' }, 'code'], [{ code: '..' }, 'code'], [{ code: 'ä' }, 'code'],
		[{ code: 'A'.repeat(65) }, 'code'], [{ code: 'a/b' }, 'code'], [{ code: 1 }, 'code'], [{ code: null }, 'code'],
		[{ name: 'x'.repeat(256) }, 'name'], [{ name: 'a\tb' }, 'name'], [{ description: 'x'.repeat(16385) }, 'description'], [{ description: '\0' }, 'description'],
		[{ pictures: [{ id: 'p' }] }, 'pictures'], [{ pictures: {} }, 'pictures'], [{ maxAdults: 0 }, 'maxAdults'], [{ maxAdults: 101 }, 'maxAdults'],
		[{ maxAdults: 1.5 }, 'maxAdults'], [{ maxAdults: '2' }, 'maxAdults'], [{ maxChildren: -1 }, 'maxChildren'], [{ standardOccupancy: 0 }, 'standardOccupancy'],
		[{ Code: 'A' }, 'Code'], [{ price: 1 }, 'price'],
	];
	await unchanged(server, code, async () => {
		for (const [members, member] of cases)
			assertProblem(await server.post(path(code), { roomTypes: [{ code: 'OK', ...members }] }), 400, 'invalid',
				{ blames: [`pointer /roomTypes/0/${member}`] });
		assertProblem(await server.post(path(code), { roomTypes: { code: 'OK' } }), 400, 'invalid', { blames: ['pointer /roomTypes'] });
	});
});

test('null members are absent, and so are empty pictures', async () => {
	const code = await server.create('Nulls');
	const nulls = { name: null, lowPrice: null, medPrice: null, description: null, pictures: null, maxAdults: null, extraAdultPrice: null };
	const answer = await server.post(path(code), { roomTypes: [{ code: 'N', ...nulls }, { code: 'P', pictures: [] }] });
	assert.equal(answer.text, wrapperText(hotelText({ code, name: 'Nulls', roomTypes: `[${roomTypeText({ code: 'N' })},${roomTypeText({ code: 'P' })}]` })));
});

test('text of any script is kept to the byte', async () => {
	const code = await server.create('Unicode');
	const name = 'Zimmer „Möwe“ 海の部屋 غرفة 🛏️ e\u0301 \u202e\u2028\ufeff';
	const description = 'quote " backslash \\ slash / tab \t line \n return \r bell \x07 delete \x7f \u{10ffff} \ufffe';
	const answer = await server.post(path(code), { roomTypes: [{ code: 'U', name, description }] });
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.hotel.roomTypes[0].name, name);
	assert.equal(answer.hotel.roomTypes[0].description, description);
	assert.equal((await server.get(`/config/${code}`)).hotel.roomTypes[0].description, description);
	const escaped = '{"roomTypes":[{"code":"U","name":"\\u005A\\uD83D\\uDECF","description":"\\/\\b\\f"}]}';
	assert.deepEqual((await server.post(path(code), escaped)).hotel.roomTypes[0].name, 'Z🛏');
	assert.equal((await server.get(`/config/${code}`)).hotel.roomTypes[0].description, '/\b\f');
});

test('objects that are there already as sent make no revision', async () => {
	const code = await server.create('Nothing new');
	const body = { roomTypes: [{ code: 'A', lowPrice: 10.5 }, { code: 'B' }] };
	const first = await server.post(path(code), body);
	const again = await server.post(path(code), body);
	assert.equal(again.status, 200);
	assert.equal(again.text, first.text);
	assert.equal(again.headers.etag, first.headers.etag);
	const one = await server.post(path(code), '{"roomTypes":[{"code":"A","lowPrice":10.50},{"code":"B","name":"new"}]}');
	assert.notEqual(one.headers.etag, first.headers.etag);
});

test('a price with too many decimals hides no pictures, which have routes of their own', async () => {
	const code = await server.create('Both');
	const roomTypes = [{ code: 'A', lowPrice: 10.125, pictures: [{}] }, { code: 'B', pictures: [{}] }];
	await unchanged(server, code, async () => {
		assertProblem(await server.post(path(code), { roomTypes }), 400, 'invalid',
			{ blames: ['pointer /roomTypes/0/lowPrice', 'pointer /roomTypes/0/pictures', 'pointer /roomTypes/1/pictures'] });
	});
});

test('everything that was written agrees', async () => {
	await server.stop();
	const { objects } = await agree(server.folder);
	assert.ok(objects > 100);
	server = await start({ folder: server.folder });
});
