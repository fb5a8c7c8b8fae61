import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configuration } from '../../../src/domains/uat/configuration.ts';
import { defaultEvidenceLimits } from '../../../src/domains/uat/evidence-limits.ts';
import { EvidenceStore } from '../../../src/domains/uat/evidence-store.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { eventsOf } from './attempts.ts';
import { withUat } from './project.ts';
import { measured, runOf } from './run-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ofBytes = (bytes: number) => ({ body: Buffer.alloc(bytes) });
const kept = () => readdirSync(join(folder, 'evidence')).length;

describe('EvidenceStore', () => {
  it('keeps no more files than allowed, half of them of what passed, and counts the rest', () => {
    const store = new EvidenceStore(folder, { files: 6, bytes: 1e6, fileBytes: 1e6 });
    for (let index = 0; index < 5; index++) store.keep(`evidence/passed-${index}.jpg`, ofBytes(10), true);
    expect([kept(), store.leftOut]).toEqual([3, 2]);
    for (let index = 0; index < 5; index++) store.keep(`evidence/failed-${index}.jpg`, ofBytes(10), false);
    expect([kept(), store.leftOut]).toEqual([6, 4]);
  });

  it('keeps no more bytes than allowed, in one file and in all', () => {
    const store = new EvidenceStore(folder, { files: 100, bytes: 1000, fileBytes: 400 });
    const sizes = [401, 400, 400, 201, 200];
    expect(sizes.map((bytes, index) => store.keep(`evidence/${index}.zip`, ofBytes(bytes), false))).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
    expect([kept(), store.leftOut]).toEqual([3, 2]);
  });

  it('takes a file out of where the runner left it, leaves one of the project in its place, and counts one that is not there', () => {
    const store = new EvidenceStore(folder, defaultEvidenceLimits);
    const scratch = join(folder, 'evidence', 'playwright');
    mkdirSync(scratch, { recursive: true });
    const left = join(scratch, 'trace.zip');
    writeFileSync(left, 'trace');
    expect(store.keep('evidence/a.zip', { path: left }, false)).toBe(true);
    expect([existsSync(left), kept()]).toEqual([false, 2]);
    // What is approved stays approved.
    const approved = join(folder, 'approved.png');
    writeFileSync(approved, 'picture');
    expect(store.keep('evidence/expected.png', { path: approved }, false)).toBe(true);
    expect([existsSync(approved), kept()]).toEqual([true, 3]);
    expect(store.keep('evidence/b.zip', { path: left }, false)).toBe(false);
    expect([store.leftOut, kept()]).toEqual([1, 3]);
  });
});

it('says in the report how many files were not kept, which changes no verdict', async () => {
  const events = eventsOf([measured()]).map((event) => (event.type === 'end' ? { ...event, leftOut: 3 } : event));
  const results = withUat(await buildResults(runOf(folder, 'run', events)));
  expect([results.verdict, results.uat.leftOut]).toEqual(['pass', 3]);
  expect(results.missing.join()).toContain('3 files of evidence could not be kept');
});

it('takes limits from the configuration, in megabytes', () => {
  const uat = configuration.schemas.uat.parse({ evidence: { maxFiles: 9, maxMegabytes: 0.5 }, video: 'failures' });
  const resolved = configuration.resolve({ uat }, { at: (path) => path, isSample: false, replays: false });
  expect([resolved.uat?.evidence, resolved.uat?.video]).toEqual([
    { files: 9, bytes: 524_288, fileBytes: 20 * 1024 ** 2 },
    'failures',
  ]);
});
