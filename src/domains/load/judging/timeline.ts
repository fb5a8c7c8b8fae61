import type { TimelineBand, TimelinePoint, WindowResult } from '../../../model/results.ts';
import type { Period } from '../../../model/stability.ts';
import type { LatencyHistogram } from '../../../stats/histogram.ts';
import { unmeasured } from '../../../stats/periods.ts';
import { inMs, thousandths } from '../../../stats/rounding.ts';
import type { LostGenerator } from '../section.ts';
import { invalidLabel } from './lost.ts';

const pointsAtMost = 360;

/** Windows that make one point of the timeline. */
export function windowsPerPoint(windows: readonly WindowResult[]): number {
  const last = windows.at(-1);
  return last === undefined ? 1 : Math.max(1, Math.ceil((last.index + 1) / pointsAtMost));
}

interface Bucket {
  durationMs: number;
  invalidMs: number;
  planned: number;
  completed: number;
  failed: number;
}

/** Points from merged windows; latencies from merged histograms, so that a point's percentiles are exact. */
export function timelinePoints(
  windows: readonly WindowResult[],
  perPoint: number,
  windowMs: number,
  latencies: ReadonlyMap<number, LatencyHistogram>,
): TimelinePoint[] {
  const buckets = new Map<number, Bucket>();
  for (const window of windows) {
    const index = Math.floor(window.index / perPoint);
    const bucket = buckets.get(index) ?? { durationMs: 0, invalidMs: 0, planned: 0, completed: 0, failed: 0 };
    buckets.set(index, bucket);
    bucket.durationMs += window.durationMs;
    if (window.invalid !== null) bucket.invalidMs += window.durationMs;
    bucket.planned += window.planned;
    bucket.completed += window.completed;
    bucket.failed += window.failed;
  }
  return [...buckets].map(([index, bucket]) => {
    const histogram = latencies.get(index);
    const answered = bucket.completed + bucket.failed;
    return {
      atMs: index * perPoint * windowMs,
      ratePerSecond: thousandths((1000 * bucket.completed) / bucket.durationMs),
      plannedRatePerSecond: thousandths((1000 * bucket.planned) / bucket.durationMs),
      p50: inMs(histogram?.percentile(50) ?? null),
      p95: inMs(histogram?.percentile(95) ?? null),
      p99: inMs(histogram?.percentile(99) ?? null),
      errorPercent: answered === 0 ? null : Math.round((1e8 * bucket.failed) / answered) / 1e6,
      invalid: bucket.invalidMs * 2 > bucket.durationMs,
    };
  });
}

/**
 * Periods in which the generator was the bottleneck, and those not measured at all.
 * @param joinMs periods closer than this become one, so that their number is bounded by the timeline's resolution
 */
export function timelineBands(
  windows: readonly WindowResult[],
  parts: readonly Period[],
  plannedMs: number,
  joinMs: number,
  lost: readonly LostGenerator[] = [],
): TimelineBand[] {
  const bands: TimelineBand[] = [];
  const within = new Map<TimelineBand, WindowResult[]>();
  for (const window of windows) {
    if (window.invalid === null) continue;
    const band = extend(bands, 'invalid', window.startMs, endOf(window), window.invalid, joinMs);
    const those = within.get(band) ?? [];
    those.push(window);
    within.set(band, those);
  }
  for (const [band, those] of within) band.label = invalidLabel(those, lost);
  const gaps: TimelineBand[] = [];
  for (const { fromMs, toMs } of unmeasured(parts, plannedMs, windows.at(-1)?.durationMs ?? 0))
    extend(gaps, 'gap', fromMs, toMs, 'not measured', joinMs);
  return [...bands, ...gaps];
}

const marksAtMost = 60;

/** Moments that the run's journal marks, such as instances that were added. */
export function markBands(
  marks: readonly { lane: TimelineBand['lane']; label: string; atMs: number }[],
): TimelineBand[] {
  return marks
    .slice(0, marksAtMost)
    .map(({ lane, label, atMs }) => ({ lane, label, startMs: atMs, endMs: atMs, state: 'info' }));
}

function endOf(window: WindowResult): number {
  return window.startMs + window.durationMs;
}

function extend(
  bands: TimelineBand[],
  lane: 'invalid' | 'gap',
  startMs: number,
  endMs: number,
  label: string,
  joinMs: number,
): TimelineBand {
  const last = bands.at(-1);
  if (last !== undefined && startMs - last.endMs <= joinMs) {
    last.endMs = endMs;
    return last;
  }
  const band: TimelineBand = { lane, startMs, endMs, label, state: 'inconclusive' };
  bands.push(band);
  return band;
}
