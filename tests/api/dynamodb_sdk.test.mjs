// Our items read with the AWS SDK, and items that it puts, in the sample program's shapes, read by us.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openSdk } from '../support/aws_sdk.mjs';
import { tableOf } from '../support/engine.mjs';
import { HEAD, LISTS } from '../support/furnished.mjs';
import { history } from '../support/history.mjs';
import { agree, finish, run, start } from '../support/innkeeper.mjs';
import { sampleChange, sampleHotel, sampleRoomType } from '../support/sample_items.mjs';

const sdk = openSdk();
let server, TableName;
before(async () => {
	server = await start();
	TableName = tableOf(server.folder);
});
after(() => finish(server));

const keyOf = (code, itemType) => ({ code: { S: code }, itemType: { S: itemType } });
const get = async (code, itemType) => (await sdk.getItem({ TableName, Key: keyOf(code, itemType), ConsistentRead: true })).Item;
const put = (...items) => Promise.all(items.map(Item => sdk.putItem({ TableName, Item })));

/** What every item of ours has beside its own: taken out, and right. */
function own(item, { rev, et }) {
	const { rev: itsRev, wt, et: itsEt, sv, lastUpdatedBy, ...rest } = item;
	assert.deepEqual([itsRev, itsEt, sv, lastUpdatedBy], [{ N: String(rev) }, { S: et }, { N: '1' }, { S: '' }]);
	assert.match(wt.S, /^[0-9a-f-]{20,36}$/);
	return rest;
}

/** All items of a hotel whose sort key begins with `cfg`, as the sample asks for them. */
async function sampleQuery(code) {
	const { Items, LastEvaluatedKey } = await sdk.query({ TableName, KeyConditions: {
		code: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: code }] },
		itemType: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ S: 'cfg' }] },
	} });
	assert.equal(LastEvaluatedKey, undefined);
	return Items;
}

const byUser = async user => (await sdk.query({ TableName, IndexName: 'user-index', KeyConditions: { user: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: user }] } } })).Items;
const listed = async name => (await server.get(`/config?q=${encodeURIComponent(name)}`)).json.response.map(({ code }) => code);

test('a head is flat, under the names of the seed, its flags texts', async () => {
	const code = await server.create('Read by the SDK', HEAD);
	assert.deepEqual(own(await get(code, 'cfg-general'), { rev: 1, et: 'hotel' }), {
		...keyOf(code, 'cfg-general'), name: { S: 'Read by the SDK' }, description: { S: 'All' }, currencyCode: { S: 'EUR' }, defaultTagLine: { S: 'Come' }, defaultDescription: { S: 'Stay' },
		bookable: { S: 'true' }, shoppable: { S: 'true' }, timeZone: { S: 'Europe/Zurich' },
		address: { M: { line1: { S: 'Platz 1' }, line2: { S: 'Hof' }, city: { S: 'Bern' }, region: { S: 'BE' }, postalCode: { S: '3011' }, countryCode: { S: 'CH' } } },
		location: { M: { latitude: { N: '46.9466' }, longitude: { N: '7.4391234' } } },
	});
});

test('objects are items of their own, prices numbers in major units, ids escaped in keys alone', async () => {
	const code = await server.create('Furnished for the SDK', { ...HEAD, ...LISTS });
	assert.deepEqual(own(await get(code, 'cfg-roomType-DBL'), { rev: 1, et: 'roomType' }), {
		...keyOf(code, 'cfg-roomType-DBL'), name: { S: 'Double' }, description: { S: 'Two' }, lowPrice: { N: '80' }, medPrice: { N: '129.5' }, highPrice: { N: '200.25' },
		maxAdults: { N: '4' }, maxChildren: { N: '0' }, maxOccupancy: { N: '5' }, standardOccupancy: { N: '2' }, extraAdultPrice: { N: '30' }, extraChildPrice: { N: '0' },
	});
	const tag = own(await get(code, 'cfg-tag-BIG%2DBED'), { rev: 1, et: 'tag' });
	assert.deepEqual([tag.name, tag.priceImpact, tag.priceUpdateUnit], [{ S: 'Big bed' }, { N: '12.5' }, { S: 'percent' }]);
	const room = own(await get(code, 'cfg-room-C%2D1'), { rev: 1, et: 'room' });
	assert.deepEqual([room.number, room.floor, room.building, room.buildingName, room.type, room.roomCode], [{ N: '1' }, { N: '-1' }, { N: '0' }, { S: 'Z' }, { S: 'DBL' }, { S: 'C-1' }]);
	const rule = own(await get(code, 'cfg-rule-b'), { rev: 1, et: 'rule' });
	assert.deepEqual(rule.on, { L: [{ M: { from: { S: '2030-01-01' }, to: { S: '2030-01-31' }, dow: { L: [{ S: 'fr' }, { S: 'sa' }] } } }] });
	assert.equal(rule.effect.L[0].M.effectType.S, 'availability');
});

