import { grouped } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import { type Check, check } from '../../part.ts';
import type { Of } from './evidence.ts';
import { exactly } from './shown.ts';

/** How long a client may wait at a planned switchover. */
const stallMs = 500;
/** With fewer, a switchover without failures shows little. */
const writesAtLeast = 100;

/** A planned switchover: no write fails, none is lost, and no client waits long. */
export function ofSwitchover(seen: Of<'switchover'> | undefined): Check[] {
  const id = 'switchover';
  const title = `A planned switchover through PgBouncer: no write fails, and none waits longer than ${duration(stallMs)}`;
  const one = (verdict: Check['verdict'], reason: string) => [check(id, title, verdict, reason)];
  if (seen === undefined) return one('inconclusive', 'It was not tried.');
  if (seen.version === null) {
    return one('inconclusive', 'It was not tried: PgBouncer is not here. On Debian: apt-get install pgbouncer.');
  }
  const { acknowledged, acknowledgedAfter, waiting, failed, lost, worstMs, pausedMs, rejoinedState, error } = seen;
  if (error !== null) return one('fail', `It did not come to its end: ${error}.`);
  const of = `of ${grouped(acknowledged)} acknowledged writes`;
  if (lost > 0) return one('fail', `${grouped(lost)} ${of} ${lost === 1 ? 'is' : 'are'} lost.`);
  if (failed > 0) return one('fail', `${grouped(failed)} writes or connections failed.`);
  if (worstMs > stallMs)
    return one('fail', `A write waited ${exactly(worstMs)}; clients were held back for ${exactly(pausedMs)}.`);
  if (acknowledged < writesAtLeast || acknowledgedAfter === 0 || waiting === 0) {
    const reason = `${grouped(acknowledged)} writes were acknowledged, ${grouped(acknowledgedAfter)} of them sent after it, and ${grouped(waiting)} waited meanwhile: too few to show that none fails.`;
    return one('inconclusive', reason);
  }
  if (rejoinedState !== 'streaming') {
    return one('fail', `The old primary does not follow the new one: its state is ${rejoinedState ?? 'unknown'}.`);
  }
  const reason = `None ${of} failed or is lost, ${grouped(waiting)} waited meanwhile, the longest ${exactly(worstMs)}; clients were held back for ${exactly(pausedMs)}. The old primary streams from the new one. PgBouncer ${seen.version}.`;
  return one('pass', reason);
}
