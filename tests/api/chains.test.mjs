// Chains and brands: plain resources with strong tags, and the counts that keep what hotels name in place.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem } from '../support/hotels.mjs';
import { agree, finish, start } from '../support/innkeeper.mjs';

const CLIENTS = 64;

let server;
before(async () => { server = await start(); });
after(() => finish(server));

const each = (n, action) => Promise.all(Array.from({ length: n }, (_, i) => action(i)));
const chainText = ({ code, name = '', description = '' }) => JSON.stringify({ code, name, description });
const brandText = ({ code, chain, name = '', description = '' }) => JSON.stringify({ code, chain, name, description });

async function makeChain(code, brands = []) {
	assert.equal((await server.put(`/chains/${code}`, {})).status, 201);
	for (const brand of brands) assert.equal((await server.put(`/brands/${brand}`, { chain: code })).status, 201);
}

async function removed(path) {
	const answer = await server.delete(path);
	assert.equal(answer.status, 200, answer.text);
	return answer;
}

function refuse(answer, status, code, path, blames) {
	return assertProblem(answer, status, code, { path, blames });
}

/** The records of a folder agree while its server is down. */
async function agreed() {
	const { folder } = server;
	assert.equal((await server.stop()).code, 0);
	try {
		return await agree(folder);
	} finally {
		server = await start({ folder });
	}
}

test('a chain is made, read, replaced and deleted as a plain resource', async () => {
	const made = await server.put('/chains/C-1', { name: 'One', description: 'x' });
	assert.equal(made.status, 201);
	assert.equal(made.headers.location, '/chains/C-1');
	assert.equal(made.text, chainText({ code: 'C-1', name: 'One', description: 'x' }));
	assert.match(made.headers.etag, /^"[0-9a-f]{16}"$/);
	const read = await server.get('/chains/C-1');
	assert.equal(read.status, 200);
	assert.equal(read.text, made.text);
	assert.equal(read.headers.etag, made.headers.etag);
	assert.equal((await server.request('HEAD', '/chains/C-1')).headers.etag, made.headers.etag);
	const replaced = await server.put('/chains/C-1', { code: 'C-1', name: 'Two' });
	assert.equal(replaced.status, 200);
	assert.equal(replaced.headers.location, undefined);
	assert.equal(replaced.text, chainText({ code: 'C-1', name: 'Two' }), 'what is not given is empty');
	assert.notEqual(replaced.headers.etag, made.headers.etag);
	const gone = await removed('/chains/C-1');
	assert.equal(gone.text, replaced.text);
	assert.equal(gone.headers.etag, undefined);
	refuse(await server.get('/chains/C-1'), 404, 'not_found', '/chains');
	refuse(await server.delete('/chains/C-1'), 404, 'not_found', '/chains');
});

test('a brand belongs to a chain that exists', async () => {
	await makeChain('C-2');
	for (const [body, blames] of [[{}, ['pointer /chain']], [{ chain: '' }, ['pointer /chain']], [{ chain: 'none' }, ['pointer /chain']], [{ chain: 'a b' }, ['pointer /chain']],
		[{ chain: 'C-2', code: 'other' }, ['pointer /code']], [{ chain: 'C-2', more: 1 }, ['pointer /more']], [{ chain: 'C-2', name: 'a\nb' }, ['pointer /name']]])
		refuse(await server.put('/brands/B-2', body), 400, 'invalid', '/brands', blames);
	refuse(await server.get('/brands/B-2'), 404, 'not_found', '/brands');
	const made = await server.put('/brands/B-2', { chain: 'C-2', name: 'Brand' });
	assert.equal(made.status, 201);
	assert.equal(made.headers.location, '/brands/B-2');
	assert.equal(made.text, brandText({ code: 'B-2', chain: 'C-2', name: 'Brand' }));
	assert.match((refuse(await server.delete('/chains/C-2'), 409, 'in_use', '/chains')).detail, /named by 1 brand \(B-2\)$/);
	await removed('/brands/B-2');
	await removed('/chains/C-2');
	refuse(await server.put('/chains/C-2', { chain: 'C' }), 400, 'invalid', '/chains', ['pointer /chain']);
});

