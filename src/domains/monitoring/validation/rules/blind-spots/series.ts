import { durationText } from '../../promql/duration.ts';
import type { Selector } from '../../promql/expression.ts';
import { labelsFor } from '../../promql/satisfy.ts';
import { seriesText } from '../../promql/series-text.ts';
import type { Known } from '../parsed.ts';
import type { TestGroup } from '../promtool/run.ts';
import { type Use, usesOf } from '../uses.ts';
import { anyJob } from './targets.ts';

export const stepMs = 60_000;

export interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isCounter: boolean;
}

/** Series as they are while all is well: every target answers, counters grow. Only those that some alert could miss. */
export function healthySeries(watched: readonly Selector[], jobs: ReadonlySet<string>, known: Known): Series[] {
  const series = new Map<string, Series>();
  const add = (one: Series) => {
    const key = seriesText({ ...one, labels: Object.fromEntries(Object.entries(one.labels).sort()) });
    if (!series.has(key)) series.set(key, one);
  };
  const uses = usesByMetric(known);
  for (const job of jobs) add({ metric: 'up', labels: { job, instance: 'one' }, isCounter: false });
  for (const leaf of watched) {
    if (leaf.metric === null) continue;
    for (const job of jobsAccepted(leaf, jobs)) {
      const labels = labelsFor(leaf, { instance: 'one', job });
      if (labels === null) continue;
      const base = { job, instance: 'one', ...labels };
      const of = uses.get(leaf.metric) ?? [];
      const isCounter = leaf.metric !== 'up' && of.some(({ shape }) => shape === 'counter');
      const isBucket = of.some((use) => use.isBucket) && labels.le === undefined;
      for (const le of isBucket ? ['0.1', '+Inf'] : [null])
        add({ metric: leaf.metric, labels: le === null ? base : { ...base, le }, isCounter });
    }
  }
  return [...series.values()];
}

/** The one that a selector names, or one that it accepts; of several, all that are known. */
function jobsAccepted(leaf: Selector, jobs: ReadonlySet<string>): string[] {
  const accepted = [...jobs].filter((job) => labelsFor(leaf, { job })?.job === job || !namesJob(leaf));
  return namesJob(leaf) ? accepted : [anyJob];
}

function namesJob({ matchers }: Selector): boolean {
  return matchers.some(({ label }) => label === 'job');
}

function usesByMetric(known: Known): Map<string, Use[]> {
  const found = new Map<string, Use[]>();
  for (const use of known.rules.flatMap((one) => usesOf(one, known))) {
    const metric = use.selector.metric ?? '';
    const of = found.get(metric);
    if (of === undefined) found.set(metric, [use]);
    else of.push(use);
  }
  return found;
}

/** A test in which some series go, and promtool says which alerts fired from then on. */
export function caseGroup(
  id: number,
  series: readonly Series[],
  state: (at: number) => 'there' | 'gone' | 'zero',
  back: number,
  by: string,
): TestGroup {
  const before = back + 4;
  // Until all that was is forgotten, and twice as long as the longest `for` that was left.
  const after = back + 8;
  return {
    interval: durationText(stepMs),
    input_series: series.map((one, at) => {
      const is = state(at);
      const step = one.isCounter ? '+1' : '';
      const there = (steps: number) => `1${step}x${steps}`;
      const values =
        is === 'there' ? there(before + after) : `${there(before)} ${is === 'zero' ? `0x${after - 1}` : 'stale'}`;
      return { series: seriesText(one), values };
    }),
    promql_expr_test: [
      {
        // The case's number is in the expression, since promtool names no test.
        expr: `max by (${by}) (max_over_time(ALERTS{alertstate="firing"}[${durationText((after - 1) * stepMs)}])) * 0 + ${id}`,
        eval_time: durationText((before + after) * stepMs),
        exp_samples: [{ labels: '{none="such"}', value: 1 }],
      },
    ],
  };
}
