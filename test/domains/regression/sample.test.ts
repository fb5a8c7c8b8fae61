import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { type Evidence, evidence } from '../../../src/domains/regression/evidence.ts';
import { judge } from '../../../src/domains/regression/judge.ts';
import { replayAndCompare } from '../../../src/domains/regression/run.ts';
import type { ValidationContext } from '../../../src/domains/validation.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import { domains } from '../../../src/run/domains.ts';
import { sampleAsLocalSystem } from '../../../src/sample/builds.ts';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** Compares v2.0.0 of the sample system, twice, with a build. */
async function compared(version: 'v2.0.0' | 'v2.1.0', defects: string) {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-regression-sample-'));
  folders.push(folder);
  const { config } = await loadConfig({
    ...{ cwd: folder, domains, replays: true },
    overrides: {
      version,
      target: { sample: { version, defects } },
      regression: { sessions: 200, sessionsPerRoute: 12 },
    },
  });
  const pieces: Evidence[] = [];
  await withTeardown((teardown) =>
    replayAndCompare({
      ...{ config, projectFolder: folder, runFolder: folder, folder, teardown, now: () => 0 },
      services: { sampleSystem: sampleAsLocalSystem },
      signal: new AbortController().signal,
      record: (piece: Evidence) => pieces.push(evidence.parse(JSON.parse(JSON.stringify(piece)))),
      mark() {},
      phase() {},
    } as unknown as ValidationContext<Evidence>),
  );
  const { checks } = judge(pieces.map((data) => ({ atMs: 0, data })));
  // How long answers take is another question, on a machine that does other things beside.
  const judged = checks.filter(({ id }) => id !== 'times');
  const reasons = (verdict: string) => judged.filter((each) => each.verdict === verdict).map(({ reason }) => reason);
  return {
    folder,
    failed: judged.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id),
    open: reasons('inconclusive'),
    checks,
  };
}

test('v2.1.0 differs from v2.0.0 as declared, and in nothing else', { timeout: 300_000 }, async () => {
  const { failed, open, checks, folder } = await compared('v2.1.0', '');
  expect(failed).toEqual([]);
  expect(open).toEqual([]);
  expect(checks.find(({ id }) => id === 'declared')?.verdict).toBe('pass');
  // Nothing that a person typed is in what is kept.
  expect(await readFile(join(folder, 'fields.json'), 'utf8')).not.toMatch(/@[a-z]+\.(example|test|com)/);
});

test('nothing is reported of the same version', { timeout: 300_000 }, async () => {
  const { failed, open } = await compared('v2.0.0', '');
  expect(failed).toEqual([]);
  // It is the same build, and what is meant to differ does not.
  expect(open).toHaveLength(2);
});

test('a renamed field, totals that are a cent off, and a list the other way round are named', {
  timeout: 300_000,
}, async () => {
  const { failed } = await compared('v2.1.0', 'answers=renamed+total+reversed');
  const paths = failed.map((id) => id.replace(/^differs-/, ''));
  for (const part of [
    '$.createdAt-GET /api/orders/:uuid',
    '$.created-GET /api/orders/:uuid',
    '$.totalCents',
    '$.products[]',
  ])
    expect(
      paths.some((path) => path.startsWith(part)),
      `${part} in ${paths.join(', ')}`,
    ).toBe(true);
  expect(
    paths.filter((path) => !/^\$\.(createdAt|created|totalCents|products\[\]|orders\[\]\.totalCents)/.test(path)),
  ).toEqual([]);
});
