// Bodies that break a schema of the OpenAPI document in one place each: every member, every keyword.

const OTHER_TYPES = { string: 5, number: 'five', integer: 'five', boolean: 'true', array: { a: 1 }, object: [1], null: undefined };
const NO_SUCH_TEXT = ['\u0000', 'a b!', ' ', '99:99', 'a'.repeat(65), ''];

const pointerTo = (pointer, name) => `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;

function at(body, path, change) {
	if (path.length === 0) return change(body);
	const copy = Array.isArray(body) ? [...body] : { ...body };
	copy[path[0]] = at(body[path[0]], path.slice(1), change);
	return copy;
}

/** What stands for a value of a text, number or list and breaks its schema: [keyword, value]. */
function* broken(schema, value) {
	const types = [schema.type].flat();
	if (schema.type && !schema.enum) {
		yield ['type', OTHER_TYPES[types[0]]];
		if (!types.includes('null')) yield ['null', null];
	}
	if (schema.enum) {
		yield ['enum', 'nonsense'];
		yield ['enum', 7];
	}
	if (schema.minimum !== undefined) yield ['minimum', schema.minimum - 1];
	if (schema.maximum !== undefined) yield ['maximum', schema.maximum + 1];
	if (types[0] === 'integer') yield ['integer', value + 0.5];
	if (schema.pattern) yield ['pattern', NO_SUCH_TEXT.find(text => !new RegExp(schema.pattern, 'u').test(text))];
	if (schema.maxLength) yield ['maxLength', 'a'.repeat(schema.maxLength + 1)];
	if (schema.maxItems !== undefined && schema.maxItems <= 1000) yield ['maxItems', Array(schema.maxItems + 1).fill(value[0] ?? {})];
	if (schema.minItems) yield ['minItems', []];
}

/**
 * Every body that differs from a valid one in one place where it breaks its schema: {what, body, pointer: the place to be blamed}.
 * `seen` has the places of the schema that were broken before; they are not broken again.
 */
export function* breakBody(contract, schemaPointer, body, seen) {
	function* visit(place, value, path, pointer, isAlternative = false) {
		const { pointer: where, value: schema } = contract.find(place);
		if (schema.anyOf) {
			const i = schema.anyOf.findIndex((_, i) => i > 0 && contract.fault(`${where}/anyOf/${i}`, value) === '');
			yield* visit(`${where}/anyOf/${i}`, value, path, pointer, true);
			return;
		}
		const isNew = !seen.has(where);
		seen.add(where);
		if (isNew && (path.length > 0 || schema.type !== 'object')) {
			for (const [what, instead] of broken(schema, value)) if (what !== 'null' || !isAlternative) yield { what, body: at(body, path, () => instead), pointer, where };
		}
		if (schema.items && !schema.readOnly) {
			for (const [i, item] of value.entries()) yield* visit(`${where}/items`, item, [...path, i], pointerTo(pointer, i));
		}
		if (!schema.properties) return;
		if (isNew) {
			yield { what: 'additionalProperties', body: at(body, path, object => ({ ...object, strange: 1 })), pointer: pointerTo(pointer, 'strange'), where };
			for (const name of schema.required ?? []) {
				const without = ({ [name]: _, ...rest }) => rest;
				yield { what: 'required', body: at(body, path, without), pointer: pointerTo(pointer, name), where };
			}
		}
		for (const [name, member] of Object.entries(value)) {
			if (!contract.find(`${where}/properties/${name}`).value.readOnly) yield* visit(`${where}/properties/${name}`, member, [...path, name], pointerTo(pointer, name));
		}
	}
	yield* visit(schemaPointer, body, [], '');
}
