import type { Verdict } from '../../../../model/verdict.ts';
import type { Check, Table } from '../../../part.ts';
import type { DatabaseLoad } from './database-load.ts';
import type { Of } from './evidence.ts';

type Figure = Exclude<keyof DatabaseLoad, 'slowest' | 'seesAll'>;

/** Whether a database has room left, and nobody waits long in it. */
export function judgeDatabase({ name, limits, looks, error }: Of<'database'>): { checks: Check[]; tables: Table[] } {
  const of = (id: string, title: string, verdict: Verdict, reason: string): Check => ({
    id: `database-${id}:${name}`,
    title,
    verdict,
    reason,
  });
  if (looks.length === 0) {
    const reason = `Its statistics could not be read: ${error ?? 'not looked at'}.`;
    return { checks: [of('load', `${name} has room and nobody waits`, 'inconclusive', reason)], tables: [] };
  }
  const worst = (figure: Figure): number | null => {
    const known = looks.flatMap((look) => (look[figure] === null ? [] : [look[figure]]));
    return known.length === 0 ? null : Math.max(...known);
  };
  const seesAll = looks.every((look) => look.seesAll);
  const limited = (id: string, title: string, value: number | null, limit: number, what: string): Check => {
    const words = `${what} ${seconds(value)}, limit ${seconds(limit)}`;
    if (value !== null && value > limit) return of(id, title, 'fail', `${words}.`);
    // What others do is hidden from a role without the right to see it.
    if (value === null || !seesAll)
      return of(id, title, 'inconclusive', `${words}, and sessions of other users are not seen: grant pg_monitor.`);
    return of(id, title, 'pass', `${words}, in ${looks.length} looks.`);
  };
  const used = worst('connections');
  const most = worst('connectionsAtMost');
  const share = used === null || most === null || most === 0 ? null : (100 * used) / most;
  const lag = worst('replicationLagS');
  const checks = [
    of(
      'connections',
      `${name} has connections left`,
      share === null ? 'inconclusive' : share > limits.connectionsPercent ? 'fail' : 'pass',
      share === null
        ? 'Connections could not be counted.'
        : `${used} of ${most} are used (${share.toFixed(0)} %), limit ${limits.connectionsPercent} %.`,
    ),
    limited(
      'locks',
      `Nobody waits long for a lock in ${name}`,
      worst('longestLockWaitS'),
      limits.lockWaitS,
      'The longest wait was',
    ),
    limited(
      'statements',
      `No statement takes long in ${name}`,
      worst('longestStatementS'),
      limits.statementS,
      'The longest had been running for',
    ),
    limited(
      'idle',
      `No transaction is forgotten in ${name}`,
      worst('longestIdleS'),
      limits.idleInTransactionS,
      'The longest had been doing nothing for',
    ),
    ...(lag === null
      ? []
      : [
          of(
            'replication',
            `Replicas of ${name} follow`,
            lag > limits.replicationLagS ? 'fail' : 'pass',
            `The lag was ${seconds(lag)}, limit ${seconds(limits.replicationLagS)}.`,
          ),
        ]),
  ];
  return { checks, tables: [table(name, looks), ...slowestTable(name, looks)] };
}

function table(name: string, looks: readonly DatabaseLoad[]): Table {
  const last = looks.at(-1);
  const shown = (value: number | null | undefined, unit = '') =>
    value === null || value === undefined ? 'not known' : `${Math.round(10 * value) / 10}${unit}`;
  return {
    title: `Load of ${name}`,
    head: ['Figure', 'Now'],
    rows: [
      ['Connections', `${shown(last?.connections)} of ${shown(last?.connectionsAtMost)}`],
      ['Waits for locks', shown(last?.lockWaits)],
      ['Replicas', shown(last?.replicas)],
      ['Replication lag', last?.replicationLagS === null ? 'no replica' : shown(last?.replicationLagS, ' s')],
      ['Read from memory', shown(last?.cacheHitPercent, ' %')],
      ['Deadlocks since its statistics began', shown(last?.deadlocks)],
      ['Slowest statements', last?.slowest === null ? 'not known: pg_stat_statements is not there' : 'below'],
    ],
    figures: 1,
  };
}

function slowestTable(name: string, looks: readonly DatabaseLoad[]): Table[] {
  const slowest = looks.at(-1)?.slowest ?? [];
  if (slowest.length === 0) return [];
  return [
    {
      title: `Slowest statements of ${name}`,
      head: ['Statement', 'Calls', 'Mean'],
      rows: slowest.map(({ statement, calls, meanMs }) => [statement, String(calls), `${meanMs.toFixed(1)} ms`]),
      figures: 2,
    },
  ];
}

function seconds(value: number | null): string {
  return value === null ? 'not known' : `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
}
