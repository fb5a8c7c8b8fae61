import { decide } from '../../../src/domains/rehearsal/canary/decide.ts';
import type { Arm, Asked, Window } from '../../../src/domains/rehearsal/canary/evidence.ts';
import { windowWidthMs } from '../../../src/domains/rehearsal/canary/windows.ts';
import { Random } from '../../../src/domains/traffic/public.ts';

/** Scatter of a response time around what is usual for its route (of its logarithm). */
export const requestScatter = 0.5;
/** Of what an instance's own moments (collections, neighbours) add to all its answers of a window, where nothing else is said. */
const usualMoments = 0.15;

const limits = { stepMs: 25_000, deadlineMs: 90_000, minimumRequests: 60 };
const allowed = { slowdownPercent: 10, failedPoints: 0.1, memoryMbPerMinute: 60 };

/** A rollout as it is asked for. */
export interface Plan {
  asked: Asked;
  /** Requests of the whole rollout a second. */
  ratePerSecond: number;
}

/** @param steps percent, the last one 100 */
export function planOf(ratePerSecond: number, steps: number[], slowdownPercent = allowed.slowdownPercent): Plan {
  const windowMs = steps.map((percent) => windowWidthMs(ratePerSecond * (percent / 100)));
  return { ratePerSecond, asked: { kind: 'asked', steps, ...limits, ...allowed, slowdownPercent, windowMs } };
}

export interface Made extends Plan {
  /** How much a window's moment resembles the one before, 0 … 1. */
  phi: number;
  /** What moments scatter by. */
  moments?: number;
  /** Response time of the candidate, as a multiple of the control's. */
  times: number;
  /** Share of its requests that fail. */
  failed: number;
  seed: number;
}

/** What both arms show at a step that lasts its time. */
export function armsOf(made: Made, step: number): { control: number[]; candidate: number[] } {
  const windows = windowsOf(step, limits.stepMs, made);
  const of = (which: 'control' | 'candidate') => windows.flatMap((window) => window[which].index ?? []);
  return { control: of('control'), candidate: of('candidate') };
}

/** Windows of a step, as many as fit into so many ms. */
function windowsOf(
  step: number,
  lengthMs: number,
  { asked, ratePerSecond, phi, times, failed, seed, moments: momentScatter = usualMoments }: Made,
): Window[] {
  const random = new Random(`rollout ${seed} ${step}`);
  const uniform = () => (random.uint32() + 0.5) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const widthMs = asked.windowMs[step] ?? 1000;
  const share = (asked.steps[step] ?? 0) / 100;
  const mean = (ratePerSecond * widthMs * share) / 1000;
  const poisson = () => {
    let [count, product] = [0, uniform()];
    for (const limit = Math.exp(-mean); product > limit; count++) product *= uniform();
    return count;
  };
  const moments = { candidate: 0, control: 0 };
  const arm = (which: 'candidate' | 'control', slower: number, failing: number): Arm => {
    moments[which] = phi * moments[which] + Math.sqrt(1 - phi * phi) * normal() * momentScatter;
    const requests = poisson();
    let [logarithms, slow, failures] = [0, 0, 0];
    for (let i = 0; i < requests; i++) {
      const own = normal() * requestScatter + moments[which] + Math.log(slower);
      logarithms += own;
      if (own > 1.645 * Math.hypot(requestScatter, momentScatter)) slow++;
      if (uniform() < failing) failures++;
    }
    return { requests, failed: failures, slow, index: requests === 0 ? null : Math.exp(logarithms / requests) };
  };
  return Array.from({ length: Math.floor(lengthMs / widthMs) }, (_, i) => {
    const [candidate, control] = [arm('candidate', times, failed), arm('control', 1, 0)];
    return {
      kind: 'window',
      step,
      startMs: i * widthMs,
      candidate,
      control,
      all: Math.round(candidate.requests / share),
    };
  });
}

export interface Outcome {
  rolledBack: boolean;
  /** Since the candidate got its first request. */
  afterMs: number;
}

/** At 100 % nothing is left to compare with. */
function comparedSteps({ asked }: Plan): number[] {
  return asked.steps.flatMap((percent, step) => (percent < 100 ? [step] : []));
}

/** A rollout as it is decided here: after every window. */
export function ours(made: Made): Outcome {
  const { asked } = made;
  let [beforeMs, earlier] = [0, [] as Window[]];
  for (const step of comparedSteps(made)) {
    const all = windowsOf(step, asked.deadlineMs, made);
    const widthMs = asked.windowMs[step] ?? 1000;
    for (let count = 1; ; count++) {
      const windows = all.slice(0, count);
      const elapsedMs = count >= all.length ? asked.deadlineMs : count * widthMs;
      const { decision } = decide({ asked, step, elapsedMs, windows, earlier, memory: [], trouble: null });
      if (decision === 'rollback') return { rolledBack: true, afterMs: beforeMs + elapsedMs };
      if (decision !== 'promote') continue;
      beforeMs += elapsedMs;
      earlier = [...earlier, ...windows];
      break;
    }
  }
  return { rolledBack: false, afterMs: beforeMs };
}

/** The same rollout by a rule that looks once, at the end of each step. */
export function byRule(made: Made, isBad: (control: number[], candidate: number[]) => boolean): Outcome {
  const { stepMs } = limits;
  for (const step of comparedSteps(made)) {
    const { control, candidate } = armsOf(made, step);
    if (isBad(control, candidate)) return { rolledBack: true, afterMs: (step + 1) * stepMs };
  }
  return { rolledBack: false, afterMs: comparedSteps(made).length * stepMs };
}

/**
 * As Kayenta's judge decides for one metric: the 98 % interval of the shift between the samples, by Mann and Whitney's test, lies wholly above a quarter of
 * the shift itself (its usual tolerance).
 */
export function mannWhitney(control: number[], candidate: number[]): boolean {
  const [n, m] = [control.length, candidate.length];
  if (n < 2 || m < 2) return false;
  const shifts = candidate.flatMap((one) => control.map((other) => one - other)).sort((a, b) => a - b);
  const middle = shifts[Math.floor(shifts.length / 2)] ?? 0;
  const rank = Math.floor((n * m) / 2 - 2.326 * Math.sqrt((n * m * (n + m + 1)) / 12));
  return middle > 0 && (shifts[Math.max(0, rank)] ?? 0) > 0.25 * middle;
}

/** As an AnalysisTemplate for Argo Rollouts is usually written: measured every five seconds, more than one measurement above 1.1 times the current version fails. */
export function ratioRule(control: number[], candidate: number[]): boolean {
  const measurements = 5;
  const part = (all: number[], i: number) => {
    const own = all.slice(
      Math.floor((i * all.length) / measurements),
      Math.floor(((i + 1) * all.length) / measurements),
    );
    return own.reduce((sum, one) => sum + one, 0) / Math.max(1, own.length);
  };
  const over = Array.from({ length: measurements }, (_, i) => part(candidate, i) / part(control, i) > 1.1);
  return over.filter(Boolean).length > 1;
}
