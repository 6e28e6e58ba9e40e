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

test('help about one command has its example and its own options', async () => {
	for (const args of [['config', '--help'], ['help', 'config'], ['config', 'show', '-h']]) {
		const { code, out } = await innkeeper(args);
		assert.equal(code, 0);
		assert.match(out, /^Usage: innkeeper config show\|check \[options\] \[settings\]$/m);
		assert.match(out, /^Examples:\n {2}innkeeper config /m);
		assert.match(out, /--json/);
	}
	assert.doesNotMatch((await innkeeper(['version', '--help'])).out, /--listen/, 'version takes no settings');
	assertUsage(await innkeeper(['help', 'sevre']), /no command sevre/);
});

test('version prints one line', async () => {
	for (const args of [['version'], ['--version']]) {
		const { code, out } = await innkeeper(args);
		assert.equal(code, 0);
		assert.match(out, /^innkeeper \d+\.\d+\.\d+\n$/);
	}
	const { code, out } = await innkeeper(['version', '--json']);
	assert.equal(code, 0);
	const { version, sqlite, compiler, ...more } = JSON.parse(out);
	assert.match(version, /^\d+\.\d+\.\d+$/);
	assert.match(sqlite, /^3\.\d+\.\d+$/);
	assert.match(compiler, /(gcc|[Cc]lang)[^\d]*\d+/);
	assert.deepEqual(more, {});
});

test('an unknown command is exit 2, and so is one that is not built', async () => {
	assertUsage(await innkeeper(['nonsense']), /no command nonsense: see/);
	for (const command of ['demo', 'keys'])
		for (const args of [[command], [command, 'x', '--help']]) assertUsage(await innkeeper(args), new RegExp(`${command} is not built yet`));
});

test('a mistyped name is answered with the one that was meant', async () => {
	for (const [typed, meant] of [['sevre', 'serve'], ['servee', 'serve'], ['confg', 'config'], ['verison', 'version']])
		assertUsage(await innkeeper([typed]), new RegExp(`no command ${typed}, did you mean ${meant}:`));
	assertUsage(await serve(['--lisen', '127.0.0.1:0']), /no setting --lisen, did you mean --listen:/);
	assertUsage(await serve(['--cache_size=1G']), /no setting --cache_size=1G, did you mean --cache-size:/);
	assertUsage(await innkeeper(['config', 'show', '--jsn']), /no setting --jsn, did you mean --json:/);
	assertUsage(await serve(['--xyzzy']), /no setting --xyzzy: see --help/);
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
	assertUsage(await serve(['--store', 'postgres://localhost/x']), /--store.*postgres: is not built yet/);
	assertUsage(await serve([], { env: { INNKEEPER_SALES: 'x' } }), /INNKEEPER_SALES.*not built yet/);
});

test('a URL that is no store\'s is exit 2, and no part of it that may be a secret is shown', async () => {
	const urls = ['memory:', 'sqlite:', 'sqlite:100%', 'sqlite:a.db?mode=ro', 'file', 'dynamodb:ab', 'dynamodb:key:secret@table',
		'dynamodb:table?endpoint=http://key:secret@host', 'dynamodb:table?region=x&region=secret'];
	for (const url of urls) {
		for (const command of [serve, args => innkeeper(['check', ...args]), args => config(['show', ...args])]) {
			const refused = await command(['--store', url]);
			assertUsage(refused, /--store/);
			assert.doesNotMatch(refused.out + refused.err, /secret/);
		}
	}
	const url = 'dynamodb:table?region=eu-west-1&endpoint=http://127.0.0.1:8000';
	assert.ok((await config(['show', '--store', url])).out.includes(`store = ${url}\n`));
});

test('a backup can be restored into an embedded store only', async () => {
	const { code, err } = await innkeeper(['restore', 'x.db', '--store', 'dynamodb:table']);
	assert.equal(code, 1);
	assert.match(err, /--store names no embedded store/);
});

test('without authentication only a loopback address is listened to', async () => {
	for (const address of ['0.0.0.0:0', '[::]:0', '192.0.2.1:0', 'example.com:0', '*:0', ':0', '8080'])
		assertUsage(await serve(['--listen', address]), /loopback/);
	assertUsage(await innkeeper(['serve'], { env: { INNKEEPER_LISTEN: '0.0.0.0:0', INNKEEPER_DATA: join(folder, 'data') } }), /loopback/);
});