test('what is no body, or of another type, is refused', async () => {
	refuse(await server.put('/chains/C-3', '[]'), 400, 'invalid', '/chains');
	refuse(await server.put('/chains/C-3', ''), 400, 'invalid', '/chains');
	refuse(await server.put('/chains/C-3', { name: 'x'.repeat(256) }), 400, 'invalid', '/chains', ['pointer /name']);
	refuse(await server.put('/chains/C-3', { description: 'x'.repeat(16385) }), 400, 'invalid', '/chains', ['pointer /description']);
	refuse(await server.put('/chains/C-3', '{}', { 'Content-Type': 'text/plain' }), 415, 'unsupported_media_type', '/chains');
	refuse(await server.put('/chains/a%20b', {}), 404, 'not_found', '/chains');
	refuse(await server.post('/chains/C-3', {}), 405, 'method_not_allowed', '/chains');
	refuse(await server.put('/chains', {}), 405, 'method_not_allowed', '/chains');
	refuse(await server.get('/chains/C-3?x=1'), 400, 'invalid', '/chains', ['parameter x']);
	refuse(await server.get('/chains/C-3'), 404, 'not_found', '/chains');
});

test('conditions are those of every resource', async () => {
	const { etag } = (await server.put('/chains/C-4', { name: 'a' }, { 'If-None-Match': '*' })).headers;
	refuse(await server.put('/chains/C-4', { name: 'b' }, { 'If-None-Match': '*' }), 412, 'stale', '/chains');
	refuse(await server.put('/chains/C-9', {}, { 'If-Match': '*' }), 412, 'stale', '/chains');
	const stale = await server.put('/chains/C-4', { name: 'b' }, { 'If-Match': '"0123456789abcdef"' });
	refuse(stale, 412, 'stale', '/chains');
	assert.equal(stale.headers.etag, etag);
	refuse(await server.delete('/chains/C-4', { 'If-Match': '"x"' }), 412, 'stale', '/chains');
	refuse(await server.put('/chains/C-4', {}, { 'If-Match': 'x' }), 400, 'invalid', '/chains', ['header If-Match']);
	const seen = await server.get('/chains/C-4', { 'If-None-Match': etag });
	assert.equal(seen.status, 304);
	assert.equal(seen.text, '');
	const next = await server.put('/chains/C-4', { name: 'b' }, { 'If-Match': etag });
	assert.equal(next.status, 200);
	assert.equal((await server.get('/chains/C-4', { 'If-None-Match': etag })).status, 200);
	assert.equal((await server.put('/chains/C-4', { name: 'b' }, { 'If-Match': next.headers.etag })).headers.etag, next.headers.etag, 'nothing changes');
	assert.equal((await server.delete('/chains/C-4', { 'If-Match': next.headers.etag })).status, 200);
});

test('a server that wants If-Match wants it here too', async () => {
	const strict = await start({ flags: ['--require-if-match'] });
	try {
		const { etag } = (await strict.put('/chains/C', {})).headers;
		refuse(await strict.put('/chains/C', { name: 'x' }), 428, 'precondition_required', '/chains');
		refuse(await strict.delete('/chains/C'), 428, 'precondition_required', '/chains');
		assert.equal((await strict.delete('/chains/C', { 'If-Match': etag })).status, 200);
	} finally {
		await finish(strict);
	}
});

test('an editor\'s tag stays while hotels join and leave', async () => {
	await makeChain('C-5', ['B-5']);
	const tag = async path => (await server.get(path)).headers.etag;
	const before = [await tag('/chains/C-5'), await tag('/brands/B-5')];
	const code = await server.create('Joins', { chain: 'C-5', brand: 'B-5' });
	assert.deepEqual([await tag('/chains/C-5'), await tag('/brands/B-5')], before);
	assert.equal((await server.put('/brands/B-5', { chain: 'C-5', name: 'new' }, { 'If-Match': before[1] })).status, 200);
	assert.equal((await server.patch(`/config/${code}`, { chain: null, brand: null })).status, 200);
	await removed('/brands/B-5');
	await removed('/chains/C-5');
});

