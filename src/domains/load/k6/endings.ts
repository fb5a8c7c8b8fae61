import { setTimeout as wait } from 'node:timers/promises';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { Generator } from './generator.ts';

/** How a k6 that ended before its time did so, in words. */
export async function howItEnded(generator: Generator): Promise<string> {
  const { code, signal } = await generator.process.ended;
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  const said = generator.process.said().at(-1);
  const { place } = generator.process;
  return `k6${place === null ? '' : ` in ${place.split(',')[0]}`} ${how}${said === undefined ? '' : `: ${said.slice(0, 300)}`}`;
}

/**
 * Waits until a k6 is ready. One that is not in time, or that nobody waits for any more, is stopped.
 * @param given resolves when nobody does; `over` is aborted when there is no load any more
 * @throws ShakedownError ENGINE_START where it is still wanted
 */
export async function untilReady(
  generator: Generator,
  atMostMs: number,
  given: { up: Promise<void>; over: AbortSignal; isWanted(): boolean },
): Promise<void> {
  const timer = new AbortController();
  const signal = AbortSignal.any([timer.signal, given.over]);
  const late = wait(atMostMs, true, { signal }).catch(() => false);
  const isLate = (await Promise.race([generator.ready, given.up, late])) === true;
  timer.abort();
  if (isLate || given.over.aborted) await generator.stop();
  if (!given.isWanted() || given.over.aborted) return;
  if (isLate) throw notReady(generator, atMostMs);
  if (generator.gone) throw await neverBegan(generator);
}

function notReady({ process }: Generator, atMostMs: number): ShakedownError {
  const where = process.place === null ? '' : ` in ${process.place.split(',')[0]}`;
  return new ShakedownError(
    'ENGINE_START',
    `k6${where} was started, and had not said after ${Math.round(atMostMs / 1000)} s that it is ready.`,
    {
      hint:
        process.place === null
          ? 'Run `shakedown doctor`; SHAKEDOWN_K6 names another k6.'
          : 'See `kubectl logs` of that pod; kubernetes.readyTimeoutS gives it longer.',
      exitCode: exitCodes.internal,
    },
  );
}

/** Why a run cannot begin: its k6 ended before that. */
async function neverBegan(generator: Generator): Promise<ShakedownError> {
  const { code, signal } = await generator.process.ended;
  const said = generator.process.said().slice(-3).join(' | ');
  return new ShakedownError(
    'ENGINE_START',
    `k6 ended (${signal ?? `exit code ${code}`}) before its first request${said === '' ? '.' : `: ${said}`}`,
    { hint: 'Run `shakedown doctor`; SHAKEDOWN_K6 names another k6.', exitCode: exitCodes.internal },
  );
}
