import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { startSample } from '../../../src/sample/start.ts';
import { warmUp } from '../../../src/sample/warm-up.ts';
import { atMost, type BenchContext, beside, judged, type Measure } from '../measure.ts';
import { layOut } from '../uat/outside.ts';
import { type Ran, root, runSuite, type Suite, type Way } from '../uat/ways.ts';

const { signal } = new AbortController();
const name = 'suite under `uat run` ÷ under Playwright alone, wall time';
const order: readonly Way[] = ['bare', 'watched', 'watched', 'bare'];

/**
 * What watching a suite costs: the sample's, or the one whose folder SHAKEDOWN_BENCH_SUITE names (with SHAKEDOWN_BENCH_SUITE_APP, the folder of
 * its application, and SHAKEDOWN_BENCH_SUITE_ADDRESS, under which it looks for it).
 */
export const watching: Measure = {
  name: 'uat',
  limitMinutes: 20,
  async run(context) {
    const { suite, stop, of } = await suiteOf(context);
    try {
      const ran: Ran[] = [];
      // The first fills caches of files and of compiled scripts.
      await runSuite('bare', suite, join(context.scratch, 'uat-first'));
      for (let round = 0; round < (context.quick ? 1 : 2); round++)
        for (const way of order) ran.push(await runSuite(way, suite, await mkdtemp(join(context.scratch, 'uat-'))));
      const failed = ran.reduce((sum, each) => sum + each.failed, 0);
      if (failed > 0) throw new Error(`${failed} scenarios did not pass: the runs are not of the same suite.`);
      const middle = (way: Way, figure: (one: Ran) => number) => {
        const sorted = ran.flatMap((one) => (one.way === way ? [figure(one)] : [])).sort((a, b) => a - b);
        return ((sorted[(sorted.length >> 1) - 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2;
      };
      const ratio = (figure: (one: Ran) => number) => middle('watched', figure) / middle('bare', figure);
      const wall = ratio(({ wallMs }) => wallMs);
      const cpu = ratio(({ cpuSeconds }) => cpuSeconds);
      const seconds = (way: Way) => (middle(way, ({ wallMs }) => wallMs) / 1000).toFixed(1);
      const reached = `${wall.toFixed(2)} (${seconds('watched')} ÷ ${seconds('bare')} s)`;
      const how = `${of}; from the command to its end, report included; medians of ${ran.length / 2} runs each, there and back`;
      const rows = [
        judged(name, atMost(1.15), wall, reached, how),
        beside('the same, processor time', cpu.toFixed(2), 'browsers included'),
      ];
      return { rows, raw: { wall, cpu, ran: ran.map(({ way, wallMs, cpuSeconds }) => ({ way, wallMs, cpuSeconds })) } };
    } finally {
      await stop();
    }
  },
};

async function suiteOf({ quick, scratch }: BenchContext): Promise<{ suite: Suite; stop(): Promise<void>; of: string }> {
  const { SHAKEDOWN_BENCH_SUITE: folder, SHAKEDOWN_BENCH_SUITE_APP: app } = process.env;
  const shared = { browser: 'chromium', sizes: ['desktop'] };
  if (folder === undefined || app === undefined) {
    const sample = await startSample({ version: 'v2.1.0', signal });
    await warmUp(sample.baseUrl, 2500, signal);
    const scenarios = quick ? ['SHOP-01', 'SHOP-03'] : [];
    const suite = { ...shared, baseUrl: sample.baseUrl, scenarios, outside: null };
    return { suite, stop: sample.stop, of: `the sample’s ${quick ? '2' : '14'} scenarios in Chromium at one size` };
  }
  const address = process.env.SHAKEDOWN_BENCH_SUITE_ADDRESS ?? 'http://localhost';
  const outside = await layOut({ ...shared, suite: folder, app, address, root, folder: join(scratch, 'suite') });
  const suite = { ...shared, baseUrl: outside.baseUrl, scenarios: [], outside };
  return { suite, stop: async () => outside.stop(), of: 'a suite from elsewhere in Chromium at one size' };
}
