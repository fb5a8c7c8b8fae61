import type { DowntimeStretch, StabilityResult, Stretch } from '../../../model/stability.ts';
import type { RunRecord } from '../../../run/results/fold.ts';
import { rounded } from '../../load/judging/timeline.ts';
import { common, joined, lengthMs, without } from './stretches.ts';

type Downtime = Pick<
  StabilityResult,
  'downtime' | 'plannedDowntimeMs' | 'unplannedDowntimeMs' | 'uptimePercent' | 'healthChecks' | 'mtbfMs' | 'mttrMs'
>;

/**
 * When the target was down, by its health checks; each holds until the next. Without checks, only announced downtime is known. What was
 * not measured is neither up nor down.
 */
export function downtimeOf(record: RunRecord, endMs: number, gaps: readonly Stretch[]): Downtime {
  const expected = [...record.watched.planned, ...record.chaos.stretches()];
  const announced = joined(expected).filter(({ fromMs }) => fromMs < endMs);
  const checks = [...record.health].sort((a, b) => a.atMs - b.atMs);
  const [first] = checks;
  const seen = first === undefined ? [] : without([{ fromMs: Math.min(first.atMs, endMs), toMs: endMs }], gaps);
  const failures = first === undefined ? [] : failuresOf(checks, endMs);
  const downtime: DowntimeStretch[] = [];
  let failed = 0;
  for (const failure of failures) {
    const down = common([failure], seen);
    const unplanned = without(down, announced);
    if (unplanned.length > 0) failed++;
    const reason = `health check: ${failure.reason}`;
    for (const stretch of unplanned) downtime.push({ ...stretch, planned: false, reason });
    for (const stretch of common(down, announced))
      downtime.push({ ...stretch, planned: true, reason: plannedReason(expected, stretch) });
  }
  if (first === undefined) {
    for (const { fromMs, toMs } of announced) {
      const stretch = { fromMs: Math.max(0, fromMs), toMs: Math.min(toMs, endMs) };
      downtime.push({ ...stretch, planned: true, reason: plannedReason(expected, stretch) });
    }
  }
  downtime.sort((a, b) => a.fromMs - b.fromMs);
  const plannedDowntimeMs = lengthMs(downtime.filter(({ planned }) => planned));
  const unplannedDowntimeMs = lengthMs(downtime.filter(({ planned }) => !planned));
  const seenMs = lengthMs(seen) - (first === undefined ? 0 : plannedDowntimeMs);
  const upMs = seenMs - unplannedDowntimeMs;
  return {
    downtime,
    plannedDowntimeMs,
    unplannedDowntimeMs,
    // Cut, not rounded: a moment of downtime must not become 100 %.
    uptimePercent: seenMs > 0 ? Math.floor((1e8 * upMs) / seenMs) / 1e6 : null,
    healthChecks: checks.length,
    mtbfMs: failed > 0 ? rounded(upMs / failed) : null,
    mttrMs: failed > 0 ? rounded(unplannedDowntimeMs / failed) : null,
  };
}

/** From the first failed check to the next that succeeds. */
function failuresOf(checks: RunRecord['health'], endMs: number): (Stretch & { reason: string })[] {
  const failures: (Stretch & { reason: string })[] = [];
  let open: (Stretch & { reason: string }) | null = null;
  for (const { atMs, up, detail } of checks) {
    if (up) {
      if (open !== null) failures.push({ ...open, toMs: atMs });
      open = null;
    } else open ??= { fromMs: atMs, toMs: endMs, reason: detail ?? 'failed' };
  }
  if (open !== null && open.fromMs < endMs) failures.push(open);
  return failures;
}

function plannedReason(expected: readonly (Stretch & { reason: string })[], { fromMs, toMs }: Stretch): string {
  return expected.find((planned) => planned.fromMs < toMs && planned.toMs > fromMs)?.reason ?? 'planned';
}
