import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { needProgramsOfSample } from '../../../../src/domains/monitoring/validation/programs.ts';
import type { ResolvedConfig } from '../../../../src/model/config.ts';

function configOf(more: object = {}): ResolvedConfig {
  return { target: { sample: {} }, monitoring: { prometheus: null, logs: [] }, ...more } as unknown as ResolvedConfig;
}

it('names everything that is missing for the sample system, and asks nothing of a user’s own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'no-programs-'));
  const env = { PATH: folder };
  try {
    await expect(needProgramsOfSample(configOf(), ['rules', 'alerts'], env)).rejects.toMatchObject({
      code: 'MONITORING_PROGRAM_MISSING',
      exitCode: 4,
      message: expect.stringMatching(/apt install prometheus prometheus-alertmanager\.$/),
    });
    await expect(needProgramsOfSample(configOf(), ['mutants'], env)).rejects.toThrow(/apt install prometheus\.$/);
    await needProgramsOfSample(configOf({ target: { sample: null } }), ['alerts'], env);
    const own = { prometheus: { url: 'http://127.0.0.1:9090' }, logs: [] };
    await needProgramsOfSample(configOf({ monitoring: own }), ['alerts'], env);
    await needProgramsOfSample(configOf({ monitoring: { prometheus: null, logs: [{}] } }), ['logs'], env);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
