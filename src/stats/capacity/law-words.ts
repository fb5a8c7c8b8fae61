import type { ScalabilityFit, ScalabilityIntervals } from '../../model/capacity.ts';

/** Below this, contention over the numbers that were tried costs less than the search can tell. */
const little = 0.005;

/** What the fitted law says of more instances, with what is not known of it; null where its parameters have no intervals. */
export function lawInWords({ intervals, sigma, kappa, lambda, peakAt, points }: ScalabilityFit): string | null {
  if (intervals === undefined) return null;
  const most = Math.max(...points.map(({ n }) => n));
  const { sigma: s, kappa: k, peakAt: at } = intervals;
  const contention =
    s.low > little
      ? `${percent(sigma)} of the work waits for what the instances share (contention, ${range(s.low, s.high)})`
      : s.high > little
        ? `whether work waits for what the instances share is not told apart (contention up to ${percent(s.high)})`
        : 'no work is seen to wait for what the instances share';
  const crosstalk =
    k.low > little / most
      ? `instances cost one another time (crosstalk κ ${digits(kappa)}, ${digits(k.low)} to ${digits(k.high)})`
      : 'that they cost one another time (crosstalk) is not shown';
  return `By the scalability law ${contention}, and ${crosstalk}; ${outlook({ at, peakAt, sigma, sigmaAtLeast: s.low, lambda, most })}.`;
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
  return 'where more instances stop to help was not reached';
}

const percent = (share: number) => `${digits(100 * share)} %`;
const range = (low: number, high: number) => `${digits(100 * low)} to ${percent(high)}`;
const digits = (value: number) => String(Number(value.toPrecision(2)));
