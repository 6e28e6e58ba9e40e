// Requests by chance, from one seed: few codes, so that they collide, names that lead nowhere, and values at fault now and then.
import { KINDS } from './model_shapes.mjs';

/** Codes of every kind alike, also such as records' keys are made of. */
const CODES = ['A', 'B', 'A-B', 'a.b_', '101', 'picture-1'];
const NAMES = ['', 'Sea', 'Séa "view"', 'x\\y', '雪 50%'];
const HOTELS = ['Alp', 'alpine', 'Bay', 'Cape'];
const CHAINS = ['C1', 'C-2'];
const BRANDS = ['B1', 'B-2'];
const CURRENCIES = ['', 'EUR', 'EUR', 'KWD', 'JPY'];
const CITIES = ['Bern', 'BERN', 'Zug'];
const TARGETS = ['Hotel', 'Room', 'RoomType', 'RatePlan', 'Attribute', 'Sellable'];
const EFFECTS = ['availability', 'pricing', 'pricing', 'inventory'];
const DATES = ['2027-01-05', '2027-02-28', '2027-03-01'];
const NUMBERS = [1, 2, 3, 101];

/** mulberry32: the same numbers for the same seed, everywhere. */
export function chance(seed) {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let x = Math.imul(state ^ (state >>> 15), state | 1);
		x = (x + Math.imul(x ^ (x >>> 7), x | 61)) ^ x;
		return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
	};
	return {
		is: likelihood => next() < likelihood,
		below: n => Math.floor(next() * n),
		of: values => values[Math.floor(next() * values.length)],
		weighted: rows => {
			let left = next() * rows.reduce((sum, [weight]) => sum + weight, 0);
			return rows.find(([weight]) => (left -= weight) < 0)[1];
		},
	};
}

export class Requests {
	constructor(random, model) { Object.assign(this, { random, model }); }

	/** Each member with its likelihood, but for those whose value is undefined. */
	some(rows) {
		return Object.fromEntries(rows.filter(([, likelihood]) => this.random.is(likelihood)).map(([name, , value]) => [name, value()]));
	}

	times(most, make) { return Array.from({ length: this.random.below(most + 1) }, make); }

	/** Different ones, but for one of thirty. */
	distinct(most, make, key = value => value) {
		const all = this.times(most, make);
		return this.random.is(1 / 30) ? all : all.filter((one, i) => all.findIndex(other => key(other) === key(one)) === i);
	}

	name() { return this.random.of(NAMES); }
	price() { return this.random.weighted([[6, () => this.random.of([0, 1, 80, 120])], [3, () => this.random.of([99.5, 0.05])], [0.4, () => 10.125], [0.1, () => -1]])(); }
	number(values) { return () => this.random.of(values); }

	/** The code of an object that is there, mostly, else one that may be. */
	existing(list) {
		const known = this.hotel ? [...this.hotel.objects[list].keys()] : [];
		return known.length !== 0 && this.random.is(0.85) ? this.random.of(known) : this.random.of(CODES);
	}

	/** As a tag is sent that was read: of its members the code counts. */
	tagNames() {
		return this.distinct(3, () => ({ code: this.existing('tags'), ...this.some([['name', 0.3, () => 'ignored'], ['priceImpact', 0.2, () => 1]]) }), tag => tag.code);
	}

	tags() {
		return this.some([['name', 0.6, () => this.name()], ['description', 0.2, () => this.name()],
			['priceImpact', 0.4, () => (this.random.is(0.2) ? -5 : this.price())], ['priceUpdateUnit', 0.4, () => this.random.of(['percent', 'currency', ''])],
			['category', 0.2, () => this.name()]]);
	}

	roomTypes() {
		const price = () => this.price();
		return this.some([['name', 0.6, () => this.name()], ['lowPrice', 0.4, price], ['medPrice', 0.4, price], ['highPrice', 0.3, price],
			['description', 0.2, () => this.name()], ['pictures', 0.1, () => (this.random.is(0.05) ? [{ }] : null)],
			['maxAdults', 0.2, this.number([1, 2])], ['maxChildren', 0.2, this.number([0, 2])], ['standardOccupancy', 0.1, this.number([2, 3])], ['extraAdultPrice', 0.2, price]]);
	}

	sellables() {
		return this.some([['category', 0.2, () => this.name()], ['name', 0.6, () => this.name()], ['quantity', 0.3, this.number([0, 7])],
			['inventoryType', 0.3, this.number(['per_day', 'per_night', ''])], ['pricePerUnit', 0.5, () => this.price()], ['optionalTags', 0.7, () => this.tagNames()]]);
	}

	target() {
		const type = this.random.of(TARGETS);
		const list = Object.keys(KINDS).find(name => KINDS[name].target === type);
		const id = list ? () => this.existing(list) : () => this.random.of(['', this.hotel?.code ?? '', 'elsewhere']);
		return { type, ...this.some([['id', 0.85, id]]) };
	}

