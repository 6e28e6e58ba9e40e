// Bodies as JSON: strict syntax, every wrong member named at once, nothing written.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, blamed, unchanged } from '../support/hotels.mjs';
import { finish, start } from '../support/innkeeper.mjs';

let server;
let code;
before(async () => {
	server = await start();
	code = await server.create('Bodies');
});
after(() => finish(server));

const writes = () => [['POST', '/config'], ['PUT', `/config/${code}`], ['PATCH', `/config/${code}`], ['POST', `/config/${code}/rooms/type`]];

test('text that is no JSON is refused on every route', async () => {
	const bad = ['{', '}', '{"name":"x"', '{"name":"x",}', "{'name':'x'}", '{name:"x"}', '{"name":"x"}{"name":"y"}', '{"name":"x"} x', '// c\n{"name":"x"}', '{"name":"\x01"}',
		'{"name":"\\x"}', '{"name":"\\ud800"}', '{"name":"\\udc00\\ud800"}', '{"name":NaN}', '{"name":01}', '{"name":+1}', '{"name":.5}', '{"name":tru}', '\u00a0{"name":"x"}', ' ', '\0', 'nullx'];
	await unchanged(server, code, async () => {
		for (const body of bad)
			for (const [method, path] of writes()) assertProblem(await server.request(method, path, { body }), 400, 'invalid');
	});
});

test('a byte order mark and bytes that are no UTF-8 are refused', async () => {
	const bytes = [[0xef, 0xbb, 0xbf, ...Buffer.from('{"name":"x"}')]];
	for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3], [0xe2, 0x82], [0x80]])
		bytes.push([...Buffer.from('{"name":"'), ...bad, ...Buffer.from('"}')]);
	bytes.push([...Buffer.from('{"na'), 0xff, ...Buffer.from('me":"x"}')], [0xfe, 0xff, 0x00, 0x7b], [0x7b, 0x00, 0x7d, 0x00]);
	for (const body of bytes.map(list => Buffer.from(list)))
		for (const [method, path] of writes()) assertProblem(await server.request(method, path, { body }), 400, 'invalid');
});

test('a value that is no object is refused', async () => {
	for (const body of ['null', 'true', '1', '"x"', '[]', '[{"name":"x"}]'])
		for (const [method, path] of writes()) assertProblem(await server.request(method, path, { body }), 400, 'invalid', { blames: ['pointer '] });
});

test('nesting deeper than 32 is refused, however deep', async () => {
	for (const depth of [33, 100, 100000, 1000000]) {
		for (const [open, close] of [['[', ']'], ['{"a":', '}']]) {
			const body = `{"name":"x","description":${open.repeat(depth)}1${close.repeat(depth)}}`;
			if (body.length < 4 << 20) assertProblem(await server.post('/config', body), 400, 'invalid');
		}
	}
	const body = `{"name":"x","pendingChanges":${'['.repeat(31)}${']'.repeat(31)}}`;
	const answer = await server.patch(`/config/${code}`, body.replace('"name":"x",', ''));
	assert.equal(answer.status, 200, 'a member that is ignored may nest to the limit');
	assertProblem(await server.patch(`/config/${code}`, `{"pendingChanges":${'['.repeat(32)}${']'.repeat(32)}}`), 400, 'invalid');
});

test('a member that is given twice is refused by its place', async () => {
	const cases = [['{"name":"x","name":"x"}', '/name'], ['{"name":"x","n\\u0061me":"y"}', '/name'], ['{"name":null,"name":"x"}', '/name'],
		['{"name":"x","options":{"bookable":true,"bookable":false}}', '/options/bookable'], ['{"name":"x","address":{"city":"a","city":null}}', '/address/city']];
	for (const [body, pointer] of cases)
		assertProblem(await server.post('/config', body), 400, 'invalid', { blames: [`pointer ${pointer}`] });
	const list = '{"roomTypes":[{"code":"A"},{"code":"B","name":"x","name":"y"}]}';
	assertProblem(await server.post(`/config/${code}/rooms/type`, list), 400, 'invalid', { blames: ['pointer /roomTypes/1/name'] });
});

test('all wrong members are named at once, of every kind', async () => {
	const body = '{"unknown":1,"name":7,"description":"x","currencyCode":"EURO","options":{"bookable":"yes","open":true},"address":{"countryCode":"x"},"name":"x","location":{"latitude":"0"}}';
	assertProblem(await server.post('/config', body), 400, 'invalid', { blames: ['pointer /unknown', 'pointer /name', 'pointer /name', 'pointer /currencyCode',
		'pointer /options/bookable', 'pointer /options/open', 'pointer /address/countryCode', 'pointer /location/latitude'] });
	const types = Array.from({ length: 50 }, (_, i) => ({ code: `T${i}`, wrong: i }));
	const problem = assertProblem(await server.post(`/config/${code}/rooms/type`, { roomTypes: types }), 400, 'invalid');
	const places = blamed(problem);
	assert.ok(places.length >= 10 && places.length <= 50, `${places.length}`);
	assert.deepEqual(places, places.map((_, i) => `pointer /roomTypes/${i}/wrong`));
});

test('pointers escape what stands in names', async () => {
	const cases = [['a/b', '/a~1b'], ['m~n', '/m~0n'], ['~1', '/~01'], ['', '/'], [' ', '/ '], ['é"\\', '/é"\\'], ['__proto__', '/__proto__']];
	for (const [name, pointer] of cases)
		assertProblem(await server.post('/config', `{"name":"x",${JSON.stringify(name)}:1}`), 400, 'invalid', { blames: [`pointer ${pointer}`] });
});

test('a number as large as it likes, long names and many members end in 400', async () => {
	const many = Array.from({ length: 20000 }, (_, i) => `"m${i}":${i}`).join();
	for (const body of [`{"name":${'9'.repeat(100000)}}`, `{"${'n'.repeat(100000)}":1}`, `{${many}}`, `{"name":"x","tags":[${'{},'.repeat(300000)}{}]}`])
		assertProblem(await server.post('/config', body), 400, 'invalid');
	assert.equal((await server.get('/livez')).status, 200);
});

test('blanks between tokens are fine, in any number', async () => {
	const answer = await server.patch(`/config/${code}`, ' \t\r\n{ \n"description" \r:\t"x" } \n\n');
	assert.equal(answer.status, 200);
	assert.equal(answer.hotel.description, 'x');
});
