import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeReports } from '../../src/report/write.ts';
import { domains } from '../../src/run/domains.ts';
import { longRun, notReady } from './fixture.ts';

const golden = new URL('../golden/report/', import.meta.url);

/**
 * A change of any report shows up as a change of the committed pages. To accept it, look at them and run
 * `UPDATE_GOLDEN=1 npx vitest run test/report/golden.test.ts`.
 */
it.each([
  ['', 'index.html', notReady],
  ['', 'junit.xml', notReady],
  ['', 'summary.md', notReady],
  ['long-', 'junit.xml', longRun],
  ['long-', 'summary.md', longRun],
  ['long-', 'performance.html', longRun],
  ['long-', 'journeys.html', longRun],
])('%s%s is as it was when it was last looked at', async (prefix, name, make) => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-golden-'));
  try {
    await writeReports(make(), folder, domains);
    const made = await readFile(join(folder, name), 'utf8');
    if (process.env.UPDATE_GOLDEN !== undefined) {
      await mkdir(golden, { recursive: true });
      await writeFile(new URL(`${prefix}${name}`, golden), made);
    }
    const kept = await readFile(new URL(`${prefix}${name}`, golden), 'utf8');
    // By line, so that a difference is reported without the whole page.
    const [madeLines, keptLines] = [made.split('\n'), kept.split('\n')];
    const differing = keptLines.findIndex((line, index) => line !== madeLines[index]);
    const at = differing === -1 ? undefined : { line: differing + 1, made: madeLines[differing]?.slice(0, 300) };
    expect(at).toBeUndefined();
    expect(madeLines.length).toBe(keptLines.length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
