import { join } from 'node:path';
import type { Journal } from '../../evidence/journal.ts';
import type { Evidence } from '../../evidence/keep-evidence.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { PlannedSession, PlanSummary } from '../../model/plan.ts';
import type { RecordingManifest } from '../../model/traffic.ts';
import { followedSettings } from '../journeys/public.ts';
import type { LoadOutcome } from './engine.ts';
import { type LoadProgress, recordIn } from './record.ts';
import { chosenBaselines, withBaselineAnswers } from './regression/baselines.ts';
import { type EngineChoice, runLoad } from './run.ts';
import { mergeLengths } from './windows/merging.ts';
import { packRoutes } from './windows/route-windows.ts';

export interface Replay {
  config: ResolvedConfig;
  manifest: RecordingManifest;
  engine: EngineChoice;
  plan: { summary: PlanSummary; sessions(): AsyncIterable<PlannedSession> };
  durationMs: number;
  windowMs: number;
  virtualUsers: number;
  /** k6 processes that share the load; absent: one. */
  parallelism?: number;
  overlay(): Record<string, string> | null;
  runFolder: string;
  journal: Pick<Journal, 'append'>;
  evidence: Evidence;
  signal: AbortSignal;
  /** The load of an earlier process goes on. */
  resumed?: { zero: Date; fromMs: number };
  /** The fault that was on over a part of the run; null: none. */
  disturbed(fromMs: number, toMs: number): string | null;
  /** The run's clock, set by `begun`. */
  now(): number;
  /** @param zeroMs when the run's clock read zero, ms since 1970 @param fromMs where on it the measurement begins */
  begun(zeroMs: number, fromMs: number): void;
  progress(atMs: number, done: number, failed: number): void;
  show(progress: LoadProgress): void;
}

/** Replays the plan and records what comes of it, but for the end, which comes after what runs beside it. @throws ShakedownError ENGINE_START, ENGINE_TLS */
export async function replay(input: Replay): Promise<LoadOutcome> {
  const { config, plan, durationMs, windowMs, journal, evidence, show } = input;
  const { handOverMs } = config.engine;
  return runLoad(input.engine, {
    plan: withBaselineAnswers(plan.summary, await chosenBaselines(input.runFolder)),
    sessions: plan.sessions(),
    virtualUsers: input.virtualUsers,
    windowMs,
    requestTimeoutMs: config.timeouts.requestMs,
    honesty: config.honesty,
    tls: config.target.tls,
    http2: config.target.http2,
    connections: config.connections,
    overlay: input.overlay,
    journeys: followedSettings(config.journeys, input.manifest.routes),
    windowsFolder: join(input.runFolder, 'windows'),
    merge: mergeLengths(durationMs, windowMs),
    disturbance: input.disturbed,
    signal: AbortSignal.any([input.signal, evidence.signal]),
    ...(handOverMs === null ? {} : { handOverMs }),
    ...(input.parallelism === undefined ? {} : { parallelism: input.parallelism }),
    ...(input.resumed === undefined ? {} : { resumed: input.resumed }),
    on: {
      started(startedAt, fromMs) {
        input.begun(Date.parse(startedAt), fromMs);
        journal.append('shakedown.load.started', { startedAt, fromMs });
      },
      window(window, routes, progress, groups) {
        // Once something could not be written, the room that is left is for saying so, not for a window that nobody would count.
        evidence.check();
        const apart = groups.length === 0 ? {} : { groups: packRoutes(groups) };
        journal.append('shakedown.window.closed', { window, routes: packRoutes(routes), ...apart });
        evidence.check();
        show({ kind: 'window', window, elapsedMs: input.now(), totalMs: durationMs, ...progress });
      },
      sessions: (window, counts) => journal.append('shakedown.sessions.counted', { window, counts }),
      ...recordIn(journal, evidence, show),
      checkpoint: (fidelity) => journal.append('shakedown.load.checkpoint', { fidelity }),
      learned: (seen) => journal.append('shakedown.answers.learned', seen),
      answers: (counts) => journal.append('shakedown.answers.counted', counts),
      generatorStarted: (event) => journal.append('shakedown.generator.started', event),
      generatorEnded: (event) => journal.append('shakedown.generator.ended', event),
      generatorLost: (event) => journal.append('shakedown.generator.lost', event),
      tick(progress) {
        input.progress(progress.elapsedMs, progress.done, progress.failed);
        show({ kind: 'tick', totalMs: durationMs, ...progress });
      },
    },
  });
}

/** Records how the load ended. */
export function recordEnd(journal: Pick<Journal, 'append'>, outcome: LoadOutcome): void {
  const { fidelityState, coveredMs, fidelity, accounting, endedEarly } = outcome;
  if (fidelityState !== null) journal.append('shakedown.load.checkpoint', { fidelity: fidelityState });
  journal.append('shakedown.load.ended', { coveredMs, fidelity, accounting });
  if (endedEarly !== null) journal.append('shakedown.run.interrupted', { reason: endedEarly });
}
