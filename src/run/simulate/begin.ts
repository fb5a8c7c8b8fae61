import type { Journal } from '../../evidence/journal.ts';
import type { PlanSummary } from '../../model/plan.ts';
import type { Prepared } from './prepare.ts';
import { runStarted } from './started.ts';

export interface Beginning {
  runId: string;
  command: string;
  durationMs: number;
  plan: PlanSummary;
  windowMs: number;
  virtualUsers: number;
  /** Absent: the run cannot be resumed. */
  invocation?: {
    configFile: string | null;
    overrides: unknown;
    parallelism: number;
    options: Readonly<Record<string, unknown>>;
  };
}

/** Writes down how a run begins: what is tested, with which plan and engine. */
export function recordBeginning(
  journal: Journal,
  { config, manifest, engine, target, companions }: Prepared,
  begin: Beginning,
): void {
  const { runId, command, durationMs, plan, windowMs, virtualUsers, invocation } = begin;
  journal.append('shakedown.run.started', {
    ...runStarted(config, {
      ...{ runId, command, durationMs, target },
      programs: [...engine.programs, ...companions.programs],
    }),
    ...(invocation === undefined ? {} : { invocation }),
  });
  const recording = {
    name: manifest.name,
    requests: manifest.requests,
    sessions: manifest.sessions,
    durationMs: manifest.durationMs,
    timeResolutionMs: manifest.timeResolutionMs,
    privacy: manifest.privacy,
    declaredOwn: config.traffic.declaredOwn,
    notReplayable: manifest.notReplayable,
  };
  journal.append('shakedown.plan.ready', { plan, recording });
  journal.append('shakedown.engine.started', { ...engine.info, windowMs, virtualUsers });
}
