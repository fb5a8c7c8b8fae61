import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import { importTraffic } from '../../../../src/domains/traffic/import/import.ts';
import { makePlan } from '../../../../src/domains/traffic/public.ts';
import { LatencyHistogram } from '../../../../src/stats/histogram.ts';
import { type HistogramInterval, readHistogramLog } from '../../../../src/stats/hlog.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { loadInput, serve } from '../shop.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const answerMs = 1000;

describeWithK6('a log without response times', (found) => {
  const builds = found.build === 'shakedown' ? (['shakedown', 'stock'] as const) : (['stock'] as const);
  it.each(builds)('is replayed as it came in, whatever the target takes to answer (%s build)', async (build) => {
    // Four clients with three requests each, all within one second of a log that knows whole seconds only.
    const log = join(folder, `access-${build}.log`);
    const lines = [0, 1, 2].flatMap((page) =>
      [1, 2, 3, 4].map(
        (client) =>
          `203.0.113.${client} - - [12/May/2026:10:00:00 +0000] "GET /page/${page} HTTP/1.1" 200 512 "-" "Mozilla/5.0"`,
      ),
    );
    writeFileSync(log, `${lines.join('\n')}\n`);
    const recording = join(folder, `recording-${build}`);
    const { manifest } = await importTraffic({ files: [log], out: recording });
    expect(manifest).toMatchObject({ sessions: 4, requests: 12, timeResolutionMs: 1000 });

    const shop = await serve((_seen, response) => {
      setTimeout(() => response.end('ok'), answerMs);
    });
    try {
      const origin = `http://127.0.0.1:${shop.port}`;
      const plan = await makePlan({
        folder: recording,
        manifest,
        target: { baseUrl: origin, hosts: {}, headers: {} },
        options: {
          mode: 'recorded',
          durationMs: 3000,
          scale: 1,
          speed: 1,
          shape: { kind: 'flat', points: [] },
          seed: 1,
          writes: 'safe',
        },
      });
      expect(plan.summary.waits).toEqual({ forAnswers: 0, forValues: 0, unknown: 8 });
      const input = {
        ...loadInput(origin, [], { folder: join(folder, `windows-${build}`), durationMs: 3000 }),
        plan: plan.summary,
        sessions: plan.sessions(),
        virtualUsers: 4,
      };
      const outcome = await runK6({ ...found, build }, input);
      expect(outcome.accounting).toEqual({ planned: 12, completed: 12, failed: 0, unsent: 0 });
      const logged: HistogramInterval[] = [];
      for await (const interval of readHistogramLog(join(input.windowsFolder, 'response.hlog'))) logged.push(interval);
      const response = new LatencyHistogram();
      for (const { tag, histogram } of logged) if (tag === 'all') response.add(histogram);
      // A request that waited for another would take twice as long at the least, from when it was due.
      expect(response.percentile(50)).toBeLessThan(1.2 * answerMs * 1000);
      expect(response.max).toBeLessThan(1.5 * answerMs * 1000);
      // All came within the recorded second, before the first was answered.
      const arrivals = shop.seen.map(({ atMs }) => atMs).sort((a, b) => a - b);
      expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeLessThan(1000);
    } finally {
      await shop.close();
    }
  });
});
