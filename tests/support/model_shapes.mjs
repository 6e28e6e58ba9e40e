// What objects look like, as api.md and domain.md 1b say it: members in their order, what is empty, what a value must hold.
// Written from the contract and not from the server, so that both may disagree.

const text = { type: 'string', empty: '' };
const count = { type: 'number', empty: 0 };
const money = { type: 'number', empty: 0, money: true, min: 0 };
const signed = { type: 'number', empty: 0, money: true };
const flag = { type: 'boolean', empty: false };
const texts = { list: text, empty: null };
const list = members => ({ list: { members }, empty: null });
const object = members => ({ members });
/** Left out while unset. */
const hidden = type => ({ ...type, hidden: true, empty: undefined });
const required = type => ({ ...type, required: true });
/** Of these only one may be given. */
const either = type => ({ ...hidden(type), either: true });

const PICTURES = { list: { members: {} }, empty: null, foreign: true };
const TAG = { code: required(text), name: text, description: text, priceImpact: signed, priceUpdateUnit: text, category: text };
/** Objects of which the code alone counts on input. */
const tags = { list: { members: TAG }, empty: null, byCode: true };
const RANGE = { from: text, to: text, dow: texts };
const EFFECT = { effectType: required(text), available: flag, priceImpact: signed, priceUpdateUnit: text, quantity: hidden(count) };
const FEE = { nights: either(count), percent: either(count), amount: either(money) };
const CANCELLATION = { freeUntilHours: hidden(count), time: hidden(text), fee: required(hidden(object(FEE))) };
const CODE = required(text);

/** One row a kind: its list in a hotel, its name in history, in the names of use cases, in paths, and in a rule's entries. */
export const KINDS = {
	buildings: { name: 'room', target: 'Room', id: 'id',
		members: { number: required(count), name: text, type: text, attributes: tags, code: hidden(text) } },
	roomTypes: { name: 'roomType', title: 'RoomType', path: 'rooms/type', target: 'RoomType', id: 'code',
		members: { code: CODE, name: text, lowPrice: money, medPrice: money, highPrice: money, description: text, pictures: PICTURES,
			maxAdults: hidden(count), maxChildren: hidden(count), maxOccupancy: hidden(count), standardOccupancy: hidden(count),
			extraAdultPrice: hidden(money), extraChildPrice: hidden(money) } },
	tags: { name: 'tag', title: 'Tag', path: 'tags', target: 'Attribute', id: 'code', members: TAG },
	sellables: { name: 'sellable', title: 'Sellable', path: 'sellables', target: 'Sellable', id: 'code',
		members: { code: CODE, category: text, name: text, quantity: count, inventoryType: text, pricePerUnit: money, description: text,
			optionalTags: tags, pictures: PICTURES } },
	businessRules: { name: 'rule', title: 'Rule', path: 'rules', id: 'id',
		members: { id: CODE, appliesTo: list({ type: required(text), id: text }), effect: required(list(EFFECT)), on: list(RANGE), notOn: list(RANGE),
			name: hidden(text), priority: hidden(count) } },
	ratePlans: { name: 'ratePlan', title: 'RatePlan', path: 'rateplans', target: 'RatePlan', id: 'code',
		members: { code: CODE, name: text, description: text, roomTypes: hidden(texts),
			adjust: hidden(object({ percent: either(count), amount: either(signed) })), cancellation: hidden(list(CANCELLATION)) } },
	taxes: { name: 'tax', title: 'Tax', path: 'taxes', id: 'code',
		members: { code: CODE, name: text, percent: either(count), amount: either(money), on: hidden(text), basis: hidden(text), period: hidden(text),
			included: hidden(flag), from: hidden(text), to: hidden(text), maxNights: hidden(count), exemptBelowAge: hidden(count) } },
};

const FLOORS = { name: text, floors: required(list({ num: required(count), rooms: required(list(KINDS.buildings.members)) })) };
const of = name => list(KINDS[name].members);
export const HOTEL = {
	code: text, name: required(text), description: text, currencyCode: text,
	defaultMarketting: object({ defaultTagLine: text, defaultDescription: text }), options: object({ bookable: flag, shoppable: flag }),
	pictures: PICTURES, buildings: list(FLOORS), roomTypes: of('roomTypes'), tags: of('tags'), sellables: of('sellables'),
	businessRules: of('businessRules'), pendingChanges: { list: { members: {} }, empty: null, ignored: true },
	chain: hidden(text), brand: hidden(text), timeZone: hidden(text),
	address: hidden(object({ line1: hidden(text), line2: hidden(text), city: hidden(text), region: hidden(text), postalCode: hidden(text), countryCode: hidden(text) })),
	location: hidden(object({ latitude: required(count), longitude: required(count) })),
	ratePlans: hidden(of('ratePlans')), taxes: hidden(of('taxes')),
};
export const HEAD = Object.fromEntries(Object.entries(HOTEL).filter(([, type]) => !type.list));
export const CHAIN = { code: CODE, name: text, description: text };
export const BRAND = { code: CODE, chain: required(text), name: text, description: text };

const isGiven = value => value !== undefined && value !== null;
/** Texts of blanks, lists and objects without anything are none. */
const isMissing = value => !isGiven(value) || (typeof value === 'string' && value.trim() === '') ||
	(typeof value === 'object' && Object.values(value).every(inner => !isGiven(inner) || inner === ''));

/** A value as it is kept. */
function keep(type, given) {
	if (type.list) {
		if (!given?.length) return type.empty;
		if (type.byCode) return given.map(one => one.code);
		return given.map(one => (type.list.members ? kept(type.list.members, one) : one));
	}
	if (type.members) return type.hidden && isMissing(given) ? undefined : kept(type.members, given ?? {});
	return isGiven(given) && !(type.hidden && given === '') ? given : type.empty;
}

