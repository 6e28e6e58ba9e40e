// Hotels with everything in them, for those who ask at random: node furnish.mjs http://… FOLDER writes their codes to files there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEAD, LISTS } from '../support/furnished.mjs';

const [url, folder] = process.argv.slice(2);

async function ask(method, path, body) {
	const answer = await fetch(url + path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
	if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
	return answer.json();
}

async function furnish(names) {
	const codes = [];
	for (const name of names) codes.push((await ask('POST', '/config', { ...HEAD, ...LISTS, name })).response[0].code);
	return codes;
}

const write = (name, codes) => writeFileSync(join(folder, name), codes.map(code => `"${code}"\n`).join(''));

await ask('PUT', '/chains/CHAIN', { name: 'Chain' });
await ask('PUT', '/brands/BRAND', { chain: 'CHAIN' });
write('hotels.txt', await furnish(['Attacked', 'Attacked too', 'Attacked as well']));
write('doomed.txt', await furnish(Array.from({ length: 10 }, (_, i) => `Doomed ${i}`)));
const objects = Object.values(LISTS).flat().map(({ code, id }) => code ?? id).filter(Boolean);
write('codes.txt', [...new Set(['CHAIN', 'BRAND', ...objects])]);
