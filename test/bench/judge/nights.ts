import { type Baseline, levelOf } from '../../../src/domains/load/regression/baselines.ts';
import { regressionOf } from '../../../src/domains/load/regression/regression.ts';
import type { WindowSeries } from '../../../src/domains/load/regression/series.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { gaussian, seeded } from '../../random.ts';

/** Nights of one system, each compared with those before it. */
export interface Nights {
  /** p50 of a night's window, ms, before noise. @param night from 0 */
  medianMs: (night: number, window: number, random: () => number) => number;
  /** Level of a whole night, as a factor. */
  levelOf?: (night: number, random: () => number) => number;
  nights: number;
  seed: number;
}

const windows = 120;
const windowMs = 60_000;
const perWindow = 5000;
/** Runs that each is compared with, and runs that are kept. */
const runs = 3;
const kept = 20;
const marginPercent = 5;
/** Windows wander by so much, in logarithms, neighbours alike. */
const [wander, correlation] = [0.03, 0.5];

/** What each night comes out with, the first of which has nothing to be compared with. Every night is kept, as the CI does of those that pass. */
export function nightsVerdicts({ medianMs, levelOf: nightLevel, nights, seed }: Nights): Verdict[] {
  const random = seeded(seed);
  const normal = gaussian(random);
  const baselines: Baseline[] = [];
  const verdicts: Verdict[] = [];
  for (let night = 0; night < nights; night++) {
    const level = nightLevel?.(night, random) ?? 1;
    let state = normal();
    const p50 = Array.from({ length: windows }, (_, window) => {
      const one = level * medianMs(night, window, random) * Math.exp(wander * state + 0.01 * normal());
      state = correlation * state + Math.sqrt(1 - correlation ** 2) * normal();
      return one;
    });
    const series = seriesOf(p50, normal);
    const startedAt = new Date(Date.UTC(2026, 0, 1 + night)).toISOString();
    const started = { runId: `night-${night}`, time: startedAt, durationMs: windows * windowMs };
    const chosen = {
      format: 'shakedown.baselines/1' as const,
      baselines: baselines.slice(-runs).reverse(),
      notCompared: baselines.length > 0 ? null : 'none is kept',
      levels: baselines.slice(-kept).flatMap((one) => levelOf(one) ?? []),
    };
    const facts = { started, plan: null, engine: null, windows: [] } as unknown as Parameters<typeof regressionOf>[0];
    if (night > 0) verdicts.push(regressionOf(facts, chosen, [series], marginPercent).verdict);
    baselines.push({
      ...{ format: 'shakedown.baseline/1', runId: started.runId, name: 'shop', version: `v${night}`, startedAt },
      ...{ conditions: {}, scheduleSha256: '', pointMs: windowMs, series: [series] },
    });
  }
  return verdicts;
}

function seriesOf(p50: number[], normal: () => number): WindowSeries {
  const at = p50.map((_, i) => i);
  return {
    ...{ subject: 'all', at, p50, mean: p50, count: at.map(() => perWindow), errors: at.map(() => 0) },
    p95: p50.map((ms) => 2 * ms * Math.exp(0.02 * normal())),
    p99: p50.map((ms) => 3 * ms * Math.exp(0.05 * normal())),
  };
}
