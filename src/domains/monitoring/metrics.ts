import type { Measurement } from '../../gate/measurement.ts';
import type { Metric } from '../../gate/metric.ts';
import type { TrendResult } from '../../model/stability.ts';
import type { MetricDescription } from '../../model/watch.ts';
import type { Watched } from './fold.ts';
import type { MonitoringSection } from './section.ts';

/** In the sentence of an objective; the report has a section for all of them. */
const trendsNamed = 2;

/** Number of series that drift: they grow by an amount that matters. */
const drift: Metric<Watched, MonitoringSection> = {
  id: 'drift',
  words: 'number of series that drift',
  shortWords: 'drift',
  unit: 'count',
  needsGenerator: true,
  cause: 'trend',
  read: ({ section }) => harmfulTrends(section?.stability?.trends ?? []),
};

/** Highest share of a limit that a resource of the target took, in percent. */
const utilization: Metric<Watched, MonitoringSection> = {
  id: 'utilization',
  words: 'resource utilization',
  unit: '%',
  cause: 'resources',
  read: ({ state }) => {
    const worst = closestToLimit(state);
    if (worst === null)
      return { value: null, samples: 0, absent: 'no resource of the target was watched whose limit is known' };
    const { metric, percent, samples } = worst;
    return {
      value: percent,
      samples,
      note: `Closest to its limit is ${metric.title}, for 95 % of the time below this.`,
    };
  },
};

export const metrics = [drift, utilization] as const;

/** Series of the target that drift; the note names them. */
function harmfulTrends(trends: readonly TrendResult[]): Measurement {
  const tested = trends.filter(({ subject, pValue }) => subject === 'target' && pValue !== null);
  if (tested.length === 0) return { value: null, samples: 0, absent: 'too short to show a trend' };
  const failing = tested.filter(({ verdict }) => verdict === 'fail');
  const found = { value: failing.length, samples: tested.length };
  if (failing.length === 0) return found;
  const named = failing.slice(0, trendsNamed).map(({ sentence }) => sentence);
  const left = failing.length - named.length;
  return { ...found, note: [...named, ...(left > 0 ? [`And ${left} more.`] : [])].join(' ') };
}

/** The resource that came closest to its limit, at p95 over the run; null when none was watched whose limit is known. */
export function closestToLimit({
  metrics: watched,
}: Pick<Watched, 'metrics'>): { metric: MetricDescription; percent: number; samples: number } | null {
  let worst: { metric: MetricDescription; percent: number; samples: number } | null = null;
  for (const { metric, shares } of watched.values()) {
    if (shares === null || shares.samples === 0) continue;
    const percent = shares.percent();
    if (worst === null || percent > worst.percent) worst = { metric, percent, samples: shares.samples };
  }
  return worst;
}
