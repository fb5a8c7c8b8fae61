import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootId, identify } from '../../evidence/process.ts';
import { inSentence } from '../../gate/words.ts';
import { firstError } from '../../model/error.ts';
import { verdictWord } from '../../model/verdict.ts';
import { duration } from '../../report-kit/format.ts';
import { readable } from '../../report-kit/text.ts';
import type { LoadedConfig, Services } from '../command.ts';
import { eventOf, type PhaseContext, stageRoles } from '../phase.ts';
import { decisionOn } from './decision.ts';
import { probeCandidate } from './identity.ts';
import type { StageMemory } from './memory.ts';
import { nextPhase, unannounced } from './next-phase.ts';
import type { DomainPhase } from './order.ts';
import { outcomeOf, type Performed, perform } from './perform.ts';
import { rollBack } from './rollback.ts';

export interface Conduct {
  readonly memory: StageMemory;
  /** In their order. */
  readonly phases: readonly DomainPhase[];
  readonly loaded: LoadedConfig;
  readonly services: Services;
  readonly signal: AbortSignal;
  /** Of the stage's run. */
  readonly folder: string;
  /** Asks what runs what it is. @throws ShakedownError where it does not answer */
  probe(): Promise<readonly { name: string; digest: string; source: 'declared' | 'probed' }[]>;
  say(line: string): void;
}

/** A file of this name in the folder of the stage: the phase that is under way ends by itself, and no other is begun. */
const pauseFile = 'pause';

/** Why a stage stopped: every phase has ended; one failed; people have to decide; somebody interrupted or paused it; the lock was lost. */
export type Stop = 'done' | 'failed' | 'waiting' | 'interrupted' | 'paused' | 'unlocked';

/** Does the phases, each when an event asks for it and what it reads is written, until there is none left or one stops the stage. */
export async function conduct(stage: Conduct): Promise<Stop> {
  const { memory, phases, signal, folder } = stage;
  const { fold } = memory;
  const keepsGoing = fold.planned?.keepsGoing === true;
  await probed(stage, 'begin', null);
  for (;;) {
    for (const { event, why } of unannounced(fold, phases))
      memory.record('shakedown.stage.event', { event, by: null, why });
    if (fold.lockLost !== null) return 'unlocked';
    if (signal.aborted) return 'interrupted';
    if (isPaused(folder)) return 'paused';
    const phase = nextPhase(fold, phases);
    if (phase === null) break;
    const verdict = phase.does.kind === 'people' ? await decided(stage, phase) : await done(stage, phase);
    if (verdict === 'waiting') return 'waiting';
    if (signal.aborted) return 'interrupted';
    await probed(stage, 'after', phase.id);
    if (verdict !== 'fail') continue;
    if (!keepsGoing) {
      await rollBack(stage);
      return 'failed';
    }
  }
  return 'done';
}

/** Whether somebody asked for a pause; what asked for it is taken away. */
function isPaused(folder: string): boolean {
  const file = join(folder, pauseFile);
  if (!existsSync(file)) return false;
  rmSync(file, { force: true });
  return true;
}

async function done(stage: Conduct, phase: DomainPhase): Promise<Performed['verdict']> {
  const { memory, services, signal, folder, say } = stage;
  const { fold } = memory;
  const planned = fold.planned?.phases.find(({ id }) => id === phase.id);
  if (planned === undefined) throw new RangeError(`${phase.id} was not planned.`);
  const attempt = (fold.attempts.get(phase.id)?.length ?? 0) + 1;
  const context = contextOf(stage, phase);
  const undo = phase.does.kind === 'deployment' ? [...phase.does.undo(context)] : null;
  memory.record('shakedown.stage.begun', { phase: phase.id, attempt, undo, read: context.state });
  const again = attempt === 1 ? '' : `, attempt ${attempt}`;
  say(`${phase.id}: begins${again}, by the ${inSentence(stageRoles[phase.role])}: ${planned.command}`);
  const from = performance.now();
  let performed: Performed;
  try {
    performed = await perform({
      ...{ phase, planned, attempt, context, services, signal, stageFolder: folder },
      say: (line) => say(`${phase.id}: ${readable(line)}`),
      onProcess: (pid) =>
        memory.record('shakedown.stage.process', {
          ...{ phase: phase.id, attempt, pid, startTicks: identify(pid)?.startTicks ?? null, bootId: bootId() },
        }),
      onRun: (runId) => memory.record('shakedown.stage.run', { phase: phase.id, attempt, runId }),
    });
  } catch (cause) {
    performed = broken(firstError(cause).message, fold.last(phase.id)?.runId ?? null);
  }
  record(stage, phase, attempt, performed);
  const took = duration(performance.now() - from);
  say(`${phase.id}: ${verdictWord[performed.verdict]} after ${took}: ${readable(performed.sentence)}`);
  return performed.verdict;
}

