// Clients that take their time: heads, bodies, readers. Each has a limit, none costs the others more than that.
import assert from 'node:assert/strict';
import { attackTest, request, residentKiB } from '../support/attack.mjs';

const MIB = 1024;

attackTest('heads of a byte a second get 408 and hinder nobody', { flags: ['--header-timeout', '8s'] }, async ({ server, healthy, attack }) => {
	const slow = attack({ connections: 1000, payload: request('GET', '/livez', { headers: { 'X-Slow': 's'.repeat(1000) } }), atOnce: 4, sendRate: 1 });
	await slow.opened();
	await healthy.more(30);
	await slow.until(({ held }) => held === 0);
	const { closed, status } = await slow.end();
	assert.deepEqual([closed, status], [1000, { 408: 1000 }]);
});

attackTest('a body just below the rate gets 408, one just above it is taken', { flags: ['--body-timeout', '7s'] }, async ({ server, healthy, attack }) => {
	const code = await server.create('Slow bodies');
	const body = JSON.stringify({ roomTypes: [{ code: 'SLOW' }] });
	const payload = request('POST', `/config/${code}/rooms/type`, { body: body + ' '.repeat(40000 - body.length) });
	const head = payload.length - 40000;
	const below = attack({ connections: 50, payload, atOnce: head, sendRate: 800, repeats: 1 });
	const above = attack({ connections: 50, payload, atOnce: head, sendRate: 1200, repeats: 1 });
	await Promise.all([below.opened(), above.opened()]);
	await healthy.more(10);
	await above.until(({ status }) => status[200] === 50);
	await below.until(({ held }) => held === 0);
	const [slow, steady] = await Promise.all([below.end(), above.end()]);
	assert.deepEqual([slow.status, slow.closed], [{ 408: 50 }, 50]);
	assert.deepEqual([steady.status, steady.closed, steady.held], [{ 200: 50 }, 0, 50]);
	assert.deepEqual((await server.get(`/config/${code}`)).hotel.roomTypes.map(type => type.code), ['SLOW']);
});

attackTest('slow bodies together have no more than --max-bodies: who did nothing for longest gives way', { flags: ['--max-bodies', '8M'] }, async ({ server, healthy, attack, before }) => {
	const code = await server.create('Many bodies');
	const payload = request('POST', `/config/${code}/tags`, { body: ' '.repeat(500000) });
	const slow = attack({ connections: 60, payload, atOnce: 300000, sendRate: 2000 });
	await slow.until(({ closed }) => closed >= 44); // the others have half a MiB each
	await healthy.more(10);
	const large = { roomTypes: Array.from({ length: 90 }, (_, i) => ({ code: `L${i}`, description: 'y'.repeat(10000) })) };
	for (let i = 0; i < 3; i++) {
		const answer = await server.post(`/config/${code}/rooms/type`, large);
		assert.equal(answer.status, 200, answer.text.slice(0, 300));
	}
	assert.ok(residentKiB(server.pid) - before < 80 * MIB, `${residentKiB(server.pid) - before} KiB more`);
	const { closed, status } = await slow.end();
	assert.deepEqual(Object.keys(status), ['503']);
	assert.ok(closed === status[503] && closed >= 30 && closed < 60, `${closed} gave way`);
});

/* A document of some 3.5 MiB. */
async function createLarge(server) {
	const code = await server.create('Large');
	for (let i = 0; i < 2; i++) {
		const roomTypes = Array.from({ length: 90 }, (_, n) => ({ code: `L${i}-${n}`, description: 'z'.repeat(16000) }));
		assert.equal((await server.post(`/config/${code}/rooms/type`, { roomTypes })).status, 200);
	}
	return code;
}

attackTest('readers that do not read a large document have no more than --max-bodies, and who reads gets all of it',
	{ flags: ['--max-bodies', '32M', '--write-timeout', '600s'], keptKiB: 48 * MIB }, async ({ server, healthy, attack, before }) => {
		const code = await createLarge(server);
		const { bytes } = await server.get(`/config/${code}`);
		assert.ok(bytes.length > 2.8e6, `${bytes.length}`);
		const slow = attack({ connections: 100, payload: request('GET', `/config/${code}`), readRate: 100, repeats: 1 });
		await slow.opened();
		/* In the burst nobody can tell who will read; then it shows. */
		await slow.until(({ closed, status }) => closed >= 80 && status[200] === 100);
		for (let i = 0; i < 5; i++) assert.ok((await server.get(`/config/${code}`)).bytes.equals(bytes));
		await healthy.more(10);
		const more = residentKiB(server.pid) - before;
		assert.ok(more < 120 * MIB, `${more} KiB more`);
		await slow.end();
	});

attackTest('who sends many requests and reads no answer is dropped after --write-timeout', { flags: ['--write-timeout', '500ms'] }, async ({ server, healthy, attack, before }) => {
	const code = await server.create('Many answers');
	await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'LONG', description: 'w'.repeat(8000) }] });
	const payload = request('GET', `/config/${code}`).repeat(2000);
	const slow = attack({ connections: 100, payload, readRate: -1 });
	await slow.opened();
	await healthy.more(20);
	const more = residentKiB(server.pid) - before;
	assert.ok(more < 32 * MIB, `${more} KiB more`);
	await slow.until(({ held }) => held === 0);
	const { closed } = await slow.end();
	assert.equal(closed, 100);
});
