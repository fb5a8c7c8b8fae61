import { exitCodes, ShakedownError } from '../../model/error.ts';
import { eventOf, type PhaseContext } from '../phase.ts';
import type { PlannedPhase } from './events.ts';
import { type DomainPhase, inOrder } from './order.ts';

/** Which of the phases are wanted. */
export interface PhaseChoice {
  /** Only these; undefined: all. */
  readonly only?: readonly string[] | undefined;
  /** This and all after it. */
  readonly from?: string | undefined;
  /** Reason by phase. */
  readonly skip: Readonly<Record<string, string>>;
}

export interface PlanRequest {
  readonly phases: readonly DomainPhase[];
  readonly choice: PhaseChoice;
  readonly context: PhaseContext;
  /** Whether there is a command that begins with these words. */
  hasCommand(words: readonly string[]): boolean;
}

/**
 * The phases in their order, each with its command, or with the reason why it is not done.
 * @throws ShakedownError STAGE_PHASE for a name that there is not, or a choice that leaves nothing
 */
export function planStage({ phases, choice, context, hasCommand }: PlanRequest): PlannedPhase[] {
  const ordered = inOrder(phases);
  const { config } = context;
  const ids = ordered.map(({ id }) => id);
  const skip = { ...config.stage.skip, ...choice.skip };
  const named = [...(choice.only ?? []), ...(choice.from === undefined ? [] : [choice.from]), ...Object.keys(skip)];
  for (const id of [...named, ...Object.keys(config.stage.deadlinesS)]) refuseUnknown(id, ids);
  const fromAt = choice.from === undefined ? 0 : ids.indexOf(choice.from);
  const leftOut = (phase: DomainPhase, index: number): PlannedPhase['leftOut'] => {
    const reason = Object.hasOwn(skip, phase.id) ? skip[phase.id] : undefined;
    if (reason !== undefined) return { by: '--skip', reason };
    if (choice.only !== undefined && !choice.only.includes(phase.id))
      return { by: '--only', reason: 'it was not asked for' };
    if (index < fromAt) return { by: '--from', reason: `the stage was to begin with ${choice.from}` };
    const configured = phase.leftOut?.(context) ?? null;
    if (configured !== null) return { by: 'configuration', reason: configured };
    const words = wordsOf(phase, context);
    if (words !== null && !hasCommand(words))
      return { by: 'version', reason: `this version of Shakedown has no command ${words[0]}` };
    return null;
  };
  const planned = ordered.map((phase, index): PlannedPhase => {
    const { id, title, domain, role, listens, reads, writes, gates, does } = phase;
    const seconds = config.stage.deadlinesS[id];
    return {
      ...{ id, title, domain, role, listens: [...listens], reads: [...reads], writes: [...writes], gates: [...gates] },
      emits: phase.emits.map(eventOf),
      partOf: phase.partOf ?? null,
      command: commandWords(phase, context),
      deadlineMs: seconds === undefined ? phase.deadlineMs(context) : seconds * 1000,
      leaves: does.kind === 'command' ? 'run' : does.kind === 'people' ? 'decision' : 'file',
      leftOut: leftOut(phase, index),
    };
  });
  for (const { id, does } of ordered) {
    const [own, on] = [planned.find((each) => each.id === id), does.kind === 'people' ? does.decideOn : null];
    const subject = planned.find((each) => each.id === on);
    // People decide on a run, and one that an earlier stage made is none of this.
    if (own !== undefined && own.leftOut === null && subject !== undefined && subject.leftOut !== null)
      own.leftOut = { by: subject.leftOut.by, reason: `${on} is left out, so there is nothing to decide on` };
  }
  if (planned.every((phase) => phase.leftOut !== null))
    throw new ShakedownError('STAGE_PHASE', 'Nothing is left to do: every phase is left out.', {
      hint: planned.map((phase) => `${phase.id}: ${phase.leftOut?.reason}`).join('; '),
      exitCode: exitCodes.usage,
    });
  return planned;
}

/** @throws ShakedownError STAGE_PHASE */
export function refuseUnknown(id: string, ids: readonly string[]): void {
  if (ids.includes(id)) return;
  throw new ShakedownError('STAGE_PHASE', `There is no phase ${id}.`, { hint: `Phases are: ${ids.join(', ')}.` });
}

function wordsOf({ does }: DomainPhase, context: PhaseContext): readonly string[] | null {
  return does.kind === 'command' || does.kind === 'deployment' ? does.words(context) : null;
}

/** What is done, for people. The arguments of a program may hold secrets. */
function commandWords(phase: DomainPhase, context: PhaseContext): string {
  const { does } = phase;
  switch (does.kind) {
    case 'command':
    case 'deployment':
      return `shakedown ${does.words(context).join(' ')}`;
    case 'program': {
      const [program = 'none', ...rest] = does.argv(context);
      return rest.length === 0 ? program : `${program} (${rest.length} arguments, not shown)`;
    }
    case 'people':
      return `shakedown sign <run of ${does.decideOn}>`;
  }
}
