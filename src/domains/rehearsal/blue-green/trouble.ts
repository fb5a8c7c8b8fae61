import { compareWindows } from '../../../stats/compare/compare.ts';
import { upperMedian } from '../../../stats/order-statistics.ts';
import { grownAtLeastMb, isLeak, leakedAtLeastMb, type MemorySeen, type Risen, risen } from '../system/growth.ts';
import { answeredBy, type Sent } from '../witness/request.ts';
import { Usual } from '../witness/usual.ts';

/** What one version showed while it had the traffic. */
export interface Shown {
  /** Of windows of the same length, in order: geometric mean of response time ÷ what is usual for its route. */
  indices: readonly number[];
  memory: readonly MemorySeen[];
  /** How long the version that has no traffic, or will have none, took to say that it is healthy, ms. */
  healthMs: readonly number[];
}

export interface TroubleLimits {
  slowdownPercent: number;
  memoryMbPerMinute: number;
}

/** Looks are taken when there are so many windows. Of a good version, one in two hundred of them may be wrong. */
const looks = [10, 20, 40, 80, 160, 320];
const alpha = 0.005;
/** The side without traffic answers by so much more slowly: then the machine is slow, and not the version. */
export const machineTimes = 1.5;

/** So long after a move a version is watched whose memory may grow, be its own time shorter. */
export const watchedForGrowthMs = 24_000;

/** Windows of the answers of a side, from one moment to another. @param usual times of the version before */
export function indicesOf(
  sent: readonly Sent[],
  { side, fromMs, toMs, widthMs }: { side: string; fromMs: number; toMs: number; widthMs: number },
  usual: Usual,
): number[] {
  const windows = Array.from({ length: Math.max(0, Math.floor((toMs - fromMs) / widthMs)) }, () => ({ sum: 0, of: 0 }));
  for (const each of sent) {
    const window = windows[Math.floor((each.endMs - fromMs) / widthMs)];
    if (window === undefined || each.kind !== 'replay' || each.error !== null || answeredBy(each) !== side) continue;
    const relative = usual.relative(each.label, each.endMs - each.dueMs);
    if (relative === null) continue;
    window.sum += relative;
    window.of++;
  }
  return windows.flatMap(({ sum, of }) => (of === 0 ? [] : [Math.exp(sum / of)]));
}

/** What is usual for each route on a side. */
export function usualOf(sent: readonly Sent[], side: string): Usual {
  const usual = new Usual();
  for (const each of sent) {
    if (each.kind === 'replay' && each.error === null && answeredBy(each) === side)
      usual.add(each.label, each.endMs - each.dueMs);
  }
  return usual;
}

/** Slower than the version before, beyond doubt, at the last look that was due. null: it is not. `unclear`: the machine itself became slow. */
export function slowness(
  before: Shown,
  after: Shown,
  { slowdownPercent }: TroubleLimits,
): { reason: string; unclear: boolean } | null {
  const due = looks.filter((windows) => windows <= after.indices.length).at(-1) ?? 0;
  const found = compareWindows(before.indices, after.indices.slice(0, due), 'independent');
  if (found === null || found.pSlower(slowdownPercent) >= alpha) return null;
  const { low } = found.interval(0.99);
  const times = (percent: number) => (1 + percent / 100).toFixed(1);
  const words = `It took ${times(found.change().percent)} times as long as the version before (at least ${times(low)} times, with 99 % confidence; allowed ${times(slowdownPercent)})`;
  const idle = upperMedian(after.healthMs) / upperMedian(before.healthMs);
  if (idle > machineTimes) {
    const reason = `${words}, but the side without traffic was ${idle.toFixed(1)} times as slow as before, too: the machine was busy with something else.`;
    return { reason, unclear: true };
  }
  return { reason: `${words}.`, unclear: false };
}

/**
 * Memory that grows, goes on growing, and is more than the version before ever had. A heap that fills up after its start does the same at first, and then
 * levels off: so it takes its time until growth is beyond doubt. `unclear`: it is not yet. null: it does not grow.
 */
export function growth(
  before: Shown,
  after: Shown,
  { memoryMbPerMinute }: TroubleLimits,
): { reason: string; unclear: boolean } | null {
  const now = risen(after.memory);
  const more = moreThan(before, now);
  if (now === null || more < grownAtLeastMb || !now.goesOn || now.perMinute <= memoryMbPerMinute) return null;
  const was = Math.max(0, risen(before.memory)?.perMinute ?? 0);
  const words = `Its memory grew by ${now.mb.toFixed(0)} MB an instance, ${now.perMinute.toFixed(0)} MB a minute, beside ${was.toFixed(0)} of the version before (allowed ${memoryMbPerMinute} more)`;
  const isClear = isLeak(now) && more >= leakedAtLeastMb;
  if (now.perMinute - was <= memoryMbPerMinute) {
    // That one was watched for a shorter time, and may have filled up in it.
    return isClear ? { reason: `${words}; whether that one levels off was not seen.`, unclear: true } : null;
  }
  if (isClear) return { reason: `${words}.`, unclear: false };
  return { reason: `${words}; a heap that only fills up after its start may do the same for a while.`, unclear: true };
}

/** Whether a version is worth watching on for some time, to see if its memory grows. */
export function mayGrow(before: Shown, after: Shown, { memoryMbPerMinute }: TroubleLimits): boolean {
  const now = risen(after.memory);
  return now !== null && now.perMinute > memoryMbPerMinute && moreThan(before, now) > grownAtLeastMb / 3;
}

/** By how much it grew, as far as that is more than the version before ever had, MB. */
function moreThan(before: Shown, now: Risen | null): number {
  return now === null ? 0 : Math.min(now.mb, now.level - Math.max(0, ...before.memory.map(({ mb }) => mb)));
}
