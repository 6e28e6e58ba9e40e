// The history of a hotel, and its keys, as its records have them: there is no route for it yet.
import assert from 'node:assert/strict';
import { recordsOf } from './engine.mjs';
import { run } from './innkeeper.mjs';

const records = (server, code) => recordsOf(server.folder, code);

/** The sort keys of a hotel's records. */
export const keysOf = (server, code) => records(server, code).map(({ key }) => key);

/** All revisions, first to last: {revision, eventName, by, keys, removed, changes: [{objectName, fieldName, oldValue, newValue}]}. */
export function history(server, code) {
	const entries = [];
	for (const { rev, attrs } of records(server, code).filter(({ key }) => key.startsWith('cfg-history-'))) {
		if (entries.length < rev) entries.push({ revision: rev, by: attrs.by, eventName: attrs.eventName, keys: [], removed: [], changes: [] });
		const entry = entries[rev - 1];
		entry.keys.push(...attrs.keys ?? []);
		entry.removed.push(...attrs.removed ?? []);
		entry.changes.push(...(attrs.changes ?? []));
	}
	entries.forEach((entry, i) => assert.equal(entry.revision, i + 1, 'revisions have no gap'));
	return entries;
}

/** The last revision, its changes as texts `objectName fieldName: old -> new`, in the order of the objects. */
export function lastEntry(server, code) {
	const entry = history(server, code).at(-1);
	for (const change of entry.changes) assert.ok(change.humanReadableComment.length > 0, JSON.stringify(change));
	return { ...entry, changes: entry.changes.map(change => `${change.objectName} ${change.fieldName}: ${change.oldValue} -> ${change.newValue}`) };
}

/** The same of a large write, which may be sealed (decision 007) and still wait when its time is over: `check --repair` finishes it. */
export async function settledEntry(server, code) {
	const isSealed = records(server, code).some(({ key, attrs }) => key === 'ctl' && attrs.intent);
	if (isSealed) assert.equal((await run('INNKEEPER_BIN', ['check', '--repair', '--data', server.folder])).code, 0);
	return lastEntry(server, code);
}

/** Runs an action and returns the entry that it left; exactly one. */
export async function entryOf(server, code, action) {
	const before = history(server, code).length;
	const answer = await action();
	assert.ok(answer.status < 300, answer.text);
	const entry = lastEntry(server, code);
	assert.equal(entry.revision, before + 1, 'one write, one revision');
	return entry;
}
