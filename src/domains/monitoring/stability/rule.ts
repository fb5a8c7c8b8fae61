import type { MetricKind, MetricUnit } from '../../../model/watch.ts';

/**
 * The rule for trends, all of it:
 *
 * - The first tenth of the run, at least a minute and at most 30 minutes, is warm-up and left out.
 * - With less than five minutes or 30 points after it, a trend is `inconclusive`: too short.
 * - It grows when the slope is above zero and the autocorrelation-safe test's p-value below 0.01.
 * - It matters when, at that slope, it grows in 24 h by more than a tenth of its start value (and by more than `least`, so that nothing
 *   fails for a millisecond), or reaches its limit within seven days. Disk, and databases' bytes, fill by use: only their limit matters.
 * - It fails when it grows and matters, and what was seen of it is at least `seen` of the start value; less is `inconclusive`: an hour's
 *   hundredth is no proof for a day. Growth that has ended is no failure (caches fill), growth whose end noise hides is `inconclusive`, and so is
 *   growth while the load grew.
 * - A swing that comes round within the run (in 1 to 24 hours) is taken out first. Growth that a part of such a swing could be, by up to 30 % to each
 *   side, is `inconclusive`: only more of the day shows which. Times, errors and queues may swing within 6 to 24 hours, for neighbours and nightly jobs have
 *   hours of their own; what is held (memory, descriptors, threads), at the same load, within a day. Disk and databases' bytes do not.
 * - Growth has ended where a curve that climbs and then stays level explains the figures as they were measured better than a line, with a swing
 *   where there is one, and what was measured after it neither grows nor could by an amount that matters.
 * - What climbs and falls back again and again is `inconclusive`, and called a sawtooth: no trend over the whole run shows it. So is what fell
 *   back once, unless it then stayed down for as long as it had climbed.
 * - Without growth it passes; where noise could hide growth that matters within the stable time
 *   asked for, a day at the most, it is `inconclusive`.
 */
export const rule = {
  warmUpShare: 0.1,
  warmUpAtLeastMs: 60_000,
  warmUpAtMostMs: 30 * 60_000,
  periodAtLeastMs: 5 * 60_000,
  pointsAtLeast: 30,
  pValueBelow: 0.01,
  dayGrowth: 0.1,
  limitWithinMs: 7 * 24 * 3_600_000,
  /** The tail's slope, as a share of the whole one, below which growth counts as ended. */
  levelledBelow: 0.25,
  /** Growth of the load meanwhile, as a share, past which growth of the target cannot be distinguished from it. */
  loadGrowth: 0.1,
} as const;

export interface GrowthRule {
  /** Whether growth matters by itself, not only near a limit. */
  byDay: boolean;
  /** Least growth in 24 h that matters, in the series' unit. */
  least: number;
  /** Smallest growth, as a share of the start value, that must have been seen. */
  seen: number;
  /** Shortest period of a swing that part of it could be, hours; Infinity: none. */
  swingHours: number;
}

const hoursOfJobs = 6;

/** For the kinds of metrics that must not drift; null for those that may grow. */
export function growthRule(kind: MetricKind, unit: MetricUnit): GrowthRule | null {
  if (unit === 'bytes/s' || unit === '/s') return null;
  const [seen, swingHours] = [0.01, 24];
  switch (kind) {
    case 'memory':
      return { byDay: true, least: unit === 'bytes' ? 4 * 1024 * 1024 : 1, seen, swingHours };
    case 'descriptors':
    case 'threads':
      return { byDay: true, least: 5, seen, swingHours };
    case 'queue':
      return { byDay: true, least: 5, seen, swingHours: hoursOfJobs };
    case 'database':
      return unit === 'bytes'
        ? { byDay: false, least: 0, seen, swingHours: Number.POSITIVE_INFINITY }
        : { byDay: true, least: 5, seen, swingHours };
    case 'disk':
      return { byDay: false, least: 0, seen: 0.001, swingHours: Number.POSITIVE_INFINITY };
    default:
      return null;
  }
}

export const responseRule: GrowthRule = { byDay: true, least: 1, seen: 0.05, swingHours: hoursOfJobs };
/** In percentage points. */
export const errorsRule: GrowthRule = { byDay: true, least: 0.1, seen: 0.05, swingHours: hoursOfJobs };
