import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ConditionVital,
  type UatAttempt,
  type UatCondition,
  type UatSkip,
  uatConditions,
} from '../../../model/uat.ts';
import type { UatRoundRun, UatUnderLoad } from '../../../model/uat-under-load.ts';
import { groupFindings } from '../findings.ts';
import { cellOf, emptyCell } from '../record.ts';
import { readUatEvents } from '../start.ts';
import { vitalResults } from '../vitals.ts';
import { waiversOfRun } from '../waivers.ts';
import type { ScenarioRun, UatFold } from './fold.ts';
import { conditionOf, meanwhileIn, rateIn } from './meanwhile.ts';
import { costOf, roundsOf, talliesOf } from './sums.ts';

const runsAtMost = 300;

/** One scenario in one round with its attempts. */
export interface RoundRun {
  run: UatRoundRun;
  attempts: UatAttempt[];
}

/** Scenarios beside the load, and what their pages felt like. */
export function underLoadOf(run: ScenarioRun): { underLoad: UatUnderLoad; vitals: ConditionVital[] } {
  const { started, facts } = run;
  const folder = join(facts.folder, 'uat');
  const events = readUatEvents(folder);
  const attempts = events.flatMap((event) => (event.type === 'attempt' ? [withPlaces(event.attempt)] : []));
  const { counted, cutShort } = heardOf(attempts, run.fold);
  const runs = runsOf(counted, run);
  const outside = runs.filter(({ run }) => run.condition !== 'fault');
  const under = runs.filter(({ run }) => run.condition === 'fault');
  const now = new Date(facts.started.time);
  const { groups, problems } = groupFindings(
    attemptsOf(outside),
    existsSync(join(folder, 'waivers.json')) ? waiversOfRun(folder) : [],
    now,
  );
  const shown = [...runs].sort((a, b) => standing(a.run) - standing(b.run)).slice(0, runsAtMost);
  const underLoad: UatUnderLoad = {
    browsers: started.browsers,
    sizes: started.sizes,
    chosen: started.chosen,
    scenarios: cellsOf(events, outside),
    tallies: talliesOf(runs.map(({ run }) => run)),
    rounds: roundsOf(
      run,
      runs.map((each) => each.run),
    ),
    runs: shown.map(({ run }) => run).sort((a, b) => a.round - b.round || (a.startMs ?? -1) - (b.startMs ?? -1)),
    runsLeftOut: runs.length - shown.length,
    cutShort,
    findings: groups,
    findingsUnderFault: groupFindings(attemptsOf(under), [], now).groups.length,
    waiverProblems: problems.filter(({ problem }) => !problem.startsWith('covers nothing')),
    troubles: [...new Set(events.flatMap((event) => (event.type === 'trouble' ? [event.message] : [])))].slice(0, 20),
    cost: costOf(run),
  };
  return { underLoad, vitals: vitalsByCondition(runs, run) };
}

const attemptsOf = (runs: readonly RoundRun[]) => runs.flatMap(({ attempts }) => attempts);
/** Failures first, and those outside of faults before the others. */
const standing = ({ outcome, condition }: UatRoundRun) => (outcome === 'passed' ? 2 : condition === 'fault' ? 1 : 0);

/** Evidence lies in `uat/` of the run's folder. */
function withPlaces(attempt: UatAttempt): UatAttempt {
  return { ...attempt, evidence: attempt.evidence.map((file) => ({ ...file, path: `uat/${file.path}` })) };
}

function runsOf(attempts: readonly UatAttempt[], run: ScenarioRun): RoundRun[] {
  const groups = new Map<string, UatAttempt[]>();
  for (const attempt of attempts) {
    const key = cellKey(attempt);
    groups.set(key, [...(groups.get(key) ?? []), attempt]);
  }
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : { run: runOf(first, own, run), attempts: own };
  });
}

/**
 * Attempts that count, and how many scenario runs were cut short: those under way when the load or the harness ended. What the harness did not
 * hear of ended after it did, when the target may have been gone already; a failure that was to be tried again is no last word.
 */
function heardOf(attempts: readonly UatAttempt[], fold: UatFold): { counted: UatAttempt[]; cutShort: number } {
  const ran = attempts.filter(({ status }) => status !== 'skipped');
  const cut = new Set<string>();
  const awaited = new Set<string>();
  for (const attempt of ran.toSorted((a, b) => a.retry - b.retry)) {
    const mark = fold.markOf(attempt);
    if (attempt.status === 'interrupted' || mark === null) cut.add(cellKey(attempt));
    if (mark?.again === true) awaited.add(cellKey(attempt));
    else awaited.delete(cellKey(attempt));
  }
  for (const key of awaited) cut.add(key);
  const counted = ran.filter((attempt) => !cut.has(cellKey(attempt)));
  return { counted, cutShort: cut.size };
}