/** Writes how a phase ended, what follows from it for the state, and what it announces, as one event. */
function record({ memory }: Conduct, phase: DomainPhase, attempt: number, performed: Performed): void {
  const { results: _, printed: __, ...ended } = performed;
  const outcome = outcomeOf(performed);
  const written = performed.isCut ? {} : phase.state(outcome);
  const state = Object.fromEntries(
    Object.entries(written).filter(([key]) => phase.writes.some((each) => each === key)),
  );
  const announces =
    performed.isCut || performed.verdict === 'fail'
      ? []
      : phase.emits.filter((each) => typeof each === 'string' || each.when(outcome)).map(eventOf);
  memory.record('shakedown.stage.ended', { ...ended, phase: phase.id, attempt, state, announces });
}

function broken(message: string, runId: string | null): Performed {
  return {
    ...{ verdict: 'inconclusive', sentence: `It could not be judged: ${message}`, gates: [], artifacts: [] },
    ...{ runId, sha256: null, file: null, exitCode: null, version: null, isCut: false, results: null, printed: null },
  };
}

/** What people decided on a run; `waiting` where nobody has yet. */
async function decided(stage: Conduct, phase: DomainPhase): Promise<Performed['verdict'] | 'waiting'> {
  const { memory, say, loaded, folder } = stage;
  const { fold } = memory;
  const { does } = phase;
  if (does.kind !== 'people') throw new RangeError(`${phase.id} is not for people.`);
  const on = fold.last(does.decideOn);
  const before = fold.last(phase.id);
  const attempt = before?.isWaiting ? before.attempt : (before?.attempt ?? 0) + 1;
  if (!before?.isWaiting)
    memory.record('shakedown.stage.begun', {
      phase: phase.id,
      attempt,
      undo: null,
      read: contextOf(stage, phase).state,
    });
  const found = await decisionOn(on?.runId ?? null, folder, loaded.config.signing);
  if (found.verdict === null && on?.runId != null) {
    memory.record('shakedown.stage.waiting', { phase: phase.id, attempt, sentence: found.sentence, runId: on.runId });
    say(`${phase.id}: waits: ${readable(found.sentence)}`);
    return 'waiting';
  }
  const verdict = found.verdict ?? 'inconclusive';
  record(stage, phase, attempt, {
    ...{ verdict, sentence: found.sentence, gates: [], artifacts: [], runId: on?.runId ?? null, file: null },
    ...{ sha256: found.sha256, exitCode: null, version: null, isCut: false, results: null, printed: null },
  });
  say(`${phase.id}: ${verdictWord[verdict]}: ${readable(found.sentence)}`);
  return verdict;
}

function contextOf({ memory: { fold }, loaded }: Conduct, phase: DomainPhase): PhaseContext {
  const state = Object.fromEntries(
    phase.reads.flatMap((key) => {
      const found = fold.state.get(key);
      return found === undefined ? [] : [[key, found.value]];
    }),
  );
  return { config: loaded.config, folder: loaded.folder, durationMs: fold.planned?.durationMs ?? 0, state };
}

/** Asks the candidate what it is, and writes it down. */
async function probed(stage: Conduct, when: 'begin' | 'after', phase: string | null): Promise<void> {
  const { memory, loaded, signal, probe } = stage;
  const { config, folder } = loaded;
  // The sample system is started anew by every phase; what it was then is in the run of the phase.
  const asks = config.target.sample === null ? probe : null;
  const found = await probeCandidate(config.stage, asks, { cwd: folder, signal });
  if (asks === null && found.artifacts.length === 0 && found.problems.length === 0) return;
  memory.record('shakedown.stage.probed', { when, phase, ...found });
}
