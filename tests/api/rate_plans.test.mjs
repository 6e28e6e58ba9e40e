// Rate plans: what every kind promises.
import { keepsPromises } from '../support/kinds.mjs';

keepsPromises({
	path: 'rateplans', list: 'ratePlans', id: 'code', name: 'ratePlan', title: 'RatePlan',
	full: { code: 'FLEX', name: 'Flexible', description: 'Free until noon', roomTypes: ['DBL', 'SGL'], adjust: { percent: -12.5 },
		cancellation: [{ freeUntilHours: 24, time: '18:00', fee: { nights: 1 } }, { fee: { percent: 80 } }, { freeUntilHours: 0, fee: { amount: 50.5 } }] },
	other: { code: 'A' },
	needs: { roomTypes: [{ code: 'DBL' }, { code: 'SGL' }] },
	changed: ['name', 'Flexible', 'Free'],
	patches: [[{ adjust: { percent: null, amount: -5 } }, { adjust: { amount: -5 } }], [{ adjust: null, cancellation: null }, { adjust: undefined, cancellation: undefined }],
		[{ adjust: { percent: 3 } }, { adjust: { percent: 3 } }], [{ roomTypes: null }, { roomTypes: undefined }], [{ roomTypes: ['SGL'] }, { roomTypes: ['SGL'] }]],
	bad: [[{ code: ' ' }, 'code'], [{ roomTypes: 'DBL' }, 'roomTypes'], [{ roomTypes: ['DBL', 'a b'] }, 'roomTypes/1'], [{ roomTypes: ['DBL', 'SGL', 'DBL'] }, 'roomTypes/2'],
		[{ adjust: { percent: 5, amount: 5 } }, 'adjust/amount'], [{ adjust: { percent: -100.5 } }, 'adjust/percent'], [{ adjust: { amount: 0.001 } }, 'adjust/amount'],
		[{ cancellation: [{ freeUntilHours: 1 }] }, 'cancellation/0/fee'], [{ cancellation: [{ fee: { nights: 1, percent: 1 } }] }, 'cancellation/0/fee/percent'],
		[{ cancellation: [{ time: '24:00', fee: { nights: 1 } }] }, 'cancellation/0/time'], [{ cancellation: [{ fee: { percent: 100.01 } }] }, 'cancellation/0/fee/percent']],
	dangling: [[{ roomTypes: ['DBL', 'TWIN'] }, 'roomTypes/1']],
});