	effect() {
		const effectType = this.random.of(EFFECTS);
		const [member, value] = { availability: ['available', true], pricing: ['priceImpact', this.random.is(0.9) ? 12.5 : 1.125], inventory: ['quantity', 4] }[effectType];
		return { effectType, ...this.some([[member, 0.97, () => value], ['priceUpdateUnit', 0.3, this.number(['percent', 'currency'])]]) };
	}

	ranges() { return this.times(1, () => this.some([['from', 0.7, this.number(DATES)], ['to', 0.5, this.number(DATES)], ['dow', 0.3, () => ['mo', 'su']]])); }

	businessRules() {
		return { effect: this.random.is(0.03) ? [] : [this.effect()], ...this.some([['appliesTo', 0.8, () => this.distinct(3, () => this.target(), JSON.stringify)],
			['on', 0.3, () => this.ranges()], ['notOn', 0.2, () => this.ranges()], ['name', 0.4, () => this.name()], ['priority', 0.2, this.number([0, -3, 5])]]) };
	}

	ratePlans() {
		const fee = () => this.some([['nights', 0.8, () => 1], ['percent', 0.1, () => 50]]);
		const adjust = () => this.some([['percent', 0.6, this.number([-10, 0, 2.5])], ['amount', 0.3, this.number([-5, 2])]]);
		return this.some([['name', 0.6, () => this.name()], ['roomTypes', 0.7, () => this.distinct(3, () => this.existing('roomTypes'))], ['adjust', 0.4, adjust],
			['cancellation', 0.3, () => this.times(2, () => ({ fee: fee(), ...this.some([['freeUntilHours', 0.5, this.number([0, 24])], ['time', 0.3, () => '18:00']]) }))]]);
	}

	taxes() {
		return { ...this.random.weighted([[10, () => ({ percent: this.random.of([0, 7.7]) })], [6, () => ({ amount: this.price() })], [1, () => ({})],
			[1, () => ({ percent: 1, amount: 2 })]])(), ...this.some([['name', 0.5, () => this.name()], ['on', 0.4, this.number(['rooms', 'sellables', 'all'])],
			['included', 0.3, this.number([true, false])], ['from', 0.2, this.number(DATES)], ['to', 0.2, this.number(DATES)], ['maxNights', 0.2, this.number([1, 9])]]) };
	}

	room() {
		return { number: this.random.of(NUMBERS), ...this.some([['name', 0.3, () => this.name()], ['type', 0.6, () => this.existing('roomTypes')],
			['attributes', 0.5, () => this.tagNames()], ['code', 0.5, () => this.random.of([...CODES, 'R7', 'R8', 'R9'])]]) };
	}

	buildings() {
		const used = new Set();
		const isNew = room => {
			const id = room.code || String(room.number);
			const isFree = !used.has(id) || this.random.is(0.02);
			used.add(id);
			return isFree;
		};
		const floor = () => ({ num: this.random.of([-1, 0, 1, 2]), rooms: this.times(3, () => this.room()).filter(isNew) });
		const floors = () => this.distinct(2, floor, one => one.num).filter(one => one.rooms.length !== 0 || this.random.is(0.05));
		return this.times(2, () => ({ name: this.name(), floors: floors() })).filter(one => one.floors.length !== 0 || this.random.is(0.05));
	}

	/** A list for a body, by the kind's own method; codes of a layout are made with it. */
	list(list, most = 4) {
		if (list === 'buildings') return this.buildings();
		const { id } = KINDS[list];
		return this.distinct(most, () => ({ ...(this.random.is(0.99) && { [id]: this.random.of(CODES) }), ...this[list]() }), one => one[id]);
	}

	head() {
		const rows = [['description', 0.3, () => this.name()], ['currencyCode', 0.3, this.number(CURRENCIES)], ['chain', 0.3, this.number([...CHAINS, ''])],
			['brand', 0.2, this.number([...BRANDS, ''])], ['timeZone', 0.2, this.number(['UTC', 'Europe/Zurich', ''])],
			['options', 0.3, () => this.some([['bookable', 0.5, this.number([true, false])], ['shoppable', 0.5, this.number([true, false])]])],
			['defaultMarketting', 0.2, () => this.some([['defaultTagLine', 0.5, () => this.name()], ['defaultDescription', 0.5, () => this.name()]])],
			['address', 0.3, () => this.some([['city', 0.8, this.number(CITIES)], ['line1', 0.4, () => this.name()], ['countryCode', 0.3, () => 'CH']])],
			['location', 0.1, () => this.some([['latitude', 0.9, this.number([0, 46.95])], ['longitude', 0.9, () => 7.4474]])]];
		return this.some(rows);
	}

	lists(likelihood) { return this.some(Object.keys(KINDS).map(list => [list, likelihood, () => this.list(list)])); }

	/** Members of a merge patch that go. */
	withNulls(members, names) {
		for (const name of names) if (this.random.is(0.12)) members[name] = null;
		return members;
	}

	/** One of the members is unknown, or of another type. */
	spoilt(body) {
		const places = [body, ...Object.values(body).filter(value => value && typeof value === 'object')];
		const lists = places.filter(Array.isArray);
		const at = this.random.of([body, ...lists.flat().filter(value => value && typeof value === 'object')]);
		if (this.random.is(0.5)) at.unheardOf = 1;
		else at.name = 7;
		return body;
	}

