// `innkeeper copy`: a running shop comes into another store as it is; what was begun goes on; nothing is called equal that is not.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { finish, makeFolder, removeFolder, run, start } from '../support/innkeeper.mjs';
import { allAnswers, copy, exported, fillShop, isClean, move, readAllTheWhile, retryAll, urlOf } from '../support/shop.mjs';

let top, server, shop;
before(async () => {
	top = makeFolder();
	server = await start();
	shop = await fillShop(server);
});
after(async () => {
	await finish(server);
	removeFolder(top);
});

function folderOf(name) {
	mkdirSync(join(top, name), { recursive: true });
	return join(top, name);
}

test('a running shop moves, and moves on, and every answer is the same', async () => {
	const answers = await allAnswers(server, shop);
	const text = await exported(urlOf(server.folder));
	const stopReading = readAllTheWhile(server, shop.codes[0]);
	const there = folderOf('there'), on = folderOf('on');
	const first = await move(urlOf(server.folder), urlOf(there));
	assert.deepEqual([first.hotels, first.copied, first.chains, first.passes], [12, 12, 2, 2]);
	await move(urlOf(there), urlOf(on));
	assert.ok(await stopReading() > 0);
	for (const folder of [there, on]) {
		assert.ok(await exported(urlOf(folder)) === text, 'the same bytes');
		await isClean(urlOf(folder));
		const moved = await start({ folder });
		assert.deepEqual(await allAnswers(moved, shop), answers);
		await retryAll(moved, shop);
		assert.deepEqual(await allAnswers(moved, shop), answers);
		assert.equal((await moved.get(`/config/${shop.gone}`)).status, (await server.get(`/config/${shop.gone}`)).status);
		const etag = answers[`/config/${shop.codes[0]}`].etag;
		assert.equal((await moved.patch(`/config/${shop.codes[0]}`, { description: 'goes on' }, { 'If-Match': etag })).status, 200);
		assert.equal((await moved.stop()).code, 0);
		await isClean(urlOf(folder));
	}
	assert.ok(await exported(urlOf(server.folder)) === text, 'the same bytes');
	await isClean(urlOf(server.folder));
});

test('a server on the target serves the hotels as they come', async () => {
	const moved = await start({ folder: folderOf('served') });
	await move(urlOf(server.folder), urlOf(moved.folder));
	assert.deepEqual(await allAnswers(moved, shop), await allAnswers(server, shop));
	const code = shop.codes[1];
	assert.equal((await server.patch(`/config/${code}`, { description: 'later' })).status, 200);
	assert.equal((await move(urlOf(server.folder), urlOf(moved.folder))).copied, 1);
	assert.deepEqual(await allAnswers(moved, shop), await allAnswers(server, shop));
	await finish(moved);
});

test('a shop that is written all the while is equal when it rests, and not called so before', async () => {
	const folder = folderOf('written');
	let stopped = false, writes = 0;
	const writer = (async () => {
		for (; !stopped; writes++) {
			assert.equal((await server.patch(`/config/${shop.codes[writes % 4]}`, { description: `write ${writes}` })).status, 200);
			if (writes % 5 === 0) await server.create(`Made meanwhile ${writes}`, { chain: 'ACME' });
		}
	})();
	const busy = await copy(urlOf(server.folder), urlOf(folder));
	stopped = true;
	await writer;
	assert.ok(writes > 0);
	assert.equal(busy.code, busy.equal ? 0 : 1, busy.out + busy.err);
	await isClean(urlOf(folder));
	await move(urlOf(server.folder), urlOf(folder));
	assert.equal(await exported(urlOf(folder)), await exported(urlOf(server.folder)));
});

