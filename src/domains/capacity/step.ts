import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from '../../evidence/journal.ts';
import type { Evidence } from '../../evidence/keep-evidence.ts';
import type { RunClock } from '../../evidence/run-clock.ts';
import type { CapacityStep } from '../../model/capacity.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { EngineInfo, WindowResult } from '../../model/results.ts';
import type { Objective } from '../../model/verdict.ts';
import type { LoadOutcome } from '../load/public.ts';
import {
  checkUsers,
  type EngineChoice,
  type LoadProgress,
  packRoutes,
  recordIn,
  runLoad,
  virtualUsers,
} from '../load/public.ts';
import type { Plan } from '../traffic/public.ts';
import { judgeStep } from './judge.ts';
import type { StepPeriod } from './step-plan.ts';
import { joinLogs, mergedTimes } from './windows.ts';

export const windowMs = 1000;

/** The run that steps are part of: one clock, one journal, one pair of interval logs. */
export interface StepRun extends StepLength {
  config: ResolvedConfig;
  engine: EngineChoice;
  info: EngineInfo;
  journal: Pick<Journal, 'append'>;
  evidence: Evidence;
  folder: string;
  objectives: readonly Objective[];
  /** For the view only: about how long it all takes. */
  expectedMs: number;
  signal: AbortSignal;
  overlay(): Record<string, string> | null;
  onEvent(progress: LoadProgress): void;
  /** When the first step's load began; null before. */
  startedAtMs: number | null;
  /** Set when the first step's load begins. */
  clock: RunClock;
  /** First window that no step has used. */
  nextWindow: number;
  done: { planned: number; done: number; failed: number };
  outcomes: LoadOutcome[];
}

export interface StepLength {
  durationMs: number;
  period: StepPeriod;
}

type WantedStep = Pick<CapacityStep, 'phase' | 'plannedRatePerSecond' | 'instances'> & {
  /** The run's own when absent. */
  length?: StepLength;
  /** Called when its load begins. */
  onBegin?: (() => void) | undefined;
};

export interface RanStep {
  step: CapacityStep;
  /** Mean response time, ms. */
  meanMs: number | null;
}

/**
 * Runs a step through the engine, moves its windows to the run's clock and judges it.
 * @returns null when the run was aborted within it
 */
export async function runStep(
  run: StepRun,
  plan: Plan,
  { onBegin, length = run, ...wanted }: WantedStep,
): Promise<RanStep | null> {
  const { config, journal, onEvent, signal } = run;
  const { period, durationMs } = length;
  const users = virtualUsers(plan.summary);
  try {
    checkUsers(plan.summary, users, run.info, 1);
  } catch (error) {
    return notSent(run, wanted, durationMs, (error as Error).message);
  }
  const folder = join(run.folder, 'step');
  const windows: WindowResult[] = [];
  let offset = run.nextWindow;
  const before = { ...run.done };
  await rm(folder, { recursive: true, force: true });
  const outcome = await runLoad(run.engine, {
    plan: plan.summary,
    sessions: plan.sessions(),
    virtualUsers: users,
    windowMs,
    requestTimeoutMs: config.timeouts.requestMs,
    honesty: config.honesty,
    tls: config.target.tls,
    http2: config.target.http2,
    overlay: run.overlay,
    windowsFolder: folder,
    signal,
    on: {
      started(startedAt) {
        const atMs = Date.parse(startedAt);
        if (run.startedAtMs === null) {
          run.startedAtMs = atMs;
          run.clock.set(atMs);
          journal.append('shakedown.load.started', { startedAt });
        }
        // On whole windows, so that no window holds two steps; reported before it begins, by as much as it is ahead of the wall clock.
        const beginsAtMs = run.clock.nowMs() + (atMs - Date.now());
        offset = Math.max(run.nextWindow, Math.round(beginsAtMs / windowMs));
        onBegin?.();
      },
      window(window, routes, progress) {
        run.evidence.check();
        windows.push(window);
        const moved = { ...window, index: window.index + offset, startMs: window.startMs + offset * windowMs };
        run.nextWindow = Math.max(run.nextWindow, moved.index + 1);
        journal.append('shakedown.window.closed', { window: moved, routes: packRoutes(routes) });
        run.evidence.check();
        run.done = {
          planned: before.planned + progress.planned,
          done: before.done + progress.done,
          failed: before.failed + progress.failed,
        };
        const elapsedMs = moved.startMs + windowMs;
        onEvent({
          kind: 'window',
          window: moved,
          elapsedMs,
          totalMs: Math.max(run.expectedMs, elapsedMs),
          ...run.done,
        });
      },
      ...recordIn(journal, run.evidence, onEvent, () => offset * windowMs),
      tick: ({ elapsedMs, done, failed }) => {
        const atMs = elapsedMs + offset * windowMs;
        onEvent({
          kind: 'tick',
          elapsedMs: atMs,
          totalMs: Math.max(run.expectedMs, atMs),
          done: before.done + done,
          failed: before.failed + failed,
        });
      },
    },
  });
  run.outcomes.push(outcome);
  await joinLogs(folder, join(run.folder, 'windows'), offset * windowMs, new Date(run.startedAtMs ?? Date.now()));
  if (signal.aborted) return null;

  const judged = windows.filter(({ startMs }) => startMs >= period.fromMs && startMs < period.toMs);
  const counting = new Set(judged.filter((window) => window.invalid === null).map(({ index }) => index));
  const response = await mergedTimes(folder, 'response', windowMs, counting);
  await rm(folder, { recursive: true, force: true });
  const found = judgeStep(
    { windows: judged, response, endedEarly: outcome.endedEarly },
    run.objectives,
    config.honesty.maxInvalidShare,
  );
  const step = { startMs: offset * windowMs, durationMs, ...wanted, ...found };
  journal.append('shakedown.capacity.step', { step });
  return { step, meanMs: response.mean === null ? null : response.mean / 1000 };
}

/** A step that no generator of this run could send bounds the search as one that it could not keep up with does. */
function notSent(
  { clock, nextWindow, journal }: StepRun,
  wanted: Pick<CapacityStep, 'phase' | 'plannedRatePerSecond' | 'instances'>,
  durationMs: number,
  reason: string,
): RanStep {
  const figures = { achievedRatePerSecond: 0, p50Ms: null, p95Ms: null, p99Ms: null, errorPercent: null };
  const startMs = Math.max(nextWindow * windowMs, Math.round(clock.nowMs()));
  const step: CapacityStep = { startMs, durationMs, ...wanted, ...figures, outcome: 'generator', reason };
  journal.append('shakedown.capacity.step', { step });
  return { step, meanMs: null };
}
