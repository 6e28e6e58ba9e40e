// kill -9 within writes that one commit is too small for: seven writes a commit on the embedded store, or what another engine takes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { storeFlags } from '../support/engine.mjs';
import { agree, finish, makeFolder, sleep, start } from '../support/innkeeper.mjs';

const ROUNDS = 4;
const ROOMS = 120;

const rooms = type => ({ buildings: [{ name: 'b', floors: [{ num: 1, rooms: Array.from({ length: ROOMS }, (_, number) => ({ number, type })) }] }] });

const narrow = folder => (storeFlags(folder).length === 0 ? ['--store', `sqlite:${join(folder, 'innkeeper.db')}?max_writes=7`] : []);

test('killed between any two of its commits it is there or not, and the next write goes on', async () => {
	let needed_ms;
	let done = 0;
	for (let round = ROUNDS - 1; round >= 0; round--) {
		const folder = makeFolder();
		const server = await start({ folder, flags: narrow(folder) });
		const code = await server.create('Killed', { roomTypes: [{ code: 'A' }, { code: 'B' }], ...rooms('A') });
		const start_ms = Date.now();
		const sent = server.post(`/config/${code}/rooms`, rooms('B')).catch(() => null);
		const answer = await (needed_ms === undefined ? sent : Promise.race([sent, sleep(needed_ms * round / ROUNDS)]));
		needed_ms ??= Date.now() - start_ms;
		await server.kill();
		await sent;
		const again = await start({ folder, flags: narrow(folder) });
		const read = async () => {
			const { hotel } = await again.get(`/config/${code}`);
			const types = hotel.buildings.flatMap(building => building.floors.flatMap(floor => floor.rooms.map(room => room.type)));
			assert.deepEqual([types.length, [...new Set(types)].length], [ROOMS, 1]);
			return types[0];
		};
		const type = await read();
		assert.ok(type === 'B' || !answer, 'it was acknowledged and is lost');
		done += type === 'B';
		assert.equal((await again.post('/config', { code, description: 'next' })).status, 200);
		assert.equal(await read(), type);
		await again.kill();
		await agree(folder);
		await finish(await start({ folder, flags: narrow(folder) }));
	}
	assert.ok(done >= 1 && done < ROUNDS, `${done} of ${ROUNDS} were done: none was killed within`);
});
