// saveHotel: creates a hotel, and changes the head of one by POST, PUT and PATCH.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, hotelText, roomTypeText, unchanged, wrapperText } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

let server;
before(async () => { server = await start(); });
after(() => finish(server));

/** FNV-1a, 32 bits, of the name alone: the caller of an open server has the empty name. */
function fnv1a(name) {
	let hash = 0x811c9dc5;
	for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
	return hash;
}

/** Two names with one hash: by the birthday bound some 80,000 tries; the same ones in every run. */
function collidingNames() {
	const names = new Map();
	for (let i = 0; ; i++) {
		const name = `Collision ${i}`;
		const other = names.get(fnv1a(name));
		if (other) return [other, name];
		names.set(fnv1a(name), name);
	}
}

const FULL = {
	name: 'Full hotel', description: 'All there is', currencyCode: 'CHF',
	defaultMarketting: { defaultTagLine: 'Sleep well', defaultDescription: 'Quiet rooms' },
	options: { bookable: true, shoppable: true }, timeZone: 'Europe/Zurich',
	address: { line1: 'Bahnhofplatz 1', line2: 'Hof', city: 'Bern', region: 'BE', postalCode: '3011', countryCode: 'CH' },
	location: { latitude: 46.9489, longitude: -7.4391234 },
};
const FULL_MORE = ',"timeZone":"Europe/Zurich","address":{"line1":"Bahnhofplatz 1","line2":"Hof","city":"Bern","region":"BE",' +
	'"postalCode":"3011","countryCode":"CH"},"location":{"latitude":46.9489,"longitude":-7.4391234}';
const fullText = (code, changes = {}) => hotelText({
	code, name: FULL.name, description: FULL.description, currencyCode: 'CHF', tagLine: 'Sleep well', marketing: 'Quiet rooms',
	bookable: true, shoppable: true, more: FULL_MORE, ...changes,
});

async function createFull(name) {
	const answer = await server.post('/config', { ...FULL, name });
	assert.equal(answer.status, 200, answer.text);
	return answer.hotel.code;
}

test('a create with every member of the head answers them in their order', async () => {
	const answer = await server.post('/config', FULL);
	const code = String(fnv1a(FULL.name));
	assert.equal(answer.status, 200);
	assert.equal(answer.text, wrapperText(fullText(code)));
	assert.equal(answer.headers.location, `/config/${code}`);
	const read = await server.get(`/config/${code}`);
	assert.equal(read.text, wrapperText(fullText(code, { pendingChanges: '[]' })));
	assert.equal(read.headers.etag, answer.headers.etag);
});

test('the code is FNV-1a of the bytes of the name in decimal', async () => {
	for (const name of ['a', 'Hôtel des Îles', '旅館 🏨', 'x'.repeat(255)])
		assert.equal(await server.create(name), String(fnv1a(name)));
});

test('a name whose hash is taken gets the next free code', async () => {
	const [first, second] = collidingNames();
	const code = await server.create(first);
	assert.equal(code, String(fnv1a(first)));
	const answer = await server.post('/config', { name: second });
	assert.equal(answer.hotel.code, String((fnv1a(second) + 1) % 2 ** 32));
	assert.equal(answer.headers.location, `/config/${answer.hotel.code}`);
	assert.equal((await server.get(`/config/${code}`)).hotel.name, first);
	assert.equal((await server.get(answer.headers.location)).hotel.name, second);
	assertProblem(await server.post('/config', { name: second }), 409, 'exists');
});

test('a create needs a name that is not blank', async () => {
	for (const body of [{}, { name: '' }, { name: '   ' }, { name: null }, { description: 'no name' }])
		assertProblem(await server.post('/config', body), 400, 'invalid', { blames: ['pointer /name'] });
});

test('a name that this user has is 409, in exactly those bytes', async () => {
	await server.create('Twice');
	assertProblem(await server.post('/config', { name: 'Twice', description: 'another' }), 409, 'exists');
	await server.create('twice');
	await server.create('Twice ');
});

