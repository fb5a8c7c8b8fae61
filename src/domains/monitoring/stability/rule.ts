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
 * - What climbs and falls back again and again is `inconclusive`, and called a sawtooth: no trend over the whole run shows it.
 * - Without growth it passes; where noise could hide growth that matters within the stable time
 *   asked for, a day at the most, it is `inconclusive`.
 */
export const rule = {
  warmUpShare: 0.1,
  warmUpAtLeastMs: 60_000,
  warmUpAtMostMs: 30 * 60_000,
  stretchAtLeastMs: 5 * 60_000,
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
}

/** For the kinds of metrics that must not drift; null for those that may grow. */
export function growthRule(kind: MetricKind, unit: MetricUnit): GrowthRule | null {
  if (unit === 'bytes/s' || unit === '/s') return null;
  const seen = 0.01;
  switch (kind) {
    case 'memory':
      return { byDay: true, least: unit === 'bytes' ? 4 * 1024 * 1024 : 1, seen };
    case 'descriptors':
    case 'threads':
    case 'queue':
      return { byDay: true, least: 5, seen };
    case 'database':
      return unit === 'bytes' ? { byDay: false, least: 0, seen } : { byDay: true, least: 5, seen };
    case 'disk':
      return { byDay: false, least: 0, seen: 0.001 };
    default:
      return null;
  }
}

export const responseRule: GrowthRule = { byDay: true, least: 1, seen: 0.05 };
/** In percentage points. */
export const errorsRule: GrowthRule = { byDay: true, least: 0.1, seen: 0.05 };
