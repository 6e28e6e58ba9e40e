// Every case of tests/vectors/framing over a socket: in one piece, byte by byte, and cut at random places.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Client, get, sleep, startInnkeeper } from '../support/front.mjs';

const folder = new URL('../vectors/framing/', import.meta.url);
const BYTEWISE_MAX = 1000;

function unescape(text) {
	const simple = { r: '\r', n: '\n', t: '\t', 0: '\0', '\\': '\\' };
	return text.replace(/\\\*(\d+)\{(.*?)\}|\\x([0-9a-f]{2})|\\(.)/g, (_, times, unit, hex, one) => {
		if (times) return unescape(unit).repeat(Number(times));
		if (hex) return String.fromCharCode(parseInt(hex, 16));
		assert.ok(one in simple, `no escape: \\${one}`);
		return simple[one];
	});
}

function readCase(file) {
	const lines = readFileSync(new URL(file, folder), 'utf8').split('\n').filter(line => line && line[0] !== '#');
	const after = mark => lines.filter(line => line[0] === mark).map(line => line.slice(2));
	return {
		bytes: Buffer.from(unescape(after('>').join('')), 'latin1'),
		answers: after('<').map(line => {
			const [, status, code] = /^refused (\d+) (\w+)$/.exec(line) ?? [];
			return status ? { status: Number(status), code } : { status: Number(line.split(' ')[0]) || '*' };
		}),
		isClosed: after('=')[0] === 'closed',
	};
}

/** A small generator with a seed, so that a failure can be repeated. */
function chance(seed) {
	return max => {
		seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
		return Math.floor((seed / 2 ** 32) * max);
	};
}

const seed = Number(process.env.INNKEEPER_SEED ?? Date.now() % 2 ** 31);
const below = chance(seed);

function cutAtRandom(bytes) {
	const cuts = Array.from({ length: 1 + below(6) }, () => below(bytes.length)).sort((a, b) => a - b);
	return [...cuts, bytes.length].map((cut, i) => bytes.subarray(i === 0 ? 0 : cuts[i - 1], cut));
}

const ways = {
	'in one piece': bytes => [bytes],
	'byte by byte': bytes => bytes.length > BYTEWISE_MAX ? [bytes.subarray(0, 1), bytes.subarray(1)] :
		Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)),
	'cut at random': cutAtRandom,
};

async function sendPieces(client, pieces) {
	for (const piece of pieces) {
		if (client.isEnded || client.error) return; // refused before its end
		client.send(piece);
		await (pieces.length > 10 ? new Promise(setImmediate) : sleep(1));
	}
}

function check(answer, expected) {
	assert.ok(answer, `no answer, but expected ${expected.status}`);
	if (expected.status !== '*') assert.equal(answer.status, expected.status);
	if (!expected.code) return;
	assert.equal(answer.headers['content-type'], 'application/problem+json');
	assert.equal(answer.headers.connection, 'close');
	assert.equal(JSON.parse(answer.body).code, expected.code);
}

async function run(vector, pieces) {
	const client = new Client(server);
	try {
		await sendPieces(client, pieces);
		for (const [i, expected] of vector.answers.entries())
			check(await client.answer({ isHead: i === 0 && vector.bytes.toString('latin1', 0, 5) === 'HEAD ' }), expected);
		if (vector.isClosed) {
			await client.ended();
		} else {
			client.send(get('/livez'));
			assert.equal((await client.answer())?.status, 200, 'the connection must go on');
		}
		assert.equal(client.unread.toString('latin1'), '', 'an answer too many');
	} finally {
		client.close();
	}
}

let server;
before(async () => {
	console.log(`# INNKEEPER_SEED=${seed}`);
	server = await startInnkeeper();
});
after(async () => assert.equal((await server.stop()).code, 0));

const files = readdirSync(folder).filter(name => name.endsWith('.txt'));
assert.ok(files.length >= 70);
for (const file of files) {
	test(file.replace('.txt', '').replaceAll('_', ' '), async () => {
		const vector = readCase(file);
		for (const [way, cut] of Object.entries(ways)) {
			await run(vector, cut(vector.bytes)).catch(error => {
				error.message = `${way}: ${error.message}`;
				throw error;
			});
		}
	});
}
