import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { contracts } from '../../../src/domains/integration/contracts/part.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import type { SampleVersion } from '../../../src/model/sample-system.ts';
import { domains } from '../../../src/run/domains.ts';
import { parseDefects } from '../../../src/sample/defects.ts';
import { startSample } from '../../../src/sample/start.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contracts-sample-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What the shop's document says of the running shop. */
async function judged(version: SampleVersion, defects: string) {
  const overrides = { 'target.sample.version': version };
  const { config } = await loadConfig({ cwd: folder, domains, overrides });
  const system = await startSample({ instances: 1, version, defects: parseDefects(defects) });
  const evidence: { atMs: number; data: unknown }[] = [];
  try {
    await withTeardown(async (teardown) => {
      const context = { config, folder, projectFolder: folder, teardown, signal: new AbortController().signal };
      const more = { record: (data: unknown) => evidence.push({ atMs: 0, data }), mark: () => {}, phase: () => {} };
      await contracts.run({ ...context, ...more, target: async () => ({ baseUrl: system.baseUrl }) } as never);
    });
  } finally {
    await system.stop();
  }
  const read = evidence.map(({ atMs, data }) => ({ atMs, data: contracts.evidence.parse(data) }));
  return contracts.judge(read, true);
}

it.each(['v2.0.0', 'v2.1.0'] as const)('the document of the sample shop %s is true', async (version) => {
  const { checks, coverage } = await judged(version, 'none');
  expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  expect(coverage?.[0]?.covered).toBe(8);
});

it('names the field and the status that the undocumented build answers with', async () => {
  const { checks } = await judged('v2.1.0', 'undocumented');
  expect(checks.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
    {
      id: 'statuses',
      verdict: 'fail',
      reason: expect.stringMatching(/GET \/api\/search: status 203 is not documented/),
    },
    {
      id: 'fields',
      verdict: 'fail',
      reason: expect.stringMatching(/GET \/api\/products\/\{id\} 200: costCents: a field/),
    },
  ]);
});
