import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bootId, identify, lives } from '../../../evidence/process.ts';
import { makeListFolder, readEntries, readOwn, removeListFolder, writeDurably } from './entries.ts';
import { patient, runLeft, type UndoOutcome } from './run-left.ts';

interface Pointer {
  bootId: string;
  /** The harness that the list is of. */
  pid: number;
  startTicks: number;
  list: string;
  startedAt: string;
}

/** A list that a run has not taken away. */
export interface Leftover {
  pointer: string;
  list: string;
  startedAt: string;
  /** Its run, or its guard, is still at work: nothing of it may be touched. */
  alive: boolean;
  /** The machine was restarted since: processes are gone, and their numbers mean others now. */
  otherBoot: boolean;
  /** What is to be undone, last first. */
  titles: string[];
  /** Files that were not read, and why. */
  refused: string[];
}

/** Writes down where a list is, to be found after a power cut. */
export async function registerList(registry: string, list: string, startedAt: string): Promise<string> {
  await makeListFolder(registry);
  const { startTicks = 0 } = identify(process.pid) ?? {};
  const pointer: Pointer = { bootId: bootId(), pid: process.pid, startTicks, list, startedAt };
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
      const pointer: unknown = JSON.parse(await readOwn(path));
      if (!isPointer(pointer)) throw new Error('does not name an undo list');
      const { entries, refused: notRead } = await readEntries(pointer.list);
      const otherBoot = pointer.bootId !== bootId();
      found.push({
        pointer: path,
        list: pointer.list,
        startedAt: pointer.startedAt,
        alive: !otherBoot && lives(pointer),
        otherBoot,
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
export async function cleanLeftover({ list, pointer, otherBoot }: Leftover): Promise<UndoOutcome[]> {
  const outcomes = await runLeft(list, {
    patience: patient,
    skip: (step) => otherBoot && step.kind === 'signal',
  });
  if (outcomes.every(({ error }) => error === null)) {
    await removeListFolder(list);
    await rm(pointer, { force: true });
  }
  return outcomes;
}

function isPointer(value: unknown): value is Pointer {
  if (typeof value !== 'object' || value === null) return false;
  const { bootId: boot, pid, startTicks, list, startedAt } = value as Record<string, unknown>;
  const numbers = Number.isSafeInteger(pid) && Number.isSafeInteger(startTicks);
  return numbers && [boot, list, startedAt].every((one) => typeof one === 'string') && String(list).startsWith('/');
}
