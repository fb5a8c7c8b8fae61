import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOwnRun } from '../../../src/domains/final/earlier.ts';
import { earlierGates } from '../../../src/domains/final/gates.ts';
import { judgedOnce } from '../../../src/domains/final/judged-once.ts';
import type { Teardown } from '../../../src/evidence/teardown.ts';

/** Of a command: what is known lasts as long. */
const anew = (): Teardown => ({ before: () => {} });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-judged-'));
  await writeFile(join(folder, 'journal.ndjson'), '{}\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Asks for the run for every gate, as a final validation does. @returns how often it was judged, and for which gates */
async function asked(sections: object | null, teardown = anew(), between = async () => {}) {
  const judged: string[] = [];
  const services = {
    judged: async (_: string, gate?: string) => {
      judged.push(gate ?? 'as it was asked');
      if (sections === null) throw new Error('damaged');
      return { sections };
    },
  } as never;
  const found: unknown[] = [];
  for (const { gate } of earlierGates) {
    found.push(await judgedOnce(folder, gate, { services, teardown }, (results) => isOwnRun(gate, results)));
    await between();
  }
  return { judged, found };
}

describe('a stored run that nine gates ask for', () => {
  it('is judged once where it judged none of them', async () => {
    expect((await asked({ compliance: {} })).judged).toEqual(['as it was asked']);
  });
  it('is judged once more for each gate that it can be a run of', async () => {
    expect((await asked({ uat: {} })).judged).toEqual(['as it was asked', 'uat']);
    expect((await asked({ load: {} })).judged).toEqual(['as it was asked', 'performance', 'stability', 'parity']);
  });
  it('that cannot be read is tried once, and read by nobody', async () => {
    const { judged, found } = await asked(null);
    expect(judged).toHaveLength(1);
    expect(found).toEqual(earlierGates.map(() => null));
  });
  it('is judged anew where its evidence was changed meanwhile', async () => {
    const change = () => appendFile(join(folder, 'journal.ndjson'), '{}\n');
    expect((await asked({ compliance: {} }, anew(), change)).judged).toHaveLength(earlierGates.length);
  });
  it('is judged anew in another command', async () => {
    const teardown = anew();
    expect((await asked({ compliance: {} }, teardown)).judged).toHaveLength(1);
    expect((await asked({ compliance: {} }, teardown)).judged).toHaveLength(0);
    expect((await asked({ compliance: {} })).judged).toHaveLength(1);
  });
});
