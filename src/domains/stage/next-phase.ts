import type { StageEvent } from '../phase.ts';
import type { PlannedPhase } from './events.ts';
import type { StageFold } from './fold.ts';
import { before, type DomainPhase } from './order.ts';

/** The first phase that an event asks for, that waits for no other any more, and that has not ended; null: there is none. */
export function nextPhase(fold: StageFold, phases: readonly DomainPhase[]): DomainPhase | null {
  const planned = new Map((fold.planned?.phases ?? []).map((each) => [each.id, each]));
  const isOver = (id: string) => (planned.get(id)?.leftOut ?? null) !== null || fold.isSettled(id);
  const happened = new Set<string>(fold.events.map(({ event }) => event));
  return (
    phases.find(
      (phase) =>
        planned.has(phase.id) &&
        !isOver(phase.id) &&
        phase.listens.some((event) => happened.has(event)) &&
        before(phase, phases).every(isOver),
    ) ?? null
  );
}

/**
 * What nobody will announce, because whoever would is left out, or failed in a stage that goes on: the stage asks for it itself, in time, and says why.
 * Only what a phase that is still to come listens to.
 */
export function unannounced(fold: StageFold, phases: readonly DomainPhase[]): { event: StageEvent; why: string }[] {
  const planned = fold.planned?.phases ?? [];
  const leftOut = (id: string) => planned.find((each) => each.id === id)?.leftOut ?? null;
  const isOver = (id: string) => leftOut(id) !== null || fold.isSettled(id);
  const wanted = new Set(phases.filter(({ id }) => !isOver(id)).flatMap(({ listens }) => listens));
  const happened = new Set<string>(fold.events.map(({ event }) => event));
  const found = new Map<StageEvent, string>();
  // What would have been announced by now, also where no phase that is done listens to it: one that is left out may stand behind another.
  const reached = new Set(happened);
  for (const phase of phases) {
    const why = whySilent(phase, leftOut(phase.id), fold);
    if (why === null || !before(phase, phases).every(isOver)) continue;
    if (!phase.listens.some((event) => reached.has(event))) continue;
    for (const emitted of phase.emits) {
      // What holds only where something was shown is never said in place of who shows it.
      if (typeof emitted !== 'string' || happened.has(emitted)) continue;
      reached.add(emitted);
      if (wanted.has(emitted)) found.set(emitted, why);
    }
  }
  return [...found].map(([event, why]) => ({ event, why }));
}

function whySilent({ id }: DomainPhase, leftOut: PlannedPhase['leftOut'], fold: StageFold): string | null {
  if (leftOut !== null) return `the phase ${id} is left out`;
  if (fold.isSettled(id) && fold.verdictOf(id) === 'fail')
    return `the phase ${id} failed, and the stage goes on as asked`;
  return null;
}
