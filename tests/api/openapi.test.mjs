// The OpenAPI document is what the server does: the same everywhere, and each keyword of each body is kept to.
// (That each exchange of all other tests is as documented is seen to by tests/support/innkeeper.mjs.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { breakBody } from '../support/break_body.mjs';
import { Contract } from '../support/contract.mjs';
import { HEAD, LISTS } from '../support/furnished.mjs';
import { finish, run, start } from '../support/innkeeper.mjs';

let server;
let contract;
let code;
before(async () => {
	server = await start();
	contract = new Contract((await server.get('/openapi.json')).text);
	await server.put('/chains/C', { name: 'Chain' });
	await server.put('/brands/B', { chain: 'C' });
	code = await server.create('Broken', { ...HEAD, ...LISTS });
});
after(() => finish(server));

test('the command writes what the server answers, byte for byte, also under a base path', async () => {
	assert.ok((await run('INNKEEPER_BIN', ['openapi'])).out === `${(await server.get('/openapi.json')).text}\n`, 'and the end of a line');
	const based = await start({ flags: ['--base-path', '/prod'] });
	const { text, json } = await based.get('/prod/openapi.json');
	assert.ok((await run('INNKEEPER_BIN', ['openapi', '--base-path', '/prod'])).out === `${text}\n`);
	assert.deepEqual(json.servers, [{ url: '/prod' }]);
	await finish(based);
});

test('it has an ETag, and 304 for who has it', async () => {
	const { headers } = await server.get('/openapi.json');
	assert.equal((await server.get('/openapi.json', { 'If-None-Match': headers.etag })).status, 304);
});

/** The list that a collection's route takes: `tags` of /config/{id}/tags. */
const listOf = path => Object.keys(contract.document.paths[path].post.requestBody.content['application/json'].schema.properties).find(name => LISTS[name]);

/** With whole tags where they are embedded, as they are read. */
const embedding = value => JSON.parse(JSON.stringify(value), (name, member) =>
	(name === 'attributes' || name === 'optionalTags' ? member.map(({ code }) => LISTS.tags.find(tag => tag.code === code)) : member));
const WHOLE = embedding(LISTS);

/** What an operation takes, as [path, valid bodies which together have every member]. */
function validBodies(template, method) {
	const hotel = { ...HEAD, ...WHOLE, chain: 'C', brand: 'B' };
	if (template === '/config') return [template, [{ ...hotel, name: 'One more' }, { ...hotel, code }]];
	if (template === '/config/{id}') return [`/config/${code}`, [{ ...hotel, name: 'Broken', code }]];
	if (template === '/chains/{code}') return ['/chains/C', [{ code: 'C', name: 'Chain', description: 'A' }]];
	if (template === '/brands/{code}') return ['/brands/B', [{ code: 'B', name: 'Brand', description: 'A', chain: 'C' }]];
	const path = template.replace('{id}', code);
	if (method === 'post') return [path, [{ code, [listOf(template)]: WHOLE[listOf(template)] }]];
	const list = listOf(template.replace('/{code}', ''));
	return [path, WHOLE[list]];
}

const taking = () => Object.entries(contract.document.paths).flatMap(([template, item]) => Object.entries(item)
	.filter(([, operation]) => operation.requestBody).map(([method, { operationId, requestBody }]) => ({ template, method, operationId, requestBody })));

/** The members of a schema and of those inside of it that no body has had. */
function unseen(pointer, seen, found = new Set(), visited = new Set()) {
	const { pointer: where, value: schema } = contract.find(pointer);
	if (visited.has(where) || schema.readOnly || schema.maxItems === 0) return found;
	visited.add(where);
	if (!seen.has(where) && !schema.anyOf) found.add(where);
	for (const name of Object.keys(schema.properties ?? {})) unseen(`${where}/properties/${name}`, seen, found, visited);
	if (schema.items) unseen(`${where}/items`, seen, found, visited);
	if (schema.anyOf) unseen(`${where}/anyOf/1`, seen, found, visited);
	return found;
}

test('each keyword of each schema of a body is kept to: whatever breaks it is refused at its place', async () => {
	const operations = taking();
	let n = 0;
	const wrong = [];
	assert.ok(operations.length >= 24, 'the document has its operations');
	for (const { template, method, operationId, requestBody } of operations) {
		const [place, bodies] = validBodies(template, method);
		for (const type of Object.keys(requestBody.content)) {
			const schema = `/paths/${template.replaceAll('/', '~1')}/${method}/requestBody/content/${type.replace('/', '~1')}/schema`;
			const seen = new Set();
			for (const body of bodies) {
				const path = place.replace('{code}', body.code ?? body.id);
				const ask = given => server.request(method.toUpperCase(), path, { body: given, headers: { 'Content-Type': type } });
				assert.equal(contract.fault(schema, body), '', operationId);
				const taken = await ask(body);
				assert.ok(taken.status < 300, `${operationId}: ${taken.text}`);
				for (const { what, body: broken, pointer, where } of breakBody(contract, schema, body, seen)) {
					const refused = await ask(broken);
					const pointers = refused.status === 400 ? (refused.json.errors ?? []).map(error => error.pointer) : [];
					n++;
					// Of a list that is too long the list is to blame, or the first that is too many.
					const hit = pointers.includes(pointer) || (what === 'maxItems' && pointers.includes(`${pointer}/${contract.find(where).value.maxItems}`));
					if (!hit) wrong.push(`${operationId}: ${what} of ${where}: ${refused.status} ${pointers} instead of ${pointer}`);
					if (contract.fault(schema, broken) === '') wrong.push(`${operationId}: ${what} of ${where} conforms`);
				}
			}
			wrong.push(...[...unseen(schema, seen)].map(where => `${operationId}: no body has ${where}`));
		}
	}
	assert.equal(wrong.join('\n'), '');
	assert.ok(n > 1000, `${n} bodies`);
});
