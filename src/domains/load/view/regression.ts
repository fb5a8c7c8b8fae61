import type { RegressionComparison, RegressionResult } from '../../../model/regression.ts';
import type { Results } from '../../../model/results.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { change, count, nothing, plainNumber, plural } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import { joined, measured } from '../../../report-kit/text-width.ts';
import { days } from '../../../report-kit/time.ts';
import { wordOf } from '../../../report-kit/verdict.ts';

export interface ComparisonRow {
  verdict: Verdict;
  word: string;
  subject: string;
  isRoute: boolean;
  statistic: string;
  reason: string;
  baseline: string;
  candidate: string;
  change: string;
  interval: string;
  effect: string;
  windows: string;
}

export interface RegressionView {
  verdict: Verdict;
  word: string;
  sentence: string;
  notCompared: string;
  design: string;
  baselines: { run: string; version: string; date: string }[];
  baselinesLeftOut: string;
  rows: ComparisonRow[];
  leftOut: string;
}

const mostRows = 15;
const mostBaselines = 6;
const order: Record<string, number> = { fail: 0, inconclusive: 1, pass: 2 };
const statistics: ReadonlyMap<string, string> = new Map(
  Object.entries({
    error_rate: 'failed',
    value: 'mean',
    slow_windows: 'slow windows',
    slope_p50: 'p50, run to run',
    slope_p95: 'p95, run to run',
  }),
);

const points = (value: number) => {
  const digits = plainNumber(Math.abs(value), 3);
  return `${digits === '0' ? '±' : value < 0 ? '\u2212' : '+'}${digits}\u00a0points`;
};

/** Change in percent of the baseline; of a share in percentage points. */
export function changeOf({ statistic }: RegressionComparison, value: number): string {
  return statistic === 'error_rate' || statistic === 'slow_windows' ? points(value) : change(value);
}

/** Worst first: by verdict, then by change. */
export function worstComparisons(regression: RegressionResult | undefined): RegressionComparison[] {
  return (regression?.comparisons ?? []).toSorted(
    (a, b) => (order[a.verdict] ?? 3) - (order[b.verdict] ?? 3) || b.change - a.change,
  );
}

function row(comparison: RegressionComparison): ComparisonRow {
  const { verdict, subject, statistic, unit, interval } = comparison;
  return {
    verdict,
    word: wordOf(verdict),
    subject: subject === 'all' ? 'All requests' : shortened(subject, 120),
    isRoute: subject.includes(' /'),
    statistic: `${statistics.get(statistic) ?? shortened(statistic, 20)}${comparison.pinned === undefined ? '' : ', pinned'}`,
    reason: verdict === 'pass' ? '' : shortened(comparison.reason, 240),
    baseline: measured(comparison.baseline, unit),
    candidate: measured(comparison.candidate, unit),
    change: changeOf(comparison, comparison.change),
    interval:
      interval === null ? nothing : joined(changeOf(comparison, interval.low), changeOf(comparison, interval.high)),
    effect: plainNumber(comparison.effectSize, 2),
    windows: `${count(comparison.windows.baseline)} · ${count(comparison.windows.candidate)}`,
  };
}

/** The candidate beside the last passing runs; null where none was asked for. */
export function regressionView({ sections: { load } }: Results): RegressionView | null {
  const regression = load?.regression;
  if (regression === undefined) return null;
  const left = regression.comparisonsLeftOut + Math.max(0, regression.comparisons.length - mostRows);
  return {
    verdict: regression.verdict,
    word: wordOf(regression.verdict),
    sentence: shortened(regression.sentence, 400),
    notCompared: regression.notCompared === null ? '' : shortened(regression.notCompared, 300),
    design:
      regression.design === 'paired' ? 'paired in time with the baseline' : 'taken as independent of the baseline',
    baselines: regression.baselines.slice(0, mostBaselines).map(({ runId, version, startedAt }) => ({
      run: shortened(runId, 60),
      version: shortened(version, 40),
      date: days(startedAt, startedAt),
    })),
    baselinesLeftOut:
      regression.baselines.length > mostBaselines
        ? plural(regression.baselines.length - mostBaselines, 'more run')
        : '',
    rows: worstComparisons(regression).slice(0, mostRows).map(row),
    leftOut: left > 0 ? count(left) : '',
  };
}
