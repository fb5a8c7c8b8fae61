import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { MetricDescription } from '../../../src/model/watch.ts';
import { type ResolvedWatch, resolveWatch } from '../../../src/monitoring/watch/rules.ts';
import { openJournal } from '../../../src/run/journal.ts';
import { readJournal, type TimedData } from '../../../src/run/results/events.ts';
import { watchRun } from '../../../src/run/simulate/watch.ts';
import { startSample } from '../../../src/sample/start.ts';

async function watched(
  watch: Partial<ResolvedWatch>,
  sample: Parameters<typeof watchRun>[0]['sample'],
  meanwhile: (folder: string) => Promise<void>,
): Promise<TimedData[]> {
  const folder = await mkdtemp(join(tmpdir(), 'watch-'));
  try {
    const file = join(folder, 'journal.ndjson');
    const journal = openJournal(file, { source: 'shakedown/runs/x' });
    const config = { watch: { ...resolveWatch(undefined, (path) => path), ...watch } };
    const run = watchRun({ config, sample, folder, durationMs: 60_000, journal });
    run.start(Date.now());
    await meanwhile(folder);
    run.stop();
    journal.close();
    const events: TimedData[] = [];
    for await (const event of readJournal(file, () => expect.fail('damaged line'))) events.push(event);
    return events;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function samplesOf(events: TimedData[]): { atMs: number; values: Record<string, number> }[] {
  return events.flatMap((event) => (event.type === 'shakedown.metrics.sampled' ? [event.data] : []));
}

function metricsOf(events: TimedData[]): Map<string, MetricDescription> {
  const all = events.flatMap((event) => (event.type === 'shakedown.metrics.described' ? event.data.metrics : []));
  return new Map(all.map((metric) => [metric.id, metric]));
}

it('sees the memory of a leaking sample grow by what its requests leave, instance by instance', async () => {
  const leakKb = 512;
  const sample = await startSample({ instances: 2, defects: { leakKbPerRequest: leakKb } });
  try {
    let requests = 0;
    const events = await watched({ everyS: 1 }, sample, async () => {
      await sleep(1200);
      for (let i = 0; i < 240; i++, requests++) await (await fetch(`${sample.baseUrl}/login`)).text();
      await sleep(1500);
    });
    const samples = samplesOf(events);
    const grown = ['shop-1', 'shop-2'].map(
      (name) => (samples.at(-1)?.values[`${name}.memory`] ?? 0) - (samples[0]?.values[`${name}.memory`] ?? 0),
    );
    const leaked = (requests / 2) * leakKb * 1024;
    for (const growth of grown) {
      expect(growth).toBeGreaterThan(leaked * 0.85);
      expect(growth).toBeLessThan(leaked * 1.15 + 40e6);
    }
    const metrics = metricsOf(events);
    expect(metrics.get('shop-1.memory')).toMatchObject({ kind: 'memory', unit: 'bytes', subject: 'target' });
    for (const id of ['balancer.cpu', 'postgres.memory', 'postgres.fds', 'shakedown.cpu', 'host.cpu', 'host.disk']) {
      expect([...metrics.keys()]).toContain(id);
    }
    // Nothing is sampled that was not described before.
    const described = new Set<string>();
    for (const event of events) {
      if (event.type === 'shakedown.metrics.described') for (const { id } of event.data.metrics) described.add(id);
      if (event.type === 'shakedown.metrics.sampled') {
        for (const id of Object.keys(event.data.values)) expect(described).toContain(id);
      }
    }
  } finally {
    await sample.stop();
  }
});
