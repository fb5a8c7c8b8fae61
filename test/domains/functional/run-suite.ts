import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SuiteSettings } from '../../../src/domains/functional/settings.ts';
import { judgeSuite } from '../../../src/domains/functional/suite/judge.ts';
import { runSuite } from '../../../src/domains/functional/suite/run.ts';
import { verdictOf } from '../../../src/domains/part.ts';

export async function project(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'suite-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** Runs a suite in a folder for real, and judges what it left. */
export async function runIn(
  folder: string,
  command: SuiteSettings['command'],
  change: Partial<SuiteSettings> = {},
  signal: AbortSignal = new AbortController().signal,
) {
  const suite: SuiteSettings = {
    ...{ name: 'mine', kind: 'unit', command, folder, env: {}, timeoutMs: 60_000, results: ['results.*'] },
    ...{ format: null, coverage: null, minimumTests: 1, passRate: 95, needsTarget: false, gone: [] },
    ...change,
  };
  const evidence = await runSuite({
    ...{
      suite,
      baseUrl: null,
      folder: join(folder, 'evidence'),
      historyFolder: join(folder, 'history'),
      version: 'v1',
      signal,
    },
  });
  const checks = judgeSuite(evidence);
  const reasons = checks
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ verdict, reason }) => `${verdict}: ${reason}`);
  return { evidence, verdict: verdictOf(checks), reasons, checks };
}
