// GET /docs: the interface for people, made of the same tables as /openapi.json; nothing but the page itself is needed to read it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { finish, start } from '../support/innkeeper.mjs';

let server;
let page;
let answer;
let document;
before(async () => {
	server = await start({ flags: ['--base-path', '/prod'] });
	answer = await server.get('/docs', { Accept: 'text/html' });
	page = answer.text;
	document = (await server.get('/openapi.json')).json;
});
after(() => finish(server));

const operations = () => Object.entries(document.paths).flatMap(([path, item]) =>
	Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })));

test('it is a page of HTML that may load nothing and run nothing', () => {
	assert.equal(answer.status, 200);
	assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
	assert.equal(answer.headers['content-security-policy'], "default-src 'none'; style-src 'unsafe-inline'");
	assert.doesNotMatch(page, /<(script|img|link|iframe|object|embed)\b|\bsrc=|@import|url\(|\son\w+=|https?:/i);
	for (const [, href] of page.matchAll(/href="([^"]*)"/g)) assert.match(href, /^(#[\w-]+|\/prod\/openapi\.json)$/);
});

test('every element that is opened is closed, in order', () => {
	const open = [];
	for (const [, slash, name] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)/g)) {
		if (name === 'meta') continue;
		if (slash) assert.equal(open.pop(), name);
		else open.push(name);
	}
	assert.deepEqual(open, []);
});

test('every link leads to a place of the page, and each place has a name of its own', () => {
	const places = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
	assert.equal(new Set(places).size, places.length);
	for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) assert.ok(places.includes(target), target);
});

test('every operation of the OpenAPI document is there, with its summary and parameters, and no other', () => {
	const text = page.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll(/<\/?code>/g, '`');
	for (const { path, method, operationId, summary, parameters } of operations()) {
		const from = text.indexOf(`<h3 id="${operationId}">\`${method.toUpperCase()} /prod${path}\`</h3>`);
		assert.notEqual(from, -1, operationId);
		const section = text.slice(from, text.indexOf('<h3', from + 3));
		assert.ok(section.includes(summary), summary);
		for (const { name, in: where } of parameters.filter(one => one.in === 'query'))
			assert.ok(where === 'query' && section.includes(`\`${name}\``), `${operationId} ${name}`);
	}
	assert.equal([...page.matchAll(/<h3 id="\w+"><code>/g)].length, operations().length);
});

test('every object of the document has a table with all its members', () => {
	for (const [name, schema] of Object.entries(document.components.schemas)) {
		if (/Problem$|^(Blame|Status|Hotels)$/.test(name)) continue;
		const from = page.indexOf(`<h3 id="${name.replace(/(Input|Put|Part|Named)$/, '')}">`);
		assert.notEqual(from, -1, name);
		const table = page.slice(from, page.indexOf('</table>', from));
		for (const member of Object.keys(schema.properties)) assert.ok(table.includes(`<code>${member}</code>`), `${name}.${member}`);
	}
});

test('every code of an error that an operation may answer is explained', () => {
	for (const code of document.components.schemas.Problem.properties.code.enum) assert.ok(page.includes(`<code>${code}</code>`), code);
});
