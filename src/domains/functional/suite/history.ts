import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder, replaceFile } from '../../../evidence/atomic-file.ts';
import { NotRead, readBounded } from '../../../evidence/bounded-file.ts';
import type { CaseState } from '../results/result.ts';

const largestBytes = 128 * 1024 * 1024;

const saved = z.object({
  format: z.literal('shakedown.functional/1'),
  suite: z.string(),
  at: z.string(),
  version: z.string(),
  passed: z.array(z.string()),
  failed: z.array(z.string()),
  /** Skipped, marked as to be done, not begun. */
  other: z.array(z.string()),
});

/** The last passing run of a suite. */
export interface PassingRun {
  readonly at: string;
  readonly version: string;
  readonly tests: ReadonlyMap<string, 'passed' | 'failed' | 'other'>;
}

/** @returns null: none passed yet; a text says why it cannot be read */
export async function readPassingRun(file: string): Promise<PassingRun | null | string> {
  try {
    const bytes = await readBounded(file, largestBytes);
    const { at, version, passed, failed, other } = saved.parse(JSON.parse(bytes.toString('utf8')));
    const tests = new Map<string, 'passed' | 'failed' | 'other'>();
    for (const id of other) tests.set(id, 'other');
    for (const id of passed) tests.set(id, 'passed');
    for (const id of failed) tests.set(id, 'failed');
    return { at, version, tests };
  } catch (error) {
    if (error instanceof NotRead && error.kind === 'missing') return null;
    return error instanceof z.ZodError ? 'its form is not known' : (error as Error).message;
  }
}

/** Keeps a run that passed, for the next one to be compared with. */
export async function keepPassingRun(
  file: { folder: string; name: string },
  about: { suite: string; at: string; version: string },
  tests: readonly { id: string; state: CaseState }[],
): Promise<void> {
  const of = (...states: readonly CaseState[]) =>
    tests.filter(({ state }) => states.includes(state)).map(({ id }) => id);
  const content: z.input<typeof saved> = {
    format: 'shakedown.functional/1',
    ...about,
    passed: of('passed', 'flaky'),
    failed: of('failed'),
    other: of('skipped', 'todo', 'notRun'),
  };
  await makeFolder(file.folder);
  await replaceFile(join(file.folder, file.name), `${JSON.stringify(content)}\n`);
}
