import { compareWindows } from '../../../stats/compare/compare.ts';
import { compareShares } from '../../../stats/compare/shares.ts';
import { trendOf } from '../../../stats/trend.ts';
import { isLeak, leakedAtLeastMb, risen } from '../system/growth.ts';
import type { Arm, Asked, Decision, MemoryPoint, Window } from './evidence.ts';

/**
 * Error of each question at each look, one-sided; divided among the steps. Looks at a step are much alike, and the comparison allows for noise that it is
 * not told, so that of a version that is as good as the current one a rollout is rolled back in 1 of 100 cases: `npm run bench:rehearsal`.
 */
const error = { look: 0.008, steps: 0.016 };
/** What is seen early is plain: looks at fewer windows may err less. */
const early = { windows: 100, times: 0.4 };
/** Looks are taken when there are so many windows, each time half as many again: seldom enough for each to have power, and soon enough. */
const looks = [10, 14, 20, 28, 40, 56, 80, 113, 140, 180, 226, 320, 452];
/** What is not beyond doubt, but would be a rare chance, is waited for and not promoted. One-sided. */
const suspectedAt = 0.02;
/** Failures that no chance explains are not waited for. */
const gross = { failures: 10, share: 0.05 };
/** So long without a request, and the traffic of the candidate has vanished. */
const vanishedMs = 5000;
const shareRequests = 200;
const memoryPoints = 15;

/** In the reason of a step that went on. */
export const tooLittleToTell = 'too little was seen at this step to tell';

export interface SoFar {
  asked: Asked;
  /** Of `asked.steps`. */
  step: number;
  elapsedMs: number;
  /** Of this step, in order. */
  windows: readonly Window[];
  /** Of the steps before: the control's. */
  earlier: readonly Window[];
  memory: readonly MemoryPoint[];
  trouble: string | null;
}

export interface Decided {
  /** `wait`: the step goes on. */
  decision: Decision | 'wait';
  reason: string;
}

/** What is to be done with a step, from what was seen of it so far: a pure function, so that it can be done again. */
export function decide(soFar: SoFar): Decided {
  const { asked, elapsedMs, windows, trouble } = soFar;
  if (trouble !== null) return { decision: 'rollback', reason: trouble };
  const bad = grossly(windows) ?? compared(soFar) ?? growing(soFar);
  if (bad !== null) return { decision: 'rollback', reason: bad };
  if (elapsedMs < asked.stepMs) return { decision: 'wait', reason: '' };
  const why = tooLittle(soFar);
  if (why === null) return { decision: 'promote', reason: `${spoken(soFar)}: ${seen(soFar)}.` };
  if (elapsedMs < asked.deadlineMs) return { decision: 'hold', reason: why };
  return { decision: 'rollback', reason: `${why} The time for this step, ${asked.deadlineMs / 1000} s, is over.` };
}

function sum(windows: readonly Window[], of: (window: Window) => number): number {
  return windows.reduce((all, each) => all + of(each), 0);
}

/** So many failures that no statistics are needed. A few slow moments may be a pause of the machine's, and are no such thing. */
function grossly(windows: readonly Window[]): string | null {
  const requests = sum(windows, ({ candidate }) => candidate.requests);
  const failed = sum(windows, ({ candidate }) => candidate.failed);
  const controlFailed = sum(windows, ({ control }) => control.failed);
  if (failed >= gross.failures && failed >= gross.share * requests && failed >= 5 * (controlFailed + 1)) {
    return `${failed} of ${requests} requests failed on the candidate, and ${controlFailed} on the control.`;
  }
  return null;
}

/** What the comparison with the control shows beyond doubt; null: nothing bad, or it is not the time to look. */
function compared(soFar: SoFar): string | null {
  const { asked, step, windows } = soFar;
  const alpha = alphaOf(asked, windows.length);
  if (asked.steps[step] === 100) {
    return looks.includes(windows.length) ? worseShare(failures(soFar), asked, 'failed', alpha) : null;
  }
  if (!looks.includes(windows.length)) return null;
  const times = latency(paired(windows));
  return (
    (times === null ? null : slower(times, asked, alpha)) ??
    worseShare(failures(soFar), asked, 'failed', alpha) ??
    worseShare({ control: arms(windows, 'control'), candidate: arms(windows, 'candidate') }, asked, 'slow', alpha)
  );
}

