// docs/OPERATIONS.md names nothing that is not there, and leaves nothing out that an operator can meet. Its commands are run by tools/check_deb
// and operations_dynamodb.test.mjs.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { finish, run, start } from '../support/innkeeper.mjs';

const read = path => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/OPERATIONS.md');
const OF_OTHERS = ['--now', '--allow-downgrades'];

function sources(folder) {
	return readdirSync(new URL(`../../${folder}`, import.meta.url), { withFileTypes: true }).flatMap(entry =>
		entry.isDirectory() ? sources(`${folder}/${entry.name}`) : entry.name.endsWith('.c') ? [read(`${folder}/${entry.name}`)] : []);
}

/** The first column of a table, each `name` in it. */
function named(heading) {
	const table = page.slice(page.indexOf(`| ${heading} |`)).split('\n\n')[0].split('\n').slice(2);
	return table.flatMap(row => [...row.split('|')[1].matchAll(/`([^`]+)`/g)].map(match => match[1])).sort();
}

test('every event above info that the program logs is on the page, and no other', () => {
	const logged = sources('src').flatMap(text => [...text.matchAll(/log_(?:event|request)\(\s*(?:[\w>.-]+,\s*)?LOG_LEVEL_(?:WARN|ERROR),\s*"(\w+)"/g)].map(match => match[1]));
	const explained = named('event');
	assert.ok(logged.length > 5);
	// `stop` stands in the second column, beside what it belongs to.
	assert.deepEqual(explained.concat('stop').sort(), [...new Set(logged)].sort());
	assert.match(page, /`stop`: /);
});

test('every finding of check is on the page, and no other', () => {
	const findings = [...read('src/record/findings.c').matchAll(/case FINDING_\w+:\s*return STR\("(\w+)"\)/g)].map(match => match[1]);
	assert.ok(findings.length > 5);
	assert.deepEqual(named('finding'), findings.sort());
});

test('every metric on the page is one of the server', async () => {
	const server = await start();
	await server.get('/config/none');
	const { text } = await server.get('/metrics');
	const metrics = named('metric').map(name => name.replace(/\{.*/, ''));
	assert.ok(metrics.length > 3);
	for (const name of metrics) assert.match(text, new RegExp(`^${name}[ {]`, 'm'));
	await finish(server);
});

test('every flag and setting on the page is one of the program', async () => {
	const helps = await Promise.all([['--help'], ...['serve', 'check', 'restore', 'backup', 'config', 'copy'].map(name => ['help', name])]
		.map(args => run('INNKEEPER_BIN', args)));
	const known = new Set(helps.flatMap(({ out }) => out.match(/--[a-z][a-z-]*/g)));
	const flags = page.match(/--[a-z][a-z-]*/g).filter(flag => !OF_OTHERS.includes(flag));
	assert.ok(flags.length > 5);
	for (const flag of flags) assert.ok(known.has(flag), flag);
	for (const [, name] of page.matchAll(/`((?:max|cache)-[a-z-]+|workers)`/g)) assert.ok(known.has(`--${name}`), name);
	for (const [, name] of page.matchAll(/innkeeper (config|check|restore|backup|version|copy|migrate|export)\b/g)) assert.match(helps[0].out, new RegExp(`^  ${name} `, 'm'));
});
