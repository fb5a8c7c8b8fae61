import { setTimeout as wait } from 'node:timers/promises';
import { ShakedownError } from '../model/error.ts';
import type { SampleSystem } from '../model/sample-system.ts';

const patienceMs = 60_000;
const pollMs = 100;

/**
 * Kills the database of the sample system, so that what it had not written is gone, and waits until the supervisor has started it
 * again and the shop can be used.
 * @throws ShakedownError SAMPLE_FAILED when it does not come back
 */
export async function restartDatabase(
  sample: Pick<SampleSystem, 'database' | 'instances'>,
  signal?: AbortSignal,
): Promise<void> {
  const { pid } = sample.database;
  process.kill(pid, 'SIGKILL');
  const until = performance.now() + patienceMs;
  const ready = async () => {
    if (sample.database.pid === pid) return false;
    const answers = await Promise.all(
      sample.instances.map(({ url }) =>
        fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3000) }).then(
          ({ ok, body }) => body?.cancel().then(() => ok) ?? ok,
          () => false,
        ),
      ),
    );
    return answers.every(Boolean);
  };
  while (!(await ready())) {
    if (performance.now() > until) {
      throw new ShakedownError('SAMPLE_FAILED', 'The database of the sample system did not come back.', {
        exitCode: 70,
      });
    }
    await wait(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}
