import { expect, test } from 'vitest';
import type { FaultRecord } from '../../../src/model/chaos.ts';
import { heard } from '../../../src/run/live/heard.ts';
import type { ProgressEvent } from '../../../src/run/progress.ts';

const fault: FaultRecord = {
  ...{
    id: 'f1',
    experiment: 'e',
    fault: 'latency',
    title: 'Latency',
    layer: 'network',
    component: 'db',
    arguments: {},
  },
  ...{ touches: [], announcedMs: 900, injectedMs: null, revertedMs: null, revertedBy: null, proof: null, error: null },
};

test('a fault is told when it begins, and as a stretch when it is gone', () => {
  const told: ProgressEvent[] = [];
  const journal = heard({ append: () => {}, close: () => {}, lost: 0 } as never, (event) => told.push(event));
  journal.append('shakedown.fault.announced', { fault });
  journal.append('shakedown.fault.injected', { id: 'f1', atMs: 1000 });
  journal.append('shakedown.fault.ended', { id: 'f1', atMs: 5000, by: 'rollback', error: null });
  journal.append('shakedown.fault.announced', { fault: { ...fault, id: 'f2' } });
  journal.append('shakedown.fault.ended', { id: 'f2', atMs: 6000, by: null, error: 'no rights' });
  expect(told.map((event) => (event.kind === 'mark' ? event.band : null))).toEqual([
    { lane: 'faults', startMs: 1000, endMs: 1000, label: 'Latency, db: begins', state: 'info' },
    { lane: 'faults', startMs: 1000, endMs: 5000, label: 'Latency, db', state: 'info' },
    { lane: 'faults', startMs: 6000, endMs: 6000, label: 'Latency, db: no rights', state: 'inconclusive' },
  ]);
});
