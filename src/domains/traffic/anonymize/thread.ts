import { parentPort } from 'node:worker_threads';
import { ShakedownError } from '../../../model/error.ts';
import { Machine } from './machine.ts';
import { type Answer, call, type Job } from './pool.ts';

/** A thread of the anonymizer: one machine that does what it is told, one job after the other. */
const machine = new Machine();

parentPort?.on('message', ({ method, given }: Job) => {
  parentPort?.postMessage(answerTo(method, given));
});

function answerTo(method: Job['method'], given: unknown): Answer {
  try {
    return { made: call(machine, method, given) };
  } catch (error) {
    if (!(error instanceof ShakedownError)) return { error };
    const { code, message, hint } = error;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
}
