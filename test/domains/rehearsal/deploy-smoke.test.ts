import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { configuration } from '../../../src/domains/functional/configuration.ts';
import { deployVersion } from '../../../src/domains/rehearsal/commands/deploy.ts';
import { readHistory } from '../../../src/domains/rehearsal/system/history.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import { type Tiny, tinyStaging } from './tiny.ts';

let tiny: Tiny | undefined;
afterEach(() => tiny?.end());

/** Deploys a version whose smoke test asks for these paths. */
async function deployed(version: string, paths: string) {
  const { folder, staging } = tiny as Tiny;
  const test =
    "import { test } from 'node:test'; for (const path of process.env.PATHS.split(' ')) test(path, async () => { const { status } = await fetch(process.env.SHAKEDOWN_BASE_URL + path); if (status !== 200) throw new Error(String(status)); });\n";
  writeFileSync(join(folder, 'smoke.test.mjs'), test);
  const suite = {
    ...{ name: 'smoke', kind: 'smoke', folder, results: 'smoke.xml', env: { PATHS: paths } },
    command: [
      ...[process.execPath, '--test', '--test-reporter=junit', '--test-reporter-destination=smoke.xml'],
      'smoke.test.mjs',
    ],
  };
  const { functional } = configuration.resolve(
    { functional: configuration.schemas.functional.parse({ suites: [suite] }) },
    { at: (path) => resolve(folder, path), isSample: false, replays: false },
  );
  const config = {
    ...{ functional, deployment: {}, rehearsal: { smokeTests: true }, target: { sample: null } },
    baselines: { folder: join(folder, 'baselines') },
  };
  const historyFile = join(folder, 'deployments.ndjson');
  const said: string[] = [];
  await withTeardown((teardown) =>
    deployVersion({
      ...{ staging, version, historyFile, teardown, signal: new AbortController().signal },
      ...{ loaded: { config } as never, say: (text) => said.push(text) },
    }),
  );
  return said;
}

it('a version gets traffic after its smoke tests, and one that fails them gets none and ends', async () => {
  tiny = await tinyStaging({}, { readyMs: 30_000 });
  const { staging, folder } = tiny;
  expect(await deployed('v1', '/')).toContain('smoke: 1 of 1 tests passed');
  await expect(deployed('v2', '/ :not-an-address')).rejects.toMatchObject({
    code: 'DEPLOYMENT_SMOKE',
    message: expect.stringMatching(/^v2 fails its smoke tests: smoke: .*1 of 2 tests/),
  });
  expect(staging.sides.map(({ version }) => version)).toEqual(['v1']);
  expect(staging.current?.version).toBe('v1');
  expect((await fetch(`${staging.switch.baseUrl}/`)).status).toBe(200);
  expect(readHistory(join(folder, 'deployments.ndjson')).map(({ version, status }) => [version, status])).toEqual([
    ['v1', 'success'],
    ['v2', 'failed'],
  ]);
}, 60_000);
