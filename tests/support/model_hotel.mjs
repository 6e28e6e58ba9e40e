// A hotel of the model: what it holds, how it is shown, what a write may leave behind, and what history tells of it.
import { HEAD, HOTEL, KINDS, kept } from './model_shapes.mjs';

export const LISTS = Object.keys(KINDS);
const DECIMALS = { '': 2, EUR: 2, JPY: 0, KWD: 3 };
export const decimalsOf = ({ currencyCode = '' }) => DECIMALS[currencyCode];
export const refusal = (status, code, blames) => ({ status, code, blames });
/** One refusal that names every place, or none. */
export const invalid = blames => (blames.length === 0 ? [] : [refusal(400, 'invalid', [...new Set(blames)])]);
export const IN_USE = refusal(409, 'in_use');
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

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

/** A hotel: its head, and the objects of its lists by their codes, all as they are kept. */
export class Hotel {
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

	get decimals() { return decimalsOf(this.head); }

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

	/** The rooms of a layout as they are kept, each with its place in the body. */
	static *rooms(buildings) {
		for (const [i, building] of buildings.entries())
			for (const [j, floor] of (building.floors ?? []).entries())
				for (const [k, room] of (floor.rooms ?? []).entries()) {
					const id = room.code || String(room.number);
					yield [{ ...kept(KINDS.buildings.members, room), id, building: i, buildingName: building.name ?? '', floor: floor.num },
						`/buildings/${i}/floors/${j}/rooms/${k}`];
				}
	}

	/** Adds or replaces objects; their places in the body by `list/code`. */
	put(list, objects) {
		const places = new Map();
		objects.forEach((object, i) => {
			const id = object[KINDS[list].id];
			this.objects[list].set(id, kept(KINDS[list].members, object));
			places.set(`${list}/${id}`, `/${list}/${i}`);
		});
		return places;
	}

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
	}

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
	}

	follow({ list, id, object, name }) {
		const entries = object[name.member];
		const left = Array.isArray(entries) ? entries.filter((_, i) => i !== name.index) : [];
		const mayBeEmpty = ['attributes', 'optionalTags'].includes(name.member);
		if (left.length === 0 && !mayBeEmpty) this.objects[list].delete(id);
		else object[name.member] = left.length === 0 ? null : left;
	}

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

export function changesBetween(before, after) {
	const { code } = before ?? after;
	return [...compared(`hotel ${code}`, before?.head, after?.head, flat), ...LISTS.flatMap(list => {
		const [old, next] = [before?.objects[list] ?? new Map(), after?.objects[list] ?? new Map()];
		return [...new Set([...old.keys(), ...next.keys()])].flatMap(id => compared(`${KINDS[list].name} ${id}`, own(old.get(id)), own(next.get(id))));
	})];
}
