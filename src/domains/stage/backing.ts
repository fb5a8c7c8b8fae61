import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { readManifestState } from '../../evidence/manifest.ts';
import type { StageFold } from './fold.ts';
import type { PhaseAttempt } from './section.ts';

/**
 * Why what a phase left is not behind what the journal says of it; null: it is there, with the digest that the journal has.
 * @param folder of the stage; runs lie beside it
 */
export function whyNotBacked(
  folder: string,
  attempt: Pick<PhaseAttempt, 'runId' | 'file' | 'sha256' | 'endedAtMs'> | undefined,
): string | null {
  if (attempt === undefined) return 'the phase did not begin';
  if (attempt.endedAtMs === null) return 'the phase has not ended';
  const { runId, file, sha256 } = attempt;
  if (sha256 === null) return 'it left no evidence that was sealed';
  if (runId !== null) {
    const run = join(dirname(folder), runId);
    if (!existsSync(join(run, 'journal.ndjson'))) return `the run ${runId} is not there any more`;
    const state = readManifestState(run);
    if (state.tampered.length > 0) return `the run ${runId} was changed: ${state.tampered[0]}`;
    return state.sha256 === sha256
      ? null
      : `the run ${runId} is not the one that the journal names: its manifest is another`;
  }
  if (file === null) return 'it left neither a run nor a file';
  // Whoever wrote the journal does not choose what is read outside of the folder.
  if (normalize(file) !== file || !file.startsWith('evidence/stage/')) return `${file} is no evidence of the stage`;
  try {
    const found = createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
    return found === sha256 ? null : `${file} was changed`;
  } catch {
    return `${file} is not there any more`;
  }
}

/**
 * Why an event of the stage is not backed; null: it is. What was announced needs whoever announced it, and what asks for work needs the work: a line that
 * somebody put into the journal has neither.
 */
export function whyEventNotBacked(
  folder: string,
  fold: StageFold,
  { event, by }: { event: string; by: string | null },
): string | null {
  const phases = fold.planned?.phases ?? [];
  if (by !== null) {
    const announcer = phases.find(({ id }) => id === by);
    if (announcer === undefined) return `there is no phase ${by}`;
    if (!announcer.emits.some((each) => each === event)) return `the phase ${by} does not announce it`;
    if (fold.verdictOf(by) === 'fail') return `the phase ${by} failed`;
    const why = whyNotBacked(folder, fold.last(by));
    if (why !== null) return `${by}: ${why}`;
  }
  const handlers = phases.filter(({ listens, leftOut }) => leftOut === null && listens.some((each) => each === event));
  if (handlers.length === 0) {
    if (by !== null) return null;
    // It begins the stage, whichever phases are done.
    const isBegun = event === 'swarm/started' && phases.some(({ id }) => whyNotBacked(folder, fold.last(id)) === null);
    return isBegun ? null : 'no phase acts on it';
  }
  const whys = handlers.map(({ id }) => ({ id, why: whyNotBacked(folder, fold.last(id)) }));
  const [first] = whys;
  return whys.some(({ why }) => why === null) || first === undefined ? null : `${first.id}: ${first.why}`;
}

/** Why a value of the state is not backed; null: it is. @param ofPhase why the phase that wrote it is not */
export function whyValueNotBacked(
  fold: StageFold,
  { phase, attempt }: { phase: string; attempt: number },
  ofPhase: () => string | null,
): string | null {
  if (fold.last(phase)?.attempt !== attempt) return 'the phase that wrote it was begun again since';
  return fold.isTakenBack(phase) ? 'what the phase did was rolled back since' : ofPhase();
}
