// A table that can not be served: no start, exit 1, and one clear line; settings that are none are exit 2 before anything is asked.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { dynamodb, endpoint, REGION, storeFlags, tableOf } from '../support/engine.mjs';
import { beginWatch, makeFolder, removeFolder, run } from '../support/innkeeper.mjs';

const folder = makeFolder();
const NOTHING = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_REGION: '', AWS_DEFAULT_REGION: '', AWS_PROFILE: '', AWS_CONFIG_FILE: '', AWS_SHARED_CREDENTIALS_FILE: '', HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' };

const serve = (url, env) => run('INNKEEPER_BIN', ['serve', '--listen', '127.0.0.1:0', '--store', url], { cwd: folder, env });

function assertRefused({ code, out, err }, pattern, wanted = 1) {
	assert.equal(code, wanted, err);
	assert.equal(out, '');
	const lines = err.trimEnd().split('\n').filter(line => !line.startsWith('{'));
	assert.equal(lines.length, 1, err);
	assert.match(lines[0], pattern);
	assert.doesNotMatch(err, /"listening"/);
}

let here; // what a URL says of the DynamoDB Local of this run
before(() => { here = `region=${REGION}&endpoint=${endpoint()}`; });
after(() => removeFolder(folder));

describe('no start', { concurrency: true }, () => {
	test('without the table, which is not made', async () => {
		assertRefused(await serve(`dynamodb:there-is-none?${here}`), /no table there-is-none: `innkeeper migrate` makes it/);
		await assert.rejects(dynamodb('DescribeTable', { TableName: 'there-is-none' }), { name: 'ResourceNotFoundException' });
	});

	test('with a table of somebody else', async () => {
		await dynamodb('CreateTable', { TableName: 'strange', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] });
		assertRefused(await serve(`dynamodb:strange?${here}`), /strange is none of ours/);
	});

	test('without a region', async () => {
		assertRefused(await serve(`dynamodb:table?endpoint=${endpoint()}`, { ...NOTHING, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }), /no region/);
	});

	test('without credentials', async () => {
		assertRefused(await serve(`dynamodb:table?${here}`, NOTHING), /credentials/);
	});

	test('without libcurl, which the first call loads', async () => {
		writeFileSync(join(folder, 'libcurl.so.4'), '');
		assertRefused(await serve(`dynamodb:table?${here}`, { LD_LIBRARY_PATH: folder }), /DynamoDB, DescribeTable: libcurl can not be loaded: .*libcurl\.so\.4/);
	});

	test('while the service refuses connections', async () => {
		// The port of a client: nobody else takes it, and nobody listens there.
		const other = net.createServer(() => {}).listen(0, '127.0.0.1');
		await new Promise(resolve => other.once('listening', resolve));
		const client = net.connect(other.address().port, '127.0.0.1');
		await new Promise(resolve => client.once('connect', resolve));
		assertRefused(await serve(`dynamodb:table?region=${REGION}&endpoint=http://127.0.0.1:${client.localPort}`), /DynamoDB, DescribeTable: .*127\.0\.0\.1/);
		client.destroy();
		other.close();
	});

	test('while the service does not answer, for which it waits ten seconds', async () => {
		const silent = net.createServer(() => {}).listen(0, '127.0.0.1');
		await new Promise(resolve => silent.once('listening', resolve));
		const watch = beginWatch();
		assertRefused(await serve(`dynamodb:table?region=${REGION}&endpoint=http://127.0.0.1:${silent.address().port}`), /DynamoDB, DescribeTable: /);
		assert.ok(watch() < 19000, 'one try');
		silent.close();
	});

	test('with a URL that is none', async () => {
		assertRefused(await serve(`dynamodb:table?${here}&retries=1`), /no parameter retries/, 2);
	});

	test('of a restore, and no backup: the engine has its own', async () => {
		const flags = storeFlags(folder);
		assertRefused(await run('INNKEEPER_BIN', ['restore', 'x', ...flags], { cwd: folder }), /names no embedded store/);
		assertRefused(await run('INNKEEPER_BIN', ['backup', 'x', ...flags], { cwd: folder }), /dynamodb has backups of its own/);
		assert.ok((await dynamodb('DescribeTable', { TableName: tableOf(folder) })).Table);
	});
});
