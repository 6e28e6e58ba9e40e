// The administrative API once more, in maps, from api.md and domain.md: what a server must answer, keep and tell.
// ask() returns the refusals that the contract asks for, each {status, code, blames?}, of which the server may choose one where
// there are several, or what a success answers: {status, json}.
import { BRAND, CHAIN, HEAD, HOTEL, KINDS, badMoney, contrary, incomplete, kept, merged, misread, repeated, withoutNulls } from './model_shapes.mjs';

const LISTS = Object.keys(KINDS);
const DECIMALS = { '': 2, EUR: 2, JPY: 0, KWD: 3 };
const refusal = (status, code, blames) => ({ status, code, blames });
/** One refusal that names every place, or none. */
const invalid = blames => (blames.length === 0 ? [] : [refusal(400, 'invalid', [...new Set(blames)])]);
const NOT_FOUND = refusal(404, 'not_found');
const IN_USE = refusal(409, 'in_use');
const STALE = refusal(412, 'stale');
const sorted = map => [...map.keys()].sort().map(key => map.get(key));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function fnv1a32(text) {
	let hash = 0x811c9dc5;
	for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
	return hash;
}

/** Every name that an object holds: {list, id, member, index, at}; its entry may be taken out unless the object goes with it. */
function namesIn(list, object) {
	const out = [];
	const add = (to, id, member, index, at) => { if (id) out.push({ list: to, id, member, index, at }); };
	if (list === 'buildings') add('roomTypes', object.type, 'type', 0, '/type');
	for (const member of ['attributes', 'optionalTags'])
		(object[member] ?? []).forEach((id, i) => add('tags', id, member, i, `/${member}/${i}/code`));
	if (list === 'ratePlans') (object.roomTypes ?? []).forEach((id, i) => add('roomTypes', id, 'roomTypes', i, `/roomTypes/${i}`));
	if (list === 'businessRules') object.appliesTo?.forEach(({ type, id }, i) => {
		add(LISTS.find(name => KINDS[name].target === type) ?? 'hotel', id, 'appliesTo', i, `/appliesTo/${i}/id`);
	});
	return out;
}

/** Members that do not belong into a request for one list, a code that is not the path's, a list that is missing, empty or too long. */
function misreadList(list, body, code) {
	const given = withoutNulls(body);
	if (given.code && given.code !== code) return invalid(['/code']);
	const others = Object.keys(given).filter(name => name in HOTEL && name !== 'code' && name !== list);
	const isFew = list === 'buildings' ? given[list] : given[list]?.length >= 1 && given[list].length <= 90;
	return [...invalid(others.map(name => `/${name}`)), ...(isFew ? [] : invalid([`/${list}`]))];
}

/** What is wrong in a body before anybody looks at the hotel: one object of the list, or without a code a list. */
function misreadObject(list, id, { body }) {
	if (!body) return [];
	const kind = KINDS[list];
	if (!id) return invalid(misread(HOTEL, body));
	return [...invalid(misread(kind.members, body)), ...(body[kind.id] && body[kind.id] !== id ? invalid([`/${kind.id}`]) : [])];
}

/** A hotel: its head, and the objects of its lists by their codes, all as they are kept. */
class Hotel {
	rev = 0;
	history = []; // {rev, eventName, changes}

	constructor(code) {
		this.code = code;
		this.head = kept(HEAD, { code });
		this.objects = Object.fromEntries(LISTS.map(list => [list, new Map()]));
	}

	copy() {
		const copy = Object.assign(new Hotel(this.code), this);
		copy.head = structuredClone(this.head);
		copy.objects = structuredClone(this.objects);
		return copy;
	}

	get decimals() { return DECIMALS[this.head.currencyCode]; }

	has({ list, id }) { return list === 'hotel' ? id === this.code : this.objects[list].has(id); }

	/** One object as JSON: with the tags that it names, whole. */
	shown(list, object) {
		const out = structuredClone(object);
		if (list === 'buildings') for (const name of ['id', 'building', 'buildingName', 'floor']) delete out[name];
		for (const name of ['attributes', 'optionalTags']) if (out[name]) out[name] = out[name].map(code => this.objects.tags.get(code));
		return out;
	}

