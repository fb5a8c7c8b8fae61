import { expect, test } from 'vitest';
import { Watched } from '../../../src/domains/monitoring/fold.ts';
import type { JournalData } from '../../../src/model/event.ts';
import type { MetricDescription } from '../../../src/model/watch.ts';

const memory: MetricDescription = {
  ...{ id: 'shop.memory', title: 'shop memory', kind: 'memory', unit: 'bytes', subject: 'target' },
  ...{ instance: 'shop', source: '/proc', limit: 1000 },
};
const described = (...metrics: MetricDescription[]): JournalData => ({
  type: 'shakedown.metrics.described',
  data: { metrics },
});
const sampled = (atMs: number, value: number): JournalData => ({
  type: 'shakedown.metrics.sampled',
  data: { atMs, values: { [memory.id]: value } },
});
const alert = (atMs: number, state: 'pending' | 'firing' | 'resolved', name = 'Slow'): JournalData => ({
  type: 'shakedown.alert.changed',
  data: { atMs, name, state, severity: null, detail: '' },
});
const errors = (atMs: number, source: string, count: number, example = 'boom'): JournalData => ({
  type: 'shakedown.log.errors',
  data: { atMs, source, count, example },
});

function watched(...events: JournalData[]): Watched {
  const made = new Watched();
  for (const event of events) made.add(event, (atMs) => atMs >= 5000 && atMs < 6000);
  return made;
}

test('a sample counts against the limit from the start of the load on, but for those under a fault', () => {
  const made = watched(described(memory), sampled(-1, 1), sampled(0, 500), sampled(5000, 900), sampled(6000, 600));
  const known = made.metrics.get(memory.id);
  expect(known?.shares?.samples).toBe(2);
  expect(known?.shares?.percent()).toBe(60);
  expect(known?.fold.series(memory)).toMatchObject({ samples: 3, max: 900 });
});

test('a metric that is described anew keeps its samples, and has a limit when one becomes known', () => {
  const unlimited = { ...memory, limit: null };
  const made = watched(described(unlimited), sampled(0, 500));
  expect(made.metrics.get(memory.id)?.shares).toBeNull();
  made.add(described(memory), () => false);
  made.add(sampled(1000, 700), () => false);
  made.add(described({ ...memory, title: 'memory of the shop' }), () => false);
  const known = made.metrics.get(memory.id);
  expect(known?.metric.title).toBe('memory of the shop');
  expect(known?.shares?.samples).toBe(1);
  expect(known?.fold.series(memory).samples).toBe(2);
});

test('there are at most 500 metrics', () => {
  const many = Array.from({ length: 501 }, (_, i) => ({ ...memory, id: `m${i}` }));
  expect(watched(described(...many)).metrics.size).toBe(500);
});

test('an alert is on from firing to resolved, once however often it is reported, and may come again', () => {
  const made = watched(
    ...[alert(500, 'pending'), alert(900, 'resolved'), alert(1000, 'firing'), alert(2000, 'firing')],
    ...[alert(2500, 'firing', 'Other'), alert(3000, 'resolved'), alert(4000, 'firing')],
  );
  expect(made.alerts).toEqual([
    { name: 'Slow', severity: null, fromMs: 1000, toMs: 3000, open: false },
    { name: 'Other', severity: null, fromMs: 2500, toMs: 2500, open: true },
    { name: 'Slow', severity: null, fromMs: 4000, toMs: 4000, open: true },
  ]);
});

test('error lines are counted by source, from the first on', () => {
  const made = watched(
    errors(1000, 'a', 0),
    errors(3000, 'a', 2, 'x'.repeat(400)),
    errors(2000, 'a', 3),
    errors(1, 'b', 1),
  );
  expect([...made.logs.values()]).toEqual([
    { source: 'a', count: 5, firstAtMs: 2000, example: 'x'.repeat(300) },
    { source: 'b', count: 1, firstAtMs: 1, example: 'boom' },
  ]);
  expect(watched(...Array.from({ length: 101 }, (_, i) => errors(i, `s${i}`, 1))).logs.size).toBe(100);
});

test('generators, what was lost with them, and planned downtime are kept', () => {
  const started = { atMs: 10, shard: 1, reason: 'replacement', detail: 'killed' } as const;
  const made = watched(
    { type: 'shakedown.generator.started', data: { ...started, pid: 7 } },
    { type: 'shakedown.generator.ended', data: { atMs: 20, shard: 1, reason: 'killed', lost: 3 } },
    { type: 'shakedown.generator.ended', data: { atMs: 30, shard: 0, reason: 'killed', lost: 4 } },
    { type: 'shakedown.generator.lost', data: { atMs: 20, shard: 1, fromMs: 19, toMs: 60, lost: 50 } },
    { type: 'shakedown.downtime.planned', data: { fromMs: 1, toMs: 2, reason: 'backup' } },
  );
  expect(made.generators).toEqual([started]);
  // Of one it is known what was lost in all, of the other only what it had.
  expect(made.lost.list.map(({ shard, lost }) => [shard, lost])).toEqual([
    [1, 50],
    [0, 4],
  ]);
  expect(made.planned).toEqual([{ fromMs: 1, toMs: 2, reason: 'backup' }]);
});

test('a moment that no run reaches is damage, and lists end at 2,000', () => {
  const dayMs = 24 * 3_600_000;
  expect(watched(alert(60 * dayMs, 'firing')).alerts).toHaveLength(1);
  expect(watched(alert(60 * dayMs + 1, 'firing')).alerts).toEqual([]);
  const many = Array.from({ length: 2001 }, (_, i) => alert(i, 'firing', `a${i}`));
  expect(watched(...many).alerts).toHaveLength(2000);
});
