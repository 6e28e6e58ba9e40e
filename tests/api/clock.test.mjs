// The wall clock jumps by years under the server: nothing times out, nothing hangs, no connection is lost, and what is measured is what passed.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { testEmbedded } from '../support/engine.mjs';
import { Client } from '../support/front.mjs';
import { agree, beginWatch, logLines, makeFolder, removeFolder, sleep, start } from '../support/innkeeper.mjs';
import { WrongClock } from '../support/wrong_clock.mjs';

const YEARS = 10 * 365 * 24 * 3600;
const JUMPS = [YEARS, -YEARS, 3 * YEARS, 0];

/** A server whose clock jumps; what it leaves agrees, read by a right one. */
function onWrongClock(action) {
	return async () => {
		const clock = new WrongClock();
		const folder = makeFolder();
		const server = await start({ folder, env: clock.env });
		try {
			await action(server, clock);
			assert.equal((await server.stop()).code, 0);
			await agree(folder);
		} finally {
			await server.kill();
			removeFolder(folder);
			clock.remove();
		}
	};
}

/** Jumps, and waits until the server shows it: no test passes by a clock that is right. */
async function jump(server, clock, seconds) {
	clock.jumpTo(seconds);
	for (const end = Date.now() + 60000; ; await sleep(20)) {
		const shown = Date.parse((await server.get('/livez')).headers.date);
		if (Math.abs(shown - Date.now() - seconds * 1000) < 60000) return;
		assert.ok(Date.now() < end, `the clock shows ${shown}`);
	}
}

test('writes, keys, cursors and reads go on as ever, whichever way the clock jumps', onWrongClock(async (server, clock) => {
	const code = await server.create('Jumping');
	await server.create('Another');
	let revision = 1;
	for (const seconds of JUMPS) {
		const { next } = (await server.get('/config?limit=1')).json;
		await jump(server, clock, seconds);
		const watch = beginWatch();
		assert.equal((await server.get(`/config?limit=1&cursor=${next}`)).json.response.length, 1);
		const patched = await server.patch(`/config/${code}`, { description: String(seconds) });
		assert.match(patched.headers.etag, new RegExp(`^"r${++revision}\\.`));
		const headers = { 'Idempotency-Key': `at${seconds}` };
		const body = { roomTypes: [{ code: `T${seconds < 0 ? 'B' : ''}${Math.abs(seconds)}` }] };
		const added = await server.post(`/config/${code}/rooms/type`, body, headers);
		assert.equal(added.status, 200, added.text);
		revision++;
		const again = await server.post(`/config/${code}/rooms/type`, body, headers);
		assert.equal(again.headers['idempotency-replayed'], 'true');
		assert.equal(again.text, added.text);
		assert.equal((await server.get(`/config/${code}`, { 'If-None-Match': added.headers.etag })).status, 304);
		assert.equal((await server.get('/readyz')).status, 200);
		assert.ok(watch() < 30000); // half of what a handler has
	}
	assert.doesNotMatch(server.log, /"status":50/);
}));

test('a connection that waits, and a request that is half sent, outlive a jump', onWrongClock(async (server, clock) => {
	const code = await server.create('Halves');
	const client = new Client(server);
	for (const seconds of JUMPS) {
		const body = JSON.stringify({ description: `half ${seconds}` });
		client.send(`PATCH /config/${code} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
		await client.isRead();
		await jump(server, clock, seconds);
		await sleep(500); // longer than the server is between two looks at what is late
		assert.equal((await client.send(body.slice(5)).answer())?.status, 200);
		assert.equal((await server.get(`/config/${code}`)).hotel.description, `half ${seconds}`);
	}
	client.close();
}));

test('metrics and the log count the time that passed, not what the clock shows', onWrongClock(async (server, clock) => {
	const begun = Date.now();
	for (const seconds of JUMPS) {
		await jump(server, clock, seconds);
		await server.create(`Measured ${seconds}`);
	}
	const passed = (Date.now() - begun) / 1000;
	const { text } = await server.get('/metrics');
	const sums = [...text.matchAll(/^innkeeper_http_request_duration_seconds_sum\{[^\n]*\} (\S+)$/gm)].map(match => Number(match[1]));
	assert.ok(sums.length > 0);
	for (const sum of sums) assert.ok(sum >= 0 && sum <= passed + 1, `${sum} s of ${passed} s`);
	const took = logLines(server.log).filter(line => line.event === 'request').map(line => line.us);
	assert.ok(took.length > 0);
	for (const us of took) assert.ok(us >= 0 && us <= (passed + 1) * 1e6);
}));

const HELD_MS = 800;

for (const seconds of [YEARS, -YEARS]) {
	testEmbedded(`a write under way while the clock jumps ${seconds > 0 ? 'on' : 'back'} is done, and SIGTERM lets it end`, onWrongClock(async (server, clock) => {
		const code = await server.create('Waiting');
		for (const stops of [false, true]) {
			clock.holdSyncs();
			// On a connection of its own: stop() ends the others.
			const write = server.request('PATCH', `/config/${code}`, { body: { description: `waited ${stops}` }, agent: new http.Agent() });
			await clock.isHeld();
			clock.jumpTo(stops ? 0 : seconds);
			const stopped = stops && server.stop();
			await sleep(HELD_MS);
			clock.releaseSyncs();
			assert.equal((await write).status, 200);
			await server.logged(new RegExp(`("method":"PATCH"[^]*){${stops ? 2 : 1}}`));
			const { us } = logLines(server.log).findLast(line => line.method === 'PATCH');
			assert.ok(us >= HELD_MS * 900 && us < 60e6, `${us} us`);
			if (stops) {
				const { code: status, ms } = await stopped;
				assert.equal(status, 0);
				assert.ok(ms < 10000, `${ms} ms`);
			}
		}
	}));
}
