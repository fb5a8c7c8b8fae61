import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuration } from '../../../src/domains/functional/configuration.ts';
import { type SmokeEvidence, smokeChecks, smoked } from '../../../src/domains/rehearsal/system/smoke.ts';

let folder: string;
let server: Server;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-smoke-'));
  server = createServer((request, response) => response.writeHead(request.url === '/broken' ? 500 : 200).end('up'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(
    join(folder, 'smoke.test.mjs'),
    "import { test } from 'node:test'; for (const path of process.env.PATHS.split(' ')) test(path, async () => { const { status } = await fetch(process.env.SHAKEDOWN_BASE_URL + path); if (status !== 200) throw new Error(String(status)); });\n",
  );
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the smoke tests of a version on a real server. @param paths that are asked for; null: none are configured */
async function run(paths: string | null, smokeTests = true) {
  const suite = {
    ...{ name: 'smoke', kind: 'smoke', folder, results: 'smoke.xml', env: { PATHS: paths ?? '' } },
    command: [
      process.execPath,
      '--test',
      '--test-reporter=junit',
      '--test-reporter-destination=smoke.xml',
      'smoke.test.mjs',
    ],
  };
  const written = configuration.schemas.functional.parse({ suites: paths === null ? [] : [suite] });
  const { functional } = configuration.resolve(
    { functional: written },
    { at: (path) => resolve(folder, path), isSample: false, replays: false },
  );
  const recorded: SmokeEvidence[] = [];
  const mayGoOn = await smoked(
    {
      config: {
        ...{ functional, rehearsal: { smokeTests }, baselines: { folder: join(folder, 'baselines') } },
        target: { sample: null },
      } as never,
      ...{ folder, signal: new AbortController().signal, teardown: { before: () => {} } },
      ...{ phase: () => {}, mark: () => {}, record: (one) => recorded.push(one) },
    },
    { version: 'v2', instances: [{ name: 'green-1', url, process: null, log: null }] } as never,
  );
  return { mayGoOn, found: recorded[0], checks: smokeChecks(recorded[0]) };
}

describe('smoke tests of a version that has just come up', () => {
  it('pass at its own address, and it may get traffic', async () => {
    const { mayGoOn, checks } = await run('/ /products');
    expect(mayGoOn).toBe(true);
    expect(checks).toMatchObject([{ verdict: 'pass', reason: '2 tests of v2, at its own address.' }]);
  });
  it('fail, and it gets none', async () => {
    const { mayGoOn, checks } = await run('/ /broken');
    expect(mayGoOn).toBe(false);
    expect(checks).toMatchObject([{ id: 'smoke', verdict: 'fail', reason: expect.stringContaining('1 of 2 tests') }]);
  });
  it('that do not run leave it open and are no reason to refuse it', async () => {
    rmSync(join(folder, 'smoke.test.mjs'));
    const { mayGoOn, checks } = await run('/');
    expect([mayGoOn, checks[0]?.verdict]).toEqual([true, 'inconclusive']);
  });
  it('are none where none are configured, or the configuration leaves them out', async () => {
    expect(await run(null)).toMatchObject({ mayGoOn: true, found: { suites: [] }, checks: [] });
    expect(await run('/', false)).toEqual({ mayGoOn: true, found: undefined, checks: [] });
  });
});
