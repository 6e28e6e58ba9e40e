// "On DynamoDB" of docs/OPERATIONS.md can be followed: its commands do what they are said to do, with its permissions and none less, and its
// metrics are there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FaultyDynamodb, slow } from '../support/dynamodb_faults.mjs';
import { makeFolder, removeFolder, run, start } from '../support/innkeeper.mjs';
import { fillShop } from '../support/shop.mjs';

const page = readFileSync(new URL('../../docs/OPERATIONS.md', import.meta.url), 'utf8').split(/^## On DynamoDB\n/m)[1].split(/^## /m)[0];
const URL_OF_PAGE = 'dynamodb:hotels?region=eu-west-1';
const FILES = '/var/lib/innkeeper/';
const NOT_OURS = /^(systemctl (stop innkeeper|start innkeeper|disable --now innkeeper-backup\.timer)|echo 'store = dynamodb:hotels\?region=eu-west-1' >>\/etc\/innkeeper\/innkeeper\.conf)$/;

const folder = makeFolder();
let table; // what the URL of the page stands for
let recorder, seen = new Set();

const ACTION_OF = { Put: 'PutItem', Delete: 'DeleteItem', Update: 'UpdateItem', ConditionCheck: 'ConditionCheckItem' };

/** A transaction needs the permissions of its members, and none of its own. */
function note(call) {
	const actions = call.operation === 'TransactWriteItems' ? call.request.TransactItems.flatMap(Object.keys).map(name => ACTION_OF[name]) : [call.operation];
	for (const action of actions) seen.add(`dynamodb:${action}`);
	return slow(0)(call);
}

/** What the service was asked for by what is done. */
async function actionsOf(work) {
	seen = new Set();
	await work();
	return [...seen].sort();
}

/** The actions of a row of the page's table of permissions. */
function actionsFor(who) {
	const row = page.split('\n').find(line => line.startsWith(`| ${who} |`));
	assert.ok(row, who);
	return [...row.matchAll(/`(dynamodb:\w+)`/g)].map(match => match[1]).sort();
}

async function innkeeper(...args) {
	const result = await run('INNKEEPER_BIN', args);
	assert.equal(result.code, 0, `${args.join(' ')}: ${result.out}${result.err}`);
	return result;
}

const wordsOf = line => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => (quoted ?? plain).replace(URL_OF_PAGE, table).replace(FILES, `${folder}/`));
async function startOn(t, store, more = {}) {
	const server = await start({ folder, flags: ['--store', store], ...more });
	t.after(() => server.isEnded || server.kill());
	return server;
}

before(async () => {
	recorder = await FaultyDynamodb.open();
	recorder.spoil(note, { count: Infinity });
	table = `${URL_OF_PAGE}&endpoint=${recorder.endpoint}`;
});
after(async () => {
	await recorder.close();
	removeFolder(folder);
});

