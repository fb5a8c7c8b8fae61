import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { journalNameIn } from '../../../../src/domains/chaos/run/journal-name.ts';

test('experiments whose files are called alike keep a journal each', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-journals-'));
  try {
    const names: string[] = [];
    for (const file of ['chaos/a/slow.yaml', 'chaos/b/slow.yaml', 'chaos/slow.json', 'chaos/täglich 1.yaml', '.yaml']) {
      const name = await journalNameIn(folder, file);
      await writeFile(join(folder, name), '');
      names.push(name);
    }
    expect(names).toEqual(['slow.json', 'slow-2.json', 'slow-3.json', 't-glich-1.json', '-yaml.json']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
