import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { lives } from '../../../evidence/process.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { Side } from './state.ts';

const askEveryMs = 100;
const askTimeoutMs = 2000;
const readersPerInstance = 3;
/** Of the requests that warm a version up, so many may fail. */
const failedAtMost = 0.5;

export interface Readiness {
  healthPath: string;
  warmUpPaths: readonly string[];
  readyMs: number;
  warmUpMs: number;
}

/**
 * Waits until every instance is healthy, and warms them up: code that has just been loaded is many times slower, and that is no property of the release.
 * @throws ShakedownError DEPLOYMENT_NOT_READY
 */
export async function checkAndWarmUp(side: Side, readiness: Readiness, signal: AbortSignal): Promise<void> {
  const until = performance.now() + readiness.readyMs;
  await Promise.all(side.instances.map((each) => ready(side, each, readiness, until, signal)));
  if (readiness.warmUpMs <= 0) return;
  const counts = await Promise.all(side.instances.map(({ url }) => warmUp(url, readiness, signal)));
  signal.throwIfAborted();
  const failed = counts.reduce((sum, each) => sum + each.failed, 0);
  const asked = counts.reduce((sum, each) => sum + each.asked, 0);
  if (asked === 0 || failed / asked <= failedAtMost) return;
  throw notReady(side, `it says that it is healthy, and failed ${failed} of ${asked} requests while it was warmed up`);
}

async function ready(
  side: Side,
  instance: Side['instances'][number],
  { healthPath, readyMs }: Readiness,
  until: number,
  signal: AbortSignal,
): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  let last = 'it did not answer';
  try {
    for (;;) {
      signal.throwIfAborted();
      if (instance.process !== null && !lives(instance.process)) throw notReady(side, `${instance.name} ended`);
      const status = await ask(`${instance.url}${healthPath}`, agent);
      if (status === 200) return;
      if (status !== null) last = `${healthPath} answers ${status}`;
      if (performance.now() > until) {
        throw notReady(side, `${instance.name} was not ready after ${readyMs / 1000} s: ${last}`);
      }
      await sleep(askEveryMs);
    }
  } finally {
    agent.destroy();
  }
}

async function warmUp(url: string, { warmUpPaths, warmUpMs }: Readiness, signal: AbortSignal) {
  const agent = new Agent({ keepAlive: true, maxSockets: readersPerInstance });
  const until = performance.now() + warmUpMs;
  const counts = { asked: 0, failed: 0 };
  const reader = async () => {
    while (performance.now() < until && !signal.aborted) {
      const path = warmUpPaths[counts.asked++ % warmUpPaths.length] ?? '/';
      const status = await ask(`${url}${path}`, agent);
      if (status === null || status >= 500) counts.failed++;
    }
  };
  await Promise.all(Array.from({ length: readersPerInstance }, reader));
  agent.destroy();
  return counts;
}

/** Its status; null: no answer. */
export function ask(url: string, agent: Agent): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: askTimeoutMs }, (response) => {
      response.resume();
      response.once('close', () => resolve(response.statusCode ?? null));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(null));
  });
}

function notReady({ version }: Side, why: string): ShakedownError {
  return new ShakedownError('DEPLOYMENT_NOT_READY', `${version} did not come up: ${why}.`, {
    hint: 'It was ended; the traffic stayed where it was.',
  });
}
