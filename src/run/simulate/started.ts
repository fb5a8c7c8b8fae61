import { noteAttempt, runBeginning } from '../../evidence/attempt.ts';
import type { Artifact } from '../../model/artifact.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { JournalEvents } from '../../model/event.ts';
import type { Program } from '../../model/results.ts';
import { hostInfo } from './host.ts';
import { shownConfig } from './redact.ts';

/** What is tested. */
export interface BegunTarget {
  /** For people: its address, or what the sample system is. */
  label: string;
  /** That it names itself. */
  artifacts: readonly Artifact[];
}

/** What every command says of a run that it begins. */
export interface Begin {
  runId: string;
  /** As the user typed it. */
  command: string;
  /** Of the load; 0: the run has none. */
  durationMs: number;
  target: BegunTarget;
  programs: Program[];
}

/** The first event of any run: the candidate, the machine, and the configuration without its secrets. */
export async function runStarted(
  config: ResolvedConfig,
  begin: Begin,
): Promise<JournalEvents['shakedown.run.started']> {
  const { runId, command, durationMs, target, programs } = begin;
  const about = runBeginning(config, command, target);
  noteAttempt(config.reports, { runId, ...about });
  return {
    runId,
    durationMs,
    ...about,
    host: hostInfo(),
    programs,
    config: await shownConfig(config),
  };
}
