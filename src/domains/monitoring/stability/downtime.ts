import { duration, list } from '../../../gate/words.ts';
import { momentaryMs } from '../../../model/chaos.ts';
import type { RunFacts, Span } from '../../../model/run-facts.ts';
import type { DowntimePeriod, Period, StabilityResult } from '../../../model/stability.ts';
import { common, joined, lengthMs, without } from '../../../stats/periods.ts';
import { thousandths } from '../../../stats/rounding.ts';
import type { Watched } from '../fold.ts';

type Downtime = Pick<
  StabilityResult,
  | 'healthCheckedMs'
  | 'downtime'
  | 'plannedDowntimeMs'
  | 'unplannedDowntimeMs'
  | 'uptimePercent'
  | 'healthChecks'
  | 'mtbfMs'
  | 'mttrMs'
>;

/**
 * When the target was down, by its health checks; each holds until the next. Without checks, only announced downtime is known. What was
 * not measured is neither up nor down.
 */
export function downtimeOf(
  { planned }: Pick<Watched, 'planned'>,
  { health, spans }: Pick<RunFacts, 'health' | 'spans'>,
  { endMs, gaps }: { endMs: number; gaps: readonly Period[] },
): Downtime {
  const expected: Reasoned[] = [...planned, ...faultPeriods(spans)];
  const announced = joined(expected).filter(({ fromMs }) => fromMs < endMs);
  const checks = inTime(health);
  const [first] = checks;
  const seen = without(checkedPeriods(checks, endMs), gaps);
  const failures = first === undefined ? [] : failuresOf(checks, endMs);
  const downtime: DowntimePeriod[] = [];
  let failed = 0;
  for (const failure of failures) {
    const down = common([failure], seen);
    const unplanned = without(down, announced);
    if (unplanned.length > 0) failed++;
    const reason = `health check: ${failure.reason}`;
    for (const period of unplanned) downtime.push({ ...period, planned: false, reason });
    for (const period of common(down, announced))
      downtime.push({ ...period, planned: true, reason: plannedReason(expected, period) });
  }
  if (first === undefined) {
    for (const { fromMs, toMs } of announced) {
      const period = { fromMs: Math.max(0, fromMs), toMs: Math.min(toMs, endMs) };
      downtime.push({ ...period, planned: true, reason: plannedReason(expected, period) });
    }
  }
  downtime.sort((a, b) => a.fromMs - b.fromMs);
  const plannedDowntimeMs = lengthMs(downtime.filter((one) => one.planned));
  const unplannedDowntimeMs = lengthMs(downtime.filter((one) => !one.planned));
  const seenMs = lengthMs(seen) - (first === undefined ? 0 : plannedDowntimeMs);
  const upMs = seenMs - unplannedDowntimeMs;
  return {
    downtime,
    plannedDowntimeMs,
    unplannedDowntimeMs,
    // Cut, not rounded: a moment of downtime must not become 100 %.
    uptimePercent: seenMs > 0 ? Math.floor((1e8 * upMs) / seenMs) / 1e6 : null,
    healthChecks: checks.length,
    healthCheckedMs: lengthMs(seen),
    mtbfMs: failed > 0 ? thousandths(upMs / failed) : null,
    mttrMs: failed > 0 ? thousandths(unplannedDowntimeMs / failed) : null,
  };
}

export type Reasoned = Period & { reason: string };

/** A steady state is written down once a minute; where nothing is for longer, nothing was checked. */
const holdsMs = 70_000;

/** The time that health checks speak for: each until the next. */
function checkedPeriods(checks: RunFacts['health'], endMs: number): Period[] {
  return joined(
    checks.map(({ atMs }, i) => ({
      fromMs: Math.min(atMs, endMs),
      toMs: Math.min(endMs, atMs + holdsMs, checks[i + 1]?.atMs ?? endMs),
    })),
  );
}

/** Planned downtime of more of the run, and what is left says too little. */
const plannedAtMost = 0.25;

/** Why planned downtime leaves too little of the run to show anything by; undefined: it leaves enough. */
export function mostlyPlanned({ planned }: Pick<Watched, 'planned'>, { judged }: Pick<RunFacts, 'judged'>) {
  const plannedMs = lengthMs(common(joined([...planned]), [{ fromMs: 0, toMs: judged.endMs }]));
  if (plannedMs <= plannedAtMost * judged.endMs) return undefined;
  return `Downtime was planned for ${duration(plannedMs)} of ${duration(judged.endMs)}, so the rest shows too little.`;
}

/** What happened in planned downtime and is held against nobody, as sentences. */
export function excusedByPlan({ planned }: Pick<Watched, 'planned'>, { downtime, alerts }: StabilityResult): string[] {
  const plans = joined([...planned]);
  const downMs = lengthMs(common(joined(downtime.filter((one) => one.planned)), plans));
  const names = alerts
    .filter(({ fromMs, toMs }) => common([{ fromMs, toMs: Math.max(toMs, fromMs + 1) }], plans).length > 0)
    .map(({ name }) => name);
  return [
    ...(downMs > 0 ? [`In planned downtime the target was down for ${duration(downMs)}, which does not count.`] : []),
    ...(names.length > 0
      ? [
          `In planned downtime alerts fired, which do not count until five minutes after it: ${list([...new Set(names)])}.`,
        ]
      : []),
  ];
}

/** Alerts are seen late, and processes need a moment to be there again: what a fault or a plan brought about may last so much longer. */
const afterwardsMs = 5 * 60_000;

/** When what happens to the target is expected: planned downtime, faults and deployments, and a while after each. */
export function expectedPeriods({ planned }: Pick<Watched, 'planned'>, { spans }: Pick<RunFacts, 'spans'>): Period[] {
  const deployments = spans.filter(({ kind }) => kind === 'deployment');
  return joined(
    [...planned, ...faultPeriods(spans), ...deployments].map(({ fromMs, toMs }) => ({
      fromMs: fromMs - 1000,
      toMs: toMs + afterwardsMs,
    })),
  );
}

/** When faults were on: downtime then was brought about on purpose. */
export function faultPeriods(spans: readonly Span[]): Reasoned[] {
  return spans
    .filter(({ kind }) => kind === 'fault')
    .map(({ fromMs, toMs, label }) => ({
      fromMs,
      toMs: Math.max(toMs, fromMs + momentaryMs),
      reason: `fault: ${label}`,
    }));
}

/** Periods in which health checks failed, each with what the first said. */
export function outagesOf(health: RunFacts['health']): Reasoned[] {
  return failuresOf(inTime(health), Number.POSITIVE_INFINITY);
}

function inTime(health: RunFacts['health']): RunFacts['health'] {
  return [...health].sort((a, b) => a.atMs - b.atMs);
}

/** From the first failed check to the next that succeeds. */
function failuresOf(checks: RunFacts['health'], endMs: number): Reasoned[] {
  const failures: Reasoned[] = [];
  let open: Reasoned | null = null;
  for (const { atMs, up, detail } of checks) {
    if (up) {
      if (open !== null) failures.push({ ...open, toMs: atMs });
      open = null;
    } else open ??= { fromMs: atMs, toMs: endMs, reason: detail ?? 'failed' };
  }
  if (open !== null && open.fromMs < endMs) failures.push(open);
  return failures;
}

function plannedReason(expected: readonly Reasoned[], { fromMs, toMs }: Period): string {
  return expected.find((planned) => planned.fromMs < toMs && planned.toMs > fromMs)?.reason ?? 'planned';
}
