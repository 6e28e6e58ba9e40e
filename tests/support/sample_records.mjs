// What the seed's sample program writes, attribute by attribute, as its Go structs come out of the SDK: every member of the struct is there,
// an empty text as NULL, a flag of the head as text, a number in major units. It puts whole items, without conditions, and knows no rev.
const text = value => value === undefined || value === '' ? { NULL: true } : { S: value };
const number = value => ({ N: String(value ?? 0) });

/** saveHotel: `cfg-general`. Its struct serves every kind of record, so the members of the others are there too, empty. */
export const sampleHotel = ({ code, name, description, currencyCode, defaultTagLine, defaultDescription, bookable = false, shoppable = false, user }) => ({
	code: { S: code }, itemType: { S: 'cfg-general' }, name: text(name), description: text(description), currencyCode: text(currencyCode),
	defaultTagLine: text(defaultTagLine), defaultDescription: text(defaultDescription), bookable: { S: String(bookable) }, shoppable: { S: String(shoppable) },
	user: text(user), lastUpdatedBy: text(user),
	url: text(), tags: text(), main: { BOOL: false }, pictureItemCode: text(),
	number: number(), type: text(), floor: number(), building: number(), buildingName: text(), attributes: text(),
	quantity: number(), category: text(), lowPrice: number(), medPrice: number(), highPrice: number(), priceImpact: number(), priceUpdateUnit: text(),
	inventoryType: text(), pricePerUnit: number(),
	timeStamp: text(), eventName: text(), objectName: text(), fieldName: text(), oldValue: text(), newValue: text(), humanReadableComment: text(),
});

/** addRoomType: `cfg-room-type-<code>`, whatever the code is; the hotel need not be there. */
export const sampleRoomType = (hotel, { code, name, description, lowPrice, medPrice, highPrice, user }) => ({
	code: { S: hotel }, itemType: { S: `cfg-room-type-${code}` }, name: text(name), description: text(description),
	lowPrice: number(lowPrice), medPrice: number(medPrice), highPrice: number(highPrice), lastUpdatedBy: text(user),
});

/** A change: one flat item, its id a hash of the time in seconds. The sample reads such items; no use case of its writes them. */
export const sampleHistory = (hotel, id, change = {}) => ({
	code: { S: hotel }, itemType: { S: `cfg-history-${id}` },
	...Object.fromEntries(['timeStamp', 'eventName', 'objectName', 'fieldName', 'oldValue', 'newValue', 'humanReadableComment'].map(name => [name, text(change[name])])),
});

/** The same item as a row of the embedded store: { code, itemType, rev, attrs }, its attributes as JSON text. */
export function sampleRow({ code, itemType, ...rest }) {
	const plain = ({ S, N, BOOL }) => N !== undefined ? Number(N) : S ?? BOOL ?? null;
	return { code: code.S, itemType: itemType.S, rev: -2, attrs: JSON.stringify(Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, plain(value)]))) };
}