	/** The next request: {method, path, body, cascade}. */
	next() {
		const live = this.model.live();
		this.hotel = live.length === 0 ? undefined : this.random.of(live);
		const request = live.length === 0 ? this.create() : this.random.weighted([[2, () => this.create()], [1, () => this.deleteHotel()], [10, () => this.saveHead()],
			[3, () => this.sendBack()], [26, () => this.add()], [22, () => this.save()], [16, () => this.remove()], [9, () => this.saveRooms()], [7, () => this.chain()]])();
		if (request.body && this.random.is(0.03)) request.body = this.spoilt(structuredClone(request.body));
		return { ...request, isStale: this.random.is(0.03), isCurrent: this.random.is(0.1), isAddOnly: this.random.is(0.05), isTwice: this.random.is(0.05) };
	}

	/** The path of a hotel that is there, or seldom of none. */
	path() { return `/config/${this.random.is(0.98) ? this.hotel.code : this.random.of(['none', ...this.model.hotels.keys()])}`; }

	create() { return { method: 'POST', path: '/config', body: { name: this.random.of([...HOTELS, ...HOTELS, ' ']), ...this.head(), ...this.lists(0.2) } }; }
	deleteHotel() { return { method: 'DELETE', path: this.path() }; }

	saveHead() {
		const method = this.random.of(['POST', 'PUT', 'PATCH']);
		const name = this.some([['name', method === 'PUT' ? 0.95 : 0.15, this.number(HOTELS)]]);
		const body = { ...name, ...this.head(), ...(this.random.is(0.4) && this.lists(0.3)) };
		if (this.random.is(method === 'PATCH' ? 1 : 0.2)) this.withNulls(body, this.random.is(0.3) ? ['roomTypes', 'tags', 'buildings', 'taxes'] : ['description', 'chain', 'brand', 'address', 'options']);
		return method === 'POST' ? { method, path: '/config', body: { code: this.path().slice(8), ...body } } : { method, path: this.path(), body };
	}

	/** A document that was read. */
	sendBack() {
		const method = this.random.of(['POST', 'PUT', 'PATCH']);
		return { method, path: method === 'POST' ? '/config' : `/config/${this.hotel.code}`, body: this.hotel.document() };
	}

	kind() { return this.random.of(Object.keys(KINDS).filter(list => list !== 'buildings')); }

	add() {
		const list = this.kind();
		const given = this.random.is(0.03) ? [] : [...this.list(list, 2), { [KINDS[list].id]: this.random.of(CODES), ...this[list]() }];
		const objects = this.random.is(1 / 30) ? given : given.filter((one, i) => given.findIndex(other => other[KINDS[list].id] === one[KINDS[list].id]) === i);
		const body = { ...this.some([['code', 0.3, () => this.random.of([this.hotel.code, this.hotel.code, this.hotel.code, 'other'])]]), [list]: objects };
		if (this.random.is(0.02)) body.tags = this.list('tags');
		return { method: 'POST', path: `${this.path()}/${KINDS[list].path}`, body };
	}

	save() {
		const list = this.kind();
		const kind = KINDS[list];
		const method = this.random.of(['PUT', 'PATCH']);
		const code = method === 'PATCH' ? this.existing(list) : this.random.of(CODES);
		const members = this[list]();
		const body = method === 'PUT' ? members : this.withNulls(this.some(Object.entries(members).map(([name, value]) => [name, 0.6, () => value])), Object.keys(members));
		if (this.random.is(0.2)) body[kind.id] = this.random.is(0.9) ? code : 'other';
		return { method, path: `${this.path()}/${kind.path}/${code}`, body };
	}

	remove() {
		const list = this.kind();
		return { method: 'DELETE', path: `${this.path()}/${KINDS[list].path}/${this.existing(list)}`, cascade: this.random.is(0.4) };
	}

	saveRooms() { return { method: 'POST', path: `${this.path()}/rooms`, body: { buildings: this.random.is(0.05) ? [] : this.buildings() } }; }

	chain() {
		const [plural, codes] = this.random.of([['chains', CHAINS], ['brands', BRANDS]]);
		const path = `/${plural}/${this.random.of(codes)}`;
		if (this.random.is(0.3)) return { method: 'DELETE', path };
		const chain = plural === 'brands' && this.random.is(0.97) ? { chain: this.random.of([...CHAINS, ...CHAINS, 'none']) } : {};
		return { method: 'PUT', path, body: { ...chain, ...this.some([['name', 0.7, () => this.name()], ['description', 0.3, () => this.name()]]) } };
	}

	/** A filter for listHotels. */
	filter() {
		return this.some([['q', 0.4, this.number(['a', 'ALP', 'x'])], ['chain', 0.3, this.number(CHAINS)], ['brand', 0.2, this.number(BRANDS)], ['city', 0.3, this.number(CITIES)]]);
	}
}