interface Arms {
  control: readonly Arm[];
  candidate: readonly Arm[];
}

/** Failures are rare, so those of the steps before count as well: candidate and control ran side by side in all of them. */
function failures({ asked, step, windows, earlier }: SoFar): Arms {
  const control = arms(earlier, 'control');
  // All traffic goes to the candidate: only the steps before have a control.
  if (asked.steps[step] === 100) return { control, candidate: arms(windows, 'candidate') };
  return {
    control: [...control, ...arms(windows, 'control')],
    candidate: [...arms(earlier, 'candidate'), ...arms(windows, 'candidate')],
  };
}

function slower(
  times: NonNullable<ReturnType<typeof latency>>,
  { slowdownPercent }: Asked,
  alpha: number,
  /** By which it is decided, and shown. */
  decidedAt = alpha,
): string | null {
  if (times.pSlower(slowdownPercent) >= alpha) return null;
  const confidence = 1 - 2 * decidedAt;
  const { low, high } = times.interval(confidence);
  return `The candidate is ${times.change().percent.toFixed(0)} % slower than the control (${percentOf(confidence)} interval ${signed(low)} to ${signed(high)} %, allowed ${slowdownPercent} %).`;
}

function worseShare(
  { control, candidate }: Arms,
  { failedPoints, slowdownPercent }: Asked,
  what: 'failed' | 'slow',
  alpha: number,
  /** By which it is decided, and shown. */
  decidedAt = alpha,
): string | null {
  const counts = (all: readonly Arm[]) => all.map((arm) => ({ failed: arm[what], of: arm.requests }));
  const found = compareShares(counts(control), counts(candidate));
  // A twentieth is slow by definition: a slowdown that is allowed may make it somewhat more.
  const margin = what === 'failed' ? failedPoints : slowdownPercent;
  if (found === null || found.pHigher(margin) >= alpha) return null;
  const confidence = 1 - 2 * decidedAt;
  const { low, high } = found.interval(confidence);
  const words = what === 'failed' ? 'of the requests failed' : 'of the requests were as slow as the slowest twentieth';
  return `${found.candidate.toFixed(2)} % ${words} on the candidate, and ${found.baseline.toFixed(2)} % on the control (${percentOf(confidence)} interval of the difference ${low.toFixed(2)} to ${high.toFixed(2)} points, allowed ${margin}).`;
}

function latency(pairs: readonly (readonly [number, number])[]) {
  return compareWindows(
    pairs.map(([control]) => control),
    pairs.map(([, candidate]) => candidate),
    'paired',
  );
}

function alphaOf({ steps }: Asked, windows: number): number {
  const most = Math.min(error.look, error.steps / steps.length);
  return windows < early.windows ? early.times * most : most;
}

/** Memory that grows with the candidate and not with the control. */
function growing({ asked, step, memory }: SoFar): string | null {
  // The control has no requests then, and its heap does not fill up further.
  if (asked.steps[step] === 100) return leaking(asked, memory);
  if (memory.length < memoryPoints || memory.length % memoryPoints !== 0) return null;
  const trend = trendOf(
    memory.map(({ atMs, controlMb, candidateMb }) => ({ x: atMs / 60_000, y: candidateMb - controlMb })),
    0.99,
  );
  if (trend === null || trend.interval.low <= asked.memoryMbPerMinute) return null;
  return `The candidate's memory grows by ${trend.slope.toFixed(0)} MB a minute more than that of the control (allowed ${asked.memoryMbPerMinute}).`;
}

/** Memory that grows, and does not level off as a heap does that is given more requests. */
function leaking({ memoryMbPerMinute }: Asked, memory: readonly MemoryPoint[]): string | null {
  const now = risen(memory.map(({ atMs, candidateMb }) => ({ atMs, mb: candidateMb })));
  if (now === null || !isLeak(now) || now.mb < leakedAtLeastMb || now.perMinute <= memoryMbPerMinute) return null;
  return `The candidate's memory grows by ${now.perMinute.toFixed(0)} MB a minute and does not level off (allowed ${memoryMbPerMinute}).`;
}

