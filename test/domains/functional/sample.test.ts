import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleSuite } from '../../../src/domains/functional/sample-suites.ts';
import { suiteKinds } from '../../../src/domains/functional/settings.ts';
import { runSuite } from '../../../src/domains/functional/suite/run.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import type { SampleSystem } from '../../../src/model/sample-system.ts';
import { parseDefects } from '../../../src/sample/defects.ts';
import { startSample } from '../../../src/sample/start.ts';

// The sample shop's own suites, on a build as it should be and on regressed ones: which of them notice.

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-suites-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Kinds of suites in which a test failed, and how many tests were run. */
async function failing(defects: string): Promise<{ failed: string[]; tests: number; new: number }> {
  const version = 'v2.1.0';
  let system: SampleSystem | undefined;
  try {
    system = await startSample({ version, defects: parseDefects(defects), instances: 2 });
    const baseUrl = system.baseUrl;
    const found = { failed: [] as string[], tests: 0, new: 0 };
    for (const kind of suiteKinds) {
      await withTeardown(async (teardown) => {
        const suite = await sampleSuite({ defects, version }, kind, teardown);
        const { signal } = new AbortController();
        const at = { folder: join(folder, defects, kind), historyFolder: join(folder, 'history') };
        const evidence = await runSuite({ suite, baseUrl, version, signal, ...at });
        expect(evidence.faults).toEqual([]);
        if (evidence.counts.failed > 0) found.failed.push(kind);
        found.tests += evidence.counts.passed + evidence.counts.failed;
        found.new += evidence.before === null ? 0 : evidence.counts.newFailed;
        if (kind === 'unit') expect(evidence.coverage?.covered).toBeGreaterThan(100);
      });
    }
    return found;
  } finally {
    await system?.stop();
  }
}

it('find nothing in a good build, and the right things in regressed ones', async () => {
  const good = await failing('none');
  expect(good.failed).toEqual([]);
  const totals = await failing('totals');
  expect(totals.failed).toEqual(['unit', 'integration', 'api', 'ui']);
  expect(totals.tests).toBe(good.tests);
  expect(totals.new).toBeGreaterThan(3);
  expect((await failing('dead-button,corrupt=1')).failed).toEqual(['regression', 'ui']);
}, 300_000);
