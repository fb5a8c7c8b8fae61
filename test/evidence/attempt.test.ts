import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attemptsAt, noteAttempt, runBeginning, withdrawAttempt } from '../../src/evidence/attempt.ts';
import type { Artifact } from '../../src/model/artifact.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-attempts-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const command = 'shakedown simulate --duration 1m';
const candidate = { name: 'Shop', version: 'v2' };
const artifact = (letter: string) => ({
  name: 'shop',
  digest: `sha256:${letter.repeat(64)}`,
  source: 'declared' as const,
});

interface Began {
  command: string;
  candidate: { name: string; version: string; artifacts?: Artifact[] };
  attempt?: number;
  environment?: { name: string; targetUrl: string };
}

/** As a run that begins now counts itself. */
function attemptOf(folder: string, { command, candidate: { artifacts, ...about } }: Began): number {
  const config = {
    ...about,
    baselineVersion: null,
    environment: 'staging',
    reports: { folder, keep: null, keepDays: null, publicUrl: null },
  };
  const declared = artifacts === undefined ? {} : { artifacts: artifacts.map(({ source: _, ...each }) => each) };
  return runBeginning({ ...config, ...declared }, command, { label: 'http://target', artifacts: [] }).attempt;
}

function run(name: string, began: Partial<Began> = {}): void {
  const data = {
    runId: name,
    command,
    candidate,
    environment: { name: 'staging' },
    config: { much: 'x'.repeat(50_000) },
    ...began,
  };
  journal(name, `${JSON.stringify({ type: 'shakedown.run.started', data })}\n{"type":"shakedown.plan.ready"}\n`);
}

function journal(name: string, text: string): void {
  mkdirSync(join(base, name));
  writeFileSync(join(base, name, 'journal.ndjson'), text);
}

test('counts the runs of the same candidate and command', () => {
  expect(attemptOf(join(base, 'none'), { command, candidate })).toBe(1);
  expect(attemptOf(base, { command, candidate })).toBe(1);
  run('a');
  run('b', { candidate: { ...candidate, version: 'v1' } });
  run('c', { command: 'shakedown uat run' });
  run('d', { candidate: { ...candidate, artifacts: [artifact('a')] } });
  journal('e', '');
  journal('f', '{"type":"shakedown.run.started","data":{');
  mkdirSync(join(base, 'g'));
  expect(attemptOf(base, { command, candidate })).toBe(2);
  expect(attemptOf(base, { command, candidate: { ...candidate, artifacts: [artifact('a')] } })).toBe(2);
  expect(attemptOf(base, { command, candidate: { ...candidate, artifacts: [artifact('b')] } })).toBe(1);
});

test('counts those that do not say which attempt they are, and a journal of one line that was cut off behind it', () => {
  run('a');
  run('b');
  const data = { runId: 'c', command, candidate, environment: { name: 'staging' } };
  journal('c', JSON.stringify({ type: 'shakedown.run.started', data }));
  journal('d', JSON.stringify({ type: 'shakedown.run.ended', data }));
  expect(attemptOf(base, { command, candidate })).toBe(4);
});

test.each([
  'shakedown simulate --rate 99 --duration 1m',
  'shakedown simulate --out elsewhere --name mine',
  'shakedown --verbose simulate',
  'shakedown simulate',
])('other options are another try at the same: %s', (other) => {
  run('a', { command: other });
  expect(attemptOf(base, { command, candidate })).toBe(2);
});

test.each([
  ['another validation', { command: 'shakedown simulate --find-capacity' }],
  ['one of two words', { command: 'shakedown validate final' }],
  ['another environment', { environment: { name: 'elsewhere', targetUrl: '' } }],
])('%s is none', (_, began) => {
  run('a', began);
  expect(attemptOf(base, { command, candidate })).toBe(1);
});

test('a version that was renamed has the tries of the bytes that the target named, and a copy of a run is no try', () => {
  const probed = { ...artifact('a'), source: 'probed' as const };
  run('a', { candidate: { name: 'Shop', version: 'v1', artifacts: [probed, artifact('c')] } });
  cpSync(join(base, 'a'), join(base, 'b'), { recursive: true });
  const began = { command, candidate: { ...candidate, artifacts: [probed] }, environment: { name: 'staging' } };
  const { there, gone, highest } = attemptsAt(base, began);
  expect([[...there.values()], gone, highest]).toEqual([['a', 'a'], [], 1]);
  expect(attemptOf(base, { command, candidate })).toBe(1);
});

