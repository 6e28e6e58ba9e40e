// Items as the sample program puts them: whole Go structs, so every attribute is there; an empty text or list is NULL, a flag a text or, of a
// picture, BOOL; no rev, no token.

const S = text => (text === '' ? { NULL: true } : { S: text });
const N = number => ({ N: String(number) });

const TEXTS = ['currencyCode', 'defaultTagLine', 'defaultDescription', 'url', 'tags', 'pictureItemCode', 'type', 'buildingName', 'attributes', 'category', 'priceUpdateUnit', 'inventoryType',
	'timeStamp', 'eventName', 'objectName', 'fieldName', 'oldValue', 'newValue', 'humanReadableComment'];
const NUMBERS = ['number', 'floor', 'building', 'quantity', 'lowPrice', 'medPrice', 'highPrice', 'priceImpact', 'pricePerUnit'];

/** `cfg-general` by its saveHotel. */
export function sampleHotel(code, { name, description = '', currencyCode = '', bookable = false, shoppable = false, user = '' }) {
	return {
		...Object.fromEntries([...TEXTS.map(attribute => [attribute, S('')]), ...NUMBERS.map(attribute => [attribute, N(0)])]),
		code: S(code), itemType: S('cfg-general'), name: S(name), description: S(description), currencyCode: S(currencyCode),
		bookable: S(String(bookable)), shoppable: S(String(shoppable)), main: { BOOL: false }, user: S(user), lastUpdatedBy: S(user),
	};
}

/** `cfg-room-type-<code>` by its addRoomType. */
export function sampleRoomType(hotel, { code, name = '', description = '', lowPrice = 0, medPrice = 0, highPrice = 0, user = '' }) {
	return {
		code: S(hotel), itemType: S(`cfg-room-type-${code}`), name: S(name), description: S(description),
		lowPrice: N(lowPrice), medPrice: N(medPrice), highPrice: N(highPrice), lastUpdatedBy: S(user),
	};
}

/** One change of its history: an item each. */
export function sampleChange(hotel, id, { timeStamp, eventName, objectName, fieldName, oldValue = '', newValue }) {
	return {
		code: S(hotel), itemType: S(`cfg-history-${id}`), timeStamp: S(timeStamp), eventName: S(eventName), objectName: S(objectName),
		fieldName: S(fieldName), oldValue: S(oldValue), newValue: S(newValue), humanReadableComment: S(''),
	};
}

/** The same item as a row of the embedded store: { code, itemType, rev, attrs }, its attributes as JSON text. */
export function sampleRow({ code, itemType, ...rest }) {
	const plain = ({ S, N, BOOL }) => N !== undefined ? Number(N) : S ?? BOOL ?? null;
	return { code: code.S, itemType: itemType.S, rev: -2, attrs: JSON.stringify(Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, plain(value)]))) };
}