test("the sample's query of a hotel finds its head, its objects and its history, and nothing of another", async () => {
	const code = await server.create('Asked for by prefix', LISTS);
	const keys = (await sampleQuery(code)).map(item => item.itemType.S);
	const objects = LISTS.tags.length + LISTS.roomTypes.length + LISTS.sellables.length + LISTS.ratePlans.length + LISTS.taxes.length + LISTS.businessRules.length + 4;
	assert.equal(keys.length, 1 + objects + 1);
	assert.ok(keys.includes('cfg-general') && keys.includes('cfg-history-000000000001') && !keys.includes('ctl'));
});

test('user-index finds the hotels of a user, once each', async () => {
	await put(sampleHotel('4100000001', { name: 'Of Ann', user: 'ann' }), sampleHotel('4100000002', { name: 'Also of Ann', user: 'ann' }), sampleHotel('4100000003', { name: 'Of Bob', user: 'bob' }));
	for (const code of ['4100000001', '4100000002', '4100000003'])
		assert.equal((await server.patch(`/config/${code}`, { description: 'Taken over' })).status, 200);
	assert.deepEqual((await byUser('ann')).map(item => [item.code.S, item.itemType.S, item.description.S]).sort(), [['4100000001', 'cfg-general', 'Taken over'], ['4100000002', 'cfg-general', 'Taken over']]);
	assert.equal((await byUser('bob')).length, 1);
	assert.deepEqual(await listed('of ann'), ['4100000001', '4100000002']);
});

const SAMPLE = [
	sampleHotel('4200000001', { name: 'Written by the sample', description: 'Long ago', currencyCode: 'EUR', bookable: true, user: 'carl' }),
	sampleRoomType('4200000001', { code: 'DBL-SEA', name: 'Double', lowPrice: 80.5, medPrice: 120, highPrice: 200.25, user: 'carl' }),
	sampleRoomType('4200000001', { code: 'SGL', user: 'dora' }),
	sampleChange('4200000001', '1567418400', { timeStamp: '20190902120000', eventName: 'saveHotel', objectName: 'hotel', fieldName: 'name', newValue: 'Written by the sample' }),
];

test('what the sample wrote is read', async () => {
	await put(...SAMPLE);
	const { status, hotel } = await server.get('/config/4200000001');
	assert.equal(status, 200);
	assert.deepEqual([hotel.name, hotel.description, hotel.currencyCode, hotel.options], ['Written by the sample', 'Long ago', 'EUR', { bookable: true, shoppable: false }]);
	assert.deepEqual(hotel.roomTypes.map(({ code, name, lowPrice, medPrice, highPrice }) => [code, name, lowPrice, medPrice, highPrice]), [['DBL-SEA', 'Double', 80.5, 120, 200.25], ['SGL', '', 0, 0, 0]]);
	assert.equal(await get('4200000001', 'ctl'), undefined, 'reading writes nothing');
	assert.deepEqual(await listed('Written by the sample'), []);
});

test('and becomes ours by the first write to it', async () => {
	assert.equal((await server.post('/config/4200000001/rooms/type', { roomTypes: [{ code: 'SGL', name: 'Single' }] })).status, 200);
	assert.deepEqual(await listed('Written by the sample'), ['4200000001']);
	assert.equal(await get('4200000001', 'cfg-room-type-SGL'), undefined);
	assert.equal((await get('4200000001', 'cfg-roomType-SGL')).name.S, 'Single');
	const { hotel } = await server.get('/config/4200000001');
	assert.deepEqual(hotel.roomTypes.map(({ code, name }) => [code, name]), [['DBL-SEA', 'Double'], ['SGL', 'Single']]);
	assert.deepEqual((await byUser('carl')).map(item => item.code.S), ['4200000001']);
	assert.deepEqual(await get('4200000001', 'cfg-history-1567418400'), SAMPLE[3], 'its history stays as it is');
});