test('a hotel names only what exists, and a brand of its own chain', async () => {
	await makeChain('C-6', ['B-6']);
	await makeChain('D-6', ['E-6']);
	const code = await server.create('Names', { chain: 'C-6', brand: 'B-6' });
	const cases = [[{ chain: 'none' }, ['pointer /chain', 'pointer /brand']], [{ brand: 'none' }, ['pointer /brand']], [{ chain: 'none', brand: 'none' }, ['pointer /chain', 'pointer /brand']],
		[{ brand: 'E-6' }, ['pointer /brand']], [{ chain: 'D-6' }, ['pointer /brand']], [{ chain: null }, ['pointer /brand']]];
	for (const [body, blames] of cases) {
		refuse(await server.patch(`/config/${code}`, body), 400, 'invalid', '/config', blames);
		refuse(await server.post('/config', { name: 'Other', chain: 'C-6', brand: 'B-6', ...body }), 400, 'invalid', '/config', blames);
	}
	refuse(await server.post('/config', { name: 'Other', brand: 'B-6' }), 400, 'invalid', '/config', ['pointer /brand']);
	assert.equal((await server.patch(`/config/${code}`, { chain: 'D-6', brand: 'E-6' })).status, 200);
	assert.equal((await server.patch(`/config/${code}`, { brand: null })).hotel.brand, undefined);
	await removed('/brands/B-6');
	await removed('/chains/C-6');
	await removed('/brands/E-6');
	refuse(await server.delete('/chains/D-6'), 409, 'in_use', '/chains');
});

test('what hotels name is neither deleted nor moved, and the refusal says who', async () => {
	await makeChain('C-7', ['B-7', 'B-7a']);
	await makeChain('D-7');
	const codes = [];
	for (let i = 0; i < 12; i++) codes.push(await server.create(`Seven ${i}`, { chain: 'C-7', brand: 'B-7' }));
	const first = codes.sort().slice(0, 10).join(', ');
	assert.ok(refuse(await server.delete('/brands/B-7'), 409, 'in_use', '/brands').detail.endsWith(`named by 12 hotels (${first}, …)`));
	assert.ok(refuse(await server.delete('/chains/C-7'), 409, 'in_use', '/chains').detail.endsWith(`named by 12 hotels (${first}, …) and 2 brands (B-7, B-7a)`));
	refuse(await server.put('/brands/B-7', { chain: 'D-7' }), 409, 'in_use', '/brands');
	refuse(await server.put('/brands/B-7', { chain: 'none' }), 400, 'invalid', '/brands', ['pointer /chain']);
	assert.equal((await server.put('/brands/B-7a', { chain: 'D-7' })).status, 200, 'nobody names it');
	refuse(await server.delete('/chains/D-7'), 409, 'in_use', '/chains');
	for (const code of codes) await server.patch(`/config/${code}`, { chain: null, brand: null });
	assert.equal((await server.put('/brands/B-7', { chain: 'D-7' })).status, 200);
	await removed('/chains/C-7');
});

test('lists come by code, page by page', async () => {
	const lists = await start();
	try {
		assert.equal((await lists.get('/chains')).text, '{"chains":[],"next":null}');
		assert.equal((await lists.get('/brands')).text, '{"brands":[],"next":null}');
		const codes = ['a', 'B', '-', '10', '9', '_x', 'A.b', 'A'];
		for (const code of codes) await lists.put(`/chains/${code}`, { name: `n ${code}` });
		for (const code of codes) await lists.put(`/brands/${code}`, { chain: 'A' });
		codes.sort();
		for (const [name, text] of [['chains', code => chainText({ code, name: `n ${code}` })], ['brands', code => brandText({ code, chain: 'A' })]]) {
			assert.equal((await lists.get(`/${name}`)).text, `{"${name}":[${codes.map(text).join(',')}],"next":null}`);
			const found = [];
			for (let at = `/${name}?limit=3`; at;) {
				const answer = await lists.get(at);
				assert.equal(answer.status, 200, answer.text);
				found.push(...answer.json[name].map(one => one.code));
				at = answer.json.next && /^<([^>]+)>; rel="next"$/.exec(answer.headers.link)[1];
				assert.equal(at, answer.json.next && `/${name}?limit=3&cursor=${answer.json.next}`);
			}
			assert.deepEqual(found, codes);
		}
		const { next } = (await lists.get('/chains?limit=3')).json;
		refuse(await lists.get(`/brands?limit=3&cursor=${next}`), 400, 'invalid', '/brands', ['parameter cursor']);
		refuse(await lists.get('/chains?limit=0'), 400, 'invalid', '/chains', ['parameter limit']);
		refuse(await lists.get('/chains?q=x'), 400, 'invalid', '/chains', ['parameter q']);
	} finally {
		await finish(lists);
	}
});

