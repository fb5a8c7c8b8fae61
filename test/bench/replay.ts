import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadInput, LoadListener, LoadOutcome } from '../../src/domains/load/engine.ts';
import { runK6 } from '../../src/domains/load/k6/run.ts';
import { virtualUsers } from '../../src/domains/load/sizing.ts';
import type { K6Program } from '../../src/environment/programs.ts';
import { loadInput } from '../domains/load/shop.ts';
import type { BenchContext } from './measure.ts';
import type { Trace } from './trace.ts';

export type K6Build = K6Program['build'];

export interface Replay {
  outcome: LoadOutcome;
  /** Epoch ms at which the run's clock read zero. */
  startedAtMs: number;
  /** Of the interval logs. */
  folder: string;
}

export interface ReplayOptions {
  /** Name in the accounting. */
  load: string;
  k6?: K6Program;
  fields?: Partial<Omit<LoadInput, 'on'>>;
  on?: Partial<LoadListener>;
}

/** Input for an engine, sized as `shakedown simulate` does it. */
export async function inputFor(context: BenchContext, target: string, trace: Trace): Promise<LoadInput> {
  const folder = await mkdtemp(join(context.scratch, 'windows-'));
  const input = loadInput(target, trace.sessions, { folder, durationMs: trace.durationMs });
  const lengths = trace.sessions.map((one) => one.requests.at(-1)?.dueMs ?? 0);
  const longestSessionMs = lengths.reduce((most, ms) => Math.max(most, ms), 0);
  const meanMs = lengths.reduce((sum, ms) => sum + ms, 0) / Math.max(1, lengths.length);
  // Little's law; half as many again, for bursts.
  const peakSessions = Math.ceil(((1.5 * trace.sessions.length) / trace.durationMs) * meanMs) + 1;
  const plan = { ...input.plan, longestSessionMs, peakSessions };
  return { ...input, plan, virtualUsers: virtualUsers(plan) };
}

/** Replays a trace as `shakedown simulate` does, and enters it in the accounting. */
export async function replay(
  context: BenchContext,
  target: string,
  trace: Trace,
  { load, k6 = needed(context), fields, on = {} }: ReplayOptions,
): Promise<Replay> {
  const input = { ...(await inputFor(context, target, trace)), ...fields };
  let startedAtMs = Number.NaN;
  const outcome = await runK6(k6, {
    ...input,
    on: {
      ...input.on,
      ...on,
      started(startedAt, fromMs) {
        startedAtMs = Date.parse(startedAt);
        on.started?.(startedAt, fromMs);
      },
    },
  });
  context.accounts.push({ load, trace: trace.arrivalsMs.length, ...outcome.accounting });
  return { outcome, startedAtMs, folder: input.windowsFolder };
}

/** The k6 that was found. @throws Error without one; measures ask `context.k6` first */
export function needed({ k6 }: BenchContext): K6Program {
  if (k6 === null) throw new Error('This measure needs k6.');
  return k6;
}
