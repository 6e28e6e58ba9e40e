// The server's own OpenAPI document, and what it says of an exchange: every request of the tests is held against it.
// Debian's ajv 6 knows draft 7; the document uses what means the same there and in 2020-12 (strictKeywords refuses the rest).
import { createRequire } from 'node:module';

const Ajv = createRequire(import.meta.url)('ajv');

/** Said before, or instead of, looking for the operation: see api_begin() and the HTTP front. */
const ANY_PATH = new Set([400, 401, 403, 404, 405, 408, 413, 414, 417, 421, 431, 501, 503, 505]);
const escape = name => name.replaceAll('~', '~0').replaceAll('/', '~1');
const unescape = name => name.replaceAll('~1', '/').replaceAll('~0', '~');
const mediaType = header => header?.split(';')[0].trim().toLowerCase();
const isTarget = /^(?:[^%]|%[0-9a-f]{2})*$/i;
const isDone = status => status < 300 || status === 304;

function decoded(segment) {
	try {
		return decodeURIComponent(segment);
	} catch {
		return null;
	}
}

function parsed(bytes) {
	try {
		return { value: JSON.parse(bytes.toString()) };
	} catch (error) {
		return { problem: error.message };
	}
}

/** Null is absent: members that do not belong there may be null, which the document does not say of each (and in a merge patch says). */
function withoutNulls(value) {
	if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
	return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

/** A text of the query or of a header as its schema means it. */
function typed(schema, text) {
	return schema.type === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text;
}

/** The values of a path by the names of its template; null when it does not fit. */
function fit(template, path) {
	const wanted = template.split('/'), given = path.split('/'), params = {};
	const fits = wanted.length === given.length && wanted.every((piece, i) => {
		const name = /^\{(.*)\}$/.exec(piece)?.[1];
		if (name) params[name] = decoded(given[i]);
		return name ? params[name] : piece === given[i];
	});
	return fits ? params : null;
}

export class Contract {
	// Schemas are known by their places: to write 160 kB out as a key would take longer than all else here.
	#ajv = new Ajv({ extendRefs: true, strictKeywords: true, logger: false, serialize: schema => schema.$ref ?? schema.$id ?? 'document' });
	#validators = new Map();

	constructor(text) {
		this.document = JSON.parse(text);
		this.basePath = this.document.servers[0].url.replace(/\/$/, '');
		// What a document has around its schemas.
		for (const member of Object.keys(this.document)) this.#ajv.addKeyword(member);
		this.#ajv.addSchema(this.document, 'document', true);
	}

	/** What stands at a pointer, references followed: {pointer, value}; value is undefined where there is nothing. */
	find(pointer) {
		let value = this.document;
		for (const name of pointer.split('/').slice(1)) value = value?.[unescape(name)];
		return value?.$ref ? this.find(value.$ref.slice(1)) : { pointer, value };
	}

	/** Why the value does not conform to the schema at the pointer; '' when it does. */
	fault(pointer, value) {
		let validate = this.#validators.get(pointer);
		if (!validate) {
			validate = this.#ajv.compile({ $ref: `document#${pointer.split('/').map(encodeURIComponent).join('/')}` });
			this.#validators.set(pointer, validate);
		}
		return validate(value) ? '' : `${validate.errors[0].dataPath || 'it'} ${validate.errors[0].message}`;
	}

	/** The operation of a method and a path without its query: {pointer, value, params}; null when there is none. */
	operation(method, path) {
		// What lies outside of the base path is answered too, as if it lay inside.
		const local = path.startsWith(`${this.basePath}/`) ? path.slice(this.basePath.length) : path;
		const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
		for (const [template, item] of Object.entries(this.document.paths)) {
			const params = item[verb] && fit(template, local);
			if (params) return { ...this.find(`/paths/${escape(template)}/${verb}`), params };
		}
		return null;
	}

	* #headerFaults(pointer, headers) {
		for (const name of Object.keys(this.find(pointer).value ?? {})) {
			const header = this.find(`${pointer}/${escape(name)}`), given = headers[name.toLowerCase()];
			if (given === undefined && header.value.required) yield `the answer lacks ${name}`;
			if (given === undefined) continue;
			const fault = this.fault(`${header.pointer}/schema`, typed(header.value.schema, given));
			if (fault) yield `the answer's ${name} ${given}: ${fault}`;
		}
	}

	* #bodyFaults(pointer, type, bytes) {
		const content = this.find(pointer).value;
		if (!content) {
			if (bytes.length !== 0) yield 'the answer has a body where none is documented';
		} else if (!content[type]) {
			yield `the answer's Content-Type ${type} is not documented`;
		} else {
			const body = /json$/.test(type) ? parsed(bytes) : { value: bytes.toString() };
			const fault = body.problem ?? this.fault(`${pointer}/${escape(type)}/schema`, body.value);
			if (fault) yield `the answer's body: ${fault}`;
		}
	}

	* #answerFaults(operation, method, answer) {
		const { pointer, value } = this.find(`${operation.pointer}/responses/${answer.status}`);
		if (!value) {
			yield `${answer.status} is not documented`;
			return;
		}
		yield* this.#headerFaults(`${pointer}/headers`, answer.headers);
		if (method !== 'HEAD') yield* this.#bodyFaults(`${pointer}/content`, mediaType(answer.headers['content-type']), answer.bytes);
	}

	* #parameterFaults(operation, query, headers) {
		const known = (operation.value.parameters ?? []).map((_, i) => this.find(`${operation.pointer}/parameters/${i}`));
		for (const { pointer, value: { in: place, name, required, schema } } of known) {
			const given = { path: operation.params, header: headers, query }[place][place === 'header' ? name.toLowerCase() : name];
			if (given === undefined && required) yield `the ${place}'s ${name} is missing`;
			const fault = given !== undefined && this.fault(`${pointer}/schema`, typed(schema, String(given)));
			if (fault) yield `the ${place}'s ${name} ${given}: ${fault}`;
		}
		for (const name of Object.keys(query)) {
			if (!known.some(({ value }) => value.in === 'query' && value.name === name)) yield `the query's ${name} is not documented`;
		}
	}

	/** What is wrong with a request's body; '' when the operation takes none: what comes is read and ignored. */
	requestBodyFault(operation, headers, bytes) {
		const { pointer, value } = this.find(`${operation.pointer}/requestBody`);
		if (!value) return '';
		const type = mediaType(headers['content-type']), body = parsed(bytes);
		if (!value.content[type]) return `the request's Content-Type ${type} is not documented`;
		const fault = body.problem ?? this.fault(`${pointer}/content/${escape(type)}/schema`, withoutNulls(body.value));
		return fault && `the request's body: ${fault}`;
	}

	/** Everything in which an exchange differs from the document. Names of headers are in lower case. */
	faults({ method, path, headers, bytes }, answer) {
		const [place, ...search] = path.split('?');
		if (method === 'OPTIONS') return [];
		// A target that is no URI is refused before anybody asks what it names.
		const operation = isTarget.test(path) ? this.operation(method, place) : null;
		if (!operation) return ANY_PATH.has(answer.status) ? [] : [`${answer.status} of an operation that is not documented`];
		const found = [...this.#answerFaults(operation, method, answer)];
		if (!isDone(answer.status)) return found;
		const query = Object.fromEntries(new URLSearchParams(search.join('?')));
		return [...found, ...this.#parameterFaults(operation, query, headers), this.requestBodyFault(operation, headers, bytes)].filter(Boolean);
	}
}
