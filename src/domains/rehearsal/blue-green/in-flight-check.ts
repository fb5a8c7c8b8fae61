import { type Check, check } from '../../part.ts';
import type { Evidence, Move } from './evidence.ts';

/** With fewer requests of a kind under way, a switch that loses none shows nothing. */
const inFlightAtLeast = 20;
/** A connection on which nothing is asked at the moment. */
const idle = 'idle keep-alive';

/** Whether enough was under way at each move, and what was not tried. */
export function inFlightCheck(
  moves: readonly Move[],
  { tried, notTried }: Pick<Extract<Evidence, { kind: 'asked' }>, 'tried' | 'notTried'>,
): Check {
  const without = notTried.map(({ kind, why }) => `${kind} (${why})`).join(', ');
  const title =
    notTried.length === 0
      ? 'Requests of every kind are under way at each move'
      : 'Requests of every kind that is tried are under way at each move';
  const made = (verdict: 'pass' | 'inconclusive', reason: string) =>
    check('in-flight', title, verdict, without === '' ? reason : `${reason} Not tried: ${without}.`);
  const thin = moves.flatMap((move) =>
    tried.flatMap((kind) =>
      (move.inFlight[kind] ?? 0) < inFlightAtLeast
        ? [`${move.inFlight[kind] ?? 0} of kind ${kind} at the move to ${move.to}`]
        : [],
    ),
  );
  if (thin.length > 0) {
    const few = thin.slice(0, 3).join('; ');
    const nothing = 'A switch that loses none of them shows nothing.';
    return made('inconclusive', `Fewer than ${inFlightAtLeast} were under way: ${few}. ${nothing}`);
  }
  const least = Math.min(...moves.flatMap((move) => tried.map((kind) => move.inFlight[kind] ?? 0)));
  if (!tried.some((kind) => kind !== idle)) {
    const reason =
      'Only connections that were idle were open, so what a move does to requests that take long is not known.';
    return made('inconclusive', reason);
  }
  return made('pass', `At least ${least} of each of ${tried.join(', ')}.`);
}
