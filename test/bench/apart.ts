import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Account, BenchContext, Measure, Outcome } from './measure.ts';

export type MeasureOrder = Omit<BenchContext, 'say'> & { name: string };
export type MeasureAnswer =
  | ({ kind: 'measured'; accounts: Account[] } & Outcome)
  | { kind: 'failed'; reason: string; accounts: Account[] };

/**
 * Runs a measure in a process of its own, and in a group of its own that ends with it: one that hangs or breaks takes no other with it, and none
 * is measured in what another left of the memory. Its loads are added to the accounts, also where it failed.
 */
export async function runApart(
  { name, limitMinutes }: Measure,
  context: BenchContext,
  signal: AbortSignal,
): Promise<MeasureAnswer> {
  const scratch = join(context.scratch, name);
  await mkdir(scratch, { recursive: true });
  const child = fork(fileURLToPath(new URL('./one.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    detached: true,
    // What a measure that was ended leaves is removed with the rest.
    env: { ...process.env, TMPDIR: scratch },
  });
  // What it said last may come after its end.
  const told = once(child, 'disconnect');
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  let why: string | null = null;
  const end = (reason: string) => {
    why ??= reason;
    killGroup(child);
  };
  const timer = setTimeout(() => end(`not done in ${Number(limitMinutes.toPrecision(2))} min`), limitMinutes * 60_000);
  const onAbort = () => end('interrupted');
  signal.addEventListener('abort', onAbort, { once: true });
  let answer: MeasureAnswer | null = null;
  child.once('message', (message) => {
    answer = message as MeasureAnswer;
  });
  const { quick, k6, accounts } = context;
  child.send({ name, quick, k6, accounts, scratch } satisfies MeasureOrder);
  const [code, killedBy] = await ended;
  await told;
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
  killGroup(child);
  const given = answer as MeasureAnswer | null;
  if (given === null) return { kind: 'failed', reason: why ?? `its process ended with ${killedBy ?? code}`, accounts };
  context.accounts.splice(0, Number.POSITIVE_INFINITY, ...given.accounts);
  return given;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
