import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { feedbackOf } from '../../../src/domains/uat/feedback/settings.ts';
import { readUatEvents } from '../../../src/domains/uat/start.ts';
import { waiversOfRun } from '../../../src/domains/uat/waivers.ts';
import { ShakedownError } from '../../../src/model/error.ts';
import { renderRun } from '../../../src/run/simulate/render.ts';
import { makeRun } from './run-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-unreadable-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A folder in the place of a file cannot be read by any user, and is there all the same. */
const inTheWay = (path: string) => mkdirSync(join(folder, path), { recursive: true });

test('scenarios that left nothing are none; those whose events cannot be read are not taken for none', () => {
  expect(readUatEvents(folder)).toEqual([]);
  inTheWay('uat.ndjson');
  expect(() => readUatEvents(folder)).toThrow(/EISDIR/);
});

test('answers of people that cannot be read are not taken for none', () => {
  expect(feedbackOf(folder, {}).all.answers).toBe(0);
  mkdirSync(join(folder, 'evidence'));
  writeFileSync(join(folder, 'evidence', 'feedback'), '');
  expect(() => feedbackOf(folder, {})).toThrow(/ENOTDIR/);
});

test('waivers that cannot be read are an error: without them it would be judged as another run', () => {
  writeFileSync(join(folder, 'waivers.json'), '[]');
  expect(waiversOfRun(folder)).toEqual([]);
  for (const text of ['{', '{}']) {
    writeFileSync(join(folder, 'waivers.json'), text);
    expect(() => waiversOfRun(folder)).toThrow(expect.objectContaining({ code: 'RUN_DAMAGED' }));
  }
});

test.each([
  'manifest.json',
  'sign-offs.ndjson',
  'baseline.json',
  'windows/response.hlog',
  'windows/response.recent.hlog',
  'results.json',
])('a folder in the place of %s leaves the run open or is reported, and is no fault of ours', async (path) => {
  const run = await makeRun({ windows: 5, windowMs: 1000, rate: 100, samples: 10 });
  try {
    rmSync(join(run, path), { force: true });
    mkdirSync(join(run, path), { recursive: true });
    const outcome = await renderRun(run).then(
      ({ results }) => results.verdict,
      (error) => error,
    );
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ShakedownError);
    else expect(outcome).toBe('inconclusive');
  } finally {
    rmSync(run, { recursive: true });
  }
});
