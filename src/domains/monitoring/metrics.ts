import type { Measurement } from '../../gate/measurement.ts';
import type { Metric } from '../../gate/metric.ts';
import type { TrendResult } from '../../model/stability.ts';
import type { MetricDescription } from '../../model/watch.ts';
import type { Watched } from './fold.ts';
import { criticalAlerts, lesserAlerts } from './judged/alerts.ts';
import { errorLineGrowth, errorLines, errorLinesBefore } from './judged/error-logs.ts';
import { figure } from './judged/figure.ts';
import { healthUp, outage } from './judged/health.ts';
import { restarts, silent } from './judged/silence.ts';
import { stableTime } from './judged/stable-time.ts';
import type { MonitoringSection } from './section.ts';
import { validationMetrics } from './validation/judging.ts';

/** In the sentence of an objective; the report has a section for all of them. */
const trendsNamed = 2;

/** Number of series that drift: they grow by an amount that matters. */
const drift: Metric<Watched, MonitoringSection> = {
  id: 'drift',
  words: 'number of figures that drift',
  shortWords: 'drift',
  unit: 'count',
  needsGenerator: true,
  cause: 'trend',
  read: ({ section }) => harmfulTrends(section?.stability?.trends ?? []),
};

/** Number of series whose noise could hide growth that matters: more time would show it. */
const hiddenGrowth: Metric<Watched, MonitoringSection> = {
  id: 'hidden_growth',
  words: 'number of figures whose noise could hide growth',
  shortWords: 'hidden growth',
  unit: 'count',
  // It says how much the run can show, and nothing against the target.
  missed: 'inconclusive',
  needsGenerator: true,
  cause: 'trend',
  doubt: () => 'growth could hide in the noise of figures that were watched',
  read: ({ section }) => noisyTrends(section?.stability?.trends ?? []),
};

/** Highest share of a limit that a resource of the target took, in percent: for 95 % of the time, or at its peak. */
const utilization: Metric<Watched, MonitoringSection> = {
  id: 'utilization',
  words: 'resource utilization',
  unit: '%',
  cause: 'resources',
  read: ({ state }, { statistic }) => {
    const isPeak = statistic === 'max';
    const worst = closestToLimit(state, isPeak);
    if (worst === null)
      return { value: null, samples: 0, absent: 'no resource of the target was watched whose limit is known' };
    const { metric, percent, samples } = worst;
    const over = !isPeak ? 'for 95 % of the time below this' : metric.kind === 'cpu' ? 'over a minute' : 'at its peak';
    return { value: percent, samples, note: `Closest to its limit is ${metric.title}, ${over}.` };
  },
};

export const metrics = [
  restarts,
  outage,
  healthUp,
  criticalAlerts,
  errorLines,
  errorLineGrowth,
  errorLinesBefore,
  lesserAlerts,
  drift,
  hiddenGrowth,
  utilization,
  silent,
  figure,
  stableTime,
  ...validationMetrics<Watched, MonitoringSection>(({ validation }) => validation),
] as const;

/** Series of the target that drift; the note names them. Series of which more can be said than that they are noisy leave it open. */
function harmfulTrends(trends: readonly TrendResult[]): Measurement {
  const tested = testedOf(trends);
  if (tested.length === 0) return tooShort;
  const of = (verdict: TrendResult['verdict']) => tested.filter((trend) => trend.verdict === verdict);
  const failing = of('fail');
  const found = { value: failing.length, samples: tested.length };
  if (failing.length > 0) return { ...found, note: named(failing) };
  const unclear = of('inconclusive').filter(({ hidesGrowth }) => hidesGrowth !== true);
  return unclear.length === 0 ? found : { ...found, open: named(unclear) };
}

/** Series of the target that show no growth, and could hide some that matters in their noise. */
function noisyTrends(trends: readonly TrendResult[]): Measurement {
  const tested = testedOf(trends);
  if (tested.length === 0) return tooShort;
  // That of a p99 rests on so few answers of a window that healthy runs of minutes could hardly ever pass: p50 and p95 have to be ruled out.
  const noisy = tested.filter(({ id, hidesGrowth }) => hidesGrowth === true && id !== 'response.p99');
  const found = { value: noisy.length, samples: tested.length };
  return noisy.length === 0 ? found : { ...found, reason: named(noisy) };
}

const tooShort = { value: null, samples: 0, absent: 'too short to show a trend' } as const;

function testedOf(trends: readonly TrendResult[]): TrendResult[] {
  return trends.filter(({ subject, pValue }) => subject === 'target' && pValue !== null);
}

function named(trends: readonly TrendResult[]): string {
  const sentences = trends.slice(0, trendsNamed).map(({ sentence }) => sentence);
  const left = trends.length - sentences.length;
  return [...sentences, ...(left > 0 ? [`And ${left} more.`] : [])].join(' ');
}

/** The resource that came closest to its limit, at p95 over the run or at its peak; null when none was watched whose limit is known. */
export function closestToLimit(
  { metrics: watched }: Pick<Watched, 'metrics'>,
  isPeak = false,
): { metric: MetricDescription; percent: number; samples: number } | null {
  let worst: { metric: MetricDescription; percent: number; samples: number } | null = null;
  for (const { metric, shares } of watched.values()) {
    if (shares === null || shares.samples === 0) continue;
    const usual = shares.percent();
    const percent = isPeak ? Math.max(shares.peak(metric.kind), usual) : usual;
    if (worst === null || percent > worst.percent) worst = { metric, percent, samples: shares.samples };
  }
  return worst;
}
