// Business rules: what every kind promises, and what a rule may say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../support/hotels.mjs';
import { keepsPromises } from '../support/kinds.mjs';

const closed = { effectType: 'availability', available: false };
const closedShown = { effectType: 'availability', available: false, priceImpact: 0, priceUpdateUnit: '' };
const dearer = { effectType: 'pricing', priceImpact: 10, priceUpdateUnit: 'percent' };
const five = { effectType: 'inventory', quantity: 5 };
const range = { from: '2030-01-01', to: '2030-01-31', dow: ['fr', 'sa'] };

const promised = keepsPromises({
	path: 'rules', list: 'businessRules', id: 'id', name: 'rule', title: 'Rule',
	full: {
		id: 'R-1', appliesTo: [{ type: 'RoomType', id: 'DBL' }, { type: 'RatePlan', id: 'FLEX' }, { type: 'Attribute', id: 'SEA' }, { type: 'Sellable', id: 'BF' }, { type: 'Hotel', id: '' }],
		effect: [{ effectType: 'pricing', available: false, priceImpact: -7.25, priceUpdateUnit: 'percent' }], on: [range],
		notOn: [{ from: '', to: '2030-01-05', dow: null }], name: 'Winter', priority: -3,
	},
	other: { id: 'A', effect: [closed] },
	needs: { roomTypes: [{ code: 'DBL' }], ratePlans: [{ code: 'FLEX' }], tags: [{ code: 'SEA' }], sellables: [{ code: 'BF' }], buildings: [{ floors: [{ num: 1, rooms: [{ number: 101 }] }] }] },
	changed: ['priority', -3, 7],
	patches: [[{ name: null, priority: null, on: null }, { name: undefined, priority: undefined, on: null }], [{ appliesTo: [{ type: 'RoomType', id: 'DBL' }] }, { appliesTo: [{ type: 'RoomType', id: 'DBL' }] }],
		[{ appliesTo: null, effect: [closed] }, { appliesTo: null, effect: [closedShown] }]],
	bad: [[{ id: 'a/b' }, 'id'], [{ effect: null }, 'effect'], [{ effect: [] }, 'effect'], [{ effect: [{}] }, 'effect/0/effectType'], [{ effect: [{ effectType: 'price' }] }, 'effect/0/effectType'],
		[{ effect: [{ effectType: 'availability' }] }, 'effect/0/available'], [{ effect: [{ effectType: 'inventory' }] }, 'effect/0/quantity'],
		[{ effect: [{ effectType: 'pricing' }] }, 'effect/0/priceImpact'], [{ effect: [{ ...dearer, priceImpact: 1001 }] }, 'effect/0/priceImpact'],
		[{ appliesTo: [{ id: 'DBL' }] }, 'appliesTo/0/type'], [{ appliesTo: [{ type: 'Tag', id: 'SEA' }] }, 'appliesTo/0/type'],
		[{ appliesTo: [{ type: 'Room' }], effect: [dearer] }, 'appliesTo/0/type'], [{ appliesTo: [{ type: 'RoomType' }, { type: 'RatePlan' }], effect: [five] }, 'appliesTo/1/type'],
		[{ appliesTo: [{ type: 'Attribute' }, { type: 'Attribute' }] }, 'appliesTo/1'], [{ on: [{ from: '2030-02-30' }] }, 'on/0/from'],
		[{ on: [range, { from: '2030-01-02', to: '2030-01-01' }] }, 'on/1/to'], [{ notOn: [{ dow: ['mon'] }] }, 'notOn/0/dow/0'], [{ priority: 1.5 }, 'priority']],
	dangling: [[{ appliesTo: [{ type: 'RoomType', id: 'SGL' }, { type: 'RoomType', id: 'DBL' }, { type: 'RatePlan', id: 'DBL' }, { type: 'Attribute', id: 'X' }, { type: 'Sellable', id: 'SEA' },
		{ type: 'Room', id: '102' }, { type: 'Hotel', id: 'other' }] }, ...[0, 2, 3, 4, 5, 6].map(i => `appliesTo/${i}/id`)]],
});

test('a rule may be on the hotel by its code, on a room by its number, and on all of a type by no id', async () => {
	const { server, hotel, one } = promised;
	const code = await hotel('targets');
	for (const [appliesTo, effect] of [[[{ type: 'Hotel', id: code }], five], [[{ type: 'Room', id: '101' }], closed], [[{ type: 'Room' }, { type: 'Sellable', id: '' }], closed], [null, dearer], [[], closed]])
		assert.equal((await server.put(one(code), { effect: [effect], appliesTo })).status < 300, true, JSON.stringify(appliesTo));
	assert.equal((await server.put(one(code, 'STAYS'), { effect: [five], appliesTo: [{ type: 'Hotel', id: code }] })).status, 201);
});

test('the end of a date range is kept, and is read from `to`', async () => {
	const { server, hotel, one } = promised;
	const code = await hotel('range');
	await server.put(one(code), { effect: [closed], on: [range] });
	assert.deepEqual((await server.get(one(code))).json.on, [range]);
	assertProblem(await server.put(one(code), '{"effect":[{"effectType":"availability","available":false}],"on":[{"from":"2030-01-01","from":"2030-01-31"}]}'), 400, 'invalid',
		{ blames: ['pointer /on/0/from'] });
});
