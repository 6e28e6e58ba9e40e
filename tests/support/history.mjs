// The history of a hotel as its records have it: there is no route for it yet.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const READ = `import sqlite3, sys
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
rows = db.execute("SELECT rev, attrs FROM item WHERE code = ? AND itemType > 'cfg-history-' AND itemType < 'cfg-history.' ORDER BY itemType", (sys.argv[2],))
print("[" + ",".join('{"rev":%d,"attrs":%s}' % row for row in rows) + "]")`;

/** All revisions, first to last: {revision, eventName, by, keys, removed, changes: [{objectName, fieldName, oldValue, newValue}]}. */
export function history(server, code) {
	const rows = JSON.parse(execFileSync('python3', ['-c', READ, join(server.folder, 'innkeeper.db'), code], { encoding: 'utf8', maxBuffer: 1 << 28 }));
	const entries = [];
	for (const { rev, attrs } of rows) {
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

/** Runs an action and returns the entry that it left; exactly one. */
export async function entryOf(server, code, action) {
	const before = history(server, code).length;
	const answer = await action();
	assert.ok(answer.status < 300, answer.text);
	const entry = lastEntry(server, code);
	assert.equal(entry.revision, before + 1, 'one write, one revision');
	return entry;
}
