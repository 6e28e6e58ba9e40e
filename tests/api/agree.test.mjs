// The program that says whether a store's records agree must notice when they do not.
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { agree, makeFolder, removeFolder, start } from '../support/innkeeper.mjs';
import { sql } from '../support/store_file.mjs';

const HOTEL = `code = (SELECT itemType FROM item WHERE code LIKE '~list-all-%' LIMIT 1)`;
const history = revision => `${HOTEL} AND itemType = 'cfg-history-${String(revision).padStart(12, '0')}'`;

/** What is done to the records, and what must be said then. */
const HARMS = {
	'a revision that is gone': [`DELETE FROM item WHERE ${history(2)}`, /gap/],
	'a last revision that is gone': [`DELETE FROM item WHERE ${history(4)}`, /ctl has revision 4, history 3/],
	'an entry that was edited': [`UPDATE item SET attrs = replace(attrs, 'addRoomType', 'saveHotel') WHERE ${history(2)}`, /revision 2 has another hash/],
	'a hash that was edited': [`UPDATE item SET attrs = replace(attrs, '"hash":"', '"hash":"0') WHERE ${history(3)}`, /revision 3 has another hash/],
	'a ctl of another hash': [`UPDATE item SET attrs = replace(attrs, '"hash":"', '"hash":"0') WHERE itemType = 'ctl'`, /last revision/],
	'a ctl of an older revision': [`UPDATE item SET rev = 3 WHERE itemType = 'ctl'`, /ctl has revision 3, history 4/],
	'a ctl that is gone': [`DELETE FROM item WHERE itemType = 'ctl'`, /ctl of a listed hotel/],
	'an object that is gone': [`DELETE FROM item WHERE itemType = 'cfg-roomType-B%2D1'`, /ctl counts 3 objects/],
	'an object that was edited': [`UPDATE item SET attrs = replace(attrs, '"name":"z"', '"name":"longer"') WHERE itemType = 'cfg-roomType-A'`, /bytes/],
	'an object of a revision that did not write it': [`UPDATE item SET rev = 3 WHERE itemType = 'cfg-roomType-A'`, /was not written by revision 3/],
	'an object from nowhere': [`INSERT INTO item SELECT code, 'cfg-roomType-C', rev, attrs FROM item WHERE itemType = 'cfg-roomType-A'`, /was not written by revision 4/],
	'a room of a type that is gone': [`UPDATE item SET attrs = replace(attrs, '"type":"A"', '"type":"Z"') WHERE itemType = 'cfg-room-1'`, /room 1 names Z, which is not there/],
	'a listing that lags behind': [`UPDATE item SET rev = 1 WHERE code LIKE '~list-all-%'`, /listing of revision 1, head of 3/],
	'a listing of another text': [`UPDATE item SET attrs = replace(attrs, '"description":"x"', '"description":"y"') WHERE code LIKE '~list-all-%'`, /description is not the head/],
	'a listing in another shard': [`UPDATE item SET code = CASE code WHEN '~list-all-00' THEN '~list-all-01' ELSE '~list-all-00' END WHERE code LIKE '~list-all-%'`, /another shard/],
	'a chain that counts wrong': [`UPDATE item SET attrs = replace(attrs, '"hotels":1', '"hotels":2') WHERE code = '~chain'`, /chain C: counts 2 hotels and 1 brands, there are 1 and 1/],
	'a chain that counts its brands wrong': [`UPDATE item SET attrs = replace(attrs, '"brands":1', '"brands":0') WHERE code = '~chain'`, /chain C: counts 1 hotels and 0 brands, there are 1 and 1/],
	'a brand that counts wrong': [`UPDATE item SET attrs = replace(attrs, '"hotels":1', '"hotels":0') WHERE code = '~brand'`, /brand B: counts 0 hotels/],
	'a chain that is gone': [`DELETE FROM item WHERE code = '~chain'`, /chain C: named by a hotel/],
	'a brand that is gone': [`DELETE FROM item WHERE code = '~brand'`, /brand B: named by a hotel/],
	'a brand of another chain': [`UPDATE item SET attrs = replace(attrs, '"chain":"C"', '"chain":"D"') WHERE code = '~brand'`, /brand B: of chain D, but hotel \d+ is of C/],
	'a chain listing that is gone': [`DELETE FROM item WHERE code = '~list-chain-C'`, /a listing of the hotel/],
	'a brand listing of another text': [`UPDATE item SET attrs = replace(attrs, '"description":"x"', '"description":"y"') WHERE code = '~list-brand-B'`, /description is not the head/],
	'a chain that lists a stranger': [`INSERT INTO item SELECT code, 'stranger', rev, attrs FROM item WHERE code = '~list-chain-C'`, /chain C: lists hotel stranger/],
	'a name that is gone': [`DELETE FROM item WHERE code LIKE '~name-%'`, /the name of a listed hotel/],
	'a name that leads elsewhere': [`UPDATE item SET attrs = replace(attrs, '"hotel":"', '"hotel":"9') WHERE code LIKE '~name-%'`, /its name belongs to 9/],
};

