// The AWS SDK for JavaScript as an inspector that knows nothing of us, on the tables of this process.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CREDENTIALS, endpoint, REGION } from './engine.mjs';

const folder = execFileSync(fileURLToPath(new URL('../../tools/fetch', import.meta.url)), ['aws-sdk'], { encoding: 'utf8' }).trim();
const sdk = createRequire(`${folder}/`)('@aws-sdk/client-dynamodb');

/** A client of the SDK with a method an operation: `await client.query({…})`. */
export function openSdk() {
	return new sdk.DynamoDB({ region: REGION, endpoint: endpoint(), credentials: { accessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID, secretAccessKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY } });
}
