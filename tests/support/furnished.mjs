// One hotel with everything filled in: every list, every member, every kind of reference.

const closed = { effectType: 'availability', available: false };

/** The lists of a hotel, as they may be sent to saveHotel. */
export const LISTS = {
	tags: [{ code: 'BIG-BED', name: 'Big bed', description: 'Wide', priceImpact: 12.5, priceUpdateUnit: 'percent', category: 'bed' },
		{ code: 'SEA', name: 'Sea "view"', description: 'ä\n', priceImpact: -3.25, priceUpdateUnit: 'currency', category: 'view' }, { code: 'sea' }],
	roomTypes: [{ code: 'DBL', name: 'Double', lowPrice: 80, medPrice: 129.5, highPrice: 200.25, description: 'Two', maxAdults: 4, maxChildren: 0, maxOccupancy: 5, standardOccupancy: 2,
		extraAdultPrice: 30, extraChildPrice: 0 }, { code: 'DBL-SEA' }, { code: 'SEA' }],
	sellables: [{ code: 'BF', category: 'meal', name: 'Breakfast', quantity: 40, inventoryType: 'per_night', pricePerUnit: 18.5, description: 'Rich', optionalTags: [{ code: 'SEA' }, { code: 'BIG-BED' }] }, { code: 'SEA' }],
	buildings: [{ name: 'Z', floors: [{ num: -1, rooms: [{ number: 1, name: 'Cellar', type: 'DBL', attributes: [{ code: 'sea' }, { code: 'SEA' }], code: 'C-1' }] },
		{ num: 3, rooms: [{ number: 301, type: 'DBL-SEA', attributes: [{ code: 'BIG-BED' }] }, { number: 302 }] }] }, { floors: [{ num: 0, rooms: [{ number: 2, type: 'SEA' }] }] }],
	ratePlans: [{ code: 'FLEX', name: 'Flexible', description: 'Free', roomTypes: ['DBL-SEA', 'DBL'], adjust: { percent: -12.5 },
		cancellation: [{ freeUntilHours: 24, time: '18:00', fee: { nights: 1 } }, { fee: { percent: 80 } }, { freeUntilHours: 0, fee: { amount: 50.5 } }] }, { code: 'NET', adjust: { amount: -5 } }, { code: 'RACK' }],
	taxes: [{ code: 'CITY', name: 'City', amount: 3.5, on: 'rooms', basis: 'person', period: 'night', included: false, from: '2030-01-01', to: '2030-12-31', maxNights: 7, exemptBelowAge: 16 },
		{ code: 'VAT', percent: 7.7, on: 'all', included: true }],
	businessRules: [{ id: 'a-1', effect: [closed] },
		{ id: 'b', appliesTo: [{ type: 'Room', id: 'C-1' }, { type: 'Room', id: '301' }, { type: 'RoomType', id: 'SEA' }, { type: 'RatePlan', id: 'NET' }, { type: 'Attribute', id: 'SEA' }, { type: 'Sellable', id: 'SEA' }, { type: 'Hotel' }],
			effect: [closed], on: [{ from: '2030-01-01', to: '2030-01-31', dow: ['fr', 'sa'] }], notOn: [{ to: '2030-01-05' }], name: 'Winter', priority: -3 },
		{ id: 'c', appliesTo: [{ type: 'RoomType' }], effect: [{ effectType: 'inventory', quantity: 5 }, { effectType: 'pricing', priceImpact: 10.25, priceUpdateUnit: 'currency' }] }],
};

export const HEAD = { description: 'All', currencyCode: 'EUR', defaultMarketting: { defaultTagLine: 'Come', defaultDescription: 'Stay' }, options: { bookable: true, shoppable: true },
	timeZone: 'Europe/Zurich', address: { line1: 'Platz 1', line2: 'Hof', city: 'Bern', region: 'BE', postalCode: '3011', countryCode: 'CH' }, location: { latitude: 46.9466, longitude: 7.4391234 } };
