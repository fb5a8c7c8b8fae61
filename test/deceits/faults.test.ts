import { expect, test } from 'vitest';
import { ofFaults } from './faults.ts';
import { tryAll } from './try-all.ts';

test('sixteen ways to get a pass of faults or of the ledger without evidence are tried', () => {
  expect(new Set(ofFaults.map(({ what }) => what)).size).toBe(16);
});

tryAll(ofFaults);
