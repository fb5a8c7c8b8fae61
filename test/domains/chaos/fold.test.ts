import { expect, test } from 'vitest';
import { ChaosFold } from '../../../src/domains/chaos/fold.ts';
import type { FaultRecord } from '../../../src/model/chaos.ts';

const announced: FaultRecord = {
  id: 'f1',
  experiment: 'Slow database',
  fault: 'latency',
  title: 'Latency',
  layer: 'network',
  component: 'shop-1 to database',
  arguments: {},
  touches: [],
  announcedMs: 1000,
  injectedMs: null,
  revertedMs: null,
  revertedBy: null,
  proof: null,
  error: null,
};

function fold(): ChaosFold {
  const made = new ChaosFold();
  made.add({ type: 'shakedown.fault.announced', data: { fault: announced } });
  return made;
}

test('a fault is a span from its injection to its end, and may be felt from its announcement until it has settled', () => {
  const made = fold();
  made.add({ type: 'shakedown.fault.injected', data: { id: 'f1', atMs: 1200 } });
  const open = { kind: 'fault', domain: 'chaos', label: 'Latency, shop-1 to database', fromMs: 1200 };
  const infinity = Number.POSITIVE_INFINITY;
  expect(made.spans()).toEqual([{ ...open, toMs: infinity, felt: { fromMs: 1000, toMs: infinity } }]);
  expect([made.on(1199), made.on(1200), made.on(90_000)]).toEqual([false, true, true]);
  made.add({ type: 'shakedown.fault.proved', data: { id: 'f1', proof: { seen: false, checks: [] } } });
  made.add({ type: 'shakedown.fault.ended', data: { id: 'f1', atMs: 5000, by: 'rollback', error: null } });
  expect(made.spans()).toEqual([{ ...open, toMs: 5000, felt: { fromMs: 1000, toMs: 15_000 }, seen: false }]);
  expect([made.on(5000), made.on(5001)]).toEqual([true, false]);
});

test('one that could not be injected is none', () => {
  const made = fold();
  made.add({ type: 'shakedown.fault.ended', data: { id: 'f1', atMs: 1100, by: null, error: 'no Toxiproxy' } });
  expect(made.spans()).toEqual([]);
  expect(made.on(1100)).toBe(false);
});

test('one that was cut off while it was injected was not on, but may be felt', () => {
  const made = fold();
  expect(made.spans()).toMatchObject([
    { fromMs: 1000, toMs: 1000, felt: { fromMs: 1000, toMs: Number.POSITIVE_INFINITY } },
  ]);
  expect(made.on(1000)).toBe(false);
});

test('of an experiment that was cut off, what was checked of its hypothesis is all that is known, and is kept', () => {
  const made = new ChaosFold();
  const about = { title: 'Slow database', file: 'a.yaml', description: '', tags: [] };
  const check = { phase: 'before', atMs: 900, met: false, deviating: 'p95' } as const;
  const checked = (experiment: string): void =>
    made.add({ type: 'shakedown.hypothesis.checked', data: { experiment, check } });
  made.add({ type: 'shakedown.experiment.started', data: { atMs: 800, ...about } });
  checked('Slow database');
  checked('another');
  expect(made.experiments()).toMatchObject([{ title: 'Slow database', hypothesis: { checks: [check] } }]);
});