test('innkeeper migrate makes all the others ours, once', async () => {
	await put(sampleHotel('4300000001', { name: 'First to migrate', user: 'emil' }), sampleRoomType('4300000001', { code: 'A' }), sampleHotel('4300000002', { name: 'Second to migrate', user: 'emil' }));
	const { code, out, err } = await run('INNKEEPER_BIN', ['migrate', '--data', server.folder]);
	assert.equal(code, 0, out + err);
	assert.deepEqual([...await listed('First to migrate'), ...await listed('Second to migrate')], ['4300000001', '4300000002']);
	const before = await sampleQuery('4300000001');
	assert.equal((await run('INNKEEPER_BIN', ['migrate', '--data', server.folder])).code, 0);
	assert.deepEqual(await sampleQuery('4300000001'), before, 'a second time nothing is written');
	await agree(server.folder);
});

test('a room type that the sample adds under its own key, to a hotel that we know without it, is entered before ours', async () => {
	const code = await server.create('Known without it', { roomTypes: [{ code: 'A' }] });
	for (const method of ['post', 'put']) {
		await server.get(`/config/${code}`);
		const its = `B-${method}`;
		await put(sampleRoomType(code, { code: its, name: 'theirs', lowPrice: 7, user: 'dora' }));
		const answer = method === 'post' ? await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: its, name: 'ours' }] }) : await server.put(`/config/${code}/rooms/type/${its}`, { name: 'ours' });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(await get(code, `cfg-room-type-${its}`), undefined);
		const changes = history(server, code).slice(-2).map(({ eventName, changes }) => [eventName, changes.filter(({ fieldName }) => fieldName === 'name').map(({ oldValue, newValue }) => [oldValue, newValue])]);
		assert.deepEqual(changes, [['external', []], [method === 'post' ? 'addRoomType' : 'saveRoomType', [['"theirs"', '"ours"']]]]);
	}
	assert.deepEqual((await server.get(`/config/${code}`)).hotel.roomTypes.map(type => [type.code, type.name]), [['A', ''], ['B-post', 'ours'], ['B-put', 'ours']]);
	await agree(server.folder);
});

test('an edit behind our back is read, and a write to that object first enters it into history', async () => {
	const code = await server.create('Edited behind our back', { roomTypes: [{ code: 'A', name: 'ours' }, { code: 'B', name: 'ours' }] });
	await server.get(`/config/${code}`);
	const { rev, wt, ...item } = await get(code, 'cfg-roomType-A');
	assert.ok(rev && wt);
	await put({ ...item, name: { S: 'theirs' } });
	const cold = await start({ folder: server.folder, flags: ['--cache-size', '0'] });
	assert.deepEqual((await cold.get(`/config/${code}`)).hotel.roomTypes.map(({ name }) => name), ['theirs', 'ours']);
	const answer = await server.post(`/config/${code}/rooms/type`, { roomTypes: [{ code: 'A', name: 'again ours' }] });
	assert.equal(answer.status, 200, answer.text);
	const entries = history(server, code).map(({ eventName, changes }) => [eventName, changes.filter(({ objectName, fieldName }) => objectName === 'roomType A' && fieldName === 'name').map(({ oldValue, newValue }) => [oldValue, newValue])]);
	assert.deepEqual(entries.slice(1).map(([eventName]) => eventName), ['external', 'addRoomType']);
	assert.deepEqual(entries[2][1], [['"theirs"', '"again ours"']]);
	for (const each of [server, cold]) assert.deepEqual((await each.get(`/config/${code}`)).hotel.roomTypes.map(({ name }) => name), ['again ours', 'ours']);
	assert.equal((await cold.stop()).code, 0);
	assert.equal((await run('INNKEEPER_BIN', ['check', '--data', server.folder])).code, 0);
});
