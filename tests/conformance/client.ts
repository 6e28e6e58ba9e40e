// A client that knows nothing of the server but the types that were generated from its OpenAPI document: node client.js http://…
import type { operations } from './openapi.ts';

type Body<Id extends keyof operations> = operations[Id] extends { requestBody: { content: { 'application/json': infer T } } } ? T : never;
type Done<Id extends keyof operations> = operations[Id] extends { responses: { 200: { content: { 'application/json': infer T } } } } ? T : never;
type Problem = operations['getHotel']['responses'][404]['content']['application/problem+json'];
type RoomTypes = NonNullable<Done<'getHotel'>['response'][number]['roomTypes']>;

declare const process: { argv: string[] };
const base = process.argv[2] ?? '';

async function ask<Id extends keyof operations>(_operation: Id, method: string, path: string, body?: Body<Id>): Promise<Done<Id>> {
	const init = body === undefined ? { method } : { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
	const answer = await fetch(base + path, init);
	if (answer.ok) return await answer.json() as Done<Id>;
	const problem = await answer.json() as Problem;
	throw new Error(`${problem.status} ${problem.code}: ${problem.detail} ${problem.errors?.map(blame => blame.pointer).join() ?? ''}`);
}

function expect(holds: boolean, what: string): void {
	if (!holds) throw new Error(`not so: ${what}`);
}

const created = await ask('saveHotel', 'POST', '/config', { name: 'Typed', currencyCode: 'EUR', options: { bookable: true } });
const code = created.response[0]?.code ?? '';
await ask('addRoomType', 'POST', `/config/${code}/rooms/type`, { roomTypes: [{ code: 'DBL', name: 'Double', lowPrice: 99.5 }] });
await ask('addTag', 'POST', `/config/${code}/tags`, { tags: [{ code: 'SEA', priceImpact: 12, priceUpdateUnit: 'percent' }] });
const tag = await ask('getTag', 'GET', `/config/${code}/tags/SEA`);
const types: RoomTypes = (await ask('getHotel', 'GET', `/config/${code}`)).response[0]?.roomTypes ?? [];
expect(tag.priceImpact === 12 && tag.priceUpdateUnit === 'percent', 'the tag is as it was added');
expect(types.length === 1 && types[0]?.lowPrice === 99.5, 'the room type is as it was added');
const page = await ask('listHotels', 'GET', '/config?limit=1');
expect(page.response[0]?.name === 'Typed', 'the list has the hotel');

// @ts-expect-error: a price is a number
const wrongType: Body<'putRoomType'> = { lowPrice: '99.5' };
// @ts-expect-error: there is no such unit
const wrongChoice: Body<'putTag'> = { priceUpdateUnit: 'percents' };
// @ts-expect-error: there is no such member
const wrongMember: Body<'saveHotel'> = { name: 'x', stars: 5 };
// @ts-expect-error: a list is required
const missing: Body<'addTag'> = {};
for (const [operation, path, body] of [['putRoomType', 'rooms/type/X', wrongType], ['putTag', 'tags/X', wrongChoice], ['addTag', 'tags', missing]] as const) {
	const said = await ask(operation, operation === 'addTag' ? 'POST' : 'PUT', `/config/${code}/${path}`, body as never).then(() => 'taken', (error: Error) => error.message);
	expect(said.startsWith('400 invalid'), `what the types refuse the server refuses: ${operation}: ${said}`);
}
expect(await ask('saveHotel', 'POST', '/config', wrongMember as never).then(() => false, () => true), 'an unknown member is refused');
