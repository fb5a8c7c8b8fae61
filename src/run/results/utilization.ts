import type { Measurement } from '../../gate/judge.ts';
import type { ObjectiveChanges } from '../../gate/objectives.ts';
import type { Objective } from '../../model/verdict.ts';
import type { MetricDescription } from '../../model/watch.ts';

/** Shares are kept to a tenth of a percent, up to twice the limit: what the heaviest metric needs is the same after a day as after a minute. */
const binsPerPercent = 10;
const bins = 200 * binsPerPercent + 1;
const metricsAtMost = 2000;
const percentile = 0.95;
const judgedKinds: ReadonlySet<MetricDescription['kind']> = new Set(['cpu', 'memory', 'descriptors', 'disk']);

interface Share {
  metric: MetricDescription;
  counts: Uint32Array;
  samples: number;
}

/** Counts how much of their limits the watched resources of the target took. */
export class UtilizationTally {
  #shares = new Map<string, Share>();

  describe(metrics: readonly MetricDescription[]): void {
    for (const metric of metrics) {
      const { id, limit, subject, kind } = metric;
      if (subject !== 'target' || !judgedKinds.has(kind) || typeof limit !== 'number' || !(limit > 0)) continue;
      const known = this.#shares.get(id);
      if (known !== undefined) known.metric = metric;
      else if (this.#shares.size < metricsAtMost) {
        this.#shares.set(id, { metric, counts: new Uint32Array(bins), samples: 0 });
      }
    }
  }

  sample(values: Readonly<Record<string, number>>): void {
    for (const [id, value] of Object.entries(values)) {
      const share = this.#shares.get(id);
      if (share === undefined || share.metric.limit === null) continue;
      const bin = Math.round((100 * binsPerPercent * value) / share.metric.limit);
      const at = Math.min(Math.max(bin, 0), bins - 1);
      share.counts[at] = (share.counts[at] ?? 0) + 1;
      share.samples++;
    }
  }

  /** The resource that came closest to its limit, at p95 over the run; null when none was watched whose limit is known. */
  worst(): { metric: MetricDescription; percent: number; samples: number } | null {
    let worst: { metric: MetricDescription; percent: number; samples: number } | null = null;
    for (const { metric, counts, samples } of this.#shares.values()) {
      if (samples === 0) continue;
      const percent = percentOf(counts, samples);
      if (worst === null || percent > worst.percent) worst = { metric, percent, samples };
    }
    return worst;
  }
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
export function measureUtilization(tally: UtilizationTally): Measurement {
  const worst = tally.worst();
  if (worst === null) {
    return { value: null, samples: 0, absent: 'no resource of the target was watched whose limit is known' };
  }
  const { metric, percent, samples } = worst;
  return { value: percent, samples, note: `Closest to its limit is ${metric.title}, for 95 % of the time below this.` };
}

/**
 * Leaves the default objective on utilization out where nothing was watched: without a watch it could only ever be inconclusive. One that the
 * configuration names is kept, for what was asked for may not pass by silence.
 */
export function judgeable(
  objectives: readonly Objective[],
  given: readonly Objective[] | ObjectiveChanges | null,
  tally: UtilizationTally,
): { objectives: Objective[]; missing: string[] } {
  const named = Array.isArray(given) || (given !== null && Object.hasOwn(given, 'utilization'));
  if (named || tally.worst() !== null) return { objectives: [...objectives], missing: [] };
  const missing = 'Resources of the target were not watched against a limit; see `watch` in the configuration.';
  return { objectives: objectives.filter(({ metric }) => metric !== 'utilization'), missing: [missing] };
}
