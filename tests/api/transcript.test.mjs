// The seed's three calls against a fresh server: members, order and values as printed there, byte for byte once compact.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { finish, start } from '../support/innkeeper.mjs';

const CREATE = '{"name" : "My First hotel","description" : "This is a great property"}';
const ADD = '{"code" : "364425903","roomTypes": [{"code" : "DBL","name" : "Room with Double Beds",' +
	'"description" : "Standard Room Type with double bed"}]}';

const CREATED = `{
    "error": {
        "code": "",
        "msg": ""
    },
    "subFunction": "",
    "response": [
        {
            "code": "364425903",
            "name": "My First hotel",
            "description": "This is a great property",
            "currencyCode": "",
            "defaultMarketting": {
                "defaultTagLine": "",
                "defaultDescription": ""
            },
            "options": {
                "bookable": false,
                "shoppable": false
            },
            "pictures": null,
            "buildings": null,
            "roomTypes": null,
            "tags": null,
            "sellables": null,
            "businessRules": null,
            "pendingChanges": null
        }
    ]
}`;
const ROOM_TYPES = `"roomTypes": [
                {
                    "code": "DBL",
                    "name": "Room with Double Beds",
                    "lowPrice": 0,
                    "medPrice": 0,
                    "highPrice": 0,
                    "description": "Standard Room Type with double bed",
                    "pictures": null
                }
            ]`;
const ADDED = CREATED.replace('"roomTypes": null', ROOM_TYPES);
const READ = ADDED.replace('"pendingChanges": null', '"pendingChanges": []');

/** Drops what stands between tokens; the texts of the transcript have no two blanks in a row. */
const compact = text => text.replace(/\n */g, '').replaceAll('": ', '":');

let server;
before(async () => { server = await start(); });
after(() => finish(server));

test('the transcript of the seed comes out byte for byte', async () => {
	const created = await server.post('/config', CREATE);
	assert.equal(created.status, 200);
	assert.equal(created.text, compact(CREATED));
	assert.equal(created.headers['content-type'], 'application/json');
	assert.equal(created.headers.location, '/config/364425903');

	const added = await server.post('/config/364425903/rooms/type', ADD);
	assert.equal(added.status, 200);
	assert.equal(added.text, compact(ADDED));

	const read = await server.get('/config/364425903');
	assert.equal(read.status, 200);
	assert.equal(read.text, compact(READ));
	assert.equal(read.headers['content-type'], 'application/json');
});

test('it reads the same after a restart', async () => {
	const before = await server.get('/config/364425903');
	await server.stop();
	server = await start({ folder: server.folder });
	const again = await server.get('/config/364425903');
	assert.equal(again.text, compact(READ));
	assert.equal(again.headers.etag, before.headers.etag);
});

test('under --base-path the seed\'s own addresses work', async () => {
	const prod = await start({ flags: ['--base-path', '/prod'] });
	try {
		const created = await prod.post('/prod/config', CREATE);
		assert.equal(created.text, compact(CREATED));
		assert.equal(created.headers.location, '/prod/config/364425903');
		assert.equal((await prod.post('/prod/config/364425903/rooms/type', ADD)).text, compact(ADDED));
		assert.equal((await prod.get('/prod/config/364425903')).text, compact(READ));
	} finally {
		await finish(prod);
	}
});
