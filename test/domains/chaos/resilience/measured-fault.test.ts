import { expect, test } from 'vitest';
import { shareOf } from '../../../../src/domains/chaos/resilience/measured-fault.ts';
import type { WindowResult } from '../../../../src/model/results.ts';
import { LatencyHistogram } from '../../../../src/stats/histogram.ts';

test('requests that were never sent failed too, but for those lost with a load generator; those above the limit are slowed', () => {
  const response = new LatencyHistogram();
  response.recordMany(50_000, 80);
  response.recordMany(900_000, 7);
  const windows = [
    { planned: 60, failed: 5, unsent: 3 },
    { planned: 40, failed: 0, unsent: 4, lost: 2 },
  ] as WindowResult[];
  expect(shareOf({ windows, response }, 200)).toMatchObject({ requests: 100, failed: 10, slowed: 7 });
});
