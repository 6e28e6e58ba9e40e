// What is told from the tables of --help: completion in a real bash, the other shells' files, the manual page.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeFolder, removeFolder, run } from '../support/innkeeper.mjs';

let folder, help, flags;
const print = async (...args) => {
	const { code, out, err } = await run('INNKEEPER_BIN', args, { cwd: folder });
	assert.equal(code, 0, err);
	assert.equal(err, '');
	return out;
};

/** The flags that a text of --help lists, `help` added: every command takes it. */
const flagsOf = text => ['--help', ...[...text.matchAll(/^ {2}(--[a-z-]+) /gm)].map(match => match[1])].sort();

before(async () => {
	folder = makeFolder();
	const text = await print('--help');
	help = { text, commands: [...text.slice(0, text.indexOf('Examples')).matchAll(/^ {2}([a-z]+) /gm)].map(match => match[1]) };
	flags = {};
	for (const command of help.commands.filter(name => name !== 'help')) flags[command] = flagsOf(await print(command, '--help'));
});
after(() => removeFolder(folder));

test('--help lists what is built and nothing else', async () => {
	for (const command of ['serve', 'export', 'import', 'check', 'backup', 'restore', 'config', 'completion', 'man', 'version', 'help']) assert.ok(help.commands.includes(command), command);
	for (const command of ['lambda', 'demo', 'migrate', 'keys', 'openapi', 'copy']) {
		const { err } = await run('INNKEEPER_BIN', [command], { cwd: folder });
		assert.equal(/is not built yet/.test(err), !help.commands.includes(command), command);
	}
	for (const flag of ['sales', 'blob', 'cache', 'hold-ttl', 'offer-ttl', 'tls-cert', 'tls-key']) {
		const { err } = await run('INNKEEPER_BIN', ['config', 'check', `--${flag}=x`], { cwd: folder });
		assert.equal(/not built yet/.test(err), !flagsOf(help.text).includes(`--${flag}`), flag);
	}
});

/** What bash offers for these words; the last is being typed. */
async function complete(...words) {
	const script = '. ./innkeeper.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _innkeeper || exit; printf "%s\\n" "${COMPREPLY[@]}"';
	const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-u', '-c', script, 'bash', 'innkeeper', ...words], { cwd: folder, encoding: 'utf8' });
	assert.equal(stderr, '');
	assert.equal(status, 0);
	return stdout.trim().split('\n').sort();
}

test('a real bash completes every command, option and setting that --help shows', async () => {
	writeFileSync(join(folder, 'innkeeper.bash'), await print('completion', 'bash'));
	mkdirSync(join(folder, 'in a folder'));
	writeFileSync(join(folder, 'innkeeper.conf'), '');
	assert.deepEqual(execFileSync('bash', ['--norc', '-c', '. ./innkeeper.bash; complete -p innkeeper'], { cwd: folder, encoding: 'utf8' }), 'complete -F _innkeeper innkeeper\n');
	assert.deepEqual(await complete(''), ['--help', '--version', ...help.commands].sort());
	assert.deepEqual(await complete('se'), ['serve']);
	assert.deepEqual(await complete('help', 'ver'), ['version']);
	for (const [command, all] of Object.entries(flags)) {
		assert.ok(command === 'man' || all.length > 1 || command === 'completion', command);
		assert.deepEqual(await complete(command, '--'), all, command);
	}
	assert.deepEqual(await complete('config', 'show', '--or'), ['--origin']);
	assert.deepEqual((await complete('config', '')).filter(word => !word.startsWith('-')), ['check', 'show']);
	assert.deepEqual(await complete('completion', 'z'), ['zsh']);
	assert.deepEqual(await complete('export', '--only', ''), ['store']);
	assert.deepEqual(await complete('serve', '--auth', '='), ['open']);
	assert.deepEqual(await complete('serve', '--auth', '=', 'o'), ['open']);
	assert.deepEqual(await complete('serve', '--config', 'in'), ['in a folder', 'innkeeper.bash', 'innkeeper.conf']);
	assert.deepEqual(await complete('serve', '--data', '=', 'in'), ['in a folder']);
	assert.deepEqual(await complete('export', 'innkeeper.c'), ['innkeeper.conf']);
	assert.deepEqual(await complete('serve', '--workers', ''), ['']);
	assert.deepEqual(await complete('nonsense', ''), ['']);
});

