import { type Call, inWords } from './call.ts';
import { type SearchBounds, searchOrder } from './search.ts';

const namingMs = 1000;
const firstConfigurations = 20_000;

export interface CheckLimits {
  /** For all keys together, ms; default 60,000. */
  timeMs?: number;
  /** Configurations kept at a time, default 4,000,000, some 150 MB. */
  configurations?: number;
  /** Milliseconds that never jump back. */
  now?: () => number;
}

export interface CheckResult {
  /** null: some key's search did not end within its limits, and no other is wrong. */
  linearizable: boolean | null;
  calls: number;
  keys: number;
  /** Keys that are not linearizable, with the call that shows it. */
  violations: { key: string; call: Call; detail: string }[];
  /** Keys whose search did not end, or was not gone on with because another key showed the verdict. */
  unended: string[];
}

/**
 * Checks each key by itself, for a history is linearizable where that of every object in it is (Herlihy and Wing, 1990).
 * @param initial what a key that was never written reads as
 */
export function checkLinearizable(
  calls: ReadonlyMap<string, readonly Call[]>,
  initial: string | null,
  { timeMs = 60_000, configurations = 4_000_000, now = () => performance.now() }: CheckLimits = {},
): CheckResult {
  const until = now() + timeMs;
  const isOver = () => now() > until;
  const result: CheckResult = { linearizable: true, calls: 0, keys: calls.size, violations: [], unended: [] };
  for (const list of calls.values()) result.calls += list.length;
  // Every key gets a short search before any gets a long one: one violation is the verdict, and it may be in an easy key.
  let left = [...calls];
  for (
    let most = Math.min(firstConfigurations, configurations);
    left.length > 0;
    most = Math.min(most * 10, configurations)
  ) {
    const harder: typeof left = [];
    for (const [key, list] of left) {
      const linearizable = isOver() ? null : searchOrder(list, initial, { configurations: most, isOver }).linearizable;
      if (linearizable === null) harder.push([key, list]);
      if (linearizable !== false) continue;
      const call = firstUnexplained(list, initial, now);
      const detail = `${inWords(call.operation)} by ${call.label}: no order of the calls explains this answer`;
      result.violations.push({ key, call, detail });
    }
    left = harder;
    if (result.violations.length > 0 || most === configurations || isOver()) break;
  }
  result.unended = left.map(([key]) => key);
  result.linearizable = result.violations.length > 0 ? false : result.unended.length > 0 ? null : true;
  return result;
}

/** The call whose answer made the history wrong, or one a little later where that is hard to know. */
function firstUnexplained(calls: readonly Call[], initial: string | null, now: () => number): Call {
  const until = now() + namingMs;
  const bounds: SearchBounds = { configurations: 100_000, isOver: () => now() > until };
  const byAnswer = calls.filter(({ returned }) => returned !== null);
  byAnswer.sort((a, b) => (a.returned ?? 0) - (b.returned ?? 0));
  let good = -1;
  let bad = byAnswer.length - 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const end = byAnswer[middle]?.returned ?? 0;
    const before = calls.filter(({ invoked }) => invoked < end).map((call) => asOf(call, end));
    const { linearizable } = searchOrder(before, initial, bounds);
    if (linearizable === null) break;
    if (linearizable) good = middle;
    else bad = middle;
  }
  return byAnswer[bad] as Call;
}

/** What was known of the call then. */
function asOf(call: Call, end: number): Call {
  if (call.returned === null || call.returned <= end) return call;
  const { operation } = call;
  return { ...call, returned: null, operation: operation.f === 'cas' ? { ...operation, done: true } : operation };
}
