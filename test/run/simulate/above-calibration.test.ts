import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import type { ChosenEngine } from '../../../src/domains/load/public.ts';
import {
  type Calibration,
  calibrationFile,
  keepCalibration,
  thisMachine,
} from '../../../src/environment/calibration.ts';
import { aboveCalibrationLine } from '../../../src/run/simulate/above-calibration.ts';

const folder = mkdtempSync(join(tmpdir(), 'shakedown-above-test-'));
const env = { XDG_CACHE_HOME: folder };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = new Date(Date.now() - 3_600_000).toISOString();
const made: Calibration = {
  format: 'shakedown.calibration/1',
  ratePerSecond: 7200,
  atLeast: null,
  k6: { version: '2.2.0', build: 'shakedown' },
  machine: thisMachine(),
  at,
};
const k6 = { path: '/k6', version: '2.2.0', build: 'shakedown' as const };
const engine: Pick<ChosenEngine, 'info' | 'run'> = {
  info: { name: 'k6', version: '2.2.0', build: 'shakedown', certifiable: true, note: null },
  run: { name: 'k6', k6 },
};
const usual = { honesty: { maxGeneratorLatenessMs: 50, maxInvalidShare: 0.1 } };
const line = (peakRatePerSecond: number, generators = 1, chosen = engine, config = usual) =>
  aboveCalibrationLine(config, chosen, { peakRatePerSecond }, generators, env);

beforeEach(async () => {
  await keepCalibration(made, env);
});

it('a plan whose busiest second is above the calibration is warned of, with both figures and what helps', async () => {
  expect(await line(9400)).toBe(
    `The plan has 9,400 requests in its busiest second, and this machine sends about 7,200 (calibrated on ${at.slice(0, 10)}): windows above that are likely to be invalid. To avoid that, lower --rate or --scale, share the load between machines (--engine kubernetes --parallelism), or measure again: \`shakedown doctor --calibrate\`.`,
  );
  expect(await line(7200)).toBeNull();
});

it('where nothing faster was tried it says that no more is known', async () => {
  await keepCalibration({ ...made, ratePerSecond: 16_000, atLeast: 'nothing faster was tried' }, env);
  expect(await line(20_000)).toMatch(/is known to send 16,000 .*nothing faster was tried.*is not known\./);
  expect(await line(15_000)).toBeNull();
});

it('what the calibration is not of is not held against it: pods, several processes, autocannon, another k6, laxer rules', async () => {
  const { info } = engine;
  // Nothing of it is looked at but that the load is sent from elsewhere.
  const places = {} as NonNullable<Extract<ChosenEngine['run'], { name: 'k6' }>['places']>;
  expect(await line(9400, 1, { info, run: { name: 'k6', k6, places, generators: 4 } })).toBeNull();
  expect(await line(9400, 2)).toBeNull();
  expect(
    await line(9400, 1, { info: { ...info, name: 'autocannon', build: 'embedded' }, run: { name: 'autocannon' } }),
  ).toBeNull();
  expect(await line(9400, 1, { ...engine, info: { ...info, version: '2.3.0' } })).toBeNull();
  expect(await line(9400, 1, engine, { honesty: { maxGeneratorLatenessMs: 500, maxInvalidShare: 0.1 } })).toBeNull();
});

it('of another machine, broken or not there: nothing is said, and nothing breaks', async () => {
  await keepCalibration({ ...made, machine: { processors: made.machine.processors + 2, model: 'another' } }, env);
  expect(await line(9400)).toBeNull();
  writeFileSync(calibrationFile(env), '{"ratePerSecond":');
  expect(await line(9400)).toBeNull();
  rmSync(calibrationFile(env));
  expect(await line(9400)).toBeNull();
});