test('a copy that is killed leaves whole hotels, and goes on', async t => {
	const source = await start();
	for (let i = 0; i < 150; i++) await source.create(`Hotel ${i}`, { tags: Array.from({ length: 20 }, (_, j) => ({ code: `T${j}`, name: `${i}` })) });
	const from = urlOf(source.folder), counts = [];
	const begin = Date.now();
	await move(from, urlOf(folderOf('whole')));
	let needed_ms = Date.now() - begin;
	const text = await exported(from);
	const lines = new Set(text.split('\n'));
	const isWithin = () => counts.some(n => n > 0 && n < 150);
	// The machine is as slow or as fast as it likes: those that came to their end, or to nothing, say better when to kill.
	for (let round = 1; round <= 4 || (!isWithin() && round <= 40); round++) {
		const to = urlOf(folderOf(`killed-${round}`));
		const start_ms = Date.now();
		const killed = await run('INNKEEPER_BIN', ['copy', '--from', from, '--to', to], { prefix: ['timeout', '-s', 'KILL', String(needed_ms * ((round - 1) % 4 + 1) / 6000)] });
		if (killed.code === 0) needed_ms = Math.min(needed_ms, Date.now() - start_ms);
		assert.ok([0, 137, 'SIGKILL'].includes(killed.code), `${killed.code} ${killed.err}`);
		const began = killed.code !== 0 && (await run('INNKEEPER_BIN', ['check', '--store', to])).code;
		if (began === 1) { // killed before there was a store
			needed_ms *= 1.5;
			continue;
		}
		await isClean(to);
		const there = (await exported(to)).split('\n').slice(1, -2);
		for (const line of there) assert.ok(lines.has(line), `a record that the source does not have: ${line.slice(0, 200)}`);
		const hotels = there.filter(line => line.includes('"itemType":"ctl"')).length;
		assert.equal((await move(from, to)).copied, 150 - hotels);
		assert.ok(await exported(to) === text, 'the same bytes');
		if (hotels === 0) needed_ms *= 1.5;
		counts.push(hotels);
	}
	t.diagnostic(`killed with ${counts} hotels`);
	assert.ok(isWithin(), `none was killed within: ${counts}`);
	await finish(source);
});

test('what differs is named, and exit 1 until it is replaced', async () => {
	const folder = folderOf('differs'), to = urlOf(folder);
	await move(urlOf(server.folder), to);
	const other = await start({ folder });
	assert.equal((await other.patch(`/config/${shop.codes[2]}`, { description: 'theirs' })).status, 200);
	assert.equal((await other.stop()).code, 0);
	const result = await copy(urlOf(server.folder), to);
	assert.deepEqual([result.code, result.equal, result.complaints], [1, false, 1]);
	assert.equal(result.err, `hotel ${shop.codes[2]}: there is another one of that code\n`);
	const text = await run('INNKEEPER_BIN', ['copy', '--from', urlOf(server.folder), '--to', to]);
	assert.match(text.out, /^\d+ hotels, 2 chains and brands; 0 hotels copied, \d+ records compared, 1 complaints in \d passes: source and target are not equal\n$/);
	assert.equal((await move(urlOf(server.folder), to, { flags: ['--replace'] })).copied, 1);
	assert.equal(await exported(to), await exported(urlOf(server.folder)));
});

test('how it is called wrong is exit 2, a store that is not there exit 1', async () => {
	const from = urlOf(server.folder), to = urlOf(folderOf('wrong'));
	const innkeeper = (...args) => run('INNKEEPER_BIN', ['copy', ...args]);
	const cases = [[['--from', from], /--from URL --to URL/], [['--to', to], /--from URL --to URL/], [['--from', from, '--to', from], /are the same store/],
		[['--from', from, '--to', `sqlite:${server.folder}/./innkeeper.db`], /are the same store/], [['--from', 'file:x', '--to', to], /--from must be/],
		[['--from', from, '--to', 'sqlite:'], /--to must be/], [['--from', from, '--to', to, '--sales-from', 'x'], /--sales-from is not built yet/],
		[['--from', from, '--to', to, '--blob-to=x'], /--blob-to is not built yet/], [['--from', from, '--to', to, '--data', top], /it takes no settings/]];
	for (const [args, why] of cases) {
		const { code, err } = await innkeeper(...args);
		assert.equal(code, 2, args.join(' ') + err);
		assert.match(err, why);
	}
	const missing = await innkeeper('--from', `${to}-none`, '--to', to);
	assert.equal(missing.code, 1);
	assert.match(missing.err, /there is no store/);
	const nowhere = await innkeeper('--from', from, '--to', `sqlite:${top}/none/innkeeper.db`);
	assert.equal(nowhere.code, 1, nowhere.err);
});