test('a running shop moves there and back by the commands of the page', async t => {
	const lines = [...page.matchAll(/^```bash\n(.*?)^```/gms)].flatMap(([, block]) => block.trimEnd().split('\n'));
	const embedded = await startOn(t, `sqlite:${folder}/innkeeper.db`);
	const shop = await fillShop(embedded);
	let left = 2; // the shop goes on between the two copies to the table
	for (const said of lines) {
		const line = said.replace(/^runuser -u innkeeper -- /, '');
		if (NOT_OURS.test(line)) continue;
		assert.match(line, /^innkeeper /, line);
		await innkeeper(...wordsOf(line).slice(1));
		if (/--to 'dynamodb/.test(line) && --left === 1) assert.equal((await embedded.patch(`/config/${shop.codes[0]}/tags/SEA`, { name: 'meanwhile' })).status, 200);
	}
	assert.equal(left, 0);
	assert.equal((await embedded.stop()).code, 0);
	// A table is read in an order of its own.
	const exported = async store => (await innkeeper('export', '-', '--quiet', '--store', store)).out.split('\n').sort().join('\n');
	const text = await exported(`sqlite:${folder}/innkeeper.db`);
	assert.ok(text.includes('meanwhile'));
	assert.ok(await exported(table) === text);
	assert.ok(await exported(`sqlite:${folder}/back.db`) === text);
});

/** The actions that a server of a table of its own needs to do all that a server does. */
async function actionsOfServer(t, name, more) {
	const served = table.replace(':hotels', `:${name}`);
	await innkeeper('migrate', '--store', served);
	return actionsOf(async () => {
		const server = await startOn(t, served, more);
		await fillShop(server);
		const code = await server.create('Many rooms', { roomTypes: [{ code: 'A' }] });
		const rooms = Array.from({ length: 400 }, (_, i) => ({ number: i + 1, type: 'A' }));
		assert.equal((await server.post(`/config/${code}/rooms`, { buildings: [{ name: 'B', floors: [{ num: 0, rooms }] }] })).status, 200);
		for (const path of [`/config/${code}`, '/config?limit=100', '/chains', '/readyz']) assert.equal((await server.get(path)).status, 200);
		assert.equal((await server.stop()).code, 0);
	});
}

test('serve needs the permissions of its row, and no other', async t => {
	assert.deepEqual(await actionsOfServer(t, 'served'), actionsFor('`serve`'));
});

test('lambda needs the permissions of its row, and no other, and its role in the template has them', async t => {
	assert.deepEqual(await actionsOfServer(t, 'invoked', { lambda: { freezes: false } }), actionsFor('`lambda`'));
	const template = readFileSync(new URL('../../deploy/cloudformation/innkeeper.yaml', import.meta.url), 'utf8');
	assert.deepEqual([...template.matchAll(/^ *- (dynamodb:\S+)$/gm)].map(match => match[1]).sort(), actionsFor('`lambda`'));
});

test('commands need the permissions of their rows, and no other', async () => {
	const reading = actionsFor('`check`, `export`, `copy --from`'), writing = actionsFor('`serve`');
	const both = [...new Set([...reading, ...writing])].sort();
	const file = join(folder, 'all.ndjson');
	assert.deepEqual(await actionsOf(() => innkeeper('check', '--store', table)), reading);
	assert.deepEqual(await actionsOf(() => innkeeper('export', file, '--store', table)), reading);
	assert.deepEqual(await actionsOf(() => innkeeper('copy', '--from', table, '--to', `sqlite:${folder}/again.db`)), reading);
	const made = await actionsOf(() => innkeeper('migrate', '--store', table.replace(':hotels', ':others')));
	assert.deepEqual(made.filter(action => !both.includes(action)), actionsFor('`migrate`'));
	const others = table.replace(':hotels', ':others');
	const written = new Set(await actionsOf(async () => {
		await innkeeper('import', file, '--store', others);
		await innkeeper('copy', '--from', `sqlite:${folder}/again.db`, '--to', others);
		await innkeeper('check', '--repair', '--store', others);
		await innkeeper('migrate', '--store', others);
	}));
	assert.deepEqual([...written].filter(action => !both.includes(action)), []);
});

test('no permission is named that is of no call', () => {
	const known = ['`serve`', '`check`, `export`, `copy --from`', '`migrate`'].flatMap(actionsFor);
	for (const [, action] of page.matchAll(/`(dynamodb:\w+)`/g)) assert.ok(known.includes(action), action);
});

test('the metrics of a table are there', async t => {
	const rows = page.slice(page.indexOf('| metric of a table |')).split('\n\n')[0].split('\n').slice(2);
	const server = await startOn(t, table);
	const { text } = await server.get('/metrics');
	assert.ok(rows.length > 3);
	for (const row of rows) assert.match(text, new RegExp(`^${/`([^`{]+)/.exec(row)[1]}[ {]`, 'm'));
	assert.equal((await server.stop()).code, 0);
});

test('a table has no backup of ours', async () => {
	for (const args of [['backup', join(folder, 'b')], ['restore', join(folder, 'b')]]) {
		const { code, err } = await run('INNKEEPER_BIN', [...args, '--store', table]);
		assert.equal(code, 1);
		assert.match(err, /backups of its own/);
	}
});
