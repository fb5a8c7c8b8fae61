import { expect, test } from 'vitest';
import { CapacityFold } from '../../../src/domains/capacity/fold.ts';
import type { JournalData } from '../../../src/model/event.ts';

const events = [
  { type: 'shakedown.capacity.step', data: { step: { ratePerSecond: 10 } } },
  { type: 'shakedown.capacity.checked', data: { closedLoop: { ratePerSecond: 20 } } },
] as unknown as JournalData[];

test('steps and the closed-loop check count in a search, and in no other run', () => {
  const search = new CapacityFold();
  search.add({ type: 'shakedown.capacity.started', data: {} } as unknown as JournalData);
  const other = new CapacityFold();
  for (const event of events) {
    search.add(event);
    other.add(event);
  }
  expect(search).toMatchObject({ isSearch: true, steps: [{ ratePerSecond: 10 }], closedLoop: { ratePerSecond: 20 } });
  expect(other).toMatchObject({ isSearch: false, steps: [], closedLoop: null });
});
