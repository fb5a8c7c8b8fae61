import type { TimelineBand } from '../../../model/results.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { UatRoundRun, UatUnderLoad } from '../../../model/uat-under-load.ts';
import type { FoldedRound, ScenarioRun } from './fold.ts';
import { faultsIn } from './meanwhile.ts';

const bandsAtMost = 60;
const faultsAtMost = 5;

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

export function roundsOf({ fold, facts }: ScenarioRun, runs: readonly UatRoundRun[]): UatUnderLoad['rounds'] {
  return [...fold.rounds.values()].map(({ round, kind, startMs, ended }) => {
    const own = runs.filter((run) => run.round === round);
    const of = (outcome: string) => own.filter((run) => run.outcome === outcome).length;
    const endMs = startMs === null ? null : endOf(startMs, ended, facts);
    const faults = startMs === null || endMs === null ? [] : faultsIn(facts, startMs, Math.max(endMs, startMs + 1));
    return {
      round,
      kind,
      startMs: startMs === null ? null : Math.round(startMs),
      endMs: endMs === null ? null : Math.round(endMs),
      passed: of('passed'),
      failed: of('failed'),
      flaky: of('flaky'),
      underFault: own.filter(({ condition, outcome }) => condition === 'fault' && outcome !== 'passed').length,
      ...(faults.length === 0 ? {} : { faults: faults.slice(0, faultsAtMost) }),
      ...(ended === null || ended.cutShort === true ? { cutShort: true as const } : {}),
    };
  });
}

/** A round whose harness was killed ends with what was measured of that part of the run. */
function endOf(startMs: number, ended: FoldedRound['ended'], { parts }: RunFacts): number {
  if (ended?.endMs != null) return ended.endMs;
  const part = parts.findLast(({ fromMs }) => fromMs <= startMs);
  return Math.max(startMs, part?.toMs ?? startMs);
}

/** What the browsers took, and whether the generator fared worse while they ran. */
export function costOf({ fold, facts }: ScenarioRun): UatUnderLoad['cost'] {
  const rounds = [...fold.rounds.values()].filter(({ kind }) => kind === 'load');
  const ended = rounds.flatMap((round) => (round.ended === null ? [] : [round.ended]));
  const known = ended.flatMap(({ cpuSeconds }) => (cpuSeconds === null ? [] : [cpuSeconds]));
  const memory = ended.flatMap(({ memoryBytes }) => (memoryBytes == null ? [] : [memoryBytes]));
  const periods = rounds.flatMap(({ startMs, ended: end }) =>
    startMs === null ? [] : [{ fromMs: startMs, toMs: endOf(startMs, end, facts) }],
  );
  const during = { windows: 0, invalid: 0 };
  const between = { windows: 0, invalid: 0 };
  for (const window of facts.windows) {
    const isDuring = periods.some(
      ({ fromMs, toMs }) => window.startMs + window.durationMs > fromMs && window.startMs < toMs,
    );
    const into = isDuring ? during : between;
    into.windows++;
    if (window.invalid !== null) into.invalid++;
  }
  return {
    wallMs: ended.reduce((sum, { wallMs }) => sum + wallMs, 0),
    cpuSeconds: known.length === 0 ? null : Math.round(10 * known.reduce((sum, one) => sum + one, 0)) / 10,
    memoryBytes: memory.length === 0 ? null : memory.reduce((most, one) => Math.max(most, one), 0),
    during,
    between,
  };
}

/** Rounds on the timeline; where there are too many, those that did not pass first. */
export function roundBands({ rounds, runs }: UatUnderLoad, endMs: number): TimelineBand[] {
  const bands = rounds.flatMap(
    ({ round, startMs, endMs: until, passed, failed, flaky, underFault, faults = [], cutShort }) => {
      if (startMs === null || until === null) return [];
      const missed = failed + flaky;
      const first = runs.find((run) => run.round === round && run.outcome !== 'passed');
      const names = first === undefined ? '' : `: ${first.scenario} ${first.outcome}${missed > 1 ? ' and others' : ''}`;
      const ofFault = underFault === missed ? ' under a fault' : '';
      const all = passed + missed;
      const meanwhile = faults.length === 0 ? '' : ` (${faults.join('; ')})`;
      const cut = cutShort === true ? ', then cut short' : '';
      const band: TimelineBand = {
        lane: 'uat',
        startMs,
        endMs: Math.min(until, Math.max(endMs, startMs)),
        label:
          all === 0
            ? `scenarios cut short${meanwhile}`
            : missed === 0
              ? `${passed} of ${all} passed${cut}${meanwhile}`
              : `${missed} of ${all} not passed${ofFault}${names}${cut}${meanwhile}`,
        // What a fault brought about is not held against the scenario.
        state:
          missed === 0 ? (all === 0 ? 'info' : 'pass') : failed > 0 && underFault < missed ? 'fail' : 'inconclusive',
      };
      return [band];
    },
  );
  const rank = { fail: 0, inconclusive: 1, info: 2, pass: 2 };
  return bands
    .toSorted((a, b) => rank[a.state] - rank[b.state])
    .slice(0, bandsAtMost)
    .sort((a, b) => a.startMs - b.startMs);
}
