import { tmpdir, totalmem } from 'node:os';
import { expect, it } from 'vitest';
import { watchHost } from '../../../../src/domains/monitoring/watch/host.ts';
import type { Reading } from '../../../../src/domains/monitoring/watch/source.ts';

it('reads memory and disk at once, CPU and network from the second reading on', () => {
  const source = watchHost(tmpdir());
  const first = source.read(1000) as Reading;
  expect(Object.keys(first.values)).toEqual(['host.memory', 'host.disk']);
  const end = performance.now() + 100;
  while (performance.now() < end);
  const second = source.read(1100) as Reading;
  expect(Object.keys(second.values)).toEqual(['host.cpu', 'host.memory', 'host.disk', 'host.net-in', 'host.net-out']);
  const limits = Object.fromEntries(second.metrics.map(({ id, limit }) => [id, limit]));
  expect(second.values['host.cpu']).toBeGreaterThan(0);
  expect(limits['host.memory']).toBe(totalmem());
  expect(second.values['host.memory']).toBeLessThan(totalmem());
  expect(second.values['host.disk']).toBeLessThan(limits['host.disk'] ?? 0);
});

it('leaves the disk out where the folder is not there', () => {
  const { values } = watchHost('/nowhere/at/all').read(1000) as Reading;
  expect(values['host.disk']).toBeUndefined();
});
