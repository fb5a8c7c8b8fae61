import { JobThread } from '../../../environment/job-thread.ts';
import { ownThread } from '../../../environment/own-files.ts';
import { type ExitCode, ShakedownError } from '../../../model/error.ts';
import { Machine, type Settings } from './machine.ts';

type Method = 'begin' | 'learn' | 'copy' | 'scan' | 'end';

export interface Job {
  method: Method;
  given: unknown;
}

export type Answer = { made: unknown } | Refusal;
type Refusal =
  | { code: string; message: string; exitCode: ExitCode; hint?: string }
  | { error: Record<string, string | undefined> };

type Work = 'learn' | 'copy' | 'scan';

export function call(machine: Machine, method: Method, given: unknown): Promise<unknown> {
  return (machine[method] as (given: unknown) => Promise<unknown>).call(machine, given);
}

interface Worked {
  run(method: Method, given: unknown): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Machines, one in this process or one in each of several threads; a part goes to whichever has nothing to do. */
export class Pool {
  readonly #machines: Worked[];

  /** @param threads 0: in this process */
  constructor(threads: number) {
    this.#machines = threads === 0 ? [inProcess()] : Array.from({ length: threads }, inThread);
  }

  async begin(settings: Settings): Promise<void> {
    await Promise.all(this.#machines.map((machine) => machine.run('begin', settings)));
  }

  /** Works on all parts. @param done called for each, in the order in which they are done */
  async each<W extends Work>(
    method: W,
    parts: readonly Parameters<Machine[W]>[0][],
    signal: AbortSignal | undefined,
    done: (made: Awaited<ReturnType<Machine[W]>>, index: number) => void,
  ): Promise<void> {
    let next = 0;
    let isOver = false;
    const work = async (machine: Worked) => {
      while (next < parts.length && !isOver) {
        signal?.throwIfAborted();
        const index = next++;
        try {
          done((await machine.run(method, parts[index])) as Awaited<ReturnType<Machine[W]>>, index);
        } catch (error) {
          isOver = true;
          throw error;
        }
      }
    };
    const ended = await Promise.allSettled(this.#machines.map(work));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#machines.map((machine) => machine.close()));
  }
}

function inProcess(): Worked {
  const machine = new Machine();
  return { run: (method: Method, given: unknown) => call(machine, method, given), close: () => machine.end() };
}

function inThread(): Worked {
  const program = ownThread('./thread.ts', import.meta.url);
  const thread = new JobThread<Job, Refusal>(program, 'the copy', errorOf);
  return { run: (method: Method, given: unknown) => thread.run({ method, given }), close: () => thread.close() };
}

function errorOf(answer: Refusal): unknown {
  if ('error' in answer) return Object.assign(new Error(answer.error.message ?? 'unknown'), answer.error);
  const { code, message, hint, exitCode } = answer;
  return new ShakedownError(code, message, { exitCode, ...(hint === undefined ? {} : { hint }) });
}
