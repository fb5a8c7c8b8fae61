import { expect, test } from 'vitest';
import { z } from 'zod';
import { events as chaos } from '../../src/domains/chaos/events.ts';
import { events as load } from '../../src/domains/load/events.ts';
import { sessionCounts } from '../../src/model/journeys.ts';
import { withRenamedKeys } from '../../src/model/renamed-keys.ts';

const figures = { p50: 1, p90: 1, p95: 1, p99: 1, p999: 1, max: 1, mean: 1 };
const window = {
  index: 0,
  startMs: 0,
  durationMs: 1000,
  planned: 1,
  completed: 1,
  failed: 0,
  unsent: 0,
  bytes: 1,
  response: figures,
  service: figures,
  starved: 0,
  generatorLatenessP99Ms: 0,
  targetWaitP99Ms: 0,
  stallMs: 0,
  generatorCpuCores: null,
};

test('journals of earlier versions, whose windows had the keys void and aside, are read', () => {
  const closed = load['shakedown.window.closed'].shape.window;
  expect(closed.parse({ ...window, void: 'late', aside: 'frozen' })).toMatchObject({
    invalid: 'late',
    excluded: 'frozen',
  });
  expect(closed.parse({ ...window, invalid: null })).toMatchObject({ invalid: null });
  expect(closed.safeParse(window).success).toBe(false);
});

test('so are their sessions and experiments', () => {
  const counts = { sessions: 1, journeys: [], features: [] };
  expect(['judged', 'aside', 'void'].map((kind) => sessionCounts.parse({ ...counts, kind }).kind)).toEqual([
    'judged',
    'excluded',
    'invalid',
  ]);
  expect(sessionCounts.safeParse({ ...counts, kind: 'lost' }).success).toBe(false);
  const { experiment } = chaos['shakedown.experiment.ended'].shape;
  const { issues } = experiment.safeParse({ stretch: { fromMs: 0, toMs: 1 } }).error as z.ZodError;
  expect(issues.map(({ path }) => path[0])).not.toContain('period');
});

test('where both names are there, the new one holds, and what is no object is left to the schema', () => {
  const schema = withRenamedKeys({ old: 'new' }, z.strictObject({ new: z.number() }));
  expect(schema.parse({ old: 1, new: 2 })).toEqual({ new: 2 });
  expect(schema.safeParse([]).success).toBe(false);
  expect(schema.safeParse(null).success).toBe(false);
});
