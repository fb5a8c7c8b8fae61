import { grouped } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import { type Check, check, type Judged, type Recorded } from '../../part.ts';
import { differenceCheck } from '../system/difference.ts';
import { smokeChecks } from '../system/smoke.ts';
import { requestChecks } from '../witness/checks.ts';
import type { Evidence, Move } from './evidence.ts';
import { inFlightCheck } from './in-flight-check.ts';
import { figures, movesTable, notTriedTable, runbook } from './shown.ts';
import { speedCheck } from './speed.ts';

/** Share of the requests after a move that the new side must have answered, beside those sent while it was made. */
const achievedAtLeast = 0.999;
/** Requests after a move, so that the share says something. */
const afterAtLeast = 50;

type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;

/** What a blue-green rehearsal shows. */
export function judge(recorded: readonly Recorded<Evidence>[]): Judged {
  const all = recorded.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) => all.filter((each): each is Of<K> => each.kind === kind);
  const [up] = of('up');
  if (up !== undefined && up.error !== null) {
    return {
      checks: [check('up', 'The candidate comes up beside the current version', 'fail', up.error)],
      figures: [],
    };
  }
  const moves = of('move');
  const [asked] = of('asked');
  const [requests] = of('requests');
  const [trigger] = of('trigger');
  const checks = [
    up === undefined
      ? check('up', 'The candidate comes up beside the current version', 'inconclusive', 'It was not brought up.')
      : check(
          'up',
          'The candidate comes up beside the current version',
          'pass',
          `${up.version} was healthy and warm after ${duration(up.tookMs)}.`,
        ),
    differenceCheck(up),
    ...smokeChecks(of('smoke')[0]),
    ...baseline(of('baseline')[0]),
    ...healthy(trigger, moves, of('unclear')[0]),
    // Each has all that was seen before.
    speedCheck(of('speed').at(-1)),
    ...requestChecks(requests),
    ...ofMoves(moves, asked),
  ];
  return {
    checks,
    figures: figures(moves, requests, trigger, asked),
    tables: [movesTable(moves), ...notTriedTable(asked)],
    runbook: runbook(up, moves),
  };
}

/** What load before any move shows. */
export function baseline(found: Of<'baseline'> | undefined): Check[] {
  const title = 'Traffic is answered before any move';
  if (found === undefined) return [check('baseline', title, 'inconclusive', 'No load was seen before the first move.')];
  const { requests, failed, example } = found;
  if (requests === 0) return [check('baseline', title, 'inconclusive', 'Nothing was answered before the first move.')];
  if (failed === 0) return [check('baseline', title, 'pass', `${grouped(requests)} requests, none failed.`)];
  const reason = `${grouped(failed)} of ${grouped(requests)} requests failed before anything was moved (${example}), so later failures cannot be put down to the moves.`;
  return [check('baseline', title, 'inconclusive', reason)];
}

function healthy(
  trigger: Of<'trigger'> | undefined,
  moves: readonly Move[],
  unclear: Of<'unclear'> | undefined,
): Check[] {
  const title = 'The candidate serves the traffic';
  if (trigger !== undefined) {
    const back = moves.some(({ purpose }) => purpose === 'rollback')
      ? 'The traffic went back at once'
      : 'The traffic did not go back';
    return [check('candidate', title, 'fail', `${trigger.reason} ${back}.`)];
  }
  if (!moves.some(({ purpose }) => purpose === 'switch'))
    return [check('candidate', title, 'inconclusive', 'No traffic was moved to it.')];
  if (unclear !== undefined) return [check('candidate', title, 'inconclusive', unclear.reason)];
  return [check('candidate', title, 'pass', 'Nothing made the traffic go back before it was asked to.')];
}

