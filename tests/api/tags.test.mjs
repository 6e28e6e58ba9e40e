// Tags: what every kind promises, and what others embed of them.
import { keepsPromises } from '../support/kinds.mjs';

keepsPromises({
	path: 'tags', list: 'tags', id: 'code', name: 'tag', title: 'Tag',
	full: { code: 'SEA-VIEW', name: 'Sea view', description: 'Of the "sea"', priceImpact: 12.5, priceUpdateUnit: 'percent', category: 'view' },
	other: { code: 'A' },
	changed: ['name', 'Sea view', 'View'],
	patches: [[{ name: null, priceImpact: -3 }, { name: '', priceImpact: -3 }], [{ category: '', description: null }, { category: '', description: '' }],
		[{ priceUpdateUnit: 'currency' }, { priceUpdateUnit: 'currency' }]],
	bad: [[{ code: 'a b' }, 'code'], [{ name: 'a\tb' }, 'name'], [{ name: 'x'.repeat(256) }, 'name'], [{ priceImpact: '1' }, 'priceImpact'], [{ priceImpact: 0.001 }, 'priceImpact'],
		[{ priceUpdateUnit: 'percentage' }, 'priceUpdateUnit'], [{ priceImpact: -100.01, priceUpdateUnit: 'percent' }, 'priceImpact'],
		[{ priceImpact: 1.005, priceUpdateUnit: 'percent' }, 'priceImpact'], [{ pictures: null, x: 1 }, 'pictures', 'x']],
});
