import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { configuration, type ResolvedWatch } from '../../../src/domains/monitoring/configuration.ts';
import { watchRun } from '../../../src/domains/monitoring/watch-run.ts';
import { openJournal } from '../../../src/evidence/journal.ts';
import type { TimedData } from '../../../src/evidence/read-journal.ts';
import type { MetricDescription } from '../../../src/model/watch.ts';
import { readEvents } from '../../../src/run/results/fold.ts';
import { startSample } from '../../../src/sample/start.ts';

const unwatched = configuration.resolve(
  { watch: configuration.schemas.watch.parse({}), monitoring: configuration.schemas.monitoring.parse({}) },
  { at: (path) => path, isSample: false, replays: true },
).watch as ResolvedWatch;

async function watched(
  watch: Partial<ResolvedWatch>,
  sample: Parameters<typeof watchRun>[0]['sample'],
  meanwhile: (folder: string) => Promise<void>,
): Promise<TimedData[]> {
  const folder = await mkdtemp(join(tmpdir(), 'watch-'));
  try {
    const file = join(folder, 'journal.ndjson');
    const journal = openJournal(file, { source: 'shakedown/runs/x' });
    const config = { objectives: null, watch: { ...unwatched, ...watch } };
    const run = watchRun({ config, sample, folder, durationMs: 60_000, journal });
    run.start(Date.now());
    await meanwhile(folder);
    run.stop();
    journal.close();
    const events: TimedData[] = [];
    for await (const event of readEvents(file, () => expect.fail('damaged line'))) events.push(event);
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

it('watches what the configuration names, and goes on when some of it is not there', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/metrics') return void response.end('mail_queue 12\n');
    response.statusCode = 500;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const logs = await mkdtemp(join(tmpdir(), 'watch-log-'));
  const [file, pidFile] = [join(logs, 'app.log'), join(logs, 'app.pid')];
  await writeFile(file, '');
  await writeFile(pidFile, `${process.pid}\n`);
  const watch: Partial<ResolvedWatch> = {
    everyS: 1,
    prometheus: { url, headers: {}, caFile: null, alerts: true, queries: [] },
    scrape: [{ name: 'mail', url: `${url}/metrics`, headers: {}, caFile: null, metrics: [] }],
    processes: [
      { name: 'app', pid: null, pidFile, children: false },
      { name: 'ghost', pid: 2 ** 30, pidFile: null, children: true },
    ],
    logs: [{ name: 'app-log', file, pattern: null }],
    plannedDowntime: [
      { from: 10, to: 20, reason: 'upgrade' },
      { from: '2000-01-01T00:00:00Z', to: '2000-01-02T00:00:00Z', reason: 'long ago' },
    ],
  };
  try {
    const events = await watched(watch, null, async (folder) => {
      await appendFile(file, 'ERROR no room for ada@example.com\n'.repeat(3));
      const journal = () => readFileSync(join(folder, 'journal.ndjson'), 'utf8');
      await vi.waitFor(
        () => {
          expect(journal()).toContain('log.errors');
          expect(journal()).toContain('"app.cpu"');
        },
        { timeout: 10_000, interval: 100 },
      );
    });
    const of = (type: TimedData['type']) => events.filter((event) => event.type === type).map(({ data }) => data);
    expect(of('shakedown.downtime.planned')).toEqual([{ fromMs: 10_000, toMs: 20_000, reason: 'upgrade' }]);
    expect(of('shakedown.log.errors')).toEqual([
      { atMs: expect.any(Number), source: 'app-log', count: 3, example: 'ERROR no room for <email>' },
    ]);
    const messages = of('shakedown.warning').map((data) => (data as { message: string }).message);
    expect(messages.sort()).toEqual([
      'The alerts of Prometheus cannot be read: status 500.',
      'ghost has no process to watch.',
    ]);
    expect(samplesOf(events)[0]?.values['mail.mail_queue']).toBe(12);
    expect(metricsOf(events).get('app.memory')).toMatchObject({
      subject: 'target',
      source: `/proc of pid ${process.pid}`,
    });
  } finally {
    server.close();
    server.closeAllConnections();
    await rm(logs, { recursive: true });
  }
});

it('finds the load generator among the children by the script it runs, and follows it when another takes its place', async () => {
  const generator = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '/x/replay-shakedown.js']);
  const started = [generator()];
  try {
    const events = await watched({ everyS: 1 }, null, async (folder) => {
      const journal = () => readFileSync(join(folder, 'journal.ndjson'), 'utf8');
      const seen = (text: string) =>
        vi.waitFor(() => expect(journal()).toContain(text), { timeout: 8000, interval: 100 });
      await seen(`/proc of pid ${started[0]?.pid}`);
      started[0]?.kill('SIGKILL');
      started.push(generator());
      await vi.waitFor(() => expect(journal().split('"k6.memory":').length).toBeGreaterThan(3), {
        timeout: 8000,
        interval: 100,
      });
    });
    expect(metricsOf(events).get('k6.memory')).toMatchObject({ subject: 'generator', kind: 'memory' });
    expect(events.filter(({ type }) => type === 'shakedown.marked')).toEqual([]);
  } finally {
    for (const child of started) child.kill('SIGKILL');
  }
});