	/** Rooms where they stand: buildings as given, floors by number, rooms by number. */
	buildings() {
		const out = [];
		const order = (a, b) => a.building - b.building || a.floor - b.floor || a.number - b.number || (a.id < b.id ? -1 : 1);
		let last;
		for (const room of [...this.objects.buildings.values()].sort(order)) {
			const isSame = last?.building === room.building;
			if (!isSame) out.push({ name: room.buildingName, floors: [] });
			if (!isSame || last.floor !== room.floor) out.at(-1).floors.push({ num: room.floor, rooms: [] });
			out.at(-1).floors.at(-1).rooms.push(this.shown('buildings', room));
			last = room;
		}
		return out;
	}

	/** The list of one kind as JSON, of some objects or all. */
	list(list, codes = [...this.objects[list].keys()]) {
		if (list === 'buildings') return this.buildings();
		return codes.sort().map(code => this.shown(list, this.objects[list].get(code)));
	}

	/** The hotel as JSON, with those lists. */
	json(lists = {}, pendingChanges = null) {
		const out = {};
		for (const [name, type] of Object.entries(HOTEL)) {
			if (name === 'pendingChanges') out[name] = pendingChanges;
			else if (!type.list) { if (name in this.head) out[name] = this.head[name]; } else if (lists[name]?.length) out[name] = lists[name];
			else if (!type.hidden) out[name] = null;
		}
		return out;
	}

	document() { return this.json(Object.fromEntries(LISTS.map(list => [list, this.list(list)])), []); }

	get count() { return LISTS.reduce((sum, list) => sum + this.objects[list].size, 0); }
}

const flat = head => Object.fromEntries(Object.entries(head ?? {}).flatMap(([name, value]) =>
	(['defaultMarketting', 'options'].includes(name) ? Object.entries(value).map(([inner, one]) => [`${name}.${inner}`, one]) : [[name, value]])));

/** The changes of one object, as history tells them. */
function compared(objectName, before, after, flatten = value => value) {
	const text = value => (value === undefined ? '' : JSON.stringify(value));
	if (!before || !after) return same(before, after) ? [] : [{ objectName, fieldName: '', oldValue: text(before), newValue: text(after) }];
	const [old, next] = [flatten(before), flatten(after)];
	return [...new Set([...Object.keys(old), ...Object.keys(next)])].filter(name => !same(old[name], next[name]))
		.map(fieldName => ({ objectName, fieldName, oldValue: text(old[fieldName]), newValue: text(next[fieldName]) }));
}

/** Pictures are objects of their own. */
function own(object) {
	if (!object) return undefined;
	const { pictures, ...rest } = object;
	return rest;
}

function changesBetween(before, after) {
	const { code } = before ?? after;
	return [...compared(`hotel ${code}`, before?.head, after?.head, flat), ...LISTS.flatMap(list => {
		const [old, next] = [before?.objects[list] ?? new Map(), after?.objects[list] ?? new Map()];
		return [...new Set([...old.keys(), ...next.keys()])].flatMap(id => compared(`${KINDS[list].name} ${id}`, own(old.get(id)), own(next.get(id))));
	})];
}

export class Model {
	hotels = new Map(); // by code; those that were deleted too, with isDeleted
	chains = new Map();
	brands = new Map();

	/** What counts name a chain or brand: {hotels, brands}. */
	countsOf(kind, code) {
		const hotels = this.live().filter(({ head }) => head[kind] === code).length;
		const brands = kind === 'chain' ? [...this.brands.values()].filter(brand => brand.chain === code).length : 0;
		return { hotels, brands };
	}

	live() { return sorted(this.hotels).filter(hotel => !hotel.isDeleted); }

	find(code) {
		const hotel = this.hotels.get(code);
		return hotel?.isDeleted ? undefined : hotel;
	}

	/** listHotels with filters, all pages. */
	listed({ q = '', chain, brand, city }) {
		const low = value => value.replace(/[A-Z]/g, letter => letter.toLowerCase());
		return this.live().filter(({ head }) => low(head.name).includes(low(q)) && (!chain || head.chain === chain) &&
			(!brand || head.brand === brand) && (!city || low(head.address?.city ?? '') === low(city))).map(hotel => hotel.json());
	}