test('one that was taken away, or went elsewhere, is noted beside the runs and counts', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'shakedown-elsewhere-'));
  const began = { command, candidate: { ...candidate, artifacts: [] }, environment: { name: 'staging' }, attempt: 1 };
  const reports = { keep: null, keepDays: null, publicUrl: null };
  noteAttempt({ ...reports, folder: elsewhere, usualFolder: base }, { ...began, runId: 'r1' });
  for (const folder of [base, elsewhere]) {
    expect(attemptsAt(folder, began).gone).toEqual(['r1']);
    expect(attemptOf(folder, { command, candidate })).toBe(2);
  }
  run('r1');
  expect(attemptsAt(base, began).gone).toEqual([]);
  expect(attemptOf(base, { command, candidate })).toBe(2);
  rmSync(elsewhere, { recursive: true });
});

test('one that was refused before anything was measured, and whose folder is gone, is none', () => {
  const began = { command, candidate: { ...candidate, artifacts: [] }, environment: { name: 'staging' }, attempt: 1 };
  const reports = { keep: null, keepDays: null, publicUrl: null, folder: base };
  noteAttempt(reports, { ...began, runId: 'r1' });
  noteAttempt(reports, { ...began, runId: 'r2' });
  withdrawAttempt('r1');
  expect(attemptsAt(base, began).gone).toEqual(['r2']);
});

test('goes on counting where the first ones were removed', () => {
  run('c', { attempt: 3 });
  expect(attemptOf(base, { command, candidate })).toBe(4);
  run('d', { attempt: 4 });
  expect(attemptOf(base, { command, candidate })).toBe(5);
});

test('says what is tested, and where', () => {
  const { name, digest } = artifact('a');
  const config = {
    ...candidate,
    baselineVersion: 'v1',
    environment: 'staging',
    reports: { folder: base, keep: null, keepDays: null, publicUrl: null },
  };
  const target = { label: 'http://target', artifacts: [{ name, digest, source: 'probed' as const }] };
  expect(runBeginning({ ...config, artifacts: [{ name, digest }] }, command, target)).toEqual({
    command,
    candidate: {
      ...candidate,
      baselineVersion: 'v1',
      artifacts: [artifact('a'), { name, digest, source: 'probed' }],
    },
    environment: { name: 'staging', targetUrl: 'http://target' },
    attempt: 1,
  });
});

test.each([{ artifacts: null }, { artifacts: [null] }, { attempt: 'x' }, { attempt: 1e300 }])(
  'a foreign journal is passed over: %j',
  ({ attempt, artifacts }) => {
    mkdirSync(join(base, 'foreign'));
    const data = { command, candidate: { ...candidate, artifacts }, attempt };
    writeFileSync(join(base, 'foreign', 'journal.ndjson'), JSON.stringify({ type: 'shakedown.run.started', data }));
    expect(attemptOf(base, { command, candidate })).toBe(1);
  },
);

test('a run that took long to begin, and one with a large configuration, count', () => {
  const digest = JSON.stringify({ type: 'shakedown.journal.digest', data: { sha256: 'e3b0' } });
  const began = (more = {}) =>
    JSON.stringify({
      type: 'shakedown.run.started',
      data: { runId: 'r', command, candidate, environment: { name: 'staging' }, ...more },
    });
  journal('slow', `${digest}\n${began({ runId: 'slow' })}\n`);
  journal('large', began({ runId: 'large', config: { much: 'x'.repeat(600_000) } }));
  expect(attemptOf(base, { command, candidate })).toBe(3);
});

test('a pipe in the place of a journal is waited for by nobody', async () => {
  mkdirSync(join(base, 'pipe'));
  execFileSync('mkfifo', [join(base, 'pipe', 'journal.ndjson')]);
  // In a process of its own: where it is opened, nothing ends the wait but a kill.
  const asked = `import { beginningOf } from ${JSON.stringify(join(import.meta.dirname, '../../src/evidence/attempt.ts'))};
    import { runEndedAtMs, runIdOf } from ${JSON.stringify(join(import.meta.dirname, '../../src/signing/records.ts'))};
    const folder = process.argv[1];
    console.log(JSON.stringify([beginningOf(folder + '/journal.ndjson'), runIdOf(folder), runEndedAtMs(folder)]));`;
  const words = ['--import', 'tsx', '--input-type=module', '-e', asked, join(base, 'pipe')];
  const said = execFileSync(process.execPath, words, { timeout: 15_000, killSignal: 'SIGKILL', encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual([null, null, null]);
}, 30_000);
