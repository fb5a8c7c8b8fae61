import { setTimeout as sleep } from 'node:timers/promises';
import type { UndoStep } from '../undo.ts';
import { readEntries, removeEntry, type StoredEntry } from './entries.ts';
import { type Patience, runStep } from './steps.ts';
import { usualPromptMs } from './toxic.ts';

/** What became of an entry. */
export interface UndoOutcome {
  id: string;
  title: string;
  /** Why it is still on the list; null: it is done. */
  error: string | null;
  /** What others may have noticed of it, such as connections that were cut. */
  noticed?: string;
}

/** Until all entries have been begun, where one or more hang. */
const begunWithinMs = 400;
/** Within 2 s everything is to be gone; what needs longer gets it when that was tried. */
export const hurried: Patience = { stepMs: 1_500, promptMs: 300 };
export const patient: Patience = { stepMs: 10_000, promptMs: usualPromptMs };

export interface RunLeftOptions {
  /** Steps that are taken for done, such as signals to processes of another boot. */
  skip?(step: UndoStep): boolean;
  /** Entries that are not run. */
  passOver?(entry: StoredEntry): boolean;
  /** Keep the entries, to run them again. */
  keep?: boolean;
  /** With each step; `hurried` when absent. */
  patience?: Patience;
}

/**
 * Runs what is on a list, last first. The next entry waits for the one before it, but not for long: one that hangs must not keep
 * the others from being undone in time.
 */
export async function runLeft(folder: string, options: RunLeftOptions = {}): Promise<UndoOutcome[]> {
  const { entries, refused } = await readEntries(folder);
  const due = entries.filter((entry) => options.passOver?.(entry) !== true);
  const patienceMs = begunWithinMs / Math.max(1, due.length);
  const outcomes: Promise<UndoOutcome>[] = [];
  for (const entry of due) {
    const outcome = runEntry(folder, entry, options);
    outcomes.push(outcome);
    await Promise.race([outcome, sleep(patienceMs)]);
  }
  const passedOver = refused.map((error) => ({ id: '', title: 'a file of the undo list', error }));
  return [...(await Promise.all(outcomes)), ...passedOver];
}

async function runEntry(
  folder: string,
  entry: StoredEntry,
  { skip, keep, patience }: RunLeftOptions,
): Promise<UndoOutcome> {
  const { id, title, steps } = entry;
  const errors: string[] = [];
  const notices: string[] = [];
  for (const step of steps) {
    if (skip?.(step)) continue;
    // A step that fails does not make those after it any less needed.
    try {
      const noticed = await runStep(step, patience ?? hurried);
      if (noticed !== null) notices.push(noticed);
    } catch (error) {
      errors.push((error as Error).message);
    }
  }
  const error = errors.length > 0 ? errors.join('; ') : null;
  if (error === null && !keep) await removeEntry(folder, id);
  return { id, title, error, ...(notices.length > 0 ? { noticed: notices.join(' ') } : {}) };
}