test('a POST with a code changes what is given and keeps the rest', async () => {
	const code = await createFull('Merged');
	const expected = changes => wrapperText(fullText(code, { name: 'Merged', ...changes }));
	let answer = await server.post('/config', { code, description: 'New' });
	assert.equal(answer.status, 200);
	assert.equal(answer.text, expected({ description: 'New' }));
	assert.equal(answer.headers.location, undefined);
	answer = await server.post('/config', { code, options: { bookable: false } });
	assert.equal(answer.text, expected({ description: 'New', bookable: false }));
	answer = await server.post('/config', { code, defaultMarketting: { defaultTagLine: '' }, address: { line2: '' } });
	assert.equal(answer.text, expected({ description: 'New', bookable: false, tagLine: '', more: FULL_MORE.replace('"line2":"Hof",', '') }));
	answer = await server.post('/config', { code, description: null, name: null });
	assert.equal(answer.text, expected({ description: 'New', bookable: false, tagLine: '', more: FULL_MORE.replace('"line2":"Hof",', '') }),
		'null is absent');
});

test('a POST with an unknown code is 404 and creates nothing', async () => {
	assertProblem(await server.post('/config', { code: 'nobody', name: 'Nobody' }), 404, 'not_found');
	assert.equal((await server.get('/config/nobody')).status, 404);
	await server.create('Nobody');
});

test('a PUT empties the members that are left out, lists apart', async () => {
	const code = await createFull('Replaced');
	await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'DBL' }] });
	const answer = await server.put(`/config/${code}`, { name: 'Replaced', location: { latitude: 0, longitude: 0 } });
	assert.equal(answer.status, 200);
	const more = ',"location":{"latitude":0,"longitude":0}';
	assert.equal(answer.text, wrapperText(hotelText({ code, name: 'Replaced', more })));
	assert.equal((await server.get(`/config/${code}`)).text, wrapperText(hotelText({
		code, name: 'Replaced', more, roomTypes: `[${roomTypeText({ code: 'DBL' })}]`, pendingChanges: '[]' })));
	assertProblem(await server.put(`/config/${code}`, { description: 'no name' }), 400, 'invalid', { blames: ['pointer /name'] });
	assertProblem(await server.put('/config/unknown', { name: 'Unknown' }), 404, 'not_found');
});

test('a PATCH is a merge patch: null removes, objects merge', async () => {
	const code = await createFull('Patched');
	const patch = { description: null, options: { shoppable: null }, address: { line2: null, city: 'Thun' }, timeZone: null, location: null };
	const answer = await server.patch(`/config/${code}`, patch, { 'Content-Type': 'application/merge-patch+json' });
	assert.equal(answer.status, 200, answer.text);
	const more = ',"address":{"line1":"Bahnhofplatz 1","city":"Thun","region":"BE","postalCode":"3011","countryCode":"CH"}';
	assert.equal(answer.text, wrapperText(fullText(code, { name: 'Patched', description: '', shoppable: false, more })));
	assert.equal((await server.patch(`/config/${code}`, { address: null })).text,
		wrapperText(fullText(code, { name: 'Patched', description: '', shoppable: false, more: '' })));
	assertProblem(await server.patch(`/config/${code}`, { name: null }), 400, 'invalid', { blames: ['pointer /name'] });
	assertProblem(await server.patch('/config/unknown', { name: 'Unknown' }), 404, 'not_found');
});

test('half a location is refused by PUT and accepted by PATCH onto a whole one', async () => {
	const code = await createFull('Located');
	const answer = await server.patch(`/config/${code}`, { location: { latitude: -1.5 } });
	assert.match(answer.text, /"location":\{"latitude":-1\.5,"longitude":-7\.4391234\}/);
	const half = { name: 'Located', location: { latitude: 1 } };
	assertProblem(await server.put(`/config/${code}`, half), 400, 'invalid', { blames: ['pointer /location/longitude'] });
});

test('the code of the body must be that of the path', async () => {
	const code = await server.create('Path and body');
	await unchanged(server, code, async () => {
		for (const method of ['PUT', 'PATCH'])
			assertProblem(await server.request(method, `/config/${code}`, { body: { code: 'other', name: 'Other' } }), 400, 'invalid',
				{ blames: ['pointer /code'] });
	});
	assert.equal((await server.put(`/config/${code}`, { code, name: 'Path and body' })).status, 200);
});

