// The command line: settings, exit codes, and what is refused before anything is opened.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { finish, makeFolder, removeFolder, run, start } from '../support/innkeeper.mjs';

let folder;
before(() => { folder = makeFolder(); });
after(() => removeFolder(folder));

const innkeeper = (args, options) => run('INNKEEPER_BIN', args, { cwd: folder, ...options });
const serve = (args, options) => innkeeper(['serve', '--listen', '127.0.0.1:0', '--data', join(folder, 'data'), ...args], options);

function assertUsage({ code, out, err }, pattern) {
	assert.equal(code, 2, err);
	assert.match(err, pattern);
	assert.equal(out, '');
	assert.equal(err.trimEnd().split('\n').length, 1, 'one clear line');
	assert.deepEqual(readdirSync(folder), [], 'nothing was made');
}

test('no command is a usage error with help, --help is no error', async () => {
	const none = await innkeeper([]);
	assert.equal(none.code, 2);
	assert.match(none.err, /Usage:/);
	for (const args of [['--help'], ['-h'], ['help'], ['serve', '--help']]) {
		const help = await innkeeper(args);
		assert.equal(help.code, 0);
		for (const word of ['serve', '--listen', '--data', 'Examples', 'INNKEEPER_']) assert.ok(help.out.includes(word), word);
	}
});

test('version prints one line', async () => {
	for (const args of [['version'], ['--version']]) {
		const { code, out } = await innkeeper(args);
		assert.equal(code, 0);
		assert.match(out, /^innkeeper \d+\.\d+\.\d+\n$/);
	}
});

test('an unknown command is exit 2, and so is one that is not built', async () => {
	assertUsage(await innkeeper(['sevre']), /no command sevre/);
	for (const command of ['lambda', 'demo', 'import', 'export', 'copy', 'backup', 'restore', 'check', 'migrate', 'keys', 'openapi', 'config'])
		assertUsage(await innkeeper([command]), new RegExp(`${command} is not built yet`));
});

test('an unknown setting is exit 2', async () => {
	for (const args of [['--port', '8080'], ['-d', 'x'], ['data'], ['--'], ['--Data', 'x'], ['--data2=x']])
		assertUsage(await serve(args), /no setting/);
	assertUsage(await serve(['--cache-size']), /needs a value/);
});

test('a setting that is not built is exit 2 and says so', async () => {
	for (const flag of ['--sales', '--blob', '--cache', '--hold-ttl', '--offer-ttl', '--tls-cert', '--tls-key'])
		for (const args of [[flag, 'x'], [`${flag}=x`]]) assertUsage(await serve(args), new RegExp(`${flag}.*not built yet`));
	for (const mode of ['keys', 'oidc', 'none', '']) assertUsage(await serve(['--auth', mode]), /--auth/);
	for (const url of ['postgres://localhost/x', 'dynamodb:table', 'memory:', 'sqlite:', 'file']) {
		const refused = await serve(['--store', url]);
		assert.ok([1, 2].includes(refused.code));
		assert.match(refused.err, /--store/);
	}
	assertUsage(await serve([], { env: { INNKEEPER_SALES: 'x' } }), /INNKEEPER_SALES.*not built yet/);
});

test('without authentication only a loopback address is listened to', async () => {
	for (const address of ['0.0.0.0:0', '[::]:0', '192.0.2.1:0', 'example.com:0', '*:0', ':0', '8080'])
		assertUsage(await serve(['--listen', address]), /loopback/);
	assertUsage(await innkeeper(['serve'], { env: { INNKEEPER_LISTEN: '0.0.0.0:0', INNKEEPER_DATA: join(folder, 'data') } }), /loopback/);
});

test('a value that does not fit is exit 2 and names its form', async () => {
	const bad = [['--cache-size', '1X'], ['--cache-size', '-1'], ['--cache-size', ''], ['--max-body', '4MB'], ['--idle-timeout', '10'], ['--idle-timeout', '1d'], ['--workers', '0'],
		['--workers', 'many'], ['--workers', '1000000'], ['--require-if-match=maybe'], ['--base-path', 'prod'], ['--base-path', '/prod/'], ['--base-path', '/'],
		['--cache-size', '99999999999999999999'], ['--cache-size', '99999999999G']];
	for (const args of bad) assertUsage(await serve(args), new RegExp(args[0].split('=')[0].slice(2)));
});

test('a data folder is made, but not its parent', async () => {
	const { code, err } = await innkeeper(['serve', '--listen', '127.0.0.1:0', '--data', join(folder, 'no', 'such')]);
	assert.equal(code, 1);
	assert.match(err, /--data .*no\/such/);
	assert.deepEqual(readdirSync(folder), []);
	const made = join(folder, 'made');
	const server = await start({ folder: made });
	try {
		assert.equal(statSync(made).mode & 0o777, 0o700, 'for its owner only');
		assert.equal(statSync(join(made, 'innkeeper.db')).mode & 0o077, 0);
	} finally {
		await finish(server);
	}
});

test('a file that is no store of ours is refused and left alone', async () => {
	const data = join(folder, 'data');
	mkdirSync(data);
	for (const content of ['no database at all\n'.repeat(100), 'SQLite format 3\0' + 'x'.repeat(4000)]) {
		writeFileSync(join(data, 'innkeeper.db'), content);
		const { code, err } = await serve([]);
		assert.equal(code, 1, err);
		assert.match(err, /innkeeper\.db/);
		assert.equal(statSync(join(data, 'innkeeper.db')).size, content.length);
	}
	removeFolder(data);
	writeFileSync(join(folder, 'file'), '');
	assert.equal((await innkeeper(['serve', '--listen', '127.0.0.1:0', '--data', join(folder, 'file')])).code, 1);
	removeFolder(join(folder, 'file'));
});

test('a port that is taken is exit 1 and names it', async () => {
	const server = await start();
	const { code, err } = await serve(['--listen', `127.0.0.1:${server.port}`]);
	assert.equal(code, 1);
	assert.match(err, new RegExp(`127\\.0\\.0\\.1:${server.port}`));
	await finish(server);
	removeFolder(join(folder, 'data'));
});

test('settings come from the environment too, and a flag wins', async () => {
	const data = makeFolder();
	const env = { INNKEEPER_BASE_PATH: '/from-env', INNKEEPER_REQUIRE_IF_MATCH: 'true', INNKEEPER_MAX_BODY: '100', INNKEEPER_UNKNOWN: 'ignored' };
	const server = await start({ folder: data, env, flags: ['--base-path=/from-flag', '--max-body', '1K'] });
	try {
		const created = await server.post('/from-flag/config', `{"name":"Env"${' '.repeat(200)}}`);
		assert.equal(created.headers.location, `/from-flag/config/${created.hotel.code}`);
		assert.equal((await server.get('/from-env/config')).status, 404);
		assert.equal((await server.patch(created.headers.location, { description: 'x' })).status, 428);
	} finally {
		await finish(server);
	}
	assertUsage(await serve([], { env: { INNKEEPER_WORKERS: 'many' } }), /INNKEEPER_WORKERS must be/);
});

test('all loopback forms are listened to', async () => {
	for (const listen of ['localhost:0', '127.0.0.2:0']) {
		const server = await start({ flags: ['--listen', listen] });
		assert.equal((await server.get('/livez')).status, 200, listen);
		await finish(server);
	}
	assert.ok(!existsSync(join(folder, 'data')));
	chmodSync(folder, 0o700);
});
