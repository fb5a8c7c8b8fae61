import { availableParallelism } from 'node:os';
import { JobThread } from '../../../environment/job-thread.ts';
import { ownThread } from '../../../environment/own-files.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { SessionBatch } from '../batches.ts';
import { Machine } from './machine.ts';

type Method = {
  [Name in keyof Machine]: Machine[Name] extends (given: never) => unknown ? Name : never;
}[keyof Machine];
export type Given<M extends Method> = Parameters<Machine[M]>[0];
export type Made<M extends Method> = ReturnType<Machine[M]>;
/** Work on one batch. */
type BatchMethod = 'learn' | 'rewrite' | 'scan';

export interface Job {
  method: Method;
  given: unknown;
}

/** What a thread answers, in the order of its jobs. */
export type Answer = { made: unknown } | Refusal;
type Refusal = { code: string; message: string; hint?: string } | { error: unknown };

const mostThreads = 8;
/** A thread has a batch waiting while it works on another. */
const batchesAThread = 2;
/** Below so many packed bytes a thread takes longer to start than to be of use. */
const leastPackedBytes = 2_000_000;

/** @param packedBytes of the recording */
export function threadsFor(packedBytes: number): number {
  return packedBytes < leastPackedBytes ? 0 : Math.min(mostThreads, availableParallelism());
}

/** Machines that work on batches: one in this process, or one in each of several threads. */
export class Pool {
  readonly #own: Machine | undefined;
  readonly #threads: JobThread<Job, Refusal>[];

  /** @param threads 0: in this process */
  constructor(threads: number) {
    this.#own = threads === 0 ? new Machine() : undefined;
    this.#threads = Array.from({ length: threads }, thread);
  }

  /** Has every machine do the same. */
  async all<M extends Method>(method: M, given: Given<M>): Promise<Made<M>[]> {
    if (this.#own !== undefined) return [call(this.#own, method, given) as Made<M>];
    return Promise.all(this.#threads.map((each) => each.run({ method, given }))) as Promise<Made<M>[]>;
  }

  /** Work on batches; what they come to is given in their order. */
  async *each<M extends BatchMethod>(
    method: M,
    batches: AsyncIterable<SessionBatch>,
  ): AsyncGenerator<readonly [batch: SessionBatch, made: Made<M>]> {
    const most = Math.max(1, this.#threads.length * batchesAThread);
    const waiting: (readonly [SessionBatch, Promise<unknown>])[] = [];
    const next = async () => {
      const [batch, made] = waiting.shift() as (typeof waiting)[number];
      return [batch, (await made) as Made<M>] as const;
    };
    for await (const batch of batches) {
      const made = this.#run(method, batch);
      made.catch(() => {}); // met when its turn comes, if it does
      waiting.push([batch, made]);
      if (waiting.length >= most) yield await next();
    }
    while (waiting.length > 0) yield await next();
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((each) => each.close()));
  }

  async #run(method: BatchMethod, batch: SessionBatch): Promise<unknown> {
    if (this.#own !== undefined) return call(this.#own, method, batch);
    const idlest = this.#threads.reduce((best, each) => (each.waiting < best.waiting ? each : best));
    return idlest.run({ method, given: batch });
  }
}

/** @throws ShakedownError as the method does */
export function call(machine: Machine, method: Method, given: unknown): unknown {
  return (machine[method] as (given: unknown) => unknown).call(machine, given);
}

/** A machine in a thread of its own. */
function thread(): JobThread<Job, Refusal> {
  return new JobThread(ownThread('./thread.ts', import.meta.url), 'the anonymizer', errorOf);
}

function errorOf(answer: Refusal): unknown {
  if ('error' in answer) return answer.error;
  const { code, message, hint } = answer;
  return new ShakedownError(code, message, hint === undefined ? {} : { hint });
}