const placeKey = (id: string, browser: string, size: string) => [id, browser, size].join('\u0000');
const cellKey = ({ round, scenario, browser, size }: UatAttempt) => [round, scenario.id, browser, size].join('\u0000');

function runOf(first: UatAttempt, own: readonly UatAttempt[], { fold, facts }: ScenarioRun): UatRoundRun {
  const { scenario, browser, size, round = 0 } = first;
  const { outcome, attempts, durationMs, error, evidence } = cellOf(own);
  const about = { round, scenario: scenario.id, title: scenario.title, browser, size };
  const came = { outcome, attempts, durationMs, error, evidence };
  if (fold.rounds.get(round)?.kind === 'quiet') {
    return { ...about, ...came, condition: 'quiet', startMs: null, ratePerSecond: null, happening: [] };
  }
  const intervals = own.map((attempt) => intervalOf(attempt, fold));
  const fromMs = Math.min(...intervals.map((each) => each.fromMs));
  const toMs = Math.max(...intervals.map((each) => each.toMs));
  // A failure that was tried again under a fault, or failed under one, is the fault's.
  const isFault = intervals.some((each) => conditionOf(facts, each.fromMs, each.toMs) === 'fault');
  const condition: UatCondition = isFault ? 'fault' : 'load';
  const meanwhile = { ratePerSecond: rateIn(facts, fromMs, toMs), happening: meanwhileIn(facts, fromMs, toMs) };
  return { ...about, ...came, condition, startMs: Math.round(fromMs), ...meanwhile };
}

/** On the run's clock, as the journal has it. */
function intervalOf(attempt: UatAttempt, fold: UatFold): { fromMs: number; toMs: number } {
  const mark = fold.markOf(attempt);
  const fromMs = mark?.startMs ?? 0;
  return { fromMs, toMs: mark?.endMs ?? fromMs + attempt.durationMs };
}

/** All rounds of a cell together: one that failed in any of them failed. */
function cellsOf(events: ReturnType<typeof readUatEvents>, runs: readonly RoundRun[]): UatUnderLoad['scenarios'] {
  const scenarios = new Map<string, UatUnderLoad['scenarios'][number]>();
  const skips = new Map<string, UatSkip>();
  for (const event of events) {
    if (event.type === 'attempt' && event.attempt.skip !== undefined) {
      const { scenario, browser, size, skip } = event.attempt;
      skips.set(placeKey(scenario.id, browser, size), skip);
    }
    if (event.type !== 'begin') continue;
    for (const { scenario, browser, size } of event.planned) {
      const known = scenarios.get(scenario.id) ?? { info: scenario, cells: [] };
      scenarios.set(scenario.id, known);
      if (!known.cells.some((cell) => cell.browser === browser && cell.size === size))
        known.cells.push(emptyCell(browser, size));
    }
  }
  for (const { info, cells } of scenarios.values()) {
    for (const cell of cells) {
      const own = runs.filter(
        ({ run }) => run.scenario === info.id && run.browser === cell.browser && run.size === cell.size,
      );
      const of = (outcome: string) => own.filter(({ run }) => run.outcome === outcome);
      const deciding = of('failed')[0] ?? of('flaky')[0] ?? of('passed')[0];
      if (deciding === undefined) {
        const skip = skips.get(placeKey(info.id, cell.browser, cell.size));
        if (skip !== undefined) cell.notRun = skip.reason;
        continue;
      }
      const all = attemptsOf(own);
      Object.assign(cell, cellOf(deciding.attempts), {
        attempts: all.length,
        durationMs: Math.round(all.reduce((sum, each) => sum + each.durationMs, 0) / all.length),
      });
    }
  }
  for (const one of scenarios.values()) {
    // Not meant for this browser or size: no cell.
    one.cells = one.cells.filter(
      ({ outcome, browser, size }) =>
        outcome !== 'not run' || skips.get(placeKey(one.info.id, browser, size))?.isChoice !== true,
    );
  }
  return [...scenarios.values()].sort((a, b) => a.info.id.localeCompare(b.info.id));
}

function vitalsByCondition(
  runs: readonly RoundRun[],
  { started, facts }: Pick<ScenarioRun, 'started' | 'facts'>,
): ConditionVital[] {
  return uatConditions.flatMap((condition) => {
    const own = attemptsOf(runs.filter(({ run }) => run.condition === condition));
    if (own.length === 0 && (condition !== 'fault' || !facts.spans.some(({ kind }) => kind === 'fault'))) return [];
    const vitals = vitalResults(own, started.browsers, started.budgets);
    return vitals.map((each) => ({ ...each, condition, source: 'scenarios' as const }));
  });
}