/** Why a step shows too little to go on; null: it shows enough. */
function tooLittle(soFar: SoFar): string | null {
  const { asked, step, windows } = soFar;
  const percent = asked.steps[step] ?? 0;
  const requests = sum(windows, ({ candidate }) => candidate.requests);
  if (requests < asked.minimumRequests) {
    return `The candidate answered ${requests} requests at ${percent} %; ${asked.minimumRequests} are needed.`;
  }
  const width = asked.windowMs[step] ?? 1000;
  const last = windows.slice(-Math.ceil(vanishedMs / width));
  if (sum(last, ({ candidate }) => candidate.requests) === 0) {
    return `No request reached the candidate in the last ${vanishedMs / 1000} s.`;
  }
  const all = sum(windows, (window) => window.all);
  if (all >= shareRequests) {
    const achieved = requests / all;
    const expected = percent / 100;
    const scatter = 4 * Math.sqrt((expected * (1 - expected)) / all);
    if (Math.abs(achieved - expected) > Math.max(0.01, scatter)) {
      return `The switch was set to ${percent} %, and the clients got ${(100 * achieved).toFixed(1)} % from the candidate.`;
    }
  }
  const decidedAt = alphaOf(asked, windows.length);
  if (percent === 100)
    return suspected(worseShare(failures(soFar), asked, 'failed', suspectedAt, decidedAt), windows.length);
  const control = sum(windows, (window) => window.control.requests);
  const wanted = asked.minimumRequests / 2;
  if (control < wanted) {
    return `The control answered ${control} requests at ${percent} %; ${wanted} are needed to compare with.`;
  }
  const times = latency(paired(windows));
  if (times === null) return 'Too few moments had answers of both the candidate and the control.';
  return suspected(
    slower(times, asked, suspectedAt, decidedAt) ??
      worseShare(failures(soFar), asked, 'failed', suspectedAt, decidedAt),
    windows.length,
  );
}

/** It may be beyond doubt between two looks, and is decided at the next one only. */
function suspected(reason: string | null, windows: number): string | null {
  if (reason === null) return null;
  const next = looks.find((due) => due > windows);
  const when = next === undefined ? 'no look is left' : `the next look is at ${next} windows, and there are ${windows}`;
  return `${reason} That is not decided yet: ${when}.`;
}

/** Whether a step shows that the candidate is as fast, or only nothing to the contrary. */
function spoken({ asked, step, windows }: SoFar): string {
  const percent = asked.steps[step] ?? 0;
  const nothing = `Nothing speaks against the candidate at ${percent} %`;
  if (percent === 100) return nothing;
  const times = latency(paired(windows));
  if (times !== null && times.interval(0.95).high <= asked.slowdownPercent) return nothing;
  return `${nothing}, but ${tooLittleToTell} whether it is slower by more than ${asked.slowdownPercent} %`;
}

/** What speaks for a step, within a sentence. */
function seen({ asked, step, windows }: Pick<SoFar, 'asked' | 'step' | 'windows'>): string {
  const requests = sum(windows, ({ candidate }) => candidate.requests);
  const failed = sum(windows, ({ candidate }) => candidate.failed);
  if (asked.steps[step] === 100)
    return `${failed} of ${requests} requests failed; there is nothing left to compare with`;
  const times = latency(paired(windows));
  const control = sum(windows, (window) => window.control.requests);
  const controlFailed = sum(windows, (window) => window.control.failed);
  const failures = `${failed} of ${requests} requests failed, ${controlFailed} of ${control} on the control`;
  if (times === null) return failures;
  const { low, high } = times.interval(0.95);
  return `response time ${signed(times.change().percent)} % (${signed(low)} to ${signed(high)} %), ${failures}`;
}

/** A share, as a percentage with no more digits than it needs. */
function percentOf(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

function signed(value: number): string {
  return value
    .toFixed(0)
    .replace(/^-/, '−')
    .replace(/^(?=[1-9])/, '+');
}

function arms(windows: readonly Window[], of: 'control' | 'candidate'): Arm[] {
  return windows.map((window) => window[of]);
}

/** Windows that have a figure of both. */
function paired(windows: readonly Window[]): (readonly [control: number, candidate: number])[] {
  return windows.flatMap(({ control, candidate }) =>
    control.index === null || candidate.index === null ? [] : [[control.index, candidate.index] as const],
  );
}
