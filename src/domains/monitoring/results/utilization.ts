import type { Measurement } from '../../../gate/measurement.ts';
import type { ObjectiveChanges } from '../../../gate/objectives.ts';
import type { Objective } from '../../../model/verdict.ts';
import type { MetricDescription } from '../../../model/watch.ts';
import type { Watched } from './watched.ts';

/** Shares are kept to a tenth of a percent, up to twice the limit: what a metric needs is the same after a day as after a minute. */
const binsPerPercent = 10;
const bins = 200 * binsPerPercent + 1;
const percentile = 0.95;
const judgedKinds: ReadonlySet<MetricDescription['kind']> = new Set(['cpu', 'memory', 'descriptors', 'disk']);

/** How often a resource took which share of its limit. */
export class LimitShares {
  #counts = new Uint32Array(bins);
  samples = 0;

  add(value: number, limit: number): void {
    const bin = Math.round((100 * binsPerPercent * value) / limit);
    const at = Math.min(Math.max(bin, 0), bins - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.samples++;
  }

  /** The share, in percent, that was not passed for 95 % of the time. */
  percent(): number {
    return percentOf(this.#counts, this.samples);
  }
}

/** Whether a metric is a resource of the target with a limit that it should keep clear of. */
export function isLimited({ limit, subject, kind }: MetricDescription): boolean {
  return subject === 'target' && judgedKinds.has(kind) && typeof limit === 'number' && limit > 0;
}

type Watching = Pick<Watched, 'metrics'>;

/** The resource that came closest to its limit, at p95 over the run; null when none was watched whose limit is known. */
function worstOf({ metrics }: Watching): { metric: MetricDescription; percent: number; samples: number } | null {
  let worst: { metric: MetricDescription; percent: number; samples: number } | null = null;
  for (const { metric, shares } of metrics.values()) {
    if (shares === null || shares.samples === 0) continue;
    const percent = shares.percent();
    if (worst === null || percent > worst.percent) worst = { metric, percent, samples: shares.samples };
  }
  return worst;
}

function percentOf(counts: Uint32Array, samples: number): number {
  const rank = Math.ceil(percentile * samples);
  let passed = 0;
  for (let bin = 0; bin < bins; bin++) {
    passed += counts[bin] ?? 0;
    if (passed >= rank) return bin / binsPerPercent;
  }
  return 0;
}

/** What was found for the objective of metric `utilization`. */
export function measureUtilization(watched: Watching): Measurement {
  const worst = worstOf(watched);
  if (worst === null) {
    return { value: null, samples: 0, absent: 'no resource of the target was watched whose limit is known' };
  }
  const { metric, percent, samples } = worst;
  return { value: percent, samples, note: `Closest to its limit is ${metric.title}, for 95 % of the time below this.` };
}

/** Objectives that a run can be judged by, and what is said of those left out. */
export interface JudgedObjectives {
  objectives: Objective[];
  missing: string[];
}

/**
 * Leaves the default objective on utilization out where nothing was watched: without a watch it could only ever be inconclusive. One that the
 * configuration names is kept, for what was asked for may not pass by silence.
 */
export function judgeable(
  objectives: readonly Objective[],
  given: readonly Objective[] | ObjectiveChanges | null,
  watched: Watching,
): JudgedObjectives {
  const named = Array.isArray(given) || (given !== null && Object.hasOwn(given, 'utilization'));
  if (named || worstOf(watched) !== null) return { objectives: [...objectives], missing: [] };
  const missing = 'Resources of the target were not watched against a limit; see `watch` in the configuration.';
  return { objectives: objectives.filter(({ metric }) => metric !== 'utilization'), missing: [missing] };
}
