// The store under a data folder: the embedded one in it; with INNKEEPER_TEST_STORE=narrow-7 the same taking seven writes a commit, so
// that most go by an intent; or, with INNKEEPER_TEST_STORE=dynamodb, a table of its own on the DynamoDB
// Local that DYNAMODB_LOCAL names, in a database of this process (an access key is one).
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

export const isDynamodb = process.env.INNKEEPER_TEST_STORE === 'dynamodb';
/** A test of what only the embedded store has: its file. */
export const testEmbedded = isDynamodb ? () => {} : test;
/** The API tests go through `innkeeper lambda` behind a gateway (support/lambda_front.mjs). */
export const isLambda = process.env.INNKEEPER_TEST_FRONT === 'lambda';
/** A test of what only `serve` has: its sockets, what it looks for in Host and Origin, how it starts. */
export const testServed = isLambda ? () => {} : test;
const narrow = /^narrow-(\d+)$/.exec(process.env.INNKEEPER_TEST_STORE ?? '');
/** Most writes go by an intent there. */
export const isNarrow = Boolean(narrow);
export const REGION = 'eu-central-1';
/** Settings of a program under test: a machine that stands still for some seconds makes no request late. Flags and a test's own environment win. */
export const PATIENT = { INNKEEPER_HANDLER_TIMEOUT: '60s', INNKEEPER_HEADER_TIMEOUT: '60s', INNKEEPER_BODY_TIMEOUT: '60s', INNKEEPER_WRITE_TIMEOUT: '60s', INNKEEPER_IDLE_TIMEOUT: '300s' };

/** What a program of ours, or the SDK, needs in its environment: this process's database. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: `T${randomBytes(9).toString('hex').toUpperCase()}`, AWS_SECRET_ACCESS_KEY: 'secret', AWS_EC2_METADATA_DISABLED: 'true' };

export function endpoint() {
	const found = process.env.DYNAMODB_LOCAL;
	if (!found) throw new Error('DYNAMODB_LOCAL must name the endpoint of DynamoDB Local: tools/dynamodb_local');
	return found;
}

const headersOf = operation => ({
	'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `DynamoDB_20120810.${operation}`,
	Authorization: `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.AWS_ACCESS_KEY_ID}/20260101/${REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=00`,
});

function answerOf(operation, text) {
	const answer = JSON.parse(text);
	if (answer.__type) throw Object.assign(new Error(`${operation}: ${text}`), { name: answer.__type.split('#').at(-1) });
	return answer;
}

/** One operation of DynamoDB, as it is on the wire. */
export async function dynamodb(operation, request) {
	const answer = await fetch(endpoint(), { method: 'POST', headers: headersOf(operation), body: JSON.stringify(request) });
	return answerOf(operation, await answer.text());
}

/** The same, where nothing may wait. */
export function dynamodbSync(operation, request) {
	const headers = Object.entries(headersOf(operation)).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
	const options = { input: JSON.stringify(request), encoding: 'utf8', maxBuffer: 1 << 28 };
	return answerOf(operation, execFileSync('curl', ['-sS', '--noproxy', '*', ...headers, '--data-binary', '@-', endpoint()], options));
}

/** An attribute's value as JSON has it; numbers as numbers. */
export function plain(value) {
	const [[type, inner]] = Object.entries(value);
	switch (type) {
	case 'N': return Number(inner);
	case 'L': return inner.map(plain);
	case 'M': return Object.fromEntries(Object.entries(inner).map(([name, member]) => [name, plain(member)]));
	case 'NULL': return null;
	case 'S': case 'BOOL': return inner;
	default: throw new Error(`no type of ours: ${type}`);
	}
}

const tables = new Map(); // folder -> table that is there

export const tableOf = folder => `folder-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;

export function makeTable(TableName) {
	const key = [['code', 'HASH'], ['itemType', 'RANGE']], user = [['user', 'HASH']];
	const schema = rows => rows.map(([AttributeName, KeyType]) => ({ AttributeName, KeyType }));
	dynamodbSync('CreateTable', {
		TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: schema(key),
		AttributeDefinitions: [...key, ...user].map(([AttributeName]) => ({ AttributeName, AttributeType: 'S' })),
		GlobalSecondaryIndexes: [{ IndexName: 'user-index', KeySchema: schema(user), Projection: { ProjectionType: 'ALL' } }],
	});
}

/** How commands name a folder's store, beside --data, which stays; `through`: another endpoint, which leads there. */
export function storeFlags(folder, { through, makes = true } = {}) {
	if (narrow && makes) mkdirSync(folder, { recursive: true, mode: 0o700 });
	if (narrow) return ['--store', `sqlite:${join(folder, 'innkeeper.db')}?max_writes=${narrow[1]}`];
	if (!isDynamodb) return [];
	if (makes && !tables.has(folder)) {
		tables.set(folder, tableOf(folder));
		makeTable(tables.get(folder));
	}
	return ['--store', `dynamodb:${tableOf(folder)}?region=${REGION}&endpoint=${through ?? endpoint()}`];
}

/** The same flags behind every `--data FOLDER` of a command line. A table or a folder is made where a data folder would be. */
export function withStores(args) {
	const makes = ['serve', 'import', 'restore'].includes(args[0]);
	return args.flatMap((word, i) => (args[i - 1] === '--data' ? [word, ...storeFlags(word, { makes })] : [word]));
}

/** The word for a folder's store that programs of tests/support take. */
export const storeWord = folder => (isDynamodb ? storeFlags(folder)[1] : join(folder, 'innkeeper.db'));

export function dropStore(folder) {
	for (const [known, TableName] of tables) {
		if (known !== folder && !known.startsWith(`${folder}/`)) continue;
		dynamodbSync('DeleteTable', { TableName });
		tables.delete(known);
	}
}

const READ = `import json, sqlite3, sys
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
rows = db.execute("SELECT itemType, rev, attrs FROM item WHERE code = ? ORDER BY itemType", (sys.argv[2],))
print("[" + ",".join('{"key":%s,"rev":%d,"attrs":%s}' % (json.dumps(key), rev, attrs) for key, rev, attrs in rows) + "]")`;

/** The request for a range of a partition: behind `after`, before `before`. */
export function rangeOf(folder, code, after, before, start) {
	const range = after === '' ? '' : ' AND itemType BETWEEN :a AND :b';
	const values = after === '' ? {} : { ':a': { S: `${after}\u0001` }, ':b': { S: before } };
	return {
		TableName: tableOf(folder), ConsistentRead: true, KeyConditionExpression: `code = :c${range}`,
		ExpressionAttributeValues: { ':c': { S: code }, ...values }, ...start && { ExclusiveStartKey: start },
	};
}

/** An item of DynamoDB as {key, rev, attrs}. */
export function itemOf(item) {
	const { code, itemType, rev, ...attrs } = plain({ M: item });
	return { code, key: itemType, rev, attrs };
}

/** All records of a partition, by key. */
export function recordsOf(folder, code) {
	if (!isDynamodb)
		return JSON.parse(execFileSync('python3', ['-c', READ, join(folder, 'innkeeper.db'), code], { encoding: 'utf8', maxBuffer: 1 << 28 }));
	const all = [];
	let page;
	do {
		page = dynamodbSync('Query', rangeOf(folder, code, '', '', page?.LastEvaluatedKey));
		all.push(...page.Items.map(itemOf));
	} while (page.LastEvaluatedKey);
	return all;
}
