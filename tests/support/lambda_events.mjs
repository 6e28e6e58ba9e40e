// What stands between HTTP and a function: API Gateway's events of a request, and its HTTP of an answer. Written from the documented shapes;
// an answer of any other shape is 502 with the reason, where the service says less.

const textOf = latin1 => Buffer.from(latin1, 'latin1').toString();
const isText = bytes => bytes.equals(Buffer.from(bytes.toString()));
const times = { requestTime: '12/Mar/2026:19:03:58 +0000', requestTimeEpoch: 1773342238000 };

function decoded(text) {
	try {
		return decodeURIComponent(text.replaceAll('+', ' '));
	} catch {
		return text;
	}
}

/** Fields of the same name together, in their order: [name, values]. */
function grouped(rows) {
	const groups = new Map();
	for (const [name, value] of rows) groups.set(name, [...groups.get(name) ?? [], value]);
	return [...groups];
}

const queryOf = search => search.split('&').filter(piece => piece !== '').map(piece => {
	const equals = piece.indexOf('=');
	return (equals < 0 ? [piece, ''] : [piece.slice(0, equals), piece.slice(equals + 1)]).map(decoded);
});
const nullIfEmpty = members => (Object.keys(members).length === 0 ? null : members);
const lastOf = groups => nullIfEmpty(Object.fromEntries(groups.map(([name, values]) => [name, values.at(-1)])));
const allOf = groups => nullIfEmpty(Object.fromEntries(groups));
const joined = groups => Object.fromEntries(groups.map(([name, values]) => [name, values.join(',')]));

