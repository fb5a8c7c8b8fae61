import type { TimelineBand } from '../../../model/results.ts';
import type { UatRoundRun, UatUnderLoad } from '../../../model/uatUnderLoad.ts';
import type { RunRecord } from '../fold.ts';

const bandsAtMost = 60;

export function talliesOf(runs: readonly UatRoundRun[]): UatUnderLoad['tallies'] {
  const tallies = new Map<string, UatUnderLoad['tallies'][number]>();
  for (const { scenario, title, condition, outcome } of runs) {
    const key = `${scenario} ${condition}`;
    const tally = tallies.get(key) ?? { scenario, title, condition, runs: 0, passed: 0, failed: 0, flaky: 0 };
    tallies.set(key, tally);
    tally.runs++;
    if (outcome !== 'not run') tally[outcome]++;
  }
  return [...tallies.values()].sort((a, b) => a.scenario.localeCompare(b.scenario));
}

export function roundsOf(record: RunRecord, runs: readonly UatRoundRun[]): UatUnderLoad['rounds'] {
  return [...record.uat.rounds.values()].map(({ round, kind, startMs, ended }) => {
    const own = runs.filter((run) => run.round === round);
    const of = (outcome: string) => own.filter((run) => run.outcome === outcome).length;
    const lastMs = Math.max(...own.map((run) => (run.startMs ?? 0) + run.durationMs));
    return {
      round,
      kind,
      startMs: startMs === null ? null : Math.round(startMs),
      // A round that was cut off lasted as long as what it ran.
      endMs: startMs === null ? null : Math.round(ended?.endMs ?? (own.length === 0 ? startMs : lastMs)),
      passed: of('passed'),
      failed: of('failed'),
      flaky: of('flaky'),
      underFault: own.filter(({ condition, outcome }) => condition === 'fault' && outcome !== 'passed').length,
    };
  });
}

/** What the browsers took, and whether the generator fared worse while they ran. */
export function costOf(record: RunRecord): UatUnderLoad['cost'] {
  const rounds = [...record.uat.rounds.values()].filter(({ kind }) => kind === 'load');
  const ended = rounds.flatMap((round) => (round.ended === null ? [] : [round.ended]));
  const told = ended.flatMap(({ cpuSeconds }) => (cpuSeconds === null ? [] : [cpuSeconds]));
  const during = { windows: 0, void: 0 };
  const between = { windows: 0, void: 0 };
  for (const window of record.windows) {
    const isDuring = rounds.some(
      ({ startMs, ended: end }) =>
        startMs !== null &&
        window.startMs + window.durationMs > startMs &&
        window.startMs < (end?.endMs ?? Number.POSITIVE_INFINITY),
    );
    const into = isDuring ? during : between;
    into.windows++;
    if (window.void !== null) into.void++;
  }
  return {
    wallMs: ended.reduce((sum, { wallMs }) => sum + wallMs, 0),
    cpuSeconds: told.length === 0 ? null : Math.round(10 * told.reduce((sum, one) => sum + one, 0)) / 10,
    during,
    between,
  };
}

/** Rounds on the timeline; where there are too many, those that did not pass first. */
export function roundBands({ rounds, runs }: UatUnderLoad, endMs: number): TimelineBand[] {
  const bands = rounds.flatMap(({ round, startMs, endMs: until, passed, failed, flaky, underFault }) => {
    if (startMs === null || until === null) return [];
    const missed = failed + flaky;
    const first = runs.find((run) => run.round === round && run.outcome !== 'passed');
    const names = first === undefined ? '' : `: ${first.scenario} ${first.outcome}${missed > 1 ? ' and others' : ''}`;
    const ofFault = underFault === missed ? ' under a fault' : '';
    const all = passed + missed;
    const band: TimelineBand = {
      lane: 'uat',
      startMs,
      endMs: Math.min(until, Math.max(endMs, startMs)),
      label:
        all === 0
          ? 'scenarios cut short'
          : missed === 0
            ? `${passed} of ${all} passed`
            : `${missed} of ${all} not passed${ofFault}${names}`,
      // What a fault brought about is not held against the scenario.
      state: missed === 0 ? (all === 0 ? 'info' : 'pass') : failed > 0 && underFault < missed ? 'fail' : 'inconclusive',
    };
    return [band];
  });
  const rank = { fail: 0, inconclusive: 1, info: 2, pass: 2 };
  return bands
    .toSorted((a, b) => rank[a.state] - rank[b.state])
    .slice(0, bandsAtMost)
    .sort((a, b) => a.startMs - b.startMs);
}
