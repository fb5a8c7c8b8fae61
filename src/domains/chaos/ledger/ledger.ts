import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { LedgerResult } from '../../../model/chaos.ts';
import { ShakedownError } from '../../../model/error.ts';
import { createClient } from './client.ts';
import { openHistory, readHistory } from './history.ts';
import { readBack } from './read-back.ts';
import { resultOf } from './result.ts';
import type { ResolvedLedger } from './rules.ts';
import { createSender, type SenderOptions } from './send.ts';
import { Tally } from './tally.ts';
import { runOf, tokenOf } from './value.ts';
import { createWorkload, type LedgerCounts } from './workload.ts';

export interface LedgerOptions {
  subject: ResolvedLedger;
  /** Where to write: origin, allowed hosts, headers of every request, TLS. */
  target: Omit<SenderOptions, 'timeoutMs'>;
  /** Of the run; `ledger/operations.ndjson` is made in it. */
  folder: string;
  /** The run's clock, ms; never goes back. */
  now(): number;
  seed: number;
  /** Ends the workload at once. */
  signal: AbortSignal;
}

export interface Ledger {
  /** Operations file, absolute. */
  file: string;
  counts(): LedgerCounts;
  /** Sends nothing more, and waits for what is under way, at most one timeout. Safe to call twice. */
  stop(): Promise<void>;
  /**
   * Waits until the target answers, reads back, restarts it with its caches gone where there is a way to (given here, or `restart` of
   * the configuration), and reads back again. Stops the workload first. Call it when no fault is on any more.
   */
  check(options?: { restart?: (() => Promise<void>) | undefined; signal?: AbortSignal }): Promise<LedgerResult>;
}

const probes = 5;
const restartTimeoutMs = 300_000;
const pollMs = 250;

/**
 * Starts to write to the target, and records what it acknowledged.
 * @throws ShakedownError TARGET_NOT_ALLOWED, LEDGER_LOGIN, LEDGER_FILE, LEDGER_WRITE when no first write is acknowledged
 */
export async function startLedger(options: LedgerOptions): Promise<Ledger> {
  const { subject: rules, signal } = options;
  const sender = createSender({ ...options.target, timeoutMs: rules.timeoutMs });
  const client = createClient(rules, sender);
  const folder = join(options.folder, 'ledger');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'operations.ndjson');
  const begun = Date.now();
  const run = runOf(begun, options.seed);
  let last = 0;
  /** Never back, so that what is first in the file is first in time. */
  const now = () => {
    last = Math.max(last, options.now());
    return Math.round(last * 1000) / 1000;
  };
  await client.signIn(signal);
  const history = openHistory(file);
  history.append({ e: 'begin', run, startedAt: new Date(begun).toISOString() });
  const random = seeded(options.seed);
  const workload = createWorkload({ rules, client, history, run, now, random });
  try {
    await probe(workload, rules, signal);
  } catch (error) {
    history.close();
    client.close();
    throw error;
  }
  const ending = new AbortController();
  const soft = AbortSignal.any([ending.signal, signal]);
  const running = workload.run(soft, signal);
  // Reported by stop(); until then it must not end the process.
  running.catch(() => {});

  const stop = async () => {
    ending.abort();
    await running;
  };
  return {
    file,
    counts: () => ({ ...workload.counts }),
    stop,
    async check({ restart, signal: stopChecking = new AbortController().signal } = {}) {
      await stop();
      const fold = async () => {
        const tally = new Tally();
        await readHistory(file, (entry) => tally.add(entry));
        return tally;
      };
      const parts = { rules, client, history, run, now };
      const readAll = async (phase: 'recovery' | 'restart') => {
        const why = await answersAgain(workload, rules, stopChecking);
        if (why !== null) {
          history.append({ e: 'unread', p: phase, t: now(), k: tokenOf(run, 0), s: why });
          return false;
        }
        for (const key of workload.registers) await workload.get(0, key, stopChecking);
        const tally = await fold();
        return readBack(parts, phase, tally, stopChecking);
      };
      try {
        await readAll('recovery');
        const command = rules.restart;
        const again = restart ?? (command === undefined ? undefined : () => runCommand(command, stopChecking));
        if (again !== undefined) {
          await again();
          await readAll('restart');
        }
        const counted = (await fold()).verify();
        return resultOf(rules, counted, { restarted: again !== undefined });
      } finally {
        history.close();
        client.close();
      }
    },
  };
}

type Workload = ReturnType<typeof createWorkload>;

/** A first write must be acknowledged, or the configuration is wrong. */
async function probe(workload: Workload, rules: ResolvedLedger, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; attempt <= probes; attempt++) {
    const { token, id, outcome } = await workload.write(0, signal);
    signal.throwIfAborted();
    if (outcome === 'ok' && rules.write.id !== undefined && id === undefined) throw withoutId(rules);
    if (outcome === 'ok') {
      await workload.check(0, { token, id }, signal);
      return;
    }
    await wait(pollMs * attempt, undefined, { signal });
  }
  const { method = 'POST', path } = rules.write;
  throw new ShakedownError('LEDGER_WRITE', `None of the first ${probes} writes (${method} ${path}) was acknowledged.`, {
    hint: 'Correct chaos.ledger.write, and its login; ledger/operations.ndjson has the answers. 202 promises nothing unless write.acknowledged names it.',
  });
}

function withoutId({ write: { id } }: ResolvedLedger): ShakedownError {
  const where = id === undefined ? '' : 'json' in id ? `at ${id.json} in the answer` : `in the header ${id.header}`;
  return new ShakedownError('LEDGER_WRITE', `The first acknowledged write has no id ${where}.`, {
    hint: 'Correct chaos.ledger.write.id.',
  });
}

/** Waits until a read is answered, whatever it shows. @returns why it is not; null: it is */
async function answersAgain(workload: Workload, rules: ResolvedLedger, signal: AbortSignal): Promise<string | null> {
  const until = performance.now() + rules.recoverMs;
  for (;;) {
    const { values, status } = await workload.ask(signal);
    if (values !== null) return null;
    if (performance.now() >= until) return String(status);
    await wait(pollMs, undefined, { signal });
  }
}

async function runCommand([program = '', ...args]: string[], signal: AbortSignal): Promise<void> {
  try {
    await promisify(execFile)(program, args, { timeout: restartTimeoutMs, maxBuffer: 1 << 24, signal });
  } catch (cause) {
    throw new ShakedownError('LEDGER_RESTART', `${program} failed: ${(cause as Error).message.split('\n')[0]}.`, {
      hint: 'chaos.ledger.restart must restart the target, and end with exit code 0.',
      cause,
    });
  }
}

/** mulberry32: the same seed gives the same operations, as far as the answers are the same. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