test('a renamed hotel frees its old name and takes the new one', async () => {
	const code = await server.create('Old name');
	await server.create('Other name');
	for (const method of ['PUT', 'PATCH'])
		assertProblem(await server.request(method, `/config/${code}`, { body: { name: 'Other name' } }), 409, 'exists');
	assertProblem(await server.post('/config', { code, name: 'Other name' }), 409, 'exists');
	assert.equal((await server.patch(`/config/${code}`, { name: 'New name' })).hotel.name, 'New name');
	assertProblem(await server.post('/config', { name: 'New name' }), 409, 'exists');
	const again = await server.post('/config', { name: 'Old name' });
	assert.equal(again.status, 200);
	assert.equal(again.hotel.code, String((Number(code) + 1) % 2 ** 32), 'the code of the first is not given again');
	assert.equal((await server.patch(`/config/${code}`, { name: 'New name' })).status, 200, 'its own name is no conflict');
});

test('a chain or brand that does not exist is refused', async () => {
	assertProblem(await server.post('/config', { name: 'Chained', chain: 'C', brand: 'B' }), 400, 'invalid',
		{ blames: ['pointer /chain', 'pointer /brand'] });
	const code = await server.create('Unchained', { chain: null, brand: '' });
	assertProblem(await server.patch(`/config/${code}`, { chain: 'C' }), 400, 'invalid', { blames: ['pointer /chain'] });
	assert.equal((await server.patch(`/config/${code}`, { chain: null })).status, 200);
});

test('a write that changes nothing keeps the revision', async () => {
	const code = await createFull('Same again');
	const { etag } = (await server.get(`/config/${code}`)).headers;
	const writes = [server.put(`/config/${code}`, { ...FULL, name: 'Same again' }), server.patch(`/config/${code}`, {}),
		server.post('/config', { code }), server.post('/config', { code, description: FULL.description })];
	for (const answer of await Promise.all(writes)) {
		assert.equal(answer.status, 200);
		assert.equal(answer.headers.etag, etag);
	}
	assert.notEqual((await server.patch(`/config/${code}`, { description: 'x' })).headers.etag, etag);
});

test('what is not valid is 400 by its pointer and changes nothing', async () => {
	const code = await server.create('Checked');
	const cases = [
		[{ name: 'x'.repeat(256) }, '/name'], [{ name: 'é'.repeat(128) }, '/name'], [{ name: 'a\nb' }, '/name'], [{ name: 7 }, '/name'],
		[{ description: 'x'.repeat(16385) }, '/description'], [{ description: 'nul\0' }, '/description'],
		[{ currencyCode: 'chf' }, '/currencyCode'], [{ currencyCode: 'XXX' }, '/currencyCode'], [{ currencyCode: 756 }, '/currencyCode'],
		[{ timeZone: 'Mars/Olympus' }, '/timeZone'], [{ timeZone: '../../etc/passwd' }, '/timeZone'], [{ timeZone: '/etc/passwd' }, '/timeZone'],
		[{ address: { countryCode: 'ch' } }, '/address/countryCode'], [{ address: { street: 'x' } }, '/address/street'],
		[{ address: { postalCode: '1'.repeat(33) } }, '/address/postalCode'], [{ address: 'Bern' }, '/address'], [{ address: [] }, '/address'],
		[{ location: { latitude: 90.1, longitude: 0 } }, '/location/latitude'],
		[{ location: { latitude: 0, longitude: -180.0000001 } }, '/location/longitude'],
		[{ location: { latitude: 0.12345678, longitude: 0 } }, '/location/latitude'],
		[{ options: { bookable: 'true' } }, '/options/bookable'], [{ options: true }, '/options'],
		[{ defaultMarketting: { defaultTagLine: 1 } }, '/defaultMarketting/defaultTagLine'],
		[{ defaultMarketing: {} }, '/defaultMarketing'], [{ Name: 'x' }, '/Name'], [{ 'a/b~c': 1 }, '/a~1b~0c'],
	];
	await unchanged(server, code, async () => {
		for (const [body, pointer] of cases) {
			const answer = await server.patch(`/config/${code}`, body);
			assertProblem(answer, 400, 'invalid', { blames: [`pointer ${pointer}`] });
		}
	});
	for (const good of [{ description: 'x'.repeat(16384) }, { description: 'tab\tand\nline' }, { timeZone: 'UTC' }, { location: { latitude: -90, longitude: 180 } }])
		assert.equal((await server.patch(`/config/${code}`, good)).status, 200, JSON.stringify(good).slice(0, 60));
});

test('everything that was written agrees', async () => {
	await server.stop();
	const { hotels } = await agree(server.folder);
	assert.ok(hotels > 20);
	server = await start({ folder: server.folder });
});
