import type { LedgerRules } from './rules.ts';
import type { Answer } from './send.ts';

/** ok: promised. fail: surely not there. info: unknown, it may be there, or come later. */
export type Outcome = 'ok' | 'fail' | 'info';

/** 408, 425 and 499 speak of time; a 409 may be the answer to a repetition whose first attempt was stored. */
const unclear = new Set([408, 409, 425, 499]);

/** Accepted is not stored: "the request might or might not eventually be acted upon" (RFC 9110, 15.3.3). */
const accepted = 202;

/**
 * What an answer says of a write. Without a connection nothing was sent: refused. 2xx but 202 is a promise, other 4xx a refusal. All else
 * leaves it unknown: a timeout, a cut connection, 5xx (a balancer gives it for an instance that may have stored), 1xx and 3xx.
 */
export function outcomeOf(answer: Answer, { acknowledged, refused }: Partial<LedgerRules['write']> = {}): Outcome {
  if (answer.kind !== 'answered') return answer.kind === 'unsent' ? 'fail' : 'info';
  const { status } = answer;
  if (acknowledged?.includes(status) ?? (status >= 200 && status <= 299 && status !== accepted)) return 'ok';
  if (refused?.includes(status) ?? (status >= 400 && status <= 499 && !unclear.has(status))) return 'fail';
  return 'info';
}
