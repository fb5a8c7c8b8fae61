import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type Calibration,
  calibrationFile,
  keepCalibration,
  keptCalibration,
  thisMachine,
} from '../../src/environment/calibration.ts';

let folder = '';
let env: NodeJS.ProcessEnv = {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-calibration-test-'));
  env = { XDG_CACHE_HOME: join(folder, 'cache') };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const k6 = { version: '2.2.0', build: 'shakedown' as const };
const made: Calibration = {
  format: 'shakedown.calibration/1',
  ratePerSecond: 7200,
  atLeast: null,
  k6,
  machine: thisMachine(),
  at: '2026-11-30T10:00:00.000Z',
};
const nowMs = Date.parse('2026-12-01T10:00:00.000Z');
const dayMs = 24 * 3_600_000;
const kept = (about: Parameters<typeof keptCalibration>[0] = {}) => keptCalibration({ k6, nowMs, ...about }, env);

it('is kept for its user alone, in place of the one before, with nothing beside it', async () => {
  expect(await kept()).toBeNull();
  await keepCalibration({ ...made, ratePerSecond: 10 }, env);
  const file = await keepCalibration(made, env);
  expect(await kept()).toEqual(made);
  expect(file).toBe(join(folder, 'cache/shakedown/calibration.json'));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(file))).toEqual(['calibration.json']);
});

it('counts on the machine and for the k6 that it was made with, and for 90 days', async () => {
  await keepCalibration(made, env);
  const { processors, model } = thisMachine();
  expect(await kept({ machine: { processors: processors + 1, model } })).toBeNull();
  expect(await kept({ machine: { processors, model: `${model} II` } })).toBeNull();
  expect(await kept({ k6: { ...k6, version: '2.3.0' } })).toBeNull();
  expect(await kept({ k6: { ...k6, build: 'stock' } })).toBeNull();
  expect(await kept({ nowMs: Date.parse(made.at) + 89 * dayMs })).toEqual(made);
  expect(await kept({ nowMs: Date.parse(made.at) + 91 * dayMs })).toBeNull();
  expect(await kept({ nowMs: Date.parse(made.at) - 2 * dayMs })).toBeNull();
});

it.each([
  ['nothing', ''],
  ['no JSON', '{"format":'],
  ['null', 'null'],
  ['a list', '[]'],
  ['another format', JSON.stringify({ ...made, format: 'shakedown.calibration/2' })],
  ['a rate of zero', JSON.stringify({ ...made, ratePerSecond: 0 })],
  ['a rate that is text', JSON.stringify({ ...made, ratePerSecond: '7200' })],
  ['a rate beyond all numbers', JSON.stringify(made).replace('7200', '1e999')],
  ['no time', JSON.stringify({ ...made, at: 'yesterday' })],
  ['a reason of its own', JSON.stringify({ ...made, atLeast: '\u001b[2J' })],
  ['more than there is', JSON.stringify({ ...made, more: true })],
  ['a model without end', JSON.stringify({ ...made, machine: { processors: 2, model: 'x'.repeat(10_000) } })],
  ['a megabyte', `${JSON.stringify(made)}${' '.repeat(1_000_000)}`],
])('a file with %s is passed over', async (_, text) => {
  await keepCalibration(made, env);
  writeFileSync(calibrationFile(env), text);
  expect(await kept()).toBeNull();
});

it('a folder, a pipe and a link into nowhere in its place are passed over, and not waited for', async () => {
  const file = calibrationFile(env);
  mkdirSync(file, { recursive: true });
  expect(await kept()).toBeNull();
  rmSync(file, { recursive: true });
  execFileSync('mkfifo', [file]);
  expect(await kept()).toBeNull();
  rmSync(file);
  symlinkSync('/nowhere/at/all', file);
  expect(await kept()).toBeNull();
  expect(existsSync('/nowhere')).toBe(false);
});
