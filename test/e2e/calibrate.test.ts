import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { calibrationLine } from '../../src/cli/commands/calibrate.ts';
import { runOwnCommand } from '../../src/cli/own-command.ts';
import { calibrationFile, keptCalibration, thisMachine } from '../../src/environment/calibration.ts';
import { childrenOf } from '../../src/environment/processes.ts';
import { findK6 } from '../../src/environment/programs.ts';
import { ShakedownError } from '../../src/model/error.ts';
import { type CalibrateOptions, calibrate } from '../../src/run/calibrate/calibrate.ts';
import { writeMadeUpTraffic } from '../../src/run/calibrate/made-up-traffic.ts';
import { bareEnvironment, bin, runCli } from '../cli/cli.ts';

const before = process.env.TMPDIR;
const folder = mkdtempSync(join(tmpdir(), 'shakedown-calibrate-test-'));
const temporary = mkdtempSync(join(folder, 'tmp-'));
let env: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  const k6 = await findK6();
  env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), SHAKEDOWN_K6: k6?.path };
  process.env.TMPDIR = temporary;
}, 300_000);
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(folder, { recursive: true, force: true });
});

const said: string[] = [];
/** The command line itself keeps a compiler's cache there, and who loads which target. */
const left = () => readdirSync(temporary).filter((name) => /calibrat/.test(name));
const options = (about: Partial<CalibrateOptions> = {}): CalibrateOptions => ({
  signal: new AbortController().signal,
  run: (words, rest) => runOwnCommand(words, rest, bin),
  say: (text) => said.push(text),
  warn: (text) => said.push(`warning: ${text}`),
  env,
  ramp: { fromPerSecond: 20, toPerSecond: 160, durationMs: 4000 },
  loadAverage: 0,
  ...about,
});

it('measures with the real k6, keeps the figure of this machine, and leaves nothing else', {
  timeout: 120_000,
}, async () => {
  const { calibration, keptIn } = await calibrate(options());
  expect(calibration).toMatchObject({ atLeast: 'nothing faster was tried', machine: thisMachine() });
  // The last second has 97 to 160 a second planned.
  expect(calibration.ratePerSecond).toBeGreaterThan(80);
  expect(calibration.ratePerSecond).toBeLessThan(200);
  expect(keptIn).toBe(calibrationFile(env));
  expect(await keptCalibration({ k6: calibration.k6 }, env)).toEqual(calibration);
  expect(calibrationLine(calibration)).toMatch(
    /^This machine sends at least \d+ requests a second \(k6 .*nothing faster was tried\.$/,
  );
  expect(left()).toEqual([]);
});

it('a plan above it is warned of before its load', { timeout: 120_000 }, async () => {
  const kept = readFileSync(calibrationFile(env), 'utf8');
  writeFileSync(
    calibrationFile(env),
    kept.replace(/"ratePerSecond": \d+/, '"ratePerSecond": 11').replace('"nothing faster was tried"', 'null'),
  );
  const server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
  await writeMadeUpTraffic(join(folder, 'traffic'));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = {
    name: 'x',
    version: '1',
    environment: 'x',
    target: { baseUrl },
    traffic: { recording: 'traffic', declaredOwn: true },
  };
  writeFileSync(join(folder, 'shakedown.config.json'), JSON.stringify(config));
  const simulated = (rate: string) =>
    runCli(['simulate', '--duration', '2s', '--mode', 'bootstrap', '--rate', rate], { cwd: folder, env });
  try {
    const above = await simulated('60');
    expect(above.stderr).toMatch(/busiest second, and this machine sends about 11 \(calibrated on \d{4}-/);
    writeFileSync(
      calibrationFile(env),
      kept.replace(/"ratePerSecond": \d+/, '"ratePerSecond": 11').replace('"processors": ', '"processors": 1'),
    );
    expect((await simulated('60')).stderr).not.toMatch(/calibrated/);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

it('an interruption leaves no process and no folder, and no figure', { timeout: 120_000 }, async () => {
  const old = childrenOf(process.pid);
  const controller = new AbortController();
  const ownEnv = { ...env, XDG_CACHE_HOME: join(folder, 'other-cache') };
  const reason = new ShakedownError('INTERRUPTED', 'Ended by SIGINT.', { exitCode: 130 });
  const ended = calibrate(
    options({
      env: ownEnv,
      signal: controller.signal,
      ramp: { fromPerSecond: 20, toPerSecond: 160, durationMs: 60_000 },
      run: (words, rest) =>
        runOwnCommand(words, { ...rest, onRun: () => setTimeout(() => controller.abort(reason), 1500) }, bin),
    }),
  );
  await expect(ended).rejects.toBe(reason);
  expect(childrenOf(process.pid).filter((pid) => !old.includes(pid))).toEqual([]);
  expect(left()).toEqual([]);
  expect(await keptCalibration({}, ownEnv)).toBeNull();
});

it('a busy machine is said, and its figure is not kept', { timeout: 120_000 }, async () => {
  const ownEnv = { ...env, XDG_CACHE_HOME: join(folder, 'third-cache') };
  said.length = 0;
  const { keptIn } = await calibrate(options({ env: ownEnv, loadAverage: thisMachine().processors + 0.5 }));
  expect(keptIn).toBeNull();
  expect(said[0]).toMatch(/^warning: This machine is busy: a load average of \d+\.5 on \d+ processors?\./);
  expect(await keptCalibration({}, ownEnv)).toBeNull();
});

it('what stands in the way is one error with its code', { timeout: 60_000 }, async () => {
  await expect(calibrate(options({ freeBytes: 300_000_000 }))).rejects.toMatchObject({
    code: 'CALIBRATION_MEMORY',
    message: 'A calibration needs 1000 MB of free memory, and there are 300.',
    exitCode: 3,
  });
  const end = { exitCode: 2, error: 'error ENGINE_START: k6 cannot be started.', run: null, output: '' };
  await expect(calibrate(options({ run: async () => end }))).rejects.toMatchObject({
    code: 'CALIBRATION_FAILED',
    message: expect.stringContaining('ENGINE_START'),
    exitCode: 3,
  });
  expect(left()).toEqual([]);
  const bare = await runCli(['doctor', '--calibrate'], { cwd: folder, env: bareEnvironment(folder) });
  expect([bare.code, bare.stdout]).toEqual([4, '']);
  expect(bare.stderr).toMatch(/error K6_MISSING: /);
});