test('a page of long chains is short and the pages give each once', async () => {
	const long = await start();
	try {
		const codes = Array.from({ length: 90 }, (_, i) => `L${String(i).padStart(2, '0')}`);
		for (const code of codes) await long.put(`/chains/${code}`, { description: 'x'.repeat(16384) });
		const found = [];
		let pages = 0;
		for (let at = '/chains?limit=1000'; at; pages++) {
			const { chains, next } = (await long.get(at)).json;
			found.push(...chains.map(one => one.code));
			at = next && `/chains?limit=1000&cursor=${next}`;
		}
		assert.ok(pages > 1);
		assert.deepEqual(found, codes);
	} finally {
		await finish(long);
	}
});

test('the counts of a chain hold when 64 clients create hotels in it, move and leave', async () => {
	await makeChain('C-8', ['B-8', 'B-8a']);
	await makeChain('D-8', ['E-8']);
	const homes = [{ chain: 'C-8', brand: 'B-8' }, { chain: 'C-8', brand: 'B-8a' }, { chain: 'D-8', brand: 'E-8' }, { chain: 'C-8', brand: null }, { chain: null, brand: null }];
	const codes = await each(CLIENTS, i => server.create(`Eight ${i}`, { chain: 'C-8', brand: 'B-8' }));
	assert.match(refuse(await server.delete('/brands/B-8'), 409, 'in_use', '/brands').detail, /named by 64 hotels/);
	await Promise.all([each(CLIENTS, async i => {
		for (let round = 0; round < 4; round++) {
			const answer = await server.patch(`/config/${codes[i]}`, homes[(i + round) % homes.length]);
			assert.equal(answer.status, 200, answer.text);
		}
	}), each(8, async i => {
		for (let round = 0; round < 4; round++) assert.equal((await server.put('/chains/C-8', { name: `${i}-${round}` })).status, 200);
	})]);
	await agreed();
	const left = i => homes[(i + 3) % homes.length];
	for (const [path, member, value] of [['/chains/C-8', 'chain', 'C-8'], ['/brands/B-8', 'brand', 'B-8'], ['/chains/D-8', 'chain', 'D-8'], ['/brands/E-8', 'brand', 'E-8']]) {
		const wanted = codes.filter((_, i) => left(i)[member] === value).sort();
		assert.match(refuse(await server.delete(path), 409, 'in_use', path).detail, new RegExp(`named by ${wanted.length} hotels`), path);
		const { response } = (await server.get(`/config?${member}=${value}&limit=1000`)).json;
		assert.deepEqual(response.map(hotel => hotel.code), wanted);
	}
	await each(CLIENTS, i => server.patch(`/config/${codes[i]}`, { chain: null, brand: null }));
	for (const path of ['/brands/B-8', '/brands/B-8a', '/chains/C-8', '/brands/E-8', '/chains/D-8']) await removed(path);
	await agreed();
});

test('of a delete and many hotels that join, either the chain goes or the hotels have it', async () => {
	for (let round = 0; round < 8; round++) {
		await makeChain(`R${round}`);
		const [gone, ...joined] = await Promise.all([server.delete(`/chains/R${round}`), ...Array.from({ length: 8 }, (_, i) => server.post('/config', { name: `Race ${round} ${i}`, chain: `R${round}` }))]);
		for (const answer of joined) assert.ok([200, 400].includes(answer.status), answer.text);
		const hotels = joined.filter(answer => answer.status === 200).length;
		assert.equal(gone.status, hotels === 0 ? 200 : 409, gone.text);
	}
	await agreed();
});
