import type { Verdict } from '../../../model/verdict.ts';
import { change, milliseconds, nothing, percent, perSecond, plural } from '../../../report-kit/format.ts';
import { moment } from '../../../report-kit/time.ts';
import type { PastRun } from './history.ts';

const releasesAtMost = 20;
const runsAtMost = 40;

/** Releases, the newest first, each with the median of its runs under load against that of the release before; and the newest runs. */
export function historyView(runs: readonly PastRun[]): object {
  const releases = new Map<string, PastRun[]>();
  for (const run of runs) releases.set(run.version, [...(releases.get(run.version) ?? []), run]);
  const rows = [...releases].map(([version, of]) => ({
    version,
    of,
    p95: median(of, 'p95Ms'),
    p99: median(of, 'p99Ms'),
  }));
  return {
    total: plural(runs.length, 'run'),
    releases: rows.slice(0, releasesAtMost).map(({ version, of, p95, p99 }, index) => {
      const before = rows.slice(index + 1).find((each) => each.p95 !== null)?.p95 ?? null;
      return {
        version,
        runs: plural(of.length, 'run'),
        ...stateOf(of[0]?.word ?? ''),
        last: `${of[0]?.command ?? ''}, ${moment(of[0]?.startedAt ?? null)}`,
        p95: milliseconds(p95),
        p99: milliseconds(p99),
        errors: percent(median(of, 'errorPercent')),
        rate: perSecond(median(of, 'ratePerSecond')),
        change: p95 === null || before === null || before === 0 ? nothing : change((100 * (p95 - before)) / before),
      };
    }),
    runs: runs.slice(0, runsAtMost).map(({ id, command, version, word, startedAt, p95Ms }) => ({
      ...{ id, command, version, ...stateOf(word), at: moment(startedAt), p95: milliseconds(p95Ms) },
    })),
    left: Math.max(0, runs.length - runsAtMost),
  };
}

function stateOf(word: string): { word: string; state: Verdict } {
  const isPass = word === 'PASSED' || word === 'READY';
  return { word, state: isPass ? 'pass' : word === 'FAILED' || word === 'NOT READY' ? 'fail' : 'inconclusive' };
}

function median(runs: readonly PastRun[], key: 'p95Ms' | 'p99Ms' | 'errorPercent' | 'ratePerSecond'): number | null {
  const values = runs.flatMap((run) => run[key] ?? []).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? null;
}
