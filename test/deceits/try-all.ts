import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Results } from '../../src/model/results.ts';
import { buildResults } from '../../src/run/results/build.ts';
import { type MadeRun, makeRun } from '../run/results/run-folder.ts';
import type { Deceit } from './made.ts';

/** Judged as every run is: from its journal and its logs. */
async function judged(made: MadeRun, tamper: (folder: string) => void = () => {}): Promise<Results> {
  const folder = await makeRun(made);
  try {
    tamper(folder);
    return await buildResults(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const told = (results: Results) =>
  [
    results.sentence,
    ...results.missing,
    ...results.objectives.filter(({ verdict }) => verdict !== 'pass').map(({ reason }) => reason),
  ].join('\n');

/** Tests that no deceit passes, and every honest run beside one does. */
export function tryAll(table: readonly Deceit[]): void {
  describe('does not pass, and says why first', () => {
    test.each(table.map((deceit) => [deceit.what, deceit] as const))(
      '%s',
      async (_, { made, tamper, verdict, because }) => {
        const results = await judged(made, tamper);
        expect([results.verdict, results.sentence], told(results)).toEqual([verdict, expect.stringMatching(because)]);
      },
    );
  });

  /** Several deceits are held against the same honest run. */
  const controls = new Map<MadeRun, string>();
  for (const { what, made, tamper, control } of table) {
    const honest = control ?? (tamper === undefined ? null : made);
    if (honest !== null && !controls.has(honest)) controls.set(honest, what);
  }

  describe('passes where it is honest', () => {
    test.each([...controls].map(([made, what]) => [what, made] as const))('beside: %s', async (_, made) => {
      const results = await judged(made);
      expect(results.verdict, told(results)).toBe('pass');
    });
  });
}