test('the files for zsh and fish name every command and flag', async () => {
	const zsh = await print('completion', 'zsh');
	assert.match(zsh, /^#compdef innkeeper\n/);
	const fish = await print('completion', 'fish');
	for (const name of help.commands) {
		assert.match(zsh, new RegExp(`^\t\t'${name}:`, 'm'));
		assert.match(fish, new RegExp(`^complete -c innkeeper -n __fish_use_subcommand -a ${name} -d '`, 'm'));
	}
	for (const [command, all] of Object.entries(flags)) {
		const arm = new RegExp(`^\t${command}\\)\n([^]*?) ;;$`, 'm').exec(zsh)[1];
		assert.deepEqual([...arm.matchAll(/^\t\t\t'(--[a-z-]+)=?\[/gm)].map(match => match[1]).sort(), all, command);
		const lines = [...fish.matchAll(new RegExp(`seen_subcommand_from ${command}' -l ([a-z-]+)`, 'g'))].map(match => `--${match[1]}`);
		assert.deepEqual(lines.sort(), all, command);
	}
	for (const text of [zsh, fish]) for (const line of text.split('\n')) assert.ok((line.match(/'/g) ?? []).length % 2 === 0 || line.includes("'\\''"), line);
	const other = await run('INNKEEPER_BIN', ['completion', 'tcsh']);
	assert.equal(other.code, 2);
	assert.equal(other.err, 'innkeeper completion: tcsh is none of bash, zsh, fish\n');
});

test('the manual page is clean, and has everything that --help has', async () => {
	const page = await print('man');
	writeFileSync(join(folder, 'innkeeper.1'), page);
	const { error, stdout } = spawnSync('mandoc', ['-Tlint', '-Wwarning', 'innkeeper.1'], { cwd: folder, encoding: 'utf8' });
	assert.equal(error, undefined, 'mandoc runs');
	// A date would be another with each build, and the version stands there.
	assert.match(stdout, /^mandoc: innkeeper\.1:1:\d+: WARNING: missing date, using "": TH\n$/);
	const text = execFileSync('mandoc', ['-Tascii', '-O', 'width=300', 'innkeeper.1'], { cwd: folder, encoding: 'utf8' }).replace(/.\x08/g, '').replace(/[ \n]+/g, ' ');
	for (const line of help.text.split('\n').filter(line => /^ {2}\S/.test(line) && !line.startsWith('  help '))) {
		for (const part of line.trim().split(/ {2,}/)) {
			const words = part.replace(/ \[[^\]]*\]$/, '');
			assert.ok(text.toLowerCase().includes(words.toLowerCase()), words);
		}
	}
	for (const all of Object.values(flags)) for (const flag of all.filter(name => name !== '--help')) assert.ok(text.includes(` ${flag} `), flag);
	for (const flag of flagsOf(help.text).filter(name => name !== '--help')) assert.ok(text.includes(` INNKEEPER_${flag.slice(2).toUpperCase().replaceAll('-', '_')} `), flag);
	const codes = /Exit codes: (.*)\n/.exec(help.text)[1].split(', ');
	assert.ok(codes.length >= 4);
	for (const code of codes) assert.ok(text.includes(` ${code} `), code);
});

test('a command without settings takes none', async () => {
	for (const command of ['version', 'man', 'completion']) {
		const { code, out, err } = await run('INNKEEPER_BIN', [command, '--data', 'x']);
		assert.equal(code, 2);
		assert.equal(out, '');
		assert.match(err, /takes no settings/);
	}
});
