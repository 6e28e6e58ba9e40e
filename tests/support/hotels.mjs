// Hotels as the JSON text that the server writes, and what every refusal must look like.
import assert from 'node:assert/strict';

/** Room types as objects with the members of the seed in its order; prices are texts, so that every digit counts. */
export function roomTypeText({ code, name = '', low = '0', med = '0', high = '0', description = '', more = '' }) {
	const text = JSON.stringify;
	return `{"code":${text(code)},"name":${text(name)},"lowPrice":${low},"medPrice":${med},"highPrice":${high},` +
		`"description":${text(description)},"pictures":null${more}}`;
}

/** One hotel; `lists` are texts, `more` is what follows pendingChanges. */
export function hotelText({ code, name, description = '', currencyCode = '', tagLine = '', marketing = '',
	bookable = false, shoppable = false, roomTypes = 'null', pendingChanges = 'null', more = '' }) {
	const text = JSON.stringify;
	return `{"code":${text(code)},"name":${text(name)},"description":${text(description)},"currencyCode":${text(currencyCode)},` +
		`"defaultMarketting":{"defaultTagLine":${text(tagLine)},"defaultDescription":${text(marketing)}},` +
		`"options":{"bookable":${bookable},"shoppable":${shoppable}},"pictures":null,"buildings":null,` +
		`"roomTypes":${roomTypes},"tags":null,"sellables":null,"businessRules":null,"pendingChanges":${pendingChanges}${more}}`;
}

/** The seed's wrapper around hotels as text. */
export const wrapperText = (...hotels) =>
	`{"error":{"code":"","msg":""},"subFunction":"","response":[${hotels.join(',')}]}`;

const TITLES_SEEN = new Map();

/** Checks a refusal in full: status, type, members and their order, the seed's members where they belong, the blamed fields. */
export function assertProblem(answer, status, code, { blames, path = '/config' } = {}) {
	assert.equal(answer.status, status, answer.text);
	assert.equal(answer.headers['content-type'], 'application/problem+json');
	const problem = answer.json;
	const isWrapped = /^\/config(\/|$)/.test(path);
	const members = ['type', 'title', 'status', 'detail', 'instance', 'code'];
	if (problem.errors) members.push('errors');
	if (isWrapped) members.push('error', 'subFunction', 'response');
	assert.deepEqual(Object.keys(problem), members);
	assert.equal(problem.type, `/problems/${code}`);
	assert.equal(problem.status, status);
	assert.equal(problem.code, code);
	assert.equal(problem.instance, answer.headers['x-request-id']);
	assert.ok(problem.title.length > 0 && problem.detail.length > 0);
	assert.equal(TITLES_SEEN.get(code) ?? problem.title, problem.title, 'one title a code');
	TITLES_SEEN.set(code, problem.title);
	if (isWrapped) {
		assert.deepEqual(problem.error, { code, msg: problem.detail });
		assert.equal(problem.subFunction, '');
		assert.deepEqual(problem.response, []);
	}
	if (blames) assert.deepEqual(blamed(problem).sort(), [...blames].sort(), answer.text);
	return problem;
}

/** The blamed fields as `pointer /name`, `parameter limit`, `header If-Match`. */
export function blamed(problem) {
	return (problem.errors ?? []).map(entry => {
		const { detail, ...place } = entry;
		const [[kind, where]] = Object.entries(place);
		assert.ok(detail.length > 0 && Object.keys(place).length === 1, JSON.stringify(entry));
		assert.ok(['pointer', 'parameter', 'header'].includes(kind), kind);
		return `${kind} ${where}`;
	});
}

/** Hotels are the same text, read after write, as a check that a refusal changed nothing. */
export async function unchanged(server, code, action) {
	const before = await server.get(`/config/${code}`);
	await action();
	const after = await server.get(`/config/${code}`);
	assert.equal(after.text, before.text);
	assert.equal(after.headers.etag, before.headers.etag);
}
