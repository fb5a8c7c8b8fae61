import type { ScalabilityFit, ScalabilityIntervals } from '../../model/capacity.ts';

/** Below this, what instances cost one another is less than the search can measure. */
const little = 0.005;

/**
 * What the fitted law says of more instances, with what is not known of it; null where its parameters have no intervals. Contention and crosstalk are
 * reported together: few numbers of instances show that they hold one another up, and hardly by which of the two.
 */
export function lawInWords({ intervals, sigma, kappa, lambda, peakAt, points }: ScalabilityFit): string | null {
  if (intervals === undefined) return null;
  const most = Math.max(...points.map(({ n }) => n));
  const { sigma: s, kappa: k, peakAt: at } = intervals;
  const share = 1 / (1 + sigma * (most - 1) + kappa * most * (most - 1));
  const found =
    s.low > little || k.low > little / most
      ? `${most} instances do ${percent(share)} of what ${most} times one would, because they wait for one another (contention σ ${digits(s.low)} to ${digits(s.high)}, crosstalk κ ${digits(k.low)} to ${digits(k.high)})`
      : `it is not shown that instances wait for one another (contention σ at most ${digits(s.high)}, crosstalk κ at most ${digits(k.high)})`;
  return `By the scalability law ${found}; ${outlook({ at, peakAt, sigma, sigmaAtLeast: s.low, lambda, most })}.`;
}

interface Outlook {
  /** Of N at the peak. */
  at: ScalabilityIntervals['peakAt'];
  peakAt: number | null;
  sigma: number;
  sigmaAtLeast: number;
  lambda: number;
  most: number;
}

function outlook({ at, peakAt, sigma, sigmaAtLeast, lambda, most }: Outlook): string {
  if (peakAt !== null && at?.high != null) {
    const between = at.high - at.low < 0.5 ? '' : ` (${Math.round(at.low)} to ${Math.round(at.high)})`;
    const peak = `highest at about ${Math.round(peakAt)} instances${between}`;
    return peakAt <= most * 1.5 ? `the rate is ${peak}` : `the rate would be ${peak}, more than were tried`;
  }
  if (sigmaAtLeast > little)
    return `however many there are, the rate stays below about ${digits(lambda / sigma)} per second`;
  return 'the number of instances beyond which more do not help was not reached';
}

const percent = (share: number) => `${digits(100 * share)} %`;
const digits = (value: number) => String(Number(value.toPrecision(2)));