	/** One request; `isStale` and `isAddOnly` say what its If-Match and If-None-Match: * are. */
	ask({ method, path, body, cascade = false, isStale = false, isAddOnly = false }) {
		const request = { method, body, cascade, isStale, isAddOnly };
		const parts = path.split('/').slice(1);
		if (parts[0] !== 'config') return this.askChain(parts[0], parts[1], request);
		if (parts.length < 3) return this.askHead(parts[1], request);
		const hotel = this.find(parts[1]);
		const list = LISTS.find(name => parts.slice(2).join('/').startsWith(KINDS[name].path ?? 'rooms#')) ?? 'buildings';
		const id = list === 'buildings' ? undefined : parts.slice(2 + KINDS[list].path.split('/').length)[0];
		if (!hotel) return { refusals: [...misreadObject(list, id, request), ...(id || !body ? [] : misreadList(list, body, parts[1])), NOT_FOUND] };
		if (list === 'buildings') return this.saveRooms(hotel, request);
		if (method === 'POST') return this.add(hotel, list, request);
		return method === 'DELETE' ? this.remove(hotel, list, id, request) : this.save(hotel, list, id, request);
	}

	/** Makes `next` of a hotel when nothing forbids it. `given` are places by `list/code`; false for what else the answer is. */
	commit(hotel, next, eventName, given, { cascade = false, isStale = false }, refusals, answer) {
		const all = [...refusals, ...(isStale ? [STALE] : [])];
		const settled = next.settle(given, cascade);
		all.push(...settled);
		if (all.length !== 0) return { refusals: all };
		const changes = changesBetween(hotel, next);
		if (changes.length !== 0) {
			next.rev++;
			next.history = [...next.history, { rev: next.rev, eventName, changes }];
			this.hotels.set(next.code, next);
		}
		return { refusals: [], touched: next.code, isChanged: changes.length !== 0, ...answer(next) };
	}

	add(hotel, list, { body, ...request }) {
		const kind = KINDS[list];
		const given = withoutNulls(body);
		const misreads = [...invalid(misread(HOTEL, body)), ...misreadList(list, body, hotel.code)];
		if (misreads.length !== 0) return { refusals: misreads };
		const next = hotel.copy();
		const refusals = this.wrongIn(hotel.decimals, { [list]: given[list] });
		const places = refusals.length === 0 ? next.put(list, given[list]) : new Map();
		if (request.isAddOnly && given[list].some(one => hotel.objects[list].has(one[kind.id]))) refusals.push(STALE);
		const codes = [...new Set(given[list].map(one => one[kind.id]))];
		return this.commit(hotel, next, `add${kind.title}`, places, request, refusals, after =>
			({ status: 200, json: [after.json({ [list]: after.list(list, codes) })] }));
	}

	/** What is wrong in given lists as such: values, money, codes twice. */
	wrongIn(decimals, lists) {
		const each = Object.entries(lists).filter(([list]) => list !== 'pictures');
		const pictures = lists.pictures?.length ? ['/pictures'] : [];
		const values = each.flatMap(([list, objects]) => objects.flatMap((object, i) => {
			const at = `/${list}/${i}`;
			const members = HOTEL[list].list.members;
			const floors = (list === 'buildings' ? object.floors ?? [] : []).map(floor => floor.num);
			return [...incomplete(members, object, at), ...badMoney(members, object, decimals, at), ...contrary(KINDS[list], object).map(place => at + place),
				...floors.flatMap((num, j) => (num !== undefined && floors.indexOf(num) < j ? [`${at}/floors/${j}/num`] : []))];
		}));
		const twice = each.flatMap(([list, objects]) => {
			if (list !== 'buildings') return repeated(objects.map(one => one[KINDS[list].id])).map(i => `/${list}/${i}/${KINDS[list].id}`);
			const rooms = [...Hotel.rooms(objects)];
			return repeated(rooms.map(([room]) => room.id)).map(i => rooms[i][1]);
		});
		return [...invalid([...values, ...pictures]), ...invalid(twice)];
	}

	save(hotel, list, id, { method, body, ...request }) {
		const kind = KINDS[list];
		const before = hotel.objects[list].get(id);
		const misreads = misreadObject(list, id, { body });
		if (method === 'PATCH' && !before) return { refusals: [...misreads, ...(request.isStale ? [STALE] : []), NOT_FOUND] };
		if (misreads.length !== 0) return { refusals: misreads };
		const whole = method === 'PATCH' ? merged(hotel.shown(list, before), body) : withoutNulls(body);
		const given = { ...whole, [kind.id]: id };
		const { decimals } = hotel;
		const refusals = invalid([...incomplete(kind.members, given), ...badMoney(kind.members, given, decimals), ...contrary(kind, given)]);
		if (request.isAddOnly && before) refusals.push(STALE);
		const next = hotel.copy();
		if (refusals.length === 0) next.put(list, [given]);
		return this.commit(hotel, next, `save${kind.title}`, new Map([[`${list}/${id}`, '']]), request, refusals, after =>
			({ status: before ? 200 : 201, json: after.shown(list, after.objects[list].get(id)), isPlain: true }));
	}

