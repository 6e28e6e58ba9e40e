// The promises that every kind of nested object keeps, as tests: one call for each noun.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isLambda } from './engine.mjs';
import { entryOf } from './history.mjs';
import { assertProblem, unchanged } from './hotels.mjs';
import { agree, finish, run, start } from './innkeeper.mjs';

const many = (kind, n, prefix) => Array.from({ length: n }, (_, i) => ({ ...kind.other, [kind.id]: `${prefix}${String(i).padStart(3, '0')}` }));
const ids = (kind, objects) => objects.map(object => object[kind.id]);

/** A hotel with what the objects of a kind may name. */
export async function hotelFor(server, kind, name) {
	const code = await server.create(name);
	if (kind.needs) assert.equal((await server.post('/config', { code, ...kind.needs })).status, 200);
	return code;
}

/**
 * kind: path, list, id (member), name (in history), title (in use cases), full (an object and the text that comes out), other (a small
 * one), changed (a member and its values), needs (members of the hotel), bad ([members, pointers within the object, exact]),
 * dangling ([members, pointers]).
 */
export function keepsPromises(kind) {
	let server;
	before(async () => { server = await start(); });
	after(async () => {
		const check = await run('INNKEEPER_BIN', ['check', '--data', server.folder]);
		assert.equal(check.code, 0, check.out + check.err);
		await finish(server);
	});
	const at = code => `/config/${code}/${kind.path}`;
	const one = (code, id = kind.full[kind.id]) => `${at(code)}/${id}`;
	const hotel = name => hotelFor(server, kind, `${kind.name} ${name}`);
	const body = (...objects) => ({ [kind.list]: objects });
	const listOf = answer => answer.hotel[kind.list] ?? null;
	const [member, oldValue, newValue] = kind.changed;
	const fullText = JSON.stringify(kind.full);

	test(`${kind.name}: an object comes back as it was sent, everywhere, cached and not`, async () => {
		const code = await hotel('everywhere');
		await server.get(`/config/${code}`);
		const added = await server.post(at(code), `{"code":"${code}","${kind.list}":[${fullText}]}`);
		assert.equal(added.status, 200, added.text);
		const member = `"${kind.list}":[${fullText}]`;
		assert.ok(added.text.includes(member), added.text);
		for (const cold of [false, true]) {
			if (cold) {
				await server.stop();
				server = await start({ folder: server.folder });
			}
			const whole = await server.get(`/config/${code}`);
			assert.ok(whole.text.includes(member), whole.text);
			assert.equal(whole.headers.etag, added.headers.etag);
			assert.equal((await server.get(one(code))).text, fullText);
			assert.equal((await server.get(at(code))).text, `{${member},"next":null}`);
		}
		for (const list of ['tags', 'sellables', 'roomTypes', 'buildings', 'businessRules', 'ratePlans', 'taxes'].filter(list => list !== kind.list))
			assert.ok(!added.hotel[list], `${list} is not the answer's`);
	});

	test(`${kind.name}: adding leaves one entry of history for the objects that came or changed`, async () => {
		const code = await hotel('add history');
		const name = `${kind.name} ${kind.full[kind.id]}`;
		const added = await entryOf(server, code, () => server.post(at(code), body(kind.full, kind.other)));
		assert.equal(added.eventName, `add${kind.title}`);
		assert.equal(added.by, '');
		assert.deepEqual(added.changes.map(change => change.split(' -> ')[0]).sort(), [`${name} : `, `${kind.name} ${kind.other[kind.id]} : `].sort());
		assert.equal(added.keys.filter(key => key.startsWith(`cfg-${kind.name}-`)).length, 2);
		const replaced = await entryOf(server, code, () => server.post(at(code), body({ ...kind.full, [member]: newValue }, kind.other)));
		assert.deepEqual(replaced.changes, [`${name} ${member}: ${JSON.stringify(oldValue)} -> ${JSON.stringify(newValue)}`]);
		assert.equal(replaced.keys.filter(key => key.startsWith('cfg-')).length, 1, 'only what differs is written');
	});

	test(`${kind.name}: objects that are there already as sent make no revision`, async () => {
		const code = await hotel('nothing new');
		const first = await server.post(at(code), body(kind.full, kind.other));
		await unchanged(server, code, async () => {
			const again = await server.post(at(code), body(kind.other, kind.full));
			assert.equal(again.text, first.text);
			assert.equal(again.headers.etag, first.headers.etag);
			assert.equal((await server.put(one(code), kind.full)).text, fullText);
			assert.equal((await server.patch(one(code), {})).text, fullText);
		});
	});

	test(`${kind.name}: 90 objects are taken, 91 and none are not`, async () => {
		const code = await hotel('ninety');
		const ninety = many(kind, 90, 'N');
		assert.deepEqual(ids(kind, listOf(await server.post(at(code), body(...[...ninety].reverse())))), ids(kind, ninety), 'in the order of their codes');
		await unchanged(server, code, async () => {
			for (const wrong of [body(...many(kind, 91, 'X')), body(), { [kind.list]: null }, {}, { code }])
				assertProblem(await server.post(at(code), wrong), 400, 'invalid', { blames: [`pointer /${kind.list}`] });
		});
	});

	test(`${kind.name}: what stands in the list twice is refused wherever it does`, async () => {
		const code = await hotel('twice');
		const twin = id => ({ ...kind.other, [kind.id]: id });
		await unchanged(server, code, async () => {
			assertProblem(await server.post(at(code), body(twin('A'), twin('B'), twin('A'), twin('a'), twin('B'))), 400, 'invalid',
				{ blames: [2, 4].map(i => `pointer /${kind.list}/${i}/${kind.id}`) });
		});
	});

	test(`${kind.name}: other members, another code, another type and no JSON are refused`, async () => {
		const code = await hotel('refused');
		await unchanged(server, code, async () => {
			assertProblem(await server.post(at(code), { ...body(kind.other), name: 'x', pictures: [] }), 400, 'invalid', { blames: ['pointer /name', 'pointer /pictures'] });
			assertProblem(await server.post(at(code), { ...body(kind.other), code: 'other' }), 400, 'invalid', { blames: ['pointer /code'] });
			assertProblem(await server.post(at(code), body(5)), 400, 'invalid', { blames: [`pointer /${kind.list}/0`] });
			assertProblem(await server.put(one(code), { ...kind.full, [kind.id]: 'OTHER' }), 400, 'invalid', { blames: [`pointer /${kind.id}`] });
			assertProblem(await server.put(one(code), { ...kind.full, unknown: 1 }), 400, 'invalid', { blames: ['pointer /unknown'] });
			for (const [method, path] of [['POST', at(code)], ['PUT', one(code)], ['PATCH', one(code)]]) {
				assertProblem(await server.request(method, path, { body: '{}', headers: { 'Content-Type': 'text/plain' } }), 415, 'unsupported_media_type');
				assertProblem(await server.request(method, path, { body: '{' }), 400, 'invalid', { blames: ['pointer '] });
				assertProblem(await server.request(method, `${path}?cascade=true`, { body: {} }), 400, 'invalid', { blames: ['parameter cascade'] });
			}
			const merge = { 'Content-Type': 'application/merge-patch+json' };
			assertProblem(await server.put(one(code), fullText, merge), 415, 'unsupported_media_type');
		});
	});

	test(`${kind.name}: what is not valid is named by its place, and nothing is written`, async () => {
		const code = await hotel('not valid');
		await unchanged(server, code, async () => {
			for (const [members, ...places] of [...kind.bad, ...kind.dangling ?? []]) {
				const wrong = { ...kind.other, ...members };
				assertProblem(await server.post(at(code), body(kind.full, wrong)), 400, 'invalid', { blames: places.map(place => `pointer /${kind.list}/1/${place}`) });
				if (kind.id in members) continue;
				assertProblem(await server.put(one(code, kind.other[kind.id]), wrong), 400, 'invalid', { blames: places.map(place => `pointer /${place}`) });
			}
			const { [kind.id]: _, ...nameless } = kind.other;
			assertProblem(await server.post(at(code), body(nameless)), 400, 'invalid', { blames: [`pointer /${kind.list}/0/${kind.id}`] });
		});
	});

	test(`${kind.name}: a hotel that is unknown or deleted is 404 for every method`, async () => {
		const gone = await hotel('deleted');
		await server.post(at(gone), body(kind.full));
		assert.equal((await server.request('DELETE', `/config/${gone}`)).status, 200);
		for (const code of ['unknown', gone]) {
			for (const headers of [{}, { 'If-Match': '*' }, { 'If-None-Match': '*' }]) {
				assertProblem(await server.post(at(code), body(kind.full), headers), 404, 'not_found');
				assertProblem(await server.put(one(code), kind.full, headers), 404, 'not_found');
				assertProblem(await server.patch(one(code), {}, headers), 404, 'not_found');
				assertProblem(await server.request('DELETE', one(code), { headers }), 404, 'not_found');
			}
			assertProblem(await server.get(at(code)), 404, 'not_found');
			assertProblem(await server.get(one(code)), 404, 'not_found');
		}
	});

	test(`${kind.name}: an unknown object is 404, whatever the condition`, async () => {
		const code = await hotel('unknown');
		await unchanged(server, code, async () => {
			for (const headers of [{}, { 'If-Match': '*' }, { 'If-Match': '"x"' }, { 'If-None-Match': '*' }]) {
				assertProblem(await server.get(one(code), headers), 404, 'not_found');
				assertProblem(await server.patch(one(code), {}, headers), 404, 'not_found');
				assertProblem(await server.request('DELETE', one(code), { headers }), 404, 'not_found');
			}
		});
	});

	test(`${kind.name}: methods that a path does not have are 405 with those that it has`, async () => {
		const code = await hotel('methods');
		for (const [path, methods, allow] of [[at(code), ['PUT', 'PATCH', 'DELETE'], 'GET, HEAD, POST, OPTIONS'], [one(code), ['POST'], 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS']])
			for (const method of methods) {
				const answer = await server.request(method, path, { body: {} });
				assertProblem(answer, 405, 'method_not_allowed');
				assert.equal(answer.headers.allow, allow);
			}
	});

	test(`${kind.name}: PUT creates with 201 and Location, replaces with 200, and members left out are emptied`, async () => {
		const code = await hotel('put');
		const entry = await entryOf(server, code, async () => {
			const made = await server.put(one(code), kind.full);
			assert.equal(made.status, 201, made.text);
			assert.equal(made.headers.location, one(code));
			assert.equal(made.text, fullText);
			assert.equal(made.headers.etag, (await server.get(one(code))).headers.etag);
			return made;
		});
		assert.equal(entry.eventName, `save${kind.title}`);
		assert.equal(entry.changes.length, 1);
		const { [kind.id]: _, ...bare } = kind.other;
		const replaced = await server.put(one(code), bare);
		assert.equal(replaced.status, 200, replaced.text);
		assert.equal(replaced.headers.location, undefined);
		const expected = { ...(await server.post(at(code), body({ ...kind.other, [kind.id]: 'MODEL' }))).hotel[kind.list][0], [kind.id]: kind.full[kind.id] };
		assert.deepEqual(replaced.json, expected);
		assert.equal((await server.get(one(code))).text, replaced.text);
	});

	test(`${kind.name}: PATCH changes what it names, null empties, the rest stays`, async () => {
		const code = await hotel('patch');
		await server.put(one(code), kind.full);
		const entry = await entryOf(server, code, () => server.patch(one(code), { [member]: newValue }, { 'Content-Type': 'application/merge-patch+json' }));
		assert.equal(entry.eventName, `save${kind.title}`);
		assert.deepEqual(entry.changes, [`${kind.name} ${kind.full[kind.id]} ${member}: ${JSON.stringify(oldValue)} -> ${JSON.stringify(newValue)}`]);
		assert.deepEqual((await server.get(one(code))).json, { ...kind.full, [member]: newValue });
		for (const [patch, expected] of kind.patches ?? []) {
			await server.put(one(code), kind.full);
			const answer = await server.patch(one(code), patch);
			assert.equal(answer.status, 200, answer.text);
			const wanted = Object.fromEntries(Object.entries({ ...kind.full, ...expected }).filter(([, value]) => value !== undefined));
			assert.deepEqual(answer.json, wanted, JSON.stringify(patch));
			assert.equal((await server.get(one(code))).text, answer.text);
			assert.equal((await server.get(one(code))).headers.etag, answer.headers.etag);
		}
	});

	test(`${kind.name}: If-None-Match with * adds only, to the collection as to one object`, async () => {
		const code = await hotel('add only');
		const only = { 'If-None-Match': '*' };
		assert.equal((await server.post(at(code), body(kind.full), only)).status, 200);
		const now = (await server.get(`/config/${code}`)).headers.etag;
		await unchanged(server, code, async () => {
			const refused = await server.post(at(code), body(kind.other, { ...kind.full, [member]: newValue }), only);
			assertProblem(refused, 412, 'stale');
			assert.equal(refused.headers.etag, now);
			const put = await server.put(one(code), kind.full, only);
			assertProblem(put, 412, 'stale');
			assert.equal(put.headers.etag, (await server.get(one(code))).headers.etag);
		});
		assert.equal((await server.put(one(code, kind.other[kind.id]), kind.other, only)).status, 201);
	});

	test(`${kind.name}: If-Match on the collection is the hotel's, on an object its own`, async () => {
		const code = await hotel('conditions');
		const first = await server.post(at(code), body(kind.full));
		const stale = (await server.post('/config', { code, description: 'newer' }), first.headers.etag);
		const now = (await server.get(`/config/${code}`)).headers.etag;
		const own = (await server.get(one(code))).headers.etag;
		await unchanged(server, code, async () => {
			for (const [method, path, sent, wrong, current] of [['POST', at(code), body(kind.other), stale, now], ['POST', at(code), body(kind.other), own, now],
				['PUT', one(code), kind.full, now, own], ['PATCH', one(code), { [member]: newValue }, `W/${own}`, own], ['DELETE', one(code), undefined, now, own]]) {
				const answer = await server.request(method, path, { body: sent, headers: { 'If-Match': wrong } });
				assertProblem(answer, 412, 'stale');
				assert.equal(answer.headers.etag, current, `${method} ${path}`);
			}
			const absent = await server.put(one(code, kind.other[kind.id]), kind.other, { 'If-Match': '*' });
			assertProblem(absent, 412, 'stale');
			assert.equal(absent.headers.etag, undefined);
		});
		assert.equal((await server.post(at(code), body(kind.other), { 'If-Match': now })).status, 200);
		const patched = await server.patch(one(code), { [member]: newValue }, { 'If-Match': own });
		assert.equal(patched.status, 200, 'the object did not change when its neighbour did');
		const put = await server.put(one(code), kind.full, { 'If-Match': `"x", ${patched.headers.etag}` });
		assert.equal(put.status, 200);
		assert.equal(put.headers.etag, own, 'the same object has the same tag');
		assert.equal((await server.request('DELETE', one(code), { headers: { 'If-Match': own } })).status, 200);
	});

	test(`${kind.name}: GET answers 304 and HEAD as it should`, async () => {
		const code = await hotel('reads');
		await server.put(one(code), kind.full);
		const read = await server.get(one(code));
		for (const value of [read.headers.etag, `W/${read.headers.etag}`, '*', `"x", ${read.headers.etag}`]) {
			const answer = await server.get(one(code), { 'If-None-Match': value });
			assert.equal(answer.status, 304);
			assert.equal(answer.text, '');
			assert.equal(answer.headers.etag, read.headers.etag);
		}
		assert.equal((await server.get(one(code), { 'If-None-Match': '"x"' })).status, 200);
		for (const path of [one(code), at(code)]) {
			const [head, get] = [await server.request('HEAD', path), await server.get(path)];
			assert.equal(head.status, 200);
			assert.equal(head.text, '');
			// A gateway says how long the answer is that it sends.
			if (!isLambda) assert.equal(head.headers['content-length'], get.headers['content-length']);
			assert.equal(head.headers.etag, get.headers.etag);
		}
	});

	test(`${kind.name}: the collection is listed in pages by code, and a cursor is its own`, async () => {
		const code = await hotel('pages');
		const other = await hotel('other pages');
		await server.post(at(code), body(...many(kind, 25, 'P')));
		const found = [];
		let path = `${at(code)}?limit=10`;
		for (let page; path; path = page.json.next && `${at(code)}?limit=10&cursor=${page.json.next}`) {
			page = await server.get(path);
			assert.equal(page.status, 200, page.text);
			assert.deepEqual(Object.keys(page.json), [kind.list, 'next']);
			if (page.json.next) assert.equal(page.headers.link, `<${at(code)}?limit=10&cursor=${page.json.next}>; rel="next"`);
			else assert.equal(page.headers.link, undefined);
			found.push(ids(kind, page.json[kind.list]));
		}
		assert.deepEqual(found.map(page => page.length), [10, 10, 5]);
		assert.deepEqual(found.flat(), ids(kind, many(kind, 25, 'P')));
		const { next } = (await server.get(`${at(code)}?limit=10`)).json;
		const elsewhere = kind.path === 'tags' ? 'taxes' : 'tags';
		const changed = next.slice(0, -1) + (next.endsWith('A') ? 'B' : 'A');
		for (const wrong of [`${at(other)}?cursor=${next}`, `/config/${code}/${elsewhere}?cursor=${next}`, `/config?cursor=${next}`, `${at(code)}?cursor=${changed}`, `${at(code)}?cursor=`])
			assertProblem(await server.get(wrong), 400, 'invalid', { blames: ['parameter cursor'] });
		for (const limit of ['0', '1001', 'x', '-1', ''])
			assertProblem(await server.get(`${at(code)}?limit=${limit}`), 400, 'invalid', { blames: ['parameter limit'] });
		assertProblem(await server.get(`${at(code)}?q=x`), 400, 'invalid', { blames: ['parameter q'] });
		assert.deepEqual((await server.get(at(other))).json, { [kind.list]: [], next: null });
		await server.request('DELETE', one(code, 'P009'));
		const behind = (await server.get(`${at(code)}?limit=2&cursor=${next}`)).json[kind.list];
		assert.deepEqual(ids(kind, behind), ['P010', 'P011'], 'the object that the cursor names may go');
	});

	test(`${kind.name}: deleting answers the head, leaves its entry, and once more is 404`, async () => {
		const code = await hotel('delete');
		await server.get(`/config/${code}`);
		const before = await server.get(`/config/${code}`);
		await server.post(at(code), body(kind.full, kind.other));
		const entry = await entryOf(server, code, async () => {
			const answer = await server.request('DELETE', one(code));
			assert.equal(listOf(answer), listOf(await server.get('/config/' + await server.create(`${kind.name} empty`))), 'the head alone');
			assert.equal(answer.headers.etag, (await server.get(`/config/${code}`)).headers.etag);
			return answer;
		});
		assert.equal(entry.eventName, `delete${kind.title}`);
		assert.equal(entry.changes.length, 1);
		assert.ok(entry.changes[0].startsWith(`${kind.name} ${kind.full[kind.id]} : {`) && entry.changes[0].endsWith(' -> '), entry.changes[0]);
		assert.equal(entry.removed.length, 1);
		assertProblem(await server.request('DELETE', one(code)), 404, 'not_found');
		assertProblem(await server.get(one(code)), 404, 'not_found');
		assert.equal((await server.request('DELETE', `${one(code, kind.other[kind.id])}?cascade=false`)).status, 200);
		assert.deepEqual((await server.get(`/config/${code}`)).hotel, before.hotel);
		await server.put(one(code), kind.full);
		await unchanged(server, code, async () => {
			for (const value of ['1', '', 'TRUE', 'yes'])
				assertProblem(await server.request('DELETE', `${one(code)}?cascade=${value}`), 400, 'invalid', { blames: ['parameter cascade'] });
			assertProblem(await server.request('DELETE', `${one(code)}?force=true`), 400, 'invalid', { blames: ['parameter force'] });
		});
		assert.equal((await server.request('DELETE', `${one(code)}?cascade=true`)).status, 200);
	});

	test(`${kind.name}: a key gives the stored answer of the POST, and is no other's`, async () => {
		const code = await hotel('key');
		const keyed = { 'Idempotency-Key': `key-${kind.name}` };
		const first = await server.post(at(code), body(kind.full), keyed);
		await server.request('DELETE', one(code));
		const again = await server.post(at(code), body(kind.full), keyed);
		assert.equal(again.text, first.text);
		assert.equal(again.headers.etag, first.headers.etag);
		assert.equal(again.headers['idempotency-replayed'], 'true');
		assertProblem(await server.get(one(code)), 404, 'not_found');
		assertProblem(await server.post(at(code), body(kind.other), keyed), 422, 'key_reused');
	});

	test(`${kind.name}: with --require-if-match every write to what exists needs it, a PUT that creates does not`, async () => {
		const strict = await start({ flags: ['--require-if-match'] });
		try {
			const code = await strict.create('Strict', kind.needs);
			const etag = async path => ({ 'If-Match': (await strict.get(path)).headers.etag });
			assertProblem(await strict.post(at(code), body(kind.other)), 428, 'precondition_required');
			assert.equal((await strict.put(one(code), kind.full)).status, 201);
			assertProblem(await strict.put(one(code), kind.full), 428, 'precondition_required');
			assertProblem(await strict.patch(one(code), {}), 428, 'precondition_required');
			assertProblem(await strict.request('DELETE', one(code)), 428, 'precondition_required');
			assert.equal((await strict.post(at(code), body(kind.other), await etag(`/config/${code}`))).status, 200);
			assert.equal((await strict.patch(one(code), { [member]: newValue }, await etag(one(code)))).status, 200);
			assert.equal((await strict.request('DELETE', one(code), { headers: await etag(one(code)) })).status, 200);
		} finally {
			await finish(strict);
		}
	});

	test(`${kind.name}: everything that was written agrees`, async () => {
		await server.stop();
		const { objects } = await agree(server.folder);
		assert.ok(objects > 90);
		server = await start({ folder: server.folder });
	});

	return { hotel, at, one, body, get server() { return server; } };
}