function bodyOf(bytes, asBase64) {
	if (bytes.length === 0) return { isBase64Encoded: false };
	const isBase64Encoded = asBase64 || !isText(bytes);
	return { body: bytes.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

/** A request, {method, target, headers: [[name, value]], bytes}, target and headers as on the wire, as the event of an integration of that
 *  kind. `stage`: the API's; `isInPath`: the caller wrote it before the path, as under execute-api (a domain of one's own has it not);
 *  `authorizer`, `identity`: what stands under those names. */
const shapes = {
	/** REST API, Lambda proxy. */
	rest({ method, path, search, headers, bytes }, { stage = 'live', isInPath, authorizer, identity, asBase64 }) {
		const fields = grouped(headers), query = grouped(queryOf(search));
		return {
			resource: '/{proxy+}', path, httpMethod: method, headers: lastOf(fields), multiValueHeaders: allOf(fields),
			queryStringParameters: lastOf(query), multiValueQueryStringParameters: allOf(query), pathParameters: { proxy: path.slice(1) }, stageVariables: null,
			requestContext: {
				resourceId: 'd3f9kt', ...authorizer && { authorizer }, resourcePath: '/{proxy+}', operationName: null, httpMethod: method, extendedRequestId: 'aHJq1E5sjoEFyFQ=', ...times,
				path: isInPath ? `/${stage}${path}` : path, accountId: '012345678912', protocol: 'HTTP/1.1', stage, domainPrefix: 'a1b2c3d4e5',
				requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef', identity: { cognitoIdentityId: null, accessKey: null, sourceIp: '192.0.2.1', userArn: null, userAgent: null, user: null, ...identity },
				domainName: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com', apiId: 'a1b2c3d4e5',
			},
			body: null, ...bodyOf(bytes, asBase64),
		};
	},

	/** HTTP API, payload 1.0: names of headers in lower case, the stage in the path itself. */
	http1(request, options) {
		const { stage = '$default', isInPath } = options, { path, headers } = request;
		const lower = headers.map(([name, value]) => [name.toLowerCase(), value]);
		const event = shapes.rest({ ...request, headers: lower, path: isInPath ? `/${stage}${path}` : path }, { ...options, stage, isInPath: false });
		return { version: '1.0', ...event, resource: '$default', pathParameters: null };
	},

	/** HTTP API, payload 2.0. */
	http({ method, path, search, headers, bytes }, { stage = '$default', isInPath, authorizer, asBase64 }) {
		const whole = isInPath ? `/${stage}${path}` : path, lower = headers.map(([name, value]) => [name.toLowerCase(), value]);
		const cookies = lower.filter(([name]) => name === 'cookie').flatMap(([, value]) => value.split(/; */));
		const query = grouped(queryOf(search));
		return {
			version: '2.0', routeKey: '$default', rawPath: whole, rawQueryString: search, ...cookies.length !== 0 && { cookies },
			headers: joined(grouped(lower.filter(([name]) => name !== 'cookie'))), ...query.length !== 0 && { queryStringParameters: joined(query) },
			requestContext: {
				accountId: '012345678912', apiId: 'a1b2c3d4e5', ...authorizer && { authorizer }, domainName: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com', domainPrefix: 'a1b2c3d4e5',
				http: { method, path: whole, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: '' }, requestId: 'JKJaXmPLvHcESHA=', routeKey: '$default', stage,
				time: times.requestTime, timeEpoch: times.requestTimeEpoch,
			},
			...bodyOf(bytes, asBase64),
		};
	},

	/** Function URL: the same, of an API that has no stages. */
	url(request, options) {
		const event = shapes.http(request, { ...options, stage: '$default', isInPath: false });
		const domainName = 'a1b2c3d4e5f6g7.lambda-url.eu-central-1.on.aws';
		Object.assign(event.requestContext, { accountId: 'anonymous', apiId: 'a1b2c3d4e5f6g7', domainName, domainPrefix: 'a1b2c3d4e5f6g7' });
		return event;
	},
};

export const SHAPES = Object.keys(shapes);

export function eventOf(shape, { method, target, headers = [], bytes = Buffer.alloc(0) }, options = {}) {
	const at = target.indexOf('?');
	const [path, search] = at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
	const fields = headers.map(([name, value]) => [name, textOf(value)]);
	return shapes[shape]({ method, path, search, headers: fields, bytes }, options);
}

class WrongShape extends Error {}

function must(holds, why) { if (!holds) throw new WrongShape(why); }

const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
const MEMBERS = ['statusCode', 'headers', 'body', 'isBase64Encoded'];
/** What the gateway sets itself. */
const FRAMING = /^(connection|content-length|date|keep-alive|server|transfer-encoding|upgrade)$/i;
const isValue = text => typeof text === 'string' && !/[\r\n\0]/.test(text);

function bytesOf({ body = '', isBase64Encoded = false }) {
	must(typeof body === 'string', 'body is no text');
	must(typeof isBase64Encoded === 'boolean', 'isBase64Encoded is no boolean');
	if (!isBase64Encoded) return Buffer.from(body);
	const bytes = Buffer.from(body, 'base64');
	must(bytes.toString('base64') === body, 'body is no base64');
	return bytes;
}

function fieldsOf(shape, answer) {
	const { headers = {}, multiValueHeaders = {}, cookies = [] } = answer;
	must(isObject(headers) && Object.values(headers).every(isValue), 'headers are no texts by name');
	must(isObject(multiValueHeaders) && Object.values(multiValueHeaders).every(values => Array.isArray(values) && values.every(isValue)), 'multiValueHeaders are no lists by name');
	must(Array.isArray(cookies) && cookies.every(isValue), 'cookies are no texts');
	const many = Object.keys(multiValueHeaders).map(name => name.toLowerCase());
	const fields = [...Object.entries(headers).filter(([name]) => !many.includes(name.toLowerCase())),
		...Object.entries(multiValueHeaders).flatMap(([name, values]) => values.map(value => [name, value])), ...cookies.map(value => ['set-cookie', value])];
	const isSingle = name => fields.filter(([other]) => other.toLowerCase() === name.toLowerCase()).length === 1 || many.includes(name.toLowerCase());
	for (const [name] of Object.entries(headers)) {
		must(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name) && isSingle(name), `header ${name}`);
		must(!FRAMING.test(name), `${name} is the gateway's`);
	}
	return fields;
}

/** What a caller of `method` gets of the function's answer: {status, headers: [[name, value]], bytes}. */
export function answerOf(shape, method, text) {
	try {
		const answer = JSON.parse(text);
		must(isObject(answer), 'no object');
		const known = [...MEMBERS, shape === 'rest' || shape === 'http1' ? 'multiValueHeaders' : 'cookies'];
		for (const name of Object.keys(answer)) must(known.includes(name), `${name} is no member`);
		const { statusCode } = answer;
		must(Number.isInteger(statusCode) && statusCode >= 200 && statusCode < 600, `statusCode ${statusCode}`);
		const bytes = bytesOf(answer);
		must(bytes.length === 0 || !(method === 'HEAD' || statusCode === 204 || statusCode === 304), `a body of ${method} with ${statusCode}`);
		return { status: statusCode, headers: fieldsOf(shape, answer), bytes };
	} catch (error) {
		if (!(error instanceof WrongShape || error instanceof SyntaxError)) throw error;
		return { status: 502, headers: [['content-type', 'application/json']], bytes: Buffer.from(JSON.stringify({ message: 'Internal server error', why: error.message, text: text.slice(0, 2000) })) };
	}
}