/** What moves of all traffic show. */
export function ofMoves(
  moves: readonly Move[],
  asked: Pick<Of<'asked'>, 'tried' | 'notTried' | 'rollbackMs'> | undefined,
): Check[] {
  const switches = moves.filter(({ purpose }) => purpose === 'switch');
  const back = moves.filter(({ purpose }) => purpose === 'rollback');
  if (asked === undefined || moves.length === 0) {
    return [check('moved', 'Clients reach the new side', 'inconclusive', 'No traffic was moved.')];
  }
  const checks: Check[] = [];
  const short = moves.find(({ after, achieved }) => after >= afterAtLeast && achieved / after < achievedAtLeast);
  const few = moves.find(({ after }) => after < afterAtLeast);
  checks.push(
    short !== undefined
      ? check(
          'moved',
          'Clients reach the new side',
          'fail',
          `After the move to ${short.to} it answered ${grouped(short.achieved)} of ${grouped(short.after)} requests, though the switch said that it had all traffic.`,
        )
      : few !== undefined
        ? check(
            'moved',
            'Clients reach the new side',
            'inconclusive',
            `Only ${few.after} requests were sent after the move to ${few.to}; ${afterAtLeast} are needed.`,
          )
        : check(
            'moved',
            'Clients reach the new side',
            'pass',
            `${moves.length} moves; the new side answered every request that was sent afterwards${strayWords(moves)}.`,
          ),
  );
  checks.push(inFlightCheck(moves, asked));
  const stuck = moves.find(({ drainLeft }) => drainLeft !== null && drainLeft > 0);
  const tied = moves.find((move) => move.tied > 0);
  const silent = moves.some(({ drainLeft }) => drainLeft === null);
  const slowest = Math.max(...moves.map(({ drainMs }) => drainMs ?? 0));
  checks.push(
    stuck !== undefined
      ? check(
          'drained',
          'The old side finishes what it has begun',
          'fail',
          `${stuck.drainLeft} requests were still under way on ${stuck.from} when its time was over.`,
        )
      : tied !== undefined
        ? check(
            'drained',
            'The old side finishes what it has begun',
            'fail',
            `${tied.tied} of ${tied.inFlight['cookie session'] ?? tied.tied} clients with a cookie of the switch were still sent to ${tied.from}: it is never free of them.`,
          )
        : silent
          ? check(
              'drained',
              'The old side finishes what it has begun',
              'inconclusive',
              'The switch does not say what is under way.',
            )
          : check(
              'drained',
              'The old side finishes what it has begun',
              'pass',
              `Nothing was under way any more after ${duration(slowest)} at the most.`,
            ),
  );
  const lost = switches.find(({ kept: [alive, of] }) => alive < of);
  checks.push(
    lost === undefined
      ? check(
          'kept',
          'The old side is kept',
          switches.length > 0 ? 'pass' : 'inconclusive',
          'All of its instances were healthy while the candidate had the traffic.',
        )
      : check(
          'kept',
          'The old side is kept',
          'fail',
          `Only ${lost.kept[0]} of ${lost.kept[1]} instances of ${lost.from} were healthy when the traffic could have gone back.`,
        ),
  );
  const times = back.map(({ setMs, stragglersMs }) => setMs + stragglersMs);
  const slow = Math.max(...times);
  checks.push(
    back.length < Math.max(1, switches.length)
      ? check(
          'rollback',
          'The traffic goes back at once',
          'inconclusive',
          `${back.length} of ${switches.length} moves were taken back.`,
        )
      : slow > asked.rollbackMs
        ? check(
            'rollback',
            'The traffic goes back at once',
            'fail',
            `It took ${duration(slow)}; ${duration(asked.rollbackMs)} are allowed.`,
          )
        : check(
            'rollback',
            'The traffic goes back at once',
            'pass',
            `${duration(slow)} from the decision until no request went to the candidate any more, at the most.`,
          ),
  );
  return checks;
}

function strayWords(moves: readonly Move[]): string {
  const stray = moves.reduce((sum, { stragglers }) => sum + stragglers, 0);
  const onOld = moves.reduce((sum, move) => sum + move.onOld, 0);
  const within = duration(Math.max(...moves.map(({ stragglersMs }) => stragglersMs)));
  return [
    ...(stray === 0 ? [] : [`, but ${stray} that followed within ${within}`]),
    ...(onOld === 0
      ? []
      : [`; ${grouped(onOld)} on connections that were open before went to the old side, the last after ${within}`]),
  ].join('');
}
