import { type LoadShare, momentaryMs, type ResilienceResult, type TimedFigure } from '../../../model/chaos.ts';
import type { WindowResult } from '../../../model/results.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import { thousandths } from '../../../stats/rounding.ts';
import { healthEveryMs } from '../../monitoring/public.ts';
import type { MeasuredFault } from './measured-fault.ts';

/** Alerts are asked for at least this often, where the configuration does not say (src/domains/monitoring/watch-run.ts). */
const alertEveryMs = 15_000;
/** In the band of before for so many windows: recovered. */
export const inBand = 3;
/** What the clocks of load generators, and the moment at which a fault is known to be there, may be off by. */
const clocksMs = 50;

interface Band {
  failedShareAtMost: number;
  p95AtMostMs: number;
}

/** What counts as being back: the figures of before, and what they vary by from window to window. */
export function bandOf({ requests, failed, p95Ms }: LoadShare, windows: readonly WindowResult[]): Band {
  // What nine in ten windows of before stayed below is no sign of a fault after it.
  const usual = windows.flatMap(({ response: { p95 } }) => p95 ?? []).sort((a, b) => a - b);
  const usualMs = usual[Math.floor(0.9 * usual.length)] ?? 0;
  return {
    failedShareAtMost: (requests === 0 ? 0 : failed / requests) + 0.005,
    p95AtMostMs: p95Ms === null ? Number.POSITIVE_INFINITY : Math.max(1.5 * p95Ms, p95Ms + 20, usualMs),
  };
}

function failedShare({ planned, failed, unsent, lost = 0 }: WindowResult): number {
  return planned === 0 ? 0 : (failed + unsent - lost) / planned;
}

function isInBand(window: WindowResult, band: Band): boolean {
  const { planned, completed, response } = window;
  return (
    failedShare(window) <= band.failedShareAtMost &&
    completed >= 0.9 * planned &&
    (response.p95 ?? 0) <= band.p95AtMostMs
  );
}

export function detection(
  { fault, fromMs, endMs, windowMs, before, during }: MeasuredFault,
  band: Band,
  { health, spans, started }: Pick<RunFacts, 'health' | 'spans' | 'started'>,
): ResilienceResult['detectedBy'] {
  const untilMs = Math.max(endMs, fromMs + momentaryMs) + healthEveryMs;
  const down = health.find(({ up, atMs }) => !up && atMs >= fromMs && atMs <= untilMs);
  const everyMs = alertsEveryMs(started.config);
  const alert = spans.find((one) => one.kind === 'alert' && one.fromMs >= fromMs && one.fromMs <= untilMs + everyMs);
  const errors = during.windows.find((window) => failedShare(window) > band.failedShareAtMost);
  const seen = errors === undefined ? null : firstFailure(errors, { fault, fromMs, before });
  const figure = (atMs: number | undefined, errorMs: number): TimedFigure | null =>
    atMs === undefined ? null : { ms: thousandths(Math.max(0, atMs - fromMs)), errorMs };
  return {
    health: figure(down?.atMs, healthEveryMs),
    alert: figure(alert?.fromMs, everyMs),
    errors: seen === null ? figure(errors === undefined ? undefined : errors.startMs + windowMs, windowMs) : seen,
  };
}

/** From being noticed until the window with the most failures was over. */
export function response(
  { fromMs, windowMs, during }: MeasuredFault,
  band: Band,
  detectedBy: ResilienceResult['detectedBy'],
): TimedFigure | null {
  const noticed = Object.values(detectedBy).flatMap((figure) => (figure === null ? [] : [figure]));
  const worst = during.windows.reduce<WindowResult | null>(
    (most, window) => (most === null || failedShare(window) > failedShare(most) ? window : most),
    null,
  );
  if (noticed.length === 0 || worst === null || failedShare(worst) <= band.failedShareAtMost) return null;
  const first = noticed.reduce((least, figure) => (figure.ms < least.ms ? figure : least));
  const ms = Math.max(0, worst.startMs + windowMs - fromMs - first.ms);
  return { ms: thousandths(ms), errorMs: windowMs + first.errorMs };
}

/** Where nothing failed before the fault, the first failure is the fault's; otherwise only the window is known. */
function firstFailure(
  { failures }: WindowResult,
  { fault, fromMs, before }: Pick<MeasuredFault, 'fault' | 'fromMs' | 'before'>,
): TimedFigure | null {
  // What was being put there may have been felt before it was known to be.
  if (failures === undefined || failures.seenMs < fault.announcedMs || !isWithoutFailures(before.windows)) return null;
  return { ms: thousandths(Math.max(0, failures.seenMs - fromMs)), errorMs: clocksMs };
}

function isWithoutFailures(windows: readonly WindowResult[]): boolean {
  return windows.length > 0 && windows.every(({ failed, unsent }) => failed + unsent === 0);
}

/** From the fault's end to the first of some windows in a row that are as before; invalid ones are passed over. */
export function recovery({ endMs, windowMs, during, after, before }: MeasuredFault, band: Band): TimedFigure | null {
  if (before.windows.length === 0) return null;
  let row = 0;
  for (const [index, window] of after.windows.entries()) {
    row = isInBand(window, band) ? row + 1 : 0;
    if (row < inBand) continue;
    const first = after.windows[index - inBand + 1];
    if (first === undefined) return null;
    const last = after.windows[index - inBand] ?? during.windows.at(-1);
    const finer = last === undefined ? null : lastFailure(last, first, before.windows, band);
    // Until the next request was sent, nobody could see it.
    const betweenMs = windowMs / Math.max(1, first.planned);
    if (finer !== null) {
      return { ms: thousandths(Math.max(0, finer - endMs)), errorMs: thousandths(clocksMs + betweenMs) };
    }
    const ms = Math.max(0, first.startMs - endMs);
    // Back by then, if not before; what is in the band may be slow for a twentieth of a window.
    const least = Math.max(clocksMs, windowMs / 20);
    return {
      ms: thousandths(ms),
      errorMs: index < inBand ? thousandths(Math.max(least, Math.min(ms, windowMs))) : windowMs,
    };
  }
  return null;
}

/**
 * The last failure in the window before the first that is as before; null where that window was slow or cut short too, so that its failures
 * are not all that was amiss, or where failures are usual.
 */
function lastFailure(
  last: WindowResult,
  first: WindowResult,
  before: readonly WindowResult[],
  band: Band,
): number | null {
  const isNext = last.startMs + last.durationMs === first.startMs && last.invalid === null;
  if (!isNext || last.failures === undefined || last.unsent > 0 || first.failed > 0) return null;
  if (!isWithoutFailures(before) || (last.response.p95 ?? 0) > band.p95AtMostMs) return null;
  return last.failures.lastMs;
}

/** How often the run asked for alerts: as its configuration says, or at least so often. */
function alertsEveryMs(config: unknown): number {
  const { watch } = (config ?? {}) as { watch?: { everyS?: unknown } };
  return typeof watch?.everyS === 'number' ? watch.everyS * 1000 : alertEveryMs;
}
