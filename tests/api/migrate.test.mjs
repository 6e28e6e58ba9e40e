// `innkeeper migrate` as a command, on the embedded store: hotels of the sample program become hotels like any other, beside a running server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agree, makeFolder, removeFolder, run, start } from '../support/innkeeper.mjs';
import { sampleChange, sampleHotel, sampleRoomType, sampleRow } from '../support/sample_items.mjs';
import { sql } from '../support/store_file.mjs';

const CODE = '364425903';
let folder, ours;
before(async () => {
	folder = makeFolder();
	const server = await start({ folder });
	ours = await server.create('Ours');
	assert.equal((await server.stop()).code, 0);
	const quoted = value => typeof value === 'number' ? value : `'${value.replaceAll(`'`, `''`)}'`;
	const user = 'anna';
	for (const item of [
		sampleHotel(CODE, { name: 'My First hotel', description: 'This is a great property', bookable: true, user }),
		sampleRoomType(CODE, { code: 'DBL', name: 'Room with Double Beds', lowPrice: 129.5, user }),
		sampleRoomType(CODE, { code: 'DBL-SEA', name: 'Sea', user }),
		sampleChange(CODE, '2166136261', { timeStamp: '20190902101112', eventName: 'saveHotel', objectName: 'hotel', fieldName: 'name', newValue: 'x' }),
		sampleRoomType('nobody', { code: 'DBL', user }),
	]) {
		const row = sampleRow(item);
		assert.equal(sql(folder, `INSERT INTO item(code, itemType, rev, attrs) VALUES(${[row.code, row.itemType, row.rev, row.attrs].map(quoted).join(', ')})`), 1);
	}
});
after(() => removeFolder(folder));

const command = (...args) => run('INNKEEPER_BIN', [...args, '--data', folder]);
const sum = result => JSON.parse(result.out.trimEnd().split('\n').at(-1));

test('check says what another program wrote, and that it is no damage but where no hotel is', async () => {
	const { code, out } = await command('check', '--json');
	const findings = out.trimEnd().split('\n').slice(0, -1).map(line => JSON.parse(line));
	assert.deepEqual(findings.map(({ kind, code: hotel }) => [kind, hotel]).sort(), [['control', 'nobody'], ['external', CODE]]);
	assert.equal(code, 3);
});

test('migrate beside a running server: the hotel is listed, whole and with its history', async () => {
	const server = await start({ folder });
	assert.equal((await server.get(`/config/${CODE}`)).status, 404);
	const first = await command('migrate', '--json');
	assert.deepEqual([first.code, JSON.parse(first.out)], [0, { hotels: 2, adopted: 1, takenOver: 0, noHotels: 1, failed: 0 }]);
	assert.match(first.err, /^hotel nobody is left as it is: it has no head cfg-general$/m);
	const { status, hotel } = await server.get(`/config/${CODE}`);
	assert.equal(status, 200);
	const { name, options, roomTypes } = hotel;
	assert.deepEqual({ name, options, roomTypes: roomTypes.map(({ code, name: title, lowPrice }) => [code, title, lowPrice]) },
		{ name: 'My First hotel', options: { bookable: true, shoppable: false }, roomTypes: [['DBL', 'Room with Double Beds', 129.5], ['DBL-SEA', 'Sea', 0]] });
	assert.equal((await server.post(`/config/${CODE}/rooms/type`, { roomTypes: [{ code: 'TWN' }] })).status, 200);
	const again = await command('migrate');
	assert.deepEqual([again.code, again.out], [0, '2 hotels: 0 adopted, records taken over in 0; left: 1 that are no hotels, 0 that failed\n']);
	assert.equal((await server.stop()).code, 0);
	assert.equal(sql(folder, `DELETE FROM item WHERE code = 'nobody'`), 1);
	const checked = await command('check', '--json');
	assert.deepEqual([checked.code, sum(checked).findings], [0, 0]);
	await agree(folder);
	assert.deepEqual(sql(folder, `SELECT rev FROM item WHERE itemType = 'cfg-history-2166136261'`), [[-2]]);
});

test('a record that can not be read is exit 1 and named; the other hotels come in', async () => {
	assert.equal(sql(folder, `INSERT INTO item SELECT 'odd', 'cfg-general', -2, '{"name":7}'`), 1);
	assert.equal(sql(folder, `UPDATE item SET rev = -2 WHERE code = '${ours}' AND itemType = 'cfg-general'`), 1);
	const { code, out, err } = await command('migrate', '--json');
	assert.deepEqual([code, JSON.parse(out)], [1, { hotels: 2, adopted: 0, takenOver: 1, noHotels: 0, failed: 1 }]);
	assert.match(err, /^hotel odd is left as it is: record odd\/cfg-general: attribute name/m);
});
