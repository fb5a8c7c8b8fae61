import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProofCheck } from '../../../model/chaos.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { ComponentOf, Fault } from '../fault.ts';
import { pidOf, soon } from '../machine/pressure.ts';
import { startTicksOf } from '../machine/process.ts';
import { proofOf } from '../proof.ts';

const schema = z.strictObject({
  /** Ahead (positive) or behind (negative). */
  offsetSeconds: z
    .int()
    .min(-315_360_000)
    .max(315_360_000)
    .refine((seconds) => Math.abs(seconds) >= 10, {
      message: 'must be 10 or more either way, as it is measured by a clock of whole seconds',
    }),
});

/** A Date header holds whole seconds, and is made once a second; the library reads its file once a second. */
const toleranceSeconds = 2;
const restartedWithinMs = 20_000;
const unskewed = '+0';

/**
 * The wall clock of one process, by libfaketime: the process is started again with it and the right time, and then the time is moved. Its
 * monotonic clock is left alone, as a machine whose clock is set does. Proof: the Date header of its own answers.
 */
export const clockSkew: Fault<z.infer<typeof schema>, 'process'> = {
  name: 'clock-skew',
  title: 'Clock wrong',
  layer: 'clock',
  on: ['process'],
  schema,
  async unavailable(component) {
    if (component.relaunch === undefined)
      return `it is not known how ${component.name} is started, so it cannot be started with another clock`;
    if (component.url === undefined)
      return `${component.name} has no address that could be asked for its time: give it a url`;
    return libraryPath() === null ? 'libfaketime is not installed: install it (Debian’s package libfaketime)' : null;
  },
  touches({ offsetSeconds }, component) {
    return [
      `${component.name}: started again now, and once more afterwards`,
      `${component.name}: its wall clock ${Math.abs(offsetSeconds)} s ${offsetSeconds > 0 ? 'ahead' : 'behind'}`,
    ];
  },
  async inject({ offsetSeconds }, component, { undo, noop }) {
    const relaunch = component.relaunch;
    const library = libraryPath();
    if (relaunch === undefined || library === null)
      throw new ShakedownError('FAULT_UNAVAILABLE', 'The clock cannot be changed.');
    const file = join(tmpdir(), `shakedown-clock-${randomUUID()}`);
    const first = await undo.add(`remove the clock of ${component.name}`, [{ kind: 'remove', path: file }]);
    await writeFile(file, unskewed);
    try {
      await relaunch({
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_CACHE_DURATION: '1',
        // By its older name, too.
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        DONT_FAKE_MONOTONIC: '1',
      });
      await answering(component);
    } catch (error) {
      await first.run();
      throw error;
    }
    const pid = pidOf(component);
    const ticks = startTicksOf(pid);
    const back = await undo.add(`set the clock of ${component.name} right`, [
      { kind: 'write', path: file, text: unskewed },
      // Its supervisor starts it again as it was.
      { kind: 'signal', pid, startTicks: ticks ?? -1, signal: 'SIGTERM' },
      { kind: 'remove', path: file },
    ]);
    const skewed = `${offsetSeconds > 0 ? '+' : ''}${offsetSeconds}`;
    if (!noop) await writeFile(file, skewed);
    let reverting: Promise<void> | undefined;
    return {
      momentary: false,
      async still() {
        // Started anew by its supervisor, it has the right time.
        const isSame = startTicksOf(pid) === ticks;
        const measured = isSame ? (await readFile(file, 'utf8').catch(() => 'gone')).trim() : 'another process';
        return { what: 'clock that it is given', expected: skewed, measured, held: measured === skewed };
      },
      async prove() {
        return proofOf([await soon(() => clockOf(component, offsetSeconds), 6000)]);
      },
      revert() {
        reverting ??= (async () => {
          await writeFile(file, unskewed);
          await relaunch({});
          await answering(component);
          await back.run();
          await first.run();
        })().catch((error: unknown) => {
          reverting = undefined;
          throw error;
        });
        return reverting;
      },
    };
  },
};

function libraryPath(): string | null {
  const folders = [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/lib',
  ];
  return folders.map((folder) => join(folder, 'faketime/libfaketime.so.1')).find((path) => existsSync(path)) ?? null;
}

async function clockOf({ url = '' }: ComponentOf<'process'>, offsetSeconds: number): Promise<ProofCheck> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null);
  await answer?.body?.cancel();
  // A header of 12:00:00 may have been made until 12:00:00.999.
  const ahead = (Date.parse(answer?.headers.get('date') ?? '') + 500 - Date.now()) / 1000;
  return {
    what: 'its clock against ours, by the Date header of an answer',
    expected: `${offsetSeconds} s ± ${toleranceSeconds} s`,
    measured: Number.isNaN(ahead) ? 'no answer with a date' : `${ahead.toFixed(1)} s`,
    held: Math.abs(ahead - offsetSeconds) <= toleranceSeconds,
  };
}

async function answering({ name, url = '' }: ComponentOf<'process'>): Promise<void> {
  const deadline = performance.now() + restartedWithinMs;
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    await answer?.body?.cancel();
    if (answer !== null) return;
    if (performance.now() > deadline)
      throw new ShakedownError('FAULT_RELAUNCH', `${name} does not answer since it was started again.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