	remove(hotel, list, id, request) {
		if (!hotel.objects[list].has(id)) return { refusals: [NOT_FOUND, ...(request.isStale ? [STALE] : [])] };
		const next = hotel.copy();
		next.objects[list].delete(id);
		return this.commit(hotel, next, `delete${KINDS[list].title}`, new Map(), request, [], after => ({ status: 200, json: [after.json()] }));
	}

	saveRooms(hotel, { body, ...request }) {
		const given = withoutNulls(body);
		const misreads = [...invalid(misread(HOTEL, body)), ...misreadList('buildings', body, hotel.code)];
		if (misreads.length !== 0) return { refusals: misreads };
		const next = hotel.copy();
		const refusals = this.wrongIn(hotel.decimals, { buildings: given.buildings });
		const places = refusals.length === 0 ? next.replace('buildings', given.buildings) : new Map();
		return this.commit(hotel, next, 'saveRooms', places, request, refusals, after => ({ status: 200, json: [after.json()] }));
	}

	askHead(code, { method, body, ...request }) {
		if (method === 'DELETE') return this.deleteHotel(code, request);
		const misreads = invalid(misread(HOTEL, body));
		const wanted = code ?? withoutNulls(body).code;
		const hotel = wanted ? this.find(wanted) : undefined;
		if (code && body.code && body.code !== code) misreads.push(...invalid(['/code']));
		if (misreads.length !== 0) return { refusals: misreads };
		if (wanted && !hotel) return { refusals: [NOT_FOUND] };
		return this.saveHead(hotel, method, body, request);
	}

	freeCode(name) {
		let code = fnv1a32(name);
		while (this.hotels.has(String(code))) code = (code + 1) >>> 0;
		return String(code);
	}

	saveHead(hotel, method, body, request) {
		const given = method === 'PATCH' ? body : withoutNulls(body);
		const onto = hotel && method !== 'PUT' ? hotel.head : {};
		const head = merged(onto, Object.fromEntries(Object.entries(given).filter(([name]) => name in HEAD)));
		const next = hotel ? hotel.copy() : new Hotel(this.freeCode(given.name ?? ''));
		const lists = Object.fromEntries(Object.entries(given).filter(([name]) => HOTEL[name].list && !HOTEL[name].ignored).map(([name, list]) => [name, list ?? []]));
		const decimals = DECIMALS[head.currencyCode ?? ''];
		const wrong = [...invalid(incomplete(HEAD, head)), ...this.wrongIn(decimals, lists)];
		const refusals = [...wrong, ...this.wrongNames(head, next.code)];
		next.head = kept(HEAD, { ...head, code: next.code });
		const places = new Map();
		for (const [list, objects] of Object.entries(lists))
			if (list !== 'pictures' && wrong.length === 0) for (const place of next.replace(list, objects)) places.set(...place);
		const others = LISTS.filter(list => !(list in lists)).flatMap(list => [...next.objects[list].values()].map(object => [list, object]));
		if (others.some(([list, object]) => badMoney(KINDS[list].members, object, decimals).length !== 0)) refusals.push(...invalid(['/currencyCode']));
		return this.commit(hotel, next, 'saveHotel', places, request, refusals, after =>
			({ status: 200, location: hotel ? undefined : `/config/${after.code}`,
				json: [after.json(Object.fromEntries(Object.keys(lists).filter(list => list !== 'pictures').map(list => [list, after.list(list)])))] }));
	}

	/** A name that another hotel has; a chain or brand that is not there, or not of the hotel's chain. */
	wrongNames(head, code) {
		const blames = [];
		const isTaken = this.live().some(other => other.code !== code && other.head.name === head.name);
		const brand = this.brands.get(head.brand);
		if (head.chain && !this.chains.has(head.chain)) blames.push('/chain');
		if (head.brand && brand?.chain !== (head.chain ?? '')) blames.push('/brand');
		return [...invalid(blames), ...(isTaken ? [refusal(409, 'exists')] : [])];
	}