/** An object as it is kept: every member of the table that is not hidden, in the table's order. */
export function kept(members, given) {
	const out = {};
	for (const [name, type] of Object.entries(members)) {
		const value = keep(type, given[name]);
		if (value !== undefined) out[name] = value;
	}
	return out;
}

/** Without its nulls: in all but a merge patch they mean absent. */
export function withoutNulls(value) {
	if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
	return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null).map(([name, inner]) => [name, withoutNulls(inner)]));
}

/** RFC 7396. */
export function merged(onto, patch) {
	if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
	const out = onto !== null && typeof onto === 'object' && !Array.isArray(onto) ? { ...onto } : {};
	for (const [name, value] of Object.entries(patch)) {
		if (value === null) delete out[name];
		else out[name] = merged(out[name], value);
	}
	return out;
}

/** Where a body has unknown members, values of wrong types or below what may be. */
export function misread(members, given, at = '') {
	const out = [];
	for (const [name, value] of Object.entries(given)) {
		const type = members[name];
		const here = `${at}/${name}`;
		if (!type) out.push(here);
		else if (value !== null && !type.ignored) out.push(...misreadValue(type, value, here));
	}
	return out;
}

function misreadValue(type, value, at) {
	if (type.list) return Array.isArray(value) ? value.flatMap((one, i) => misreadValue(type.list, one, `${at}/${i}`)) : [at];
	if (type.members) return typeof value === 'object' && !Array.isArray(value) ? misread(type.members, value, at) : [at];
	return typeof value !== type.type || value < type.min ? [at] : [];
}

const decimalsOf = number => (String(number).split('.')[1] ?? '').length;

function isBadMoney(object, name, decimals) {
	if (name !== 'priceImpact' || object.priceUpdateUnit !== 'percent') return decimalsOf(object[name]) > decimals;
	return decimalsOf(object[name]) > 2 || object[name] < -100 || object[name] > 1000;
}

/** Money that the currency has no coins for. */
export function badMoney(members, object, decimals, at = '') {
	return Object.entries(members).flatMap(([name, type]) => {
		const value = object[name];
		if (!isGiven(value)) return [];
		if (type.money) return isBadMoney(object, name, decimals) ? [`${at}/${name}`] : [];
		if (type.list?.members && !type.byCode) return value.flatMap((one, i) => badMoney(type.list.members, one, decimals, `${at}/${name}/${i}`));
		return type.members ? badMoney(type.members, value, decimals, `${at}/${name}`) : [];
	});
}

/** Each place of a list whose value stood before. */
export const repeated = values => values.flatMap((value, i) => (value && values.indexOf(value) < i ? [i] : []));

/** What is missing, excluded by another member, or named twice. */
export function incomplete(members, object, at = '') {
	const alternatives = Object.keys(members).filter(name => members[name].either);
	const found = alternatives.filter(name => isGiven(object[name]));
	const out = found.slice(1).map(name => `${at}/${name}`);
	if (alternatives.length !== 0 && found.length === 0) out.push(`${at}/${alternatives[0]}`);
	for (const [name, type] of Object.entries(members)) {
		const value = object[name];
		const here = `${at}/${name}`;
		if (type.required && isMissing(value)) out.push(here);
		else if (type.foreign && !isMissing(value)) out.push(here);
		else if (isMissing(value)) continue;
		else if (type.byCode) out.push(...repeated(value.map(one => one.code)).map(i => `${here}/${i}`));
		else if (type.list === text && name === 'roomTypes') out.push(...repeated(value).map(i => `${here}/${i}`));
		if (isMissing(value)) continue;
		if (type.list?.members) out.push(...value.flatMap((one, i) => incomplete(type.list.members, one, `${here}/${i}`)));
		else if (type.members) out.push(...incomplete(type.members, value, here));
	}
	return out;
}

const NEEDS = { availability: 'available', pricing: 'priceImpact', inventory: 'quantity' };
const ALLOWED = {
	availability: ['Hotel', 'Room', 'RoomType', 'RatePlan', 'Attribute', 'Sellable'],
	pricing: ['Hotel', 'RoomType', 'RatePlan', 'Attribute', 'Sellable'],
	inventory: ['Hotel', 'RoomType', 'Sellable'],
};
const isBackwards = ({ from, to }) => Boolean(from && to && from > to);

function contraryRule(rule) {
	const effects = rule.effect ?? [];
	const targets = rule.appliesTo ?? [];
	const out = effects.flatMap((effect, i) => (effect.effectType && !isGiven(effect[NEEDS[effect.effectType]]) ? [`/effect/${i}/${NEEDS[effect.effectType]}`] : []));
	for (const name of ['on', 'notOn'])
		out.push(...(rule[name] ?? []).flatMap((range, i) => (isBackwards(range) ? [`/${name}/${i}/to`] : [])));
	targets.forEach(({ type }, i) => {
		if (type && effects.some(({ effectType }) => effectType && !ALLOWED[effectType].includes(type))) out.push(`/appliesTo/${i}/type`);
	});
	return out.concat(repeated(targets.map(({ type, id }) => type && `${type} ${id ?? ''}`)).map(i => `/appliesTo/${i}`));
}

/** What its members say against each other. */
export function contrary(kind, object) {
	if (kind.name === 'rule') return contraryRule(object);
	if (kind.name !== 'tax') return [];
	return [...(isBackwards(object) ? ['/to'] : []), ...(object.on === 'sellables' && isGiven(object.amount) ? ['/on'] : [])];
}
