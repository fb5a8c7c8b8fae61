import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { backfill, jumped } from '../../../../../src/domains/monitoring/validation/stack/history.ts';
import { startPrometheus } from '../../../../../src/domains/monitoring/validation/stack/prometheus.ts';
import { itWithMonitoring } from '../../../../setup/monitoring.ts';

const jump = { byS: 60, nowS: 1000, courseS: 10, keepS: () => 500, derived: new Set(['r:x']) };
const series = (name: string, points: [number, number][]) => ({ labels: { __name__: name }, points });

it('a jump keeps last values, lets counters go on, gauges stand, and drops what rules record', () => {
  const moved = jumped(
    [
      series('c_total', [
        [990, 100],
        [1000, 120],
      ]),
      series('g', [
        [990, 5],
        [1000, 7],
      ]),
      series('r:x', [[1000, 1]]),
      series('ALERTS_FOR_STATE', [[1000, 900]]),
      series('gone', [[980, 1]]),
    ],
    jump,
  );
  const of = (name: string) => moved.find(({ labels }) => labels.__name__ === name)?.points ?? [];
  // Two a second over the gap of a minute, and still 120 at its end.
  expect(of('c_total').slice(0, 2)).toEqual([
    [930, -20],
    [940, 0],
  ]);
  expect(of('c_total').at(-1)).toEqual([985, 90]);
  expect(of('g').at(-1)).toEqual([985, 7]);
  expect(of('r:x')).toEqual([[940, 1]]);
  // What lies between its last sample and the restart counts as time in which nobody looked.
  expect(of('ALERTS_FOR_STATE').at(-1)).toEqual([1000, 840]);
  // It had ended: no instant finds it any more.
  expect(of('gone')).toEqual([[695, 1]]);
});

itWithMonitoring('a `for` of five minutes that history says is nearly over ends within seconds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  const rules = join(folder, 'rules.yml');
  writeFileSync(rules, 'groups: [{ name: a, rules: [{ alert: A, expr: "x > 1", for: 5m, labels: { l: v } }] }]');
  const now = Date.now() / 1000;
  const held = (value: number): [number, number][] => [30, 20, 10, 1].map((ago) => [now - ago, value]);
  const home = join(folder, 'p');
  await backfill('promtool', home, [
    series('x', held(5)),
    { labels: { __name__: 'ALERTS_FOR_STATE', alertname: 'A', l: 'v' }, points: held(Math.floor(now - 290)) },
  ]);
  const config = `global: { evaluation_interval: 1s }\nrule_files: ['${rules}']`;
  const prometheus = await startPrometheus({ program: 'prometheus', folder: home, config });
  let states: string[] = [];
  try {
    const until = performance.now() + 45_000;
    while (!states.includes('firing') && performance.now() < until) {
      states = [...states, ...(await prometheus.alerts()).map(({ state }) => state)];
      await sleep(100);
    }
  } finally {
    await prometheus.process.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  expect(states[0]).toBe('pending');
  expect(states.at(-1)).toBe('firing');
});
