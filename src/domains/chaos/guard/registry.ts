import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeListFolder, readEntries, readOwn, removeListFolder, writeDurably } from './entries.ts';
import { type Owner, type OwnerState, ownerIn, ownOwner, stateOf } from './owner.ts';
import { patient, runLeft, type UndoOutcome } from './run-left.ts';

/** `pid` and where it means a process: of the harness that the list is of. */
interface Pointer extends Owner {
  list: string;
  startedAt: string;
}

/** A list that a run has not taken away. */
export interface Leftover {
  pointer: string;
  list: string;
  startedAt: string;
  /** Nothing may be touched of one that is `alive` or `elsewhere`. */
  state: OwnerState;
  /** Name of the machine or the container that it was left in. */
  host: string;
  /** What is to be undone, last first. */
  titles: string[];
  /** Files that were not read, and why. */
  refused: string[];
}

/** Writes down where a list is, to be found after a power cut. */
export async function registerList(registry: string, list: string, startedAt: string): Promise<string> {
  await makeListFolder(registry);
  const pointer: Pointer = { ...ownOwner(), list, startedAt };
  const name = `${pointer.bootId || 'unknown'}-${randomBytes(6).toString('hex')}.json`;
  await writeDurably(registry, name, JSON.stringify(pointer));
  return join(registry, name);
}

/** Every list that is still there, of this machine's user. */
export async function leftovers(registry: string): Promise<{ found: Leftover[]; refused: string[] }> {
  const found: Leftover[] = [];
  const refused: string[] = [];
  for (const name of (await readdir(registry).catch(() => [])).sort()) {
    if (!name.endsWith('.json')) continue;
    const path = join(registry, name);
    try {
      const pointer = pointerIn(JSON.parse(await readOwn(path)));
      if (pointer === null) throw new Error('does not name an undo list');
      const { entries, refused: notRead } = await readEntries(pointer.list);
      found.push({
        pointer: path,
        list: pointer.list,
        startedAt: pointer.startedAt,
        state: stateOf(pointer),
        host: pointer.host,
        titles: entries.map(({ title }) => title),
        refused: notRead,
      });
    } catch (error) {
      refused.push(`${path}: ${(error as Error).message}`);
    }
  }
  return { found, refused };
}

/** Undoes what a run left, and takes its list away where all of it could be undone. */
export async function cleanLeftover({ list, pointer, state }: Leftover): Promise<UndoOutcome[]> {
  const outcomes = await runLeft(list, {
    patience: patient,
    skip: (step) => state === 'rebooted' && step.kind === 'signal',
  });
  if (outcomes.every(({ error }) => error === null)) {
    await removeListFolder(list);
    await rm(pointer, { force: true });
  }
  return outcomes;
}

function pointerIn(value: unknown): Pointer | null {
  if (typeof value !== 'object' || value === null) return null;
  const { list, startedAt } = value as Record<string, unknown>;
  const owner = ownerIn(value as Record<string, unknown>);
  if (owner === null || typeof list !== 'string' || !list.startsWith('/') || typeof startedAt !== 'string') return null;
  return { ...owner, list, startedAt };
}
