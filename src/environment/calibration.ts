import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../evidence/atomic-file.ts';
import { readBounded } from '../evidence/bounded-file.ts';
import { makeFolders } from '../evidence/make-folders.ts';
import { cacheFolder } from './paths.ts';
import type { K6Program } from './programs.ts';

const fileBytesAtMost = 64 * 1024;
const usableMs = 90 * 24 * 3_600_000;
/** A clock that was set back a little makes no calibration one of the future. */
const aheadMs = 24 * 3_600_000;

const text = z.string().min(1).max(200);

const schema = z.strictObject({
  format: z.literal('shakedown.calibration/1'),
  /** The highest rate up to which the generator kept up, requests per second. */
  ratePerSecond: z.number().positive().max(10_000_000),
  /** Why no more than this rate is known; null: the generator did not keep up beyond it. */
  atLeast: z.enum(['nothing faster was tried', 'the target did not keep up']).nullable(),
  k6: z.strictObject({ version: text, build: z.enum(['shakedown', 'stock']) }),
  machine: z.strictObject({ processors: z.int().min(1).max(100_000), model: z.string().max(200) }),
  /** When it was measured. */
  at: z.iso.datetime(),
});

/** How many requests a second one machine sends with one k6, as it was measured. */
export type Calibration = z.output<typeof schema>;

/** The processors that this process may use. */
export function thisMachine(): Calibration['machine'] {
  return { processors: availableParallelism(), model: (cpus()[0]?.model.trim() ?? '').slice(0, 200) };
}

export function calibrationFile(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(env), 'calibration.json');
}

/** Keeps it in place of the one before, for this user alone. @returns the file @throws the system's error */
export async function keepCalibration(calibration: Calibration, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const file = calibrationFile(env);
  await makeFolders(cacheFolder(env));
  await replaceFile(file, `${JSON.stringify(calibration, null, 2)}\n`, { mode: 0o600 });
  return file;
}

/**
 * The calibration that is kept of this machine, with this k6 and of the last 90 days; null: there is none. A file that is not readable, or not
 * one of ours, is none.
 * @param k6 absent: whichever it was made with
 */
export async function keptCalibration(
  {
    k6,
    machine = thisMachine(),
    nowMs = Date.now(),
  }: {
    k6?: Pick<K6Program, 'version' | 'build'>;
    machine?: Calibration['machine'];
    nowMs?: number;
  } = {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<Calibration | null> {
  const found = await read(calibrationFile(env));
  if (found === null) return null;
  const ageMs = nowMs - Date.parse(found.at);
  const isOfMachine = found.machine.processors === machine.processors && found.machine.model === machine.model;
  const isOfK6 = k6 === undefined || (found.k6.version === k6.version && found.k6.build === k6.build);
  return isOfMachine && isOfK6 && ageMs > -aheadMs && ageMs <= usableMs ? found : null;
}

async function read(file: string): Promise<Calibration | null> {
  try {
    const parsed = schema.safeParse(JSON.parse((await readBounded(file, fileBytesAtMost)).toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
