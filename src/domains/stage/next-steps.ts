import { basename } from 'node:path';
import type { StageFold } from './fold.ts';

/** What to do now, a sentence or a command each; none: the stage is done and nothing is open. */
export function nextSteps(fold: StageFold, folder: string): string[] {
  const id = basename(folder);
  const resume = `shakedown run --resume ${id}`;
  const phases = (fold.planned?.phases ?? []).filter(({ leftOut }) => leftOut === null);
  const failed = phases.find(({ id: phase }) => fold.isSettled(phase) && fold.verdictOf(phase) === 'fail');
  const steps: string[] = [];
  if (failed !== undefined) {
    const last = fold.last(failed.id);
    const where = last?.runId == null ? '' : ` Its report: ${last.runId}/index.html.`;
    steps.push(`${failed.title} failed.${where}`);
    for (const { command, ok, sentence } of fold.rollbacks)
      steps.push(ok ? `Rolled back: ${command}.` : `The rollback failed, do it by hand: ${command} (${sentence})`);
    steps.push('A candidate that was mended is another one: begin a new stage with it.');
    steps.push(`To try the same candidate again: ${resume} --from ${failed.id}`);
    return steps;
  }
  const waiting = phases.find(({ id: phase }) => fold.last(phase)?.isWaiting);
  if (waiting !== undefined) {
    const run = fold.last(waiting.id)?.runId ?? '<run>';
    steps.push(`People decide on ${run}: shakedown sign ${run} --role <role> --decision accept --key <file>`);
    steps.push(`Then go on: ${resume}`);
    return steps;
  }
  const open = phases.filter(({ id: phase }) => !fold.isSettled(phase));
  if (open.length > 0) {
    steps.push(`Not done yet: ${open.map(({ id: phase }) => phase).join(', ')}.`);
    steps.push(`Go on: ${resume}`);
    return steps;
  }
  const undecided = phases.find(({ id: phase }) => fold.verdictOf(phase) === 'inconclusive');
  if (undecided !== undefined)
    steps.push(`${undecided.title} is inconclusive. When that is mended: ${resume} --from ${undecided.id}`);
  return steps;
}
