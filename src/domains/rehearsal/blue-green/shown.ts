import { grouped } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import type { Judged, Table } from '../../part.ts';
import type { Evidence, Move } from './evidence.ts';

type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;

/** For the first lines of the report. */
export function figures(
  moves: readonly Move[],
  requests: Of<'requests'> | undefined,
  trigger: Of<'trigger'> | undefined,
  asked: Pick<Of<'asked'>, 'notTried'> | undefined,
): Judged['figures'] {
  const back = moves
    .filter(({ purpose }) => purpose === 'rollback')
    .map(({ setMs, stragglersMs }) => setMs + stragglersMs);
  return [
    { name: 'Moves', value: String(moves.length) },
    ...(requests === undefined
      ? []
      : [
          { name: 'Requests', value: grouped(requests.sent) },
          {
            name: 'Failed, lost, repeated',
            value: [requests.failed, requests.lost, requests.repeated].map(grouped).join(', '),
          },
        ]),
    ...(back.length === 0 ? [] : [{ name: 'Slowest rollback', value: duration(Math.max(...back)) }]),
    ...(trigger === undefined ? [] : [{ name: 'Trouble seen, to decision', value: duration(trigger.decidedMs) }]),
    ...(asked === undefined || asked.notTried.length === 0
      ? []
      : [{ name: 'Not under way at a move', value: asked.notTried.map(({ kind }) => kind).join(', ') }]),
  ];
}

/** Each move. */
export function movesTable(moves: readonly Move[]): Table {
  return {
    title: 'Moves',
    head: [
      'To',
      'Why',
      'Set and read back',
      'Requests afterwards',
      'Of the new side',
      'Under way on the old side',
      'Drained after',
    ],
    rows: moves.map(({ to, purpose, setMs, after, achieved, inFlight, drainMs, drainLeft }) => [
      to,
      purpose === 'switch' ? 'switch' : 'rollback',
      duration(setMs),
      grouped(after),
      grouped(achieved),
      Object.entries(inFlight)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(', '),
      drainMs === null ? (drainLeft === null ? 'not known' : `not, ${drainLeft} left`) : duration(drainMs),
    ]),
    figures: 0,
  };
}

/** Kinds of requests that were not under way. */
export function notTriedTable(asked: Pick<Of<'asked'>, 'notTried'> | undefined): Table[] {
  if (asked === undefined || asked.notTried.length === 0) return [];
  return [
    { title: 'Not tried', head: ['Kind', 'Why'], rows: asked.notTried.map(({ kind, why }) => [kind, why]), figures: 0 },
  ];
}

/** How the switch is made in production, with the times of this rehearsal. */
export function runbook(up: Of<'up'> | undefined, moves: readonly Move[]): string[] {
  const switches = moves.filter(({ purpose }) => purpose === 'switch');
  const back = moves.filter(({ purpose }) => purpose === 'rollback');
  const [first] = switches;
  if (up === undefined || first === undefined || back.length === 0) return [];
  const longest = (of: readonly Move[], time: (move: Move) => number) => duration(Math.max(...of.map(time)));
  const drain = Math.max(...switches.map(({ drainMs }) => drainMs ?? 0));
  return [
    `Bring ${up.version} up beside the current version and warm it up: ${duration(up.tookMs)}.`,
    `Move all traffic to it: ${longest(switches, ({ setMs }) => setMs)} until the switch had it, and ${longest(switches, ({ stragglersMs }) => stragglersMs)} more until every client did.`,
    'Watch failed requests and health. Nothing is ended yet.',
    `If anything is wrong, move all traffic back: ${longest(back, ({ setMs, stragglersMs }) => setMs + stragglersMs)} until no request went to it any more.`,
    `When it has proved itself, end the old version; what it had begun took it ${duration(drain)} to finish.`,
  ];
}
