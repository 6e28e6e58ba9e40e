// The text format of Prometheus, read strictly: what it does not allow is an error here.
import assert from 'node:assert/strict';

const NAME = '[a-z_:][a-z0-9_:]*';
const LABELS = /^(?:([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$))+$/i;

function readLabels(text, line) {
	if (text === undefined) return {};
	assert.match(text, LABELS, `labels of: ${line}`);
	const pairs = [...text.matchAll(/([a-z_][a-z0-9_]*)="((?:[^"\\]|\\.)*)"/gi)].map(([, name, value]) => [name, value]);
	assert.equal(new Set(pairs.map(([name]) => name)).size, pairs.length, `a label twice: ${line}`);
	return Object.fromEntries(pairs);
}

/** Buckets of each series ascend, cumulate, and end in +Inf, which is the count. */
function checkHistogram({ name, samples }) {
	const series = new Map();
	for (const sample of samples) {
		const { le, ...labels } = sample.labels;
		const key = JSON.stringify(labels);
		const one = series.get(key) ?? { buckets: [] };
		if (sample.name === `${name}_bucket`) one.buckets.push([Number(le.replace('+Inf', 'Infinity')), sample.value]);
		else {
			assert.equal(le, undefined);
			one[sample.name.slice(name.length + 1)] = sample.value;
		}
		series.set(key, one);
	}
	for (const [key, { buckets, count, sum }] of series) {
		const what = `${name} ${key}`;
		assert.ok(buckets.length > 5 && buckets.length <= 20, what);
		for (let i = 1; i < buckets.length; i++) assert.ok(buckets[i][0] > buckets[i - 1][0] && buckets[i][1] >= buckets[i - 1][1], what);
		assert.deepEqual(buckets.at(-1), [Infinity, count], what);
		assert.ok(count === 0 ? sum === 0 : sum > 0, what);
	}
}

function checkFamily(family) {
	const { name, type, samples } = family;
	assert.ok(type && samples.length > 0, `${name} has no type or no sample`);
	assert.match(name, /^(innkeeper|process)_/);
	assert.doesNotMatch(name, /_(ms|us|milliseconds|microseconds|kilobytes|kb|mb|minutes)(_|$)/, 'base units only');
	assert.equal(/_total$/.test(name), type === 'counter', `${name} is a ${type}`);
	assert.doesNotMatch(name, /_(bucket|sum|count|info_.*)$/);
	const keys = samples.map(sample => `${sample.name} ${JSON.stringify(sample.labels)}`);
	assert.equal(new Set(keys).size, keys.length, `${name} has a sample twice`);
	if (type === 'histogram') checkHistogram(family);
	else for (const { labels, value } of samples) assert.ok(!('le' in labels) && value >= 0 && Number.isFinite(value), name);
}

/** {family: {name, type, help, samples: [{name, labels, value}]}}; a sample stands below its own HELP and TYPE. */
export function readMetrics(text) {
	const families = new Map();
	let current;
	assert.ok(text.endsWith('\n') && !text.includes('\r'));
	for (const line of text.slice(0, -1).split('\n')) {
		const comment = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line);
		if (comment?.[1] === 'HELP') {
			assert.ok(!families.has(comment[2]), `${comment[2]} comes twice`);
			assert.ok(!comment[3].includes('\\'), line);
			families.set(comment[2], current = { name: comment[2], help: comment[3], samples: [] });
		} else if (comment) {
			assert.equal(comment[2], current.name);
			assert.ok(!current.type && current.samples.length === 0, line);
			assert.ok(['counter', 'gauge', 'histogram'].includes(comment[3]), line);
			current.type = comment[3];
		} else {
			const sample = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\d+(?:\\.\\d+)?)$`).exec(line);
			assert.ok(sample, `no sample: ${line}`);
			assert.ok(current.type === 'histogram' ? ['_bucket', '_sum', '_count'].some(end => sample[1] === current.name + end) : sample[1] === current.name, line);
			current.samples.push({ name: sample[1], labels: readLabels(sample[2], line), value: Number(sample[3]) });
		}
	}
	for (const family of families.values()) checkFamily(family);
	return families;
}