test('a value that does not fit is exit 2 and names its form', async () => {
	const bad = [['--cache-size', '1X'], ['--cache-size', '-1'], ['--cache-size', ''], ['--max-body', '4MB'], ['--idle-timeout', '10'], ['--idle-timeout', '1d'], ['--workers', '0'],
		['--workers', 'many'], ['--workers', '1000000'], ['--require-if-match=maybe'], ['--base-path', 'prod'], ['--base-path', '/prod/'], ['--base-path', '/'], ['--cors-origin', '*'], ['--cors-origin', 'desk.example'], ['--cors-origin', 'https://a.example,https://desk.example/'],
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

const config = (args, options) => innkeeper(['config', ...args], options);
const show = async (args, options) => {
	const { code, out, err } = await config(['show', '--json', ...args], options);
	assert.equal(code, 0, err);
	return Object.fromEntries(out.trimEnd().split('\n').map(line => JSON.parse(line)).map(({ name, ...rest }) => [name, rest]));
};

/** A file of settings outside the folder that must stay empty. */
async function withFile(text, action) {
	const outside = makeFolder();
	const path = join(outside, 'innkeeper.conf');
	try {
		writeFileSync(path, text);
		await action(path);
	} finally {
		removeFolder(outside);
	}
}

test('config show has every setting, its value and where it came from', async () => {
	await withFile('# ours\n\n  workers = 7\nlisten=127.0.0.1:1\r\nidle-timeout = 5s\ncors-origin = https://a.example, https://b.example \n', async path => {
		const env = { INNKEEPER_LISTEN: '127.0.0.1:2', INNKEEPER_IDLE_TIMEOUT: '6s' };
		const settings = await show(['--config', path, '--idle-timeout=7s', '--require-if-match'], { env });
		assert.deepEqual(settings.workers, { value: '7', source: 'file', from: `${path}:3` });
		assert.deepEqual(settings['cors-origin'], { value: 'https://a.example, https://b.example', source: 'file', from: `${path}:6` });
		assert.deepEqual(settings.listen, { value: '127.0.0.1:2', source: 'environment', from: 'INNKEEPER_LISTEN' });
		assert.deepEqual(settings['idle-timeout'], { value: '7s', source: 'flag', from: '--idle-timeout' });
		assert.deepEqual(settings['require-if-match'], { value: 'true', source: 'flag', from: '--require-if-match' });
		assert.deepEqual(settings['cache-size'], { value: '256M', source: 'default', from: '' });
		assert.deepEqual(settings.config, { value: path, source: 'flag', from: '--config' });
		assert.ok(!('sales' in settings), 'what is not built is not shown');
		const named = await show([], { env: { INNKEEPER_CONFIG: path } });
		assert.equal(named.listen.from, `${path}:4`);
		const help = await innkeeper(['--help']);
		for (const name of Object.keys(settings)) assert.ok(help.out.includes(`  --${name} `), name);
		const { out } = await config(['show', '--origin', '--config', path]);
		assert.match(out, new RegExp(`^workers +=.* 7 +# file ${path}:3$`, 'm'));
		assert.match(out, /^max-body +=.* 4M +# default$/m);
		assert.match(out, new RegExp(`^config +=.* # flag --config$`, 'm'));
		const { out: variable } = await config(['show', '--origin'], { env: { INNKEEPER_WORKERS: '9' } });
		assert.match(variable, /^workers +=.* 9 +# environment INNKEEPER_WORKERS$/m);
	});
	assert.deepEqual(readdirSync(folder), [], 'nothing was made');
});

test('what config show prints is a file of settings that means the same', async () => {
	const flags = ['--data=/srv/inn keeper/#1 = "a"', '--cors-origin=', '--base-path', '/prod', '--workers=7', '--require-if-match'];
	const { code, out } = await config(['show', ...flags], { env: { INNKEEPER_IDLE_TIMEOUT: '6s', INNKEEPER_PUBLIC_HOST: 'a.example, b.example' } });
	assert.equal(code, 0);
	assert.match(out, /^data = \/srv\/inn keeper\/#1 = "a"$/m);
	assert.match(out, /^idle-timeout = 6s$/m);
	assert.match(out, /^cors-origin = $/m);
	assert.doesNotMatch(out, /^config/m, 'a file names no other file');
	await withFile(out, async path => {
		assert.equal((await config(['show', '--config', path])).out, out);
		const shown = Object.values(await show(['--config', path]));
		assert.ok(shown.every(({ source, from }) => source === 'file' ? from.startsWith(`${path}:`) : source === 'flag'), 'every setting came from the file');
	});
	for (const value of [' x', 'x ', 'a\nb', 'a\tb', 'a\rb', '\x7f']) {
		assertUsage(await config(['show', '--data', value]), /^innkeeper config: --data must be one line without blanks at its ends$/m);
		assertUsage(await config(['show'], { env: { INNKEEPER_DATA: value } }), /INNKEEPER_DATA must be one line/);
	}
});

test('a file of settings that is wrong is refused, naming the line', async () => {
	const bad = [['\nwokers = 3\n', /innkeeper\.conf:2: there is no setting wokers, did you mean workers/], ['workers 3\n', /:1: a line is/], ['# x\nworkers = many', /:2: workers must be a number/],
		['config = x\n', /:1: there is no setting config/], ['sales = x', /:1: sales is not built yet/], ['= x', /:1: there is no setting/], ['listen = a\0b', /no file of settings/], ['x'.repeat(70000), /no file of settings/]];
	for (const [text, pattern] of bad) {
		await withFile(text, async path => {
			assertUsage(await serve(['--config', path]), pattern);
			assertUsage(await config(['show', '--config', path]), pattern);
		});
	}
	assertUsage(await serve(['--config', join(folder, 'none')]), /--config .*none: No such file/);
	assertUsage(await serve(['--config', folder]), /--config/);
});

test('config check says whether serve would start, and opens nothing', async () => {
	const data = ['--data', join(folder, 'none', 'such')];
	const good = await config(['check', ...data]);
	assert.equal(good.code, 0, good.err);
	for (const args of [['--listen', '0.0.0.0:80'], ['--workers', '0'], ['--workers', 'many'], ['--base-path', 'x']]) {
		const { code, out, err } = await config(['check', ...data, ...args]);
		assert.equal(code, 1, args.join(' '));
		assert.equal(out, '');
		assert.match(err, new RegExp(args[0].slice(2)));
	}
	for (const args of [['--auth', 'oidc'], ['--tls-cert', 'x'], ['--store', 'postgres://h/x']]) assertUsage(await config(['check', ...args]), /built yet/);
	assertUsage(await config(['check', '--nonsense']), /no setting --nonsense/);
	assertUsage(await config([]), /config show\|check/);
	assertUsage(await config(['list']), /neither show nor check/);
	assert.deepEqual(readdirSync(folder), []);
});

test('what can not be printed is exit 1', async () => {
	const { code, err } = await run('INNKEEPER_BIN', [], { cwd: folder, prefix: ['sh', '-c', '"$0" version >/dev/full'] });
	assert.equal(code, 1);
	assert.match(err, /standard output/);
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
