import { vitalVerdict } from '../../gate/vital.ts';
import type { BrowserName, UatBrowser } from '../../model/browser.ts';
import type { UatAttempt, VitalResult } from '../../model/uat.ts';
import { type VitalName, type VitalSample, vitalNames } from '../../model/vital.ts';
import { percentileRanks } from '../../stats/intervals.ts';

const confidence = 0.95;

/** With fewer no value bounds the 75th percentile from above, so that no vital can pass. */
export const fewestLoads = firstThatCanPass();

function firstThatCanPass(): number {
  let loads = 1;
  const isOpen = (n: number) => {
    const { high } = percentileRanks(n, 75, confidence);
    return vitalVerdict(n, 0, high > n ? null : 0, 0) !== 'pass';
  };
  while (isOpen(loads)) loads++;
  return loads;
}

export interface VitalsSeen {
  browser: BrowserName;
  /** Of all page loads; a sample of each metric that was measured. */
  samples: readonly VitalSample[];
  /** What the engine does not support. */
  unsupported: readonly VitalName[];
}

/** 75th percentile of each vital in each browser that ran, over all page loads; what an engine does not support is neither zero nor passed. */
export function vitalResults(
  attempts: readonly Pick<UatAttempt, 'browser' | 'observation'>[],
  browsers: readonly UatBrowser[],
  budgets: Record<VitalName, number>,
): VitalResult[] {
  const seen = browsers
    .filter(({ notRun }) => notRun === null)
    .map(({ name: browser }): VitalsSeen => {
      const own = attempts.filter((attempt) => attempt.browser === browser).map(({ observation }) => observation);
      return {
        browser,
        samples: own.flatMap(({ vitals }) => vitals),
        unsupported: own.flatMap(({ unsupported }) => unsupported),
      };
    });
  return vitalsOf(seen, budgets);
}

/** Every vital of every browser, in that order: 75th percentile with its interval, and whether it is within budget. */
export function vitalsOf(seen: readonly VitalsSeen[], budgets: Record<VitalName, number>): VitalResult[] {
  return vitalNames.flatMap((metric) => seen.map((each) => vitalOf(metric, each, budgets[metric])));
}

function vitalOf(metric: VitalName, { browser, samples, unsupported }: VitalsSeen, budget: number): VitalResult {
  const all = samples.filter((sample) => sample.metric === metric);
  const values = all.map(({ value }) => value).sort((a, b) => a - b);
  const empty = {
    metric,
    browser,
    samples: 0,
    p75: null,
    p25: null,
    max: null,
    interval: null,
    budget,
    worstPage: null,
  };
  if (unsupported.includes(metric)) return { ...empty, state: 'unsupported', verdict: 'inconclusive' };
  if (values.length === 0) return { ...empty, state: 'not measured', verdict: 'inconclusive' };
  const at = (rank: number) => values[Math.min(values.length, Math.max(1, rank)) - 1] ?? 0;
  const p75 = at(Math.ceil(0.75 * values.length));
  const ranks = percentileRanks(values.length, 75, confidence);
  const low = ranks.low < 1 ? 0 : at(ranks.low);
  const high = ranks.high > values.length ? null : at(ranks.high);
  const worst = all.reduce((highest, each) => (each.value > highest.value ? each : highest));
  return {
    ...empty,
    state: 'measured',
    samples: values.length,
    p75,
    p25: at(Math.ceil(0.25 * values.length)),
    max: values.at(-1) ?? null,
    interval: high === null ? null : { low, high, confidence },
    verdict: vitalVerdict(values.length, low, high, budget),
    worstPage: worst.page,
    ...(worst.element === undefined ? {} : { worstElement: worst.element }),
  };
}
