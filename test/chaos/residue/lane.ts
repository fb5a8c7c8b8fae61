import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { identify } from '../../../src/chaos/process.ts';
import type { OwnToxiproxy } from '../../../src/chaos/toxiproxy/server.ts';
import { isAlive } from '../../alive.ts';
import { linkTo, ownToxiproxy, residue, startUpstream } from '../links.ts';
import { startVictim } from '../victim.ts';
import type { HarnessOrder } from './harness.ts';

/** What a harness left that was ended at some moment. */
export interface Abort {
  by: 'SIGKILL' | 'SIGTERM';
  /** From the signal until nothing of a fault was there any more. */
  faultGoneMs: number;
  /** What was still there when the guard should long have ended; empty: nothing. */
  left: string[];
}

const patienceMs = 15_000;
const program = fileURLToPath(new URL('./harness.ts', import.meta.url));

/** A Toxiproxy, a link and a process of its own, to end harnesses over, one at a time. */
export interface Lane {
  abort(by: Abort['by'], seed: number, afterMs: number): Promise<Abort>;
  close(): Promise<void>;
}

async function openLane(folder: string): Promise<Lane> {
  const toxiproxy = await ownToxiproxy();
  const upstream = await startUpstream('http');
  const link = await linkTo(toxiproxy, 'link', upstream.address);
  const victim = await startVictim();
  const harnesses: ChildProcess[] = [];

  const faulty = async () => [
    ...(await residue(toxiproxy, ['link']).catch((error: Error) => [error.message])),
    ...(identify(victim.pid)?.state === 'T' ? ['the process is stopped'] : []),
  ];
  return {
    async abort(by, seed, afterMs) {
      const own = await mkdtemp(join(folder, 'run-'));
      const registry = join(own, 'registry');
      const order: HarnessOrder = { folder: own, registry, link, victim: victim.pid, seed };
      const harness = spawn(process.execPath, ['--import', 'tsx', program], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: { ...process.env, HARNESS: JSON.stringify(order) },
      });
      harnesses.push(harness);
      const [{ guard }] = (await once(harness, 'message')) as [{ guard: number }];
      await sleep(afterMs);
      const ended = once(harness, 'exit');
      harness.kill(by);
      const begunMs = performance.now();
      await until(async () => (await faulty()).length === 0);
      const faultGoneMs = performance.now() - begunMs;
      await ended;
      await until(async () => !isAlive(guard) && (await files(own, registry)).length === 0);
      const left = [...(await faulty()), ...(await files(own, registry))];
      if (isAlive(guard)) left.push(`the guard ${guard}`);
      await rm(own, { recursive: true, force: true });
      return { by, faultGoneMs, left };
    },
    async close() {
      for (const harness of harnesses) harness.kill('SIGKILL');
      await end(victim.child, toxiproxy);
      upstream.close();
    },
  };
}

async function end(victim: ChildProcess, toxiproxy: OwnToxiproxy): Promise<void> {
  victim.kill('SIGKILL');
  await toxiproxy.stop();
}

/** Lists and pointers to them; the guard's account of what it did stays with the run. */
async function files(folder: string, registry: string): Promise<string[]> {
  const lists = (await readdir(folder)).filter((name) => name.startsWith('undo-'));
  return [...lists, ...(await readdir(registry).catch(() => []))];
}

/** Twice in a row, as a fault may be between two of its steps. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const lastMs = performance.now() + patienceMs;
  while (performance.now() < lastMs) {
    if (await holds()) return;
    await sleep(10);
  }
}

/** Ends so many harnesses at random moments, half of them by each signal; a few lanes side by side. */
export async function abortMany(
  folder: string,
  count: number,
  lanes: number,
  random: () => number,
  onAbort: (abort: Abort) => void = () => {},
): Promise<Abort[]> {
  const aborts: Abort[] = [];
  let begun = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const lane = await openLane(folder);
      try {
        while (begun < count) {
          const by = begun++ % 2 === 0 ? 'SIGKILL' : 'SIGTERM';
          const abort = await lane.abort(by, Math.floor(random() * 1e9), random() * 1_500);
          aborts.push(abort);
          onAbort(abort);
        }
      } finally {
        await lane.close();
      }
    }),
  );
  return aborts;
}
