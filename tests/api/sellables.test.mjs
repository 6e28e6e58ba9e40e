// Sellables: what every kind promises.
import { keepsPromises } from '../support/kinds.mjs';

const sea = { code: 'SEA', name: 'Sea', description: '', priceImpact: 5, priceUpdateUnit: '', category: 'view' };
const quiet = { code: 'QUIET', name: '', description: '', priceImpact: 0, priceUpdateUnit: '', category: '' };

keepsPromises({
	path: 'sellables', list: 'sellables', id: 'code', name: 'sellable', title: 'Sellable',
	full: { code: 'BFAST', category: 'meal', name: 'Breakfast', quantity: 40, inventoryType: 'per_night', pricePerUnit: 18.5, description: 'Rich', optionalTags: [sea, quiet], pictures: null },
	other: { code: 'A' },
	needs: { tags: [sea, quiet] },
	changed: ['pricePerUnit', 18.5, 20],
	patches: [[{ optionalTags: null, quantity: null }, { optionalTags: null, quantity: 0 }], [{ optionalTags: [{ code: 'QUIET' }] }, { optionalTags: [quiet] }],
		[{ inventoryType: null }, { inventoryType: '' }]],
	bad: [[{ code: '..' }, 'code'], [{ quantity: -1 }, 'quantity'], [{ quantity: 1.5 }, 'quantity'], [{ quantity: 1000001 }, 'quantity'], [{ inventoryType: 'daily' }, 'inventoryType'],
		[{ pricePerUnit: -1 }, 'pricePerUnit'], [{ pricePerUnit: 0.001 }, 'pricePerUnit'], [{ optionalTags: {} }, 'optionalTags'], [{ optionalTags: ['SEA'] }, 'optionalTags/0'],
		[{ optionalTags: [{ name: 'no code' }] }, 'optionalTags/0/code'], [{ optionalTags: [{ code: 'SEA' }, { code: 'SEA' }] }, 'optionalTags/1'],
		[{ optionalTags: [{ code: 'SEA', colour: 1 }] }, 'optionalTags/0/colour'], [{ pictures: [{ id: 'p' }] }, 'pictures']],
	dangling: [[{ optionalTags: [{ code: 'SEA' }, { code: 'NONE' }, { code: 'sea' }] }, 'optionalTags/1/code', 'optionalTags/2/code']],
});
