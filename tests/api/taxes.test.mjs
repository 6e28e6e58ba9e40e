// Taxes: what every kind promises.
import { keepsPromises } from '../support/kinds.mjs';

keepsPromises({
	path: 'taxes', list: 'taxes', id: 'code', name: 'tax', title: 'Tax',
	full: { code: 'CITY', name: 'City tax', amount: 3.5, on: 'rooms', basis: 'person', period: 'night', included: false, from: '2030-01-01', to: '2030-12-31', maxNights: 7, exemptBelowAge: 16 },
	other: { code: 'A', percent: 7.7 },
	changed: ['amount', 3.5, 4],
	patches: [[{ amount: null, percent: 5 }, { amount: undefined, percent: 5 }], [{ from: null, to: '', maxNights: null }, { from: undefined, to: undefined, maxNights: undefined }],
		[{ included: true }, { included: true }], [{ included: null, basis: null }, { included: undefined, basis: undefined }]],
	bad: [[{ code: 7 }, 'code'], [{ percent: null }, 'percent'], [{ amount: 5 }, 'amount'], [{ percent: 100.5 }, 'percent'], [{ percent: -1 }, 'percent'], [{ percent: 1.005 }, 'percent'],
		[{ percent: null, amount: -1 }, 'amount'], [{ on: 'beds' }, 'on'], [{ basis: 'bed' }, 'basis'], [{ period: 'week' }, 'period'], [{ included: 'yes' }, 'included'],
		[{ from: '2030-02-02', to: '2030-02-01' }, 'to'], [{ maxNights: 0 }, 'maxNights'], [{ exemptBelowAge: 101 }, 'exemptBelowAge'],
		[{ percent: null, amount: 5, on: 'sellables' }, 'on']],
});