	deleteHotel(code, { isStale }) {
		const hotel = this.find(code);
		if (!hotel) return { refusals: [NOT_FOUND] };
		if (isStale) return { refusals: [STALE] };
		const gone = hotel.copy();
		gone.isDeleted = true;
		gone.rev++;
		gone.history = [...hotel.history, { rev: gone.rev, eventName: 'deleteHotel', changes: changesBetween(hotel, undefined) }];
		this.hotels.set(code, gone);
		return { refusals: [], touched: code, isChanged: true, status: 200, json: [hotel.json()] };
	}

	askChain(plural, code, { method, body, isStale }) {
		const [kind, members] = plural === 'chains' ? ['chain', CHAIN] : ['brand', BRAND];
		const before = this[plural].get(code);
		const stale = isStale ? [STALE] : [];
		if (method === 'DELETE') {
			const { hotels, brands } = this.countsOf(kind, code);
			const refusals = [...(before ? [] : [NOT_FOUND]), ...stale, ...(hotels + brands !== 0 ? [IN_USE] : [])];
			if (refusals.length === 0) this[plural].delete(code);
			return { refusals, status: 200, json: before, isPlain: true };
		}
		const misreads = misread(members, body);
		if (body.code && body.code !== code) misreads.push('/code');
		const after = kept(members, { ...withoutNulls(body), code });
		const refusals = misreads.length !== 0 ? invalid(misreads) : [...invalid(incomplete(members, after)), ...stale];
		if (refusals.length === 0 && kind === 'brand' && !this.chains.has(after.chain)) refusals.push(...invalid(['/chain']));
		if (refusals.length === 0 && before && after.chain !== before.chain && this.countsOf(kind, code).hotels !== 0) refusals.push(IN_USE);
		if (refusals.length === 0) this[plural].set(code, after);
		return { refusals, status: before ? 200 : 201, json: after, isPlain: true };
	}
}

Object.assign(Hotel, {
	/** The rooms of a layout as they are kept, each with its place in the body. */
	*rooms(buildings) {
		for (const [i, building] of buildings.entries())
			for (const [j, floor] of (building.floors ?? []).entries())
				for (const [k, room] of (floor.rooms ?? []).entries()) {
					const id = room.code || String(room.number);
					yield [{ ...kept(KINDS.buildings.members, room), id, building: i, buildingName: building.name ?? '', floor: floor.num },
						`/buildings/${i}/floors/${j}/rooms/${k}`];
				}
	},
});

Object.assign(Hotel.prototype, {
	/** Adds or replaces objects; their places in the body by `list/code`. */
	put(list, objects) {
		const places = new Map();
		objects.forEach((object, i) => {
			const id = object[KINDS[list].id];
			this.objects[list].set(id, kept(KINDS[list].members, object));
			places.set(`${list}/${id}`, `/${list}/${i}`);
		});
		return places;
	},

	/** The list holds these and no others. */
	replace(list, objects) {
		this.objects[list].clear();
		if (list !== 'buildings') return this.put(list, objects);
		const places = new Map();
		for (const [room, place] of Hotel.rooms(objects)) {
			this.objects.buildings.set(room.id, room);
			places.set(`buildings/${room.id}`, place);
		}
		return places;
	},

	/** Refusals for names that lead nowhere; with cascade, whoever holds one loses it or goes. */
	settle(given, cascade) {
		const dangling = () => LISTS.flatMap(list => [...this.objects[list]].flatMap(([id, object]) =>
			namesIn(list, object).filter(name => !this.has(name)).map(name => ({ list, id, object, name, place: given.get(`${list}/${id}`) }))));
		const found = dangling();
		const blames = found.filter(({ place }) => place !== undefined).map(({ place, name }) => place + name.at);
		const others = found.filter(({ place }) => place === undefined);
		if (blames.length !== 0 || (others.length !== 0 && !cascade)) return [...invalid(blames), ...(others.length !== 0 ? [IN_USE] : [])];
		for (let [first] = others; first; [first] = dangling()) this.follow(first);
		return [];
	},

	follow({ list, id, object, name }) {
		const entries = object[name.member];
		const left = Array.isArray(entries) ? entries.filter((_, i) => i !== name.index) : [];
		const mayBeEmpty = ['attributes', 'optionalTags'].includes(name.member);
		if (left.length === 0 && !mayBeEmpty) this.objects[list].delete(id);
		else object[name.member] = left.length === 0 ? null : left;
	},
});
