// Routes of the contract that are not built answer 501 before anything else is looked at; none pretends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, unchanged } from '../support/hotels.mjs';
import { finish, start } from '../support/innkeeper.mjs';

let server;
let code;
before(async () => {
	server = await start();
	code = await server.create('Unbuilt');
	await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'DBL' }] });
});
after(() => finish(server));

/** All of api.md but what is built, as `METHOD path`; {id} is the hotel's code. */
const ROUTES = [
	'POST /config/{id}/pictures', 'DELETE /config/{id}/pictures/P', 'POST /config/{id}/rooms/type/DBL/pictures',
	'DELETE /config/{id}/rooms/type/DBL/pictures/P', 'POST /config/{id}/sellables/S/pictures', 'DELETE /config/{id}/sellables/S/pictures/P',
	'POST /config/{id}/publish', 'GET /config/{id}/changes', 'GET /config/{id}/history', 'GET /config/{id}/publications', 'GET /config/{id}/publications/1',
	'DELETE /config/{id}/publications/1', 'POST /config/{id}/publications/1/restore',
	'GET /pictures/abc.jpg', 'GET /events', 'GET /search/hotels', 'GET /search/hotels/{id}/rooms', 'GET /search/hotels/{id}/calendar', 'GET /search/hotels/{id}/explain',
	'GET /inventory/{id}', 'PUT /inventory/{id}', 'POST /bookings', 'GET /bookings', 'GET /bookings/B', 'PATCH /bookings/B', 'DELETE /bookings/B',
	'POST /bookings/B/confirm', 'POST /bookings/B/extend', 'POST /bookings/B/no-show', 'GET /portal/',
];

test('every unbuilt route is 501 and changes nothing', async () => {
	assert.equal(new Set(ROUTES).size, ROUTES.length);
	await unchanged(server, code, async () => {
		for (const route of ROUTES) {
			const [method, template] = route.split(' ');
			const path = template.replace('{id}', code);
			assertProblem(await server.request(method, path), 501, 'not_implemented', { path });
		}
	});
});

test('it is 501 whatever body, type, query and conditions come with it', async () => {
	await unchanged(server, code, async () => {
		for (const route of ROUTES.filter(route => !route.startsWith('GET'))) {
			const [method, template] = route.split(' ');
			const path = template.replace('{id}', code);
			const headers = { 'Content-Type': 'text/plain', Accept: 'image/png', 'If-Match': 'broken', 'Idempotency-Key': '' };
			assertProblem(await server.request(method, `${path}?cascade=true&x=1`, { body: 'no json', headers }), 501, 'not_implemented', { path });
			assertProblem(await server.request(method, path, { body: '{"code":"X"}' }), 501, 'not_implemented', { path });
		}
		for (const route of ROUTES.filter(route => route.startsWith('GET'))) {
			const path = route.split(' ')[1].replace('{id}', code);
			assertProblem(await server.get(`${path}?limit=0`, { Accept: 'text/event-stream' }), 501, 'not_implemented', { path });
			assert.equal((await server.request('HEAD', path)).status, 501);
		}
	});
});

test('a segment that is no code is 404 there too', async () => {
	for (const path of ['/config/a%20b/history', `/config/${code}/publications/a%2Fb`, '/bookings/%00', '/inventory/~x'])
		assertProblem(await server.get(path), 404, 'not_found', { path });
});
