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

/** Why a run cannot begin: its k6 ended before that. */
export async function neverBegan(generator: Generator): Promise<ShakedownError> {
  const { code, signal } = await generator.process.ended;
  const said = generator.process.said().slice(-3).join(' | ');
  return new ShakedownError(
    'ENGINE_START',
    `k6 ended (${signal ?? `exit code ${code}`}) before its first request${said === '' ? '.' : `: ${said}`}`,
    { hint: 'Run `shakedown doctor`; SHAKEDOWN_K6 names another k6.', exitCode: exitCodes.internal },
  );
}
