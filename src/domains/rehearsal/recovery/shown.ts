import { grouped } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import type { Judged, Table } from '../../part.ts';
import type { Evidence, Mode, Of } from './evidence.ts';

/** The evidence, by kind. */
export interface Seen {
  programs: Of<'programs'>;
  of<K extends Evidence['kind']>(kind: K): Of<K>[];
  in<K extends 'streaming' | 'failover' | 'rejoined'>(kind: K, mode: Mode): Of<K> | undefined;
}

const modes = ['asynchronous', 'synchronous'] as const;
const none = '–';

/** Short times are not rounded to nothing. */
export function exactly(ms: number | null): string {
  if (ms === null) return 'never';
  return ms < 10 ? `${Math.max(0.1, Math.round(10 * ms) / 10)}\u00a0ms` : duration(ms);
}

/** For the first lines of the report. */
export function figures({ programs, of, in: at }: Seen): Judged['figures'] {
  const { version, from, basebackup, rewind, verifybackup } = programs;
  const tools = Object.entries({ pg_basebackup: basebackup, pg_rewind: rewind, pg_verifybackup: verifybackup });
  const there = tools.flatMap(([name, found]) => (found === null ? [] : [`${name} ${found}`]));
  const [restored] = of('restored');
  return [
    { name: 'Database', value: `${version} (${from}), clusters of its own on 127.0.0.1` },
    { name: 'Programs used', value: there.join(', ') || 'the server only' },
    ...modes.flatMap((mode) => {
      const failover = at('failover', mode);
      if (failover === undefined) return [];
      return [
        { name: `Recovery time, ${mode}`, value: exactly(failover.firstWriteMs) },
        { name: `Recovery point, ${mode}`, value: lostWords(failover) },
      ];
    }),
    ...(restored === undefined || restored.error !== null
      ? []
      : [{ name: 'Restore to a moment', value: duration(restored.copyMs + restored.replayMs) }]),
  ];
}

function lostWords({ mode, lost, acknowledged, lostSpanMs }: Of<'failover'>): string {
  if (lost === null) return 'not known';
  const span = lost === 0 ? (mode === 'synchronous' ? '' : ' this time') : `, of the last ${exactly(lostSpanMs)}`;
  return `${grouped(lost)} of ${grouped(acknowledged)} acknowledged writes lost${span}`;
}

const columns = ['asynchronous', 'held-up', 'synchronous'] as const;

/** The losses beside each other. */
export function tables({ in: at }: Seen): Table[] {
  const row = (name: string, of: (one: Of<'failover'>) => string) => [
    name,
    ...columns.map((mode) => {
      const one = at('failover', mode);
      return one === undefined ? none : of(one);
    }),
  ];
  const rows = [
    row(
      'Writes acknowledged before the loss',
      ({ acknowledged, perSecond }) => `${grouped(acknowledged)} (${Math.round(perSecond)}/s)`,
    ),
    row('PostgreSQL processes killed at once', ({ processes }) => String(processes)),
    row('Seen by a client', ({ detectedMs }) => exactly(detectedMs)),
    row('Standby is primary', ({ promotedMs }) => exactly(promotedMs)),
    row('First write acknowledged', ({ firstWriteMs }) => exactly(firstWriteMs)),
    row('Acknowledged writes lost', ({ lost }) => (lost === null ? 'not known' : grouped(lost))),
    row('Acknowledged at most so long before the loss', ({ lost, lostSpanMs }) =>
      lost === 0 ? none : exactly(lostSpanMs),
    ),
    row('Writes of unknown outcome, of these there', ({ unknown, unknownThere }) => `${unknown}, ${unknownThere}`),
    row('Writes acknowledged afterwards', ({ acknowledgedAfter }) => grouped(acknowledgedAfter)),
    [
      'Old primary back as a standby',
      ...columns.map((mode) => {
        const one = at('rejoined', mode);
        return one === undefined || one.error !== null ? none : `${duration(one.tookMs)}, by ${one.by}`;
      }),
    ],
  ];
  return [
    {
      title: 'Loss of the primary (times from the loss on)',
      head: ['', 'asynchronous', 'asynchronous, held up', 'synchronous'],
      rows,
      figures: 0,
    },
  ];
}

/** How it is done in production, with the times that were measured here; empty where nothing recovered. */
export function runbook({ programs, of, in: at }: Seen): string[] {
  const failover = at('failover', 'synchronous') ?? at('failover', 'asynchronous');
  if (failover === undefined || failover.firstWriteMs === null) return [];
  const { mode, detectedMs, promotedMs, firstWriteMs } = failover;
  const rejoined = at('rejoined', mode);
  const [backup, restored] = [of('backup')[0], of('restored')[0]];
  const asynchronous = at('failover', 'asynchronous');
  return [
    `See that the primary is gone: its clients lose their connections (here after ${exactly(detectedMs)}). Before that, know that the standby streams: pg_stat_replication.state.`,
    'Fence the old primary before anything else: power it off, or put standby.signal into its data folder, so that it takes no write when it starts again.',
    `SELECT pg_promote() on the standby (here it was primary ${exactly(promotedMs)} after the loss).`,
    `Point the clients at it (here the first write was acknowledged ${exactly(firstWriteMs)} after the loss; clients that keep names or connections take longer).`,
    ...(asynchronous === undefined || asynchronous.lost === null
      ? []
      : [
          `With asynchronous replication, find what was acknowledged and is missing before anybody writes it again (here: ${lostWords(asynchronous)}).`,
        ]),
    ...(rejoined === undefined || rejoined.error !== null
      ? []
      : [
          `Bring the old primary back as a standby by pg_rewind or a new base backup (here ${duration(rejoined.tookMs)}, by ${rejoined.by}). Until then there is no standby; set synchronous_standby_names again once it streams.`,
        ]),
    ...(backup === undefined || restored === undefined || restored.error !== null
      ? []
      : [
          `After a mistake: verify the backup, copy it (here ${duration(restored.copyMs)}), set restore_command and recovery_target_time to the moment before, create recovery.signal and start (here ${duration(restored.replayMs)}).`,
        ]),
    `These times are of small clusters on one machine with ${programs.version}: rehearse with your size for those of the copy and the replay.`,
  ];
}
