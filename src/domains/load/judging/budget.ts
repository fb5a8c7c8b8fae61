import type { Measurement } from '../../../gate/measurement.ts';
import type { Metric } from '../../../gate/metric.ts';
import { scope } from '../../../gate/metrics.ts';
import { amount, duration, figure, list } from '../../../gate/words.ts';
import type { WindowResult } from '../../../model/results.ts';
import type { Interval, Objective } from '../../../model/verdict.ts';
import type { LoadSection } from '../section.ts';
import { absence, failureShare, type LoadState, scopeOf, shareAbove } from './reading.ts';

type LoadMetric = Metric<LoadState, LoadSection>;

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
const defaultDays = 28;

/** Share of answers that may be bad, in percent. */
const allowedPercent = ({ sloPercent = 99.9 }: Objective) => 100 - sloPercent;

function sloOf({ sloPercent, overDays = defaultDays, statistic }: Objective): string {
  const good = statistic === 'value' ? '' : `, good without the ${statistic}`;
  return `the error budget of ${sloPercent} % over ${figure(overDays, 'count')} days${good}`;
}

/**
 * How many times faster than allowed an error budget would be spent where production answered as this run did: at 1 it lasts exactly as long as it is for
 * (Beyer et al., "The Site Reliability Workbook", 2018, chapter 5).
 */
export const burnRate: LoadMetric = {
  id: 'burn_rate',
  side: 'below',
  words: 'burn rate',
  subject: (objective) => `burn rate of ${sloOf(objective)}${scope(objective)}`,
  shortWords: 'burn rate',
  unit: 'score',
  needsGenerator: true,
  cause: 'errors',
  narrowedBy: ['route', 'method', 'tag', 'tenant', 'excludeFirstS', 'sloPercent', 'overDays'],
  needsOneOf: ['sloPercent'],
  statistics: /^(value$|share above )/,
  read: (run, objective) => {
    const found = scopeOf(run, objective);
    if ('value' in found) return found;
    const bad =
      objective.statistic === 'value'
        ? failureShare({
            failed: found.counts.failed,
            of: found.answered,
            windows: found.windows,
            absent: absence(run),
          })
        : shareAbove(run, objective, 'response', found);
    if (bad.value === null) return bad;
    const allowed = allowedPercent(objective);
    const times = (interval: Interval | null | undefined) =>
      interval == null ? null : { ...interval, low: interval.low / allowed, high: interval.high / allowed };
    const rate = bad.value / allowed;
    const { overDays = defaultDays } = objective;
    const spent = (100 * rate * run.facts.judged.durationMs) / (overDays * dayMs);
    const lasts = rate > 0 ? `; it would last ${days(overDays / rate)}` : '';
    return {
      ...bad,
      value: rate,
      interval: (confidence) => times(bad.interval?.(confidence)),
      observed: (confidence) => times(bad.observed?.(confidence)),
      note: `In production ${duration(run.facts.judged.durationMs)} of this would spend ${amount(spent, '%')} of the budget${lasts}.`,
    };
  },
};

function days(count: number): string {
  return count >= 2 ? `${figure(count, 'count')} days` : duration(count * dayMs);
}

/**
 * Alerts on several burn rates and windows that Google's workbook recommends for 30 days (as above): the share of the budget that is spent in the long window sets
 * the rate; the short window ends the alert soon after its cause.
 */
const alerts = [
  { budget: 0.02, longMs: hourMs, shortMs: 5 * minuteMs, severity: 'page' },
  { budget: 0.05, longMs: 6 * hourMs, shortMs: 30 * minuteMs, severity: 'page' },
  { budget: 0.1, longMs: 24 * hourMs, shortMs: 2 * hourMs, severity: 'ticket' },
  { budget: 0.1, longMs: 72 * hourMs, shortMs: 6 * hourMs, severity: 'ticket' },
] as const;

/** Multi-window, multi-burn-rate alerts that would have fired in production. */
export const burnAlerts: LoadMetric = {
  id: 'burn_alerts',
  side: 'below',
  words: 'number of burn-rate alerts that would fire',
  subject: (objective) => `number of burn-rate alerts for ${sloOf(objective)}`,
  shortWords: 'burn-rate alerts',
  unit: 'count',
  cause: 'errors',
  isCount: true,
  needsGenerator: true,
  narrowedBy: ['sloPercent', 'overDays'],
  needsOneOf: ['sloPercent'],
  read: (run, objective) => {
    const { windows, counts } = run.facts.judged;
    if (windows.length === 0) return { value: null, samples: 0, absent: absence(run) };
    const coveredMs = run.facts.judged.endMs;
    const possible = alerts.filter(({ longMs }) => longMs <= coveredMs);
    const found: Measurement = { value: 0, samples: counts.completed + counts.failed };
    if (possible.length === 0)
      return {
        ...found,
        value: null,
        absent: `the quickest of its alerts looks at 1 h, and ${duration(coveredMs)} were measured`,
      };
    const allowed = allowedPercent(objective) / 100;
    const { overDays = defaultDays } = objective;
    const firing = possible.flatMap((alert) => {
      const rate = (alert.budget * overDays * dayMs) / alert.longMs;
      const atMs = firstAt(windows, alert, rate * allowed);
      return atMs === null
        ? []
        : [`${alert.severity} at ${figure(rate, 'count')} × over ${duration(alert.longMs)}, from ${duration(atMs)} on`];
    });
    const left = alerts.filter((one) => !possible.includes(one)).map(({ longMs }) => duration(longMs));
    const unseen = left.length === 0 ? {} : { note: `The run is too short for those over ${list(left)}.` };
    if (firing.length === 0) return { ...found, ...unseen };
    return { ...found, value: firing.length, reason: `Alerts on ${sloOf(objective)} would fire: ${list(firing)}.` };
  },
};

/** When both windows first have more than this share of failures, ms after the start; null: never. */
function firstAt(
  windows: readonly WindowResult[],
  { longMs, shortMs }: { longMs: number; shortMs: number },
  share: number,
): number | null {
  const [long, short] = [new Trailing(windows, longMs), new Trailing(windows, shortMs)];
  for (const { startMs, durationMs } of windows) {
    const endMs = startMs + durationMs;
    const [slow, quick] = [long.upTo(endMs), short.upTo(endMs)];
    if (endMs >= longMs && slow > share && quick > share) return endMs;
  }
  return null;
}

/** The share of failures in the last so many ms, as time goes on; a window that is partly in them counts whole. */
class Trailing {
  readonly #windows: readonly WindowResult[];
  readonly #lengthMs: number;
  #from = 0;
  #to = 0;
  #failed = 0;
  #of = 0;

  constructor(windows: readonly WindowResult[], lengthMs: number) {
    this.#windows = windows;
    this.#lengthMs = lengthMs;
  }

  upTo(endMs: number): number {
    for (
      let next = this.#windows[this.#to];
      next !== undefined && next.startMs < endMs;
      next = this.#windows[++this.#to]
    )
      this.#count(next, 1);
    for (
      let first = this.#windows[this.#from];
      first !== undefined && first.startMs + first.durationMs <= endMs - this.#lengthMs;
      first = this.#windows[++this.#from]
    )
      this.#count(first, -1);
    return this.#of === 0 ? 0 : this.#failed / this.#of;
  }

  #count({ completed, failed }: WindowResult, sign: 1 | -1): void {
    this.#failed += sign * failed;
    this.#of += sign * (completed + failed);
  }
}
