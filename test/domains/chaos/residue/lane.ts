import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { OwnToxiproxy } from '../../../../src/domains/chaos/toxiproxy/server.ts';
import { identify } from '../../../../src/evidence/process.ts';
import { isAlive } from '../../../alive.ts';
import { seeded } from '../../../random.ts';
import { linkTo, ownToxiproxy, residue, startUpstream } from '../links.ts';
import { startVictim } from '../victim.ts';
import type { HarnessOrder } from './harness.ts';

/** When a harness is ended, and how. */
export interface AbortOrder {
  n: number;
  by: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP';
  /** Of the faults that it makes. */
  seed: number;
  /** From its first fault on. */
  afterMs: number;
}

/** What it left. */
export interface Abort extends AbortOrder {
  /** From the signal until the last moment at which anything of a fault was seen; null: none was on. */
  faultGoneMs: number | null;
  /** What was still there when the guard should long have ended; empty: nothing. */
  left: string[];
}

const signals = ['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const;

/** So many random moments, as many for each signal; the same for the same seed, however many are done at a time. */
export function abortOrders(count: number, seed: number): AbortOrder[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, n) => ({
    n,
    by: signals[n % signals.length] ?? 'SIGKILL',
    seed: Math.floor(random() * 1e9),
    afterMs: random() * 1_500,
  }));
}

const patienceMs = 15_000;
/** A Toxiproxy that is stuck on a fault does not answer; this is how exactly the moment is told at which it does again. */
const lookMs = 100;
const program = fileURLToPath(new URL('./harness.ts', import.meta.url));

/** A Toxiproxy, a link and a process of its own, to end harnesses over, one at a time. */
export interface Lane {
  abort(order: AbortOrder): Promise<Abort>;
  close(): Promise<void>;
}

async function openLane(folder: string): Promise<Lane> {
  const toxiproxy = await ownToxiproxy();
  const upstream = await startUpstream('http');
  const link = await linkTo(toxiproxy, 'link', upstream.address);
  const victim = await startVictim();
  const harnesses = new Set<ChildProcess>();

  const faulty = async (withinMs: number) => [
    ...(await within(withinMs, residue(toxiproxy, ['link']))),
    ...(identify(victim.pid)?.state === 'T' ? ['the process is stopped'] : []),
  ];
  return {
    async abort(order) {
      const own = await mkdtemp(join(folder, 'run-'));
      const registry = join(own, 'registry');
      const given: HarnessOrder = { folder: own, registry, link, victim: victim.pid, seed: order.seed };
      const harness = spawn(process.execPath, ['--import', 'tsx', program], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: { ...process.env, HARNESS: JSON.stringify(given) },
      });
      harnesses.add(harness);
      const ended = once(harness, 'exit');
      const unstarted = ended.then(([code]) => {
        throw new Error(`The harness ended with ${code} before it began.`);
      });
      const [{ guard }] = (await Promise.race([once(harness, 'message'), unstarted])) as [{ guard: number }];
      unstarted.catch(() => {});
      await sleep(order.afterMs);
      harness.kill(order.by);
      const begunMs = performance.now();
      let faultGoneMs: number | null = null;
      // A request that the harness sent last may arrive after the fault seemed gone, so that only the guard's end is the end.
      for (let isOver = false; !isOver && performance.now() < begunMs + patienceMs; ) {
        // Of one that is stopped the guard stays, and what has an end of its own is undone.
        isOver =
          order.by === 'SIGSTOP'
            ? (await entries(own)).length === 0
            : !isAlive(guard) && (await files(own, registry)).length === 0;
        if ((await faulty(lookMs)).length > 0) faultGoneMs = performance.now() - begunMs;
        if (!isOver) await sleep(10);
      }
      if (order.by === 'SIGSTOP') {
        harness.kill('SIGKILL');
        const untilMs = performance.now() + patienceMs;
        while (isAlive(guard) && performance.now() < untilMs) await sleep(10);
      }
      const left = [...(await faulty(patienceMs)), ...(await files(own, registry))];
      if (isAlive(guard)) left.push(`the guard ${guard}`);
      harness.kill('SIGKILL');
      await ended;
      harnesses.delete(harness);
      await rm(own, { recursive: true, force: true });
      return { ...order, faultGoneMs, left };
    },
    async close() {
      for (const harness of harnesses) harness.kill('SIGKILL');
      await end(victim.child, toxiproxy);
      upstream.close();
    },
  };
}

async function within(ms: number, looking: Promise<string[]>): Promise<string[]> {
  const patience = new AbortController();
  const late = sleep(ms, ['Toxiproxy does not answer'], { signal: patience.signal }).catch(() => []);
  const seen = await Promise.race([looking.catch((error: Error) => [error.message]), late]);
  patience.abort();
  return seen;
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

/** What is still to be undone. */
async function entries(folder: string): Promise<string[]> {
  const lists = (await readdir(folder)).filter((name) => name.startsWith('undo-'));
  const names = await Promise.all(lists.map((list) => readdir(join(folder, list)).catch(() => [])));
  return names.flat();
}

/** Ends harnesses as ordered, a few lanes side by side; none is begun once `signal` says so. */
export async function abortMany(
  folder: string,
  orders: readonly AbortOrder[],
  lanes: number,
  onAbort: (abort: Abort) => void = () => {},
  signal?: AbortSignal,
): Promise<Abort[]> {
  const aborts: Abort[] = [];
  const waiting = orders.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const lane = await openLane(folder);
      try {
        for (const order of waiting) {
          if (signal?.aborted) break;
          const abort = await lane.abort(order);
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
