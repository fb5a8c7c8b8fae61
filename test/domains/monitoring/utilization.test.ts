import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LimitShares } from '../../../src/domains/monitoring/limit-shares.ts';
import type { JournalData } from '../../../src/model/event.ts';
import type { MetricDescription } from '../../../src/model/watch.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { envelope, makeRun } from '../../run/results/run-folder.ts';
import { experiment } from '../chaos/made.ts';

const metric = (id: string, more: Partial<MetricDescription> = {}): MetricDescription => ({
  id,
  title: id.replace('.', ' '),
  kind: 'memory',
  unit: 'bytes',
  subject: 'target',
  instance: null,
  source: 'made',
  limit: 1000,
  ...more,
});

/** Results of a short run of which these figures were watched, a sample each. */
async function results(
  metrics: MetricDescription[],
  samples: Record<string, number>[],
  { config = {}, more = [], last = [] }: { config?: unknown; more?: JournalData[]; last?: JournalData[] } = {},
) {
  const folder = await makeRun({ windows: 5, windowMs: 1000, rate: 1200, isWatched: false, config });
  const events = [
    ...more,
    ...(metrics.length > 0 ? [{ type: 'shakedown.metrics.described', data: { metrics } }] : []),
    ...samples.map((values, i) => ({ type: 'shakedown.metrics.sampled', data: { atMs: i * 1000, values } })),
    ...last,
  ];
  await appendFile(
    join(folder, 'journal.ndjson'),
    events.map((event, i) => `${JSON.stringify(envelope(event, 1000 + i))}\n`).join(''),
  );
  try {
    const built = await buildResults(folder);
    return { ...built, found: built.objectives.find(({ objective }) => objective.metric === 'utilization') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('passes below the target and fails above it, and names the resource', async () => {
  const steady = Array.from({ length: 40 }, () => ({ 'app.memory': 400, 'app.fds': 700 }));
  const well = await results([metric('app.memory'), metric('app.fds', { kind: 'descriptors' })], steady);
  expect(well.found).toMatchObject({ verdict: 'pass', value: 70, samples: 40 });
  expect(well.found?.reason).toContain('app fds');
  const full = await results(
    [metric('app.memory')],
    Array.from({ length: 40 }, () => ({ 'app.memory': 950 })),
  );
  expect(full.found).toMatchObject({ verdict: 'fail', value: 95 });
  expect(full.found?.reason).toContain('95 % against 90 %');
});

it('is not about what a fault took, which is shown all the same', async () => {
  const fault = { id: 'f1', fault: 'memory-pressure', title: 'Memory pressure', component: 'app' };
  const more = experiment('Little memory', [{ ...fault, fromMs: 10_000, toMs: 20_000 }]);
  const samples = Array.from({ length: 40 }, (_, i) => ({ 'app.memory': i >= 10 && i <= 20 ? 990 : 400 }));
  const early: JournalData = {
    type: 'shakedown.metrics.sampled',
    data: { atMs: -1000, values: { 'app.memory': 990 } },
  };
  const { found, sections } = await results([metric('app.memory')], samples, { more, last: [early] });
  expect(found).toMatchObject({ verdict: 'pass', value: 40, samples: 29 });
  expect(sections.monitoring?.resources).toMatchObject([{ samples: 40, max: 990 }]);
});

it('is about p95 of the run: a peak that is over at once is none', () => {
  const shares = new LimitShares();
  for (let i = 0; i < 1000; i++) shares.add(i < 40 ? 1000 : 500, 1000, 0);
  expect(shares.percent()).toBe(50);
  for (let i = 0; i < 1000; i++) shares.add(i < 150 ? 5000 : 500, 1000, 0);
  expect(shares.percent()).toBe(200);
});

it('is open, and said to be missing, where nothing of the target was watched against a limit', async () => {
  const cases: [MetricDescription[], Record<string, number>[]][] = [
    [[], []],
    [[metric('app.memory', { limit: null })], [{ 'app.memory': 5 }]],
    [[metric('host.memory', { subject: 'harness' })], [{ 'host.memory': 999 }]],
    [[metric('app.memory')], []],
  ];
  for (const [metrics, samples] of cases) {
    const { found, missing } = await results(metrics, samples);
    expect(found).toMatchObject({ verdict: 'inconclusive', value: null });
    expect(missing.join(' ')).toContain('No resource of the target was watched against a limit');
  }
});

it('does not pass by silence where the configuration asks for it', async () => {
  const { found } = await results([], [], { config: { objectives: { utilization: { target: 80 } } } });
  expect(found).toMatchObject({ verdict: 'inconclusive', value: null });
});