let sound;
before(async () => {
	const server = await start();
	sound = server.folder;
	const named = [await server.put('/chains/C', {}), await server.put('/brands/B', { chain: 'C' })];
	for (const { status } of named) assert.equal(status, 201);
	const code = await server.create('Sound', { chain: 'C', brand: 'B' });
	const writes = [await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A' }, { code: 'B-1' }] }),
		await server.patch(`/config/${code}`, { description: 'x', buildings: [{ floors: [{ num: 1, rooms: [{ number: 1, type: 'A' }] }] }] }), await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', name: 'z' }] })];
	for (const { status } of writes) assert.equal(status, 200);
	assert.equal((await server.stop()).code, 0);
});
after(() => removeFolder(sound));

test('sound records agree', async () => {
	assert.deepEqual(await agree(sound), { hotels: 1, revisions: 4, objects: 3 });
});

/** A hotel whose rate plan names a room type, and one that was deleted. */
const WIDE_HARMS = {
	'a name that leads to nothing': [`DELETE FROM item WHERE itemType = 'cfg-roomType-R'`, /ratePlan P names R, which is not there/],
	'an embedded tag that grew uncounted': [`UPDATE item SET attrs = replace(attrs, '"name":"w"', '"name":"wide"') WHERE itemType = 'cfg-tag-W'`, /ctl counts 4 objects of \d+ bytes, there are 4 of/],
	'a hotel that is listed nowhere': [`DELETE FROM item WHERE code LIKE '~list-all-%'`, /its place in the listing/],
	'what a deleted hotel has left': [`INSERT INTO item SELECT code, 'cfg-tag-T', rev, attrs FROM item WHERE itemType = 'ctl' AND attrs LIKE '%"deleted"%'`, /deleted, and has cfg-tag-T/],
	'a history of a deleted hotel that was edited': [`UPDATE item SET attrs = replace(attrs, 'deleteHotel', 'saveHotel') WHERE itemType = 'cfg-history-000000000002' AND attrs LIKE '%deleteHotel%'`,
		/revision 2 has another hash/],
	'a name of a hotel that is not there': [`INSERT INTO item SELECT code, 'x', rev, replace(attrs, '"hotel":"', '"hotel":"9') FROM item WHERE code LIKE '~name-%'`, /has a name and no head/],
	'a second name': [`INSERT INTO item SELECT code, 'x', rev, attrs FROM item WHERE code LIKE '~name-%'`, /has a name that is not its own/],
};

let wide;
before(async () => {
	const server = await start();
	wide = server.folder;
	const code = await server.create('Wide', { roomTypes: [{ code: 'R' }], tags: [{ code: 'W', name: 'w' }],
		sellables: [{ code: 'S', name: 's', optionalTags: [{ code: 'W' }] }], ratePlans: [{ code: 'P', name: 'p', roomTypes: ['R'] }] });
	assert.match(code, /^\d+$/);
	const gone = await server.create('Gone', { roomTypes: [{ code: 'R' }] });
	assert.equal((await server.request('DELETE', `/config/${gone}`)).status, 200);
	assert.equal((await server.stop()).code, 0);
});
after(() => removeFolder(wide));

test('sound records of a deleted hotel agree', async () => {
	assert.deepEqual(await agree(wide), { hotels: 1, revisions: 1, objects: 4 });
});

const all = [...Object.entries(HARMS).map(harm => [() => sound, harm]), ...Object.entries(WIDE_HARMS).map(harm => [() => wide, harm])];
for (const [of, [name, [statement, message]]] of all) {
	test(`${name} is noticed`, async () => {
		const folder = makeFolder();
		try {
			cpSync(of(), folder, { recursive: true });
			assert.equal(sql(folder, statement), 1, 'one record is harmed');
			await assert.rejects(agree(folder), message);
		} finally {
			removeFolder(folder);
		}
	});
}
