import { grouped } from '../../../gate/words.ts';
import { compareWindows } from '../../../stats/compare/compare.ts';
import { upperMedian } from '../../../stats/order-statistics.ts';
import { type Check, check } from '../../part.ts';
import { answeredBy, type Sent } from '../witness/request.ts';
import type { Speed } from './evidence.ts';
import { machineTimes } from './trouble.ts';

/** Of the interval that decides. What is slow needs more than that to fail. */
const confidence = 0.95;
/** A version is watched on until it is fast enough by this one-sided error: less than what decides, as it is asked again and again. */
const enoughAt = 0.005;
/** Fewer of a side say nothing of how they scatter. */
const requestsAtLeast = 20;
/** Of a route, of the version before: with fewer nobody knows what is usual for it. */
const routeAtLeast = 3;
/** Batches of consecutive answers: more only cost time, and with few the comparison cannot see how they resemble their neighbours. */
const batchesAtMost = 80;

/** So many answers of the version before are waited for before the first move, and so long at the most, beside the time to settle. */
export const baselineWanted = 80;
export const baselineWaitMs = 15_000;
/** So long after a move a version is watched of which it is not yet clear that it is fast enough, be its own time shorter. */
export const watchedForSpeedMs = 24_000;

/** A time in which a side had all the traffic. */
export interface Held {
  side: string;
  fromMs: number;
  toMs: number;
}

/** Answers that say how fast a side is, in order of their ends. */
export function answersOf(sent: readonly Sent[], held: readonly Held[]): Sent[] {
  return held.flatMap(({ side, fromMs, toMs }) =>
    sent.filter(
      (each) =>
        each.kind === 'replay' &&
        each.error === null &&
        each.endMs >= fromMs &&
        each.endMs < toMs &&
        answeredBy(each) === side,
    ),
  );
}

/**
 * How long all answers of the version before and of the candidate took, each divided by what is usual for its route.
 * @param health how long the side without traffic took to say that it is healthy, ms: in the time before, and with the candidate
 */
export function speedOf(
  sent: readonly Sent[],
  { before, after }: { before: readonly Held[]; after: readonly Held[] },
  health: { before: readonly number[]; after: readonly number[] },
  slowdownPercent: number,
): Speed {
  const old = answersOf(sent, before);
  const usual = usualTimes(old);
  const compared = (answers: readonly Sent[]) =>
    answers.flatMap((each) => {
      const found = usual.get(each.label);
      return found === undefined ? [] : [{ value: logarithm(each) - found.mean, of: found.of }];
    });
  const [first, second] = [compared(old), compared(answersOf(sent, after))];
  const idle = upperMedian(health.after) / upperMedian(health.before);
  return {
    kind: 'speed',
    slowdownPercent,
    // What a mean is made of lies nearer to it than what comes later.
    before: batched(first.map(({ value, of }) => value * Math.sqrt(of / (of - 1)))),
    after: batched(second.map(({ value }) => value)),
    back: batched(compared(answersOf(sent, before.slice(1))).map(({ value }) => value)),
    requests: { before: first.length, after: second.length },
    leftOut: answersOf(sent, after).length - second.length,
    idleTimes: Number.isFinite(idle) ? idle : null,
  };
}

/** Whether more answers may yet decide it. Cheaper than its interval: it is asked again and again beside the load. */
export function isSpeedOpen({ requests, before, after, slowdownPercent }: Speed): boolean {
  if (Math.min(requests.before, requests.after) < requestsAtLeast) return true;
  const found = compareWindows(before, after, 'independent');
  // One that seems slow may only be cold.
  return found === null || found.pWithin(slowdownPercent) >= enoughAt;
}

