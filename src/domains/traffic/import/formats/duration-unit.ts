/** A unit of time as a log may write it. */
export type Unit = 's' | 'ms' | 'µs' | 'ns';

export const unitMs: Readonly<Record<Unit, number>> = { s: 1000, ms: 1, µs: 1e-3, ns: 1e-6 };

/** How a source's response times are read: in which unit and why, or why not. */
export type DurationReading = { unit: Unit; because: string } | { unknown: string };

/** One line, in the order of the file. */
export interface DurationSample {
  value: number;
  /** Digits after the point; 0 for a whole number. */
  decimals: number;
  /** The line's own stamp, in epoch milliseconds, and how fine it is. */
  timeMs: number;
  resolutionMs: number;
  responseBytes: number | undefined;
}

// Servers and proxies give up after 60 seconds by default (nginx, Apache, ALB), so few requests take longer.
const usualTimeoutMs = 60_000;
const longestMs = 3_600_000;
/** Nothing is answered over a network in less. */
const quickestMs = 0.02;
const enough = 5;

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Whether response times read in this unit are such as servers have. */
export function isPlausible(values: readonly number[], unit: Unit): boolean {
  const sorted = values.map((value) => value * unitMs[unit]).sort((a, b) => a - b);
  // A whole number of milliseconds or seconds may be 0; microseconds and less are not.
  const least = unit === 's' || unit === 'ms' ? 0 : quickestMs;
  return quantile(sorted, 0.5) >= least && quantile(sorted, 0.9) <= usualTimeoutMs && quantile(sorted, 1) <= longestMs;
}

/** Whether a column of whole numbers is the size of the answer with its headers (`%O`), not a time. */
export function isSize(rows: readonly DurationSample[]): boolean {
  const sized = rows.filter(({ responseBytes }) => (responseBytes ?? 0) > 0);
  if (sized.length < 2 || new Set(sized.map(({ responseBytes }) => responseBytes)).size < 2) return false;
  const alike = sized.filter(({ value, responseBytes = 0 }) => value >= responseBytes && value - responseBytes <= 8192);
  return alike.length >= 0.9 * sized.length && sized.some(({ responseBytes = 0 }) => responseBytes > 100);
}

/**
 * How a reading agrees with the file's own order. Apache stamps the arrival and writes the line at the end, so ends are in
 * order: a line that ends after the next one was read too large, and one that lies among later arrivals took at least that long. Counted
 * are only lines of which that can be said at the stamps' resolution.
 */
function agreement(rows: readonly DurationSample[], unit: Unit): { against: number; for: number } {
  let against = 0;
  let agreed = 0;
  let newestMs = Number.NEGATIVE_INFINITY;
  rows.forEach((row, index) => {
    const tookMs = row.value * unitMs[unit];
    const slackMs = row.resolutionMs * 1.5;
    const next = rows[index + 1];
    const endsAfterNext = next !== undefined && row.timeMs + tookMs > next.timeMs + next.value * unitMs[unit] + slackMs;
    const waitedMs = newestMs - row.timeMs;
    if (endsAfterNext) against++;
    if (waitedMs > slackMs) {
      if (tookMs + slackMs < waitedMs) against++;
      else if (tookMs <= waitedMs + 10 * slackMs) agreed++;
    }
    newestMs = Math.max(newestMs, row.timeMs);
  });
  return { against, for: agreed };
}

/**
 * Finds the unit of response times that a log does not name. What the file's order or the distribution contradicts is no
 * candidate; where more than one is left, the times are unknown, for a wrong one would do more harm than none.
 * @param inOrderOfEnd lines are stamped at the arrival and written at the end (Apache)
 */
export function findUnit(
  rows: readonly DurationSample[],
  units: readonly Unit[],
  inOrderOfEnd: boolean,
): DurationReading {
  if (rows.length === 0) return { unknown: 'no line has one' };
  const values = rows.map(({ value }) => value);
  const plausible = units.filter((unit) => isPlausible(values, unit));
  if (plausible.length === 0) return { unknown: 'in no unit are they such as servers have' };
  if (plausible.length === 1) return { unit: plausible[0] as Unit, because: 'in any other unit they would be absurd' };
  if (inOrderOfEnd) {
    const checked = plausible.map((unit) => ({ unit, ...agreement(rows, unit) }));
    const right = checked.filter(({ against }) => against <= 0.02 * rows.length);
    const wrong = checked.filter(({ against }) => against >= Math.max(enough, 0.05 * rows.length));
    if (right.length === 1 && wrong.length === checked.length - 1) {
      return { unit: right[0]?.unit as Unit, because: 'the order of the lines agrees with no other unit' };
    }
    const affirmed = right.filter((one) => one.for >= enough);
    if (affirmed.length === 1) {
      return { unit: affirmed[0]?.unit as Unit, because: 'the order of the lines agrees with it' };
    }
  }
  return { unknown: `they could be ${plausible.join(' or ')}, and nothing in the file decides` };
}

const part = /(\d+(?:\.\d+)?)(h|ms|us|µs|μs|ns|m|s)/g;
const partMs: Record<string, number> = { h: 3.6e6, m: 60_000, s: 1000, ms: 1, us: 1e-3, µs: 1e-3, μs: 1e-3, ns: 1e-6 };

/** A duration with its unit, such as `15ms`, `1.5s` or Go's `1m2.5s`, in milliseconds; undefined for anything else. */
export function namedDuration(text: string): number | undefined {
  const plain = text.trim().replaceAll(' ', '');
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|us|µs|μs|ns|m|s))+$/.test(plain)) return undefined;
  let sum = 0;
  for (const [, number, unit] of plain.matchAll(part)) sum += Number(number) * (partMs[unit ?? ''] ?? 0);
  return sum;
}

/** The unit that a field's name states: `duration_ms`, `latencyMicros`, `elapsed_seconds`; undefined where it states none. */
export function unitInName(name: string): Unit | undefined {
  const last = name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  if (/(?:_|\.|-)(?:ms|msec|millis|milliseconds)$/.test(last)) return 'ms';
  if (/(?:_|\.|-)(?:us|usec|micros|microseconds)$/.test(last)) return 'µs';
  if (/(?:_|\.|-)(?:ns|nsec|nanos|nanoseconds)$/.test(last)) return 'ns';
  if (/(?:_|\.|-)(?:s|sec|secs|seconds)$/.test(last)) return 's';
  return undefined;
}
