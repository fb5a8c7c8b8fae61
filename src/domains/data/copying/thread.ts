import { parentPort } from 'node:worker_threads';
import { ShakedownError } from '../../../model/error.ts';
import { Machine } from './machine.ts';
import { type Answer, call, type Job } from './pool.ts';

/** A thread that works on parts of tables, one after the other. */
const machine = new Machine();
let before: Promise<unknown> = Promise.resolve();

parentPort?.on('message', ({ method, given }: Job) => {
  before = before.then(async () => parentPort?.postMessage(await answerTo(method, given)));
});

async function answerTo(method: Job['method'], given: unknown): Promise<Answer> {
  try {
    return { made: await call(machine, method, given) };
  } catch (error) {
    if (error instanceof ShakedownError) {
      const { code, message, hint, exitCode } = error;
      return { code, message, exitCode, ...(hint === undefined ? {} : { hint }) };
    }
    // Of PostgreSQL's errors these say what happened.
    const { message, code, where, constraint, table, column } = error as Record<string, string | undefined>;
    return { error: { message, code, where, constraint, table, column } };
  }
}
