import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '../../environment/run-program.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { ShakedownError } from '../../model/error.ts';
import type { RunTarget } from '../companion.ts';

const readyAtMostMs = 120_000;
const checksInARow = 3;
const betweenMs = 300;
const commandAtMostMs = 300_000;

/** Changes how many instances of the target there are. */
export interface Scaler {
  /** How many there are otherwise: what is gone back to. */
  normal: number;
  /** Returns when they are there and the target is up. @throws ShakedownError TARGET_SCALE; the signal's reason when aborted */
  to(instances: number, signal: AbortSignal): Promise<void>;
}

/** The sample system scales itself, a user's by `target.scale`. @throws ShakedownError TARGET_SCALE where nothing says how */
export function scalerOf(config: ResolvedConfig, { sample, check }: RunTarget, folder: string): Scaler {
  const { scale } = config.target;
  if (sample !== null) return { normal: sample.instances.length, to: (instances) => sample.scale(instances) };
  if (scale === null) {
    throw new ShakedownError('TARGET_SCALE', 'Nothing says how instances of the target are added and removed.', {
      hint: "Set target.scale, such as { command: ['kubectl', 'scale', 'deploy/shop', '--replicas={instances}'], instances: 3 }.",
    });
  }
  return {
    normal: scale.instances,
    async to(instances, signal) {
      const [program = '', ...args] = scale.command.map((part) => part.replaceAll('{instances}', String(instances)));
      const ended = await runProgram(program, args, { timeoutMs: commandAtMostMs, cwd: folder, signal });
      signal.throwIfAborted();
      if (ended.kind !== 'ended' || ended.code !== 0) {
        const why = ended.kind === 'failed' ? ended.reason : `exit code ${ended.code}: ${ended.stderr.slice(-300)}`;
        throw new ShakedownError('TARGET_SCALE', `Scaling to ${instances} instances failed: ${why.trim()}.`, {
          hint: 'Run the command of target.scale by hand; it ends with 0 when the instances are there.',
        });
      }
      const until = performance.now() + readyAtMostMs;
      for (let good = 0; good < checksInARow; ) {
        const { up, detail } = await check();
        good = up ? good + 1 : 0;
        if (performance.now() > until) {
          throw new ShakedownError('TARGET_SCALE', `With ${instances} instances the target is not up: ${detail}.`);
        }
        await sleep(betweenMs, undefined, { signal });
      }
    },
  };
}