/** Why what was slow may be the machine, or a start; null: it is the version. */
function otherCause({ before, after, back, slowdownPercent, idleTimes }: Speed): string | null {
  if (idleTimes !== null && idleTimes > machineTimes)
    return `But the side without traffic was ${idleTimes.toFixed(1)} times as slow as before, too: the machine was busy with something else.`;
  const isSlower = (one: readonly number[], other: readonly number[]) => {
    const found = compareWindows(one, other, 'independent');
    return found === null ? null : found.pSlower(slowdownPercent) < 0.05;
  };
  const since = isSlower(back, after);
  if (since === null) return 'But the version before was not seen long enough when it had the traffic again.';
  if (!since) return 'But the version before was slow, too, when it had the traffic again.';
  if (isSlower(before, after.slice(Math.floor(after.length / 2))) !== true)
    return 'But that is not sure of the second half of its time: it may only have been cold.';
  return null;
}

/** Whether the candidate is as fast as the version before. */
export function speedVerdict(speed: Speed): Pick<Check, 'verdict' | 'reason'> {
  const { requests, slowdownPercent, leftOut } = speed;
  const counts = `${grouped(requests.after)} requests of it beside ${grouped(requests.before)} of the version before`;
  const left = leftOut === 0 ? '' : ` ${grouped(leftOut)} more are of routes that the version before hardly answered.`;
  const few = Math.min(requests.before, requests.after) < requestsAtLeast;
  const found = few ? null : compareWindows(speed.before, speed.after, 'independent');
  if (found === null) {
    const reason = `Too few requests to say: ${counts}; ${requestsAtLeast} of each are needed.${left} A higher rehearsal.ratePerSecond or a longer settleMs and observeMs of rehearsal.blueGreen show more.`;
    return { verdict: 'inconclusive', reason };
  }
  const { low, high } = found.interval(confidence);
  const factor = times(found.change().percent);
  const words = `It took ${factor} times as long as the version before (95 % interval ${times(low)} to ${times(high)}, allowed ${times(slowdownPercent)}): ${counts}.${left}`;
  const open = (why: string) => ({ verdict: 'inconclusive', reason: `${words} ${why}` }) as const;
  if (low > slowdownPercent) {
    const other = otherCause(speed);
    return other === null ? { verdict: 'fail', reason: words } : open(other);
  }
  if (high > slowdownPercent) return open('Too few requests to say whether that is more than is allowed.');
  if (leftOut > requests.after) return open('Most of its requests could not be compared.');
  return { verdict: 'pass', reason: words };
}

/** The last one has all that was seen of the ones before. */
export function speedCheck(found: Speed | undefined): Check {
  const title = 'It answers about as fast as the version before';
  if (found === undefined) {
    const reason = 'How fast it answers was not recorded, so this shows nothing of it.';
    return check('speed', title, 'inconclusive', reason);
  }
  const { verdict, reason } = speedVerdict(found);
  return check('speed', title, verdict, reason);
}

function usualTimes(answers: readonly Sent[]): Map<string, { mean: number; of: number }> {
  const routes = new Map<string, number[]>();
  for (const each of answers) {
    const known = routes.get(each.label) ?? [];
    routes.set(each.label, known);
    known.push(logarithm(each));
  }
  return new Map(
    [...routes]
      .filter(([, all]) => all.length >= routeAtLeast)
      .map(([label, all]) => [label, { mean: meanOf(all), of: all.length }]),
  );
}

function logarithm({ endMs, dueMs }: Sent): number {
  return Math.log(Math.max(endMs - dueMs, 0.01));
}

/** Geometric means of batches of consecutive answers: all of them count, and how they resemble their neighbours is seen. */
function batched(logarithms: readonly number[]): number[] {
  const { length } = logarithms;
  const count = Math.min(length, batchesAtMost);
  return Array.from({ length: count }, (_, i) => {
    const batch = logarithms.slice(Math.floor((i * length) / count), Math.floor(((i + 1) * length) / count));
    return Math.exp(meanOf(batch));
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Percent more, as a multiple. */
function times(percent: number): string {
  const value = 1 + percent / 100;
  return value < 1000 ? value.toFixed(value < 9.95 ? 1 : 0) : 'over 1,000';
}
