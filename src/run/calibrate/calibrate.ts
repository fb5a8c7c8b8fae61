import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandEnd, CommandRun } from '../../domains/validation.ts';
import { type Calibration, keepCalibration, thisMachine } from '../../environment/calibration.ts';
import { ownProgram } from '../../environment/own-files.ts';
import { findK6, type K6Program } from '../../environment/programs.ts';
import { type Teardown, withTeardown } from '../../evidence/teardown.ts';
import { grouped } from '../../gate/words.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import { foldRun } from '../results/fold.ts';
import { type Knee, kneeOf } from './knee.ts';
import { writeMadeUpTraffic } from './made-up-traffic.ts';
import { profileOf, type Ramp, usualRamp } from './ramp.ts';

/** What k6, the harness and the target have together at the end of the usual ramp, with some to spare. */
const neededBytes = 1_000_000_000;
/** What a run under way needs to end in order. */
const graceMs = 20_000;

export interface CalibrateOptions {
  signal: AbortSignal;
  /** Runs this program with other words. */
  run(words: readonly string[], about: CommandRun): Promise<CommandEnd>;
  say(text: string): void;
  warn(text: string): void;
  env?: NodeJS.ProcessEnv;
  ramp?: Ramp;
  /** Of the last minute, in processes; absent: as the system says. */
  loadAverage?: number;
  /** Absent: as the system says. */
  freeBytes?: number;
}

export interface Calibrated {
  calibration: Calibration;
  /** The file that it is kept in; null: the machine was too busy for the figure to be kept. */
  keptIn: string | null;
}

/**
 * Measures how many requests a second this machine sends with the k6 that `simulate` would use: one run of our own with a rising rate, at a small
 * target on the same machine. Takes some 40 s, and leaves nothing behind but the figure.
 * @throws ShakedownError K6_MISSING, CALIBRATION_MEMORY, CALIBRATION_FAILED; what `signal` was aborted with
 */
export async function calibrate(options: CalibrateOptions): Promise<Calibrated> {
  const { signal, say, warn, env = process.env, ramp = usualRamp } = options;
  const machine = thisMachine();
  // Windows has no load average: it says 0.
  const load = options.loadAverage ?? loadavg()[0] ?? 0;
  const isBusy = load > machine.processors;
  if (isBusy)
    warn(
      `This machine is busy: a load average of ${load.toFixed(1)} on ${machine.processors} ${machine.processors === 1 ? 'processor' : 'processors'}. The figure will be too low, and is not kept.`,
    );
  const freeBytes = options.freeBytes ?? process.availableMemory();
  if (freeBytes < neededBytes)
    throw new ShakedownError(
      'CALIBRATION_MEMORY',
      `A calibration needs ${neededBytes / 1e6} MB of free memory, and there are ${Math.floor(freeBytes / 1e6)}.`,
      { hint: 'End what is not needed, and try again.', exitCode: exitCodes.inconclusive },
    );
  const k6 = await findK6({ env, signal, onProgress: say, onWarning: warn });
  if (k6 === null)
    throw new ShakedownError('K6_MISSING', 'k6 sends the load, and there is none and no way to get it.', {
      hint: 'Install k6 or Go, or name a k6 with SHAKEDOWN_K6; `shakedown doctor` says more.',
      exitCode: exitCodes.missingProgram,
    });
  const { ratePerSecond, atLeast, passedOver } = await measured(k6, ramp, options);
  if (passedOver > 0)
    warn(
      `${passedOver} slower ${passedOver === 1 ? 'second was' : 'seconds were'} invalid though faster ones were not: something else used the machine.`,
    );
  const calibration: Calibration = {
    format: 'shakedown.calibration/1',
    ratePerSecond: twoDigits(ratePerSecond),
    atLeast,
    k6: { version: k6.version, build: k6.build },
    machine,
    at: new Date().toISOString(),
  };
  return { calibration, keptIn: isBusy ? null : await keepCalibration(calibration, env) };
}

async function measured(k6: K6Program, ramp: Ramp, { signal, run, say }: CalibrateOptions): Promise<Knee> {
  return withTeardown(async (teardown) => {
    signal.throwIfAborted();
    const folder = await mkdtemp(join(tmpdir(), 'shakedown-calibration-'));
    teardown.before('remove the folder of the calibration', () => rm(folder, { recursive: true, force: true }));
    const recording = join(folder, 'traffic');
    await writeMadeUpTraffic(recording);
    const origin = await startTarget(teardown, signal);
    const config = join(folder, 'shakedown.config.json');
    const { fromPerSecond, toPerSecond, durationMs } = ramp;
    await writeFile(
      config,
      JSON.stringify({
        ...{ name: 'Calibration', version: 'none', environment: 'this machine' },
        target: { baseUrl: origin, healthPath: '/' },
        traffic: { recording, declaredOwn: true },
        profile: profileOf(ramp),
        engine: { prefer: 'k6', k6Path: k6.path },
        windows: { durationMs: 1000 },
        reports: { folder: join(folder, 'runs') },
        baselines: { folder: join(folder, 'baselines') },
      }),
    );
    say(
      `sending ${grouped(fromPerSecond)} to ${grouped(toPerSecond)} requests a second for ${Math.round(durationMs / 1000)} s to a small target on this machine`,
    );
    const words = ['simulate', '--config', config, '--duration', `${durationMs}ms`];
    const end = await run(words, { signal, cwd: folder, graceMs, say: () => {} });
    signal.throwIfAborted();
    if (end.run === null || end.error !== '') throw failed(end.error || 'it made no run');
    const { facts } = await foldRun(end.run);
    if (facts.interrupted !== null) throw failed(facts.interrupted);
    const knee = kneeOf(facts.windows, durationMs);
    if (knee === null)
      throw failed(
        `already at ${grouped(fromPerSecond)} requests a second the generator did not keep up; this machine is busy with other things, or too small`,
      );
    return knee;
  });
}

function failed(why: string): ShakedownError {
  return new ShakedownError('CALIBRATION_FAILED', `The calibration came to no figure: ${why}.`, {
    hint: 'End what else uses this machine, and try again.',
    exitCode: exitCodes.inconclusive,
  });
}

/** Starts the target in a process of its own. @returns its origin */
async function startTarget(teardown: Teardown, signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, ownProgram('./target-process.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const exited = once(child, 'exit').then(
    () => undefined,
    () => undefined,
  );
  teardown.before('end the target of the calibration', async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const [port] = (await Promise.race([
    once(child, 'message', { signal }),
    exited.then(() => {
      throw failed('its target did not start');
    }),
  ]).catch((error) => {
    signal.throwIfAborted();
    throw error;
  })) as [number];
  return `http://127.0.0.1:${port}`;
}

/** 7,234 → 7,200: more would claim what another measurement would not show. */
function twoDigits(rate: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rate)) - 1);
  return Math.floor(rate / unit) * unit;
}
