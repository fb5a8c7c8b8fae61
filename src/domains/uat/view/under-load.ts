import { sentence } from '../../../gate/words.ts';
import type { Results } from '../../../model/results.ts';
import type { CellOutcome, UatCondition } from '../../../model/uat.ts';
import type { RunAcceptance, UatRoundRun, UatUnderLoad } from '../../../model/uat-under-load.ts';
import type { GateResult, ObjectiveResult, Verdict } from '../../../model/verdict.ts';
import { byteSize, duration, percent, perSecond, plainNumber, plural } from '../../../report-kit/format.ts';
import { isOwnFile } from '../../../report-kit/own-file.ts';
import { signedLine } from '../../../report-kit/signed.ts';
import { shortened } from '../../../report-kit/text.ts';
import { relative } from '../../../report-kit/time.ts';
import type { Fact } from '../../../report-kit/verdict.ts';
import { conditionWords, type VitalsBesideView, vitalsBesideView } from '../../../report-kit/vitals-table.ts';
import { vitalsOf } from '../../browsers/public.ts';
import type { Highlight, PageVerdict } from '../../domain.ts';
import { faultNames, type RoundRow, roundRows } from './rounds.ts';

const mostFailures = 12;
const mostRuns = 80;

const states: Record<CellOutcome, GateResult['verdict']> = {
  passed: 'pass',
  failed: 'fail',
  flaky: 'inconclusive',
  'not run': 'not run',
};

interface RunRow {
  state: GateResult['verdict'];
  word: string;
  scenario: string;
  title: string;
  where: string;
  when: string;
  round: string;
  rate: string;
  meanwhile: string;
  took: string;
}

export interface UnderLoadView {
  conditions: string[];
  tallies: { id: string; title: string; cells: { state: GateResult['verdict'] | ''; text: string }[] }[];
  failures: (RunRow & { message: string; step: string; files: { href: string; text: string }[] })[];
  failuresLeftOut: number;
  rounds: RoundRow[];
  roundsLeftOut: number;
  runs: RunRow[];
  runsLeftOut: number;
  browsers: { state: GateResult['verdict']; label: string; text: string }[];
  cost: Fact[];
  troubles: string[];
  findingsUnderFault: string;
}

/** What the scenarios' own gate is judged by, and what faults did to them. */
export function scenarioResults({ objectives }: Results): ObjectiveResult[] {
  return objectives.filter(({ objective: { gate, metric } }) => gate === 'uat' || metric === 'fault_scenarios');
}

function gateVerdict({ gates }: Results): Verdict {
  const verdict = gates.find(({ id }) => id === 'uat')?.verdict ?? 'not run';
  return verdict === 'not run' ? 'inconclusive' : verdict;
}

/** A line or two for the first page; none for a run without scenarios. */
export function scenarioHighlights(results: Results, acceptance: RunAcceptance | null): Highlight[] {
  const uat = results.sections.uat?.underLoad;
  if (uat === undefined) return [];
  const of = (condition: UatCondition) => {
    const own = uat.tallies.filter((tally) => tally.condition === condition);
    const runs = own.reduce((sum, tally) => sum + tally.runs, 0);
    const passed = own.reduce((sum, tally) => sum + tally.passed, 0);
    return runs === 0 ? [] : [`${passed} of ${runs} ${conditionWords[condition]}`];
  };
  const counts = [...of('quiet'), ...of('load'), ...of('fault')];
  const cut =
    results.run.interrupted === null || uat.cutShort === 0 ? '' : `; ${plural(uat.cutShort, 'run')} cut short`;
  const lines = [
    counts.length === 0
      ? `No scenario finished${cut}`
      : `Scenario runs that passed: ${counts.join(', ')}${faultNames(uat)}${cut}`,
  ];
  const failed = uat.runs.find(({ outcome, condition }) => outcome === 'failed' && condition !== 'fault');
  if (failed !== undefined) lines.unshift(`${failed.scenario} ${failed.title} failed ${whenOf(failed)}`);
  if (acceptance !== null) lines.push(signedLine(acceptance));
  return [{ verdict: gateVerdict(results), title: 'Scenarios', lines }];
}

/** The verdict of the scenarios' own gate. */
export function underLoadVerdict(results: Results): PageVerdict {
  const verdict = gateVerdict(results);
  const deciding = scenarioResults(results).find((each) => each.objective.gate === 'uat' && each.verdict === verdict);
  return {
    verdict,
    word: verdict.toUpperCase(),
    of: 'User acceptance under load',
    sentence: deciding === undefined ? 'No scenario was run.' : shortened(deciding.reason, 420),
  };
}

const whenOf = ({ startMs, ratePerSecond }: UatRoundRun) =>
  startMs === null
    ? 'before the load'
    : `${relative(Math.max(0, startMs))}${ratePerSecond === null ? '' : `, at ${perSecond(ratePerSecond)}`}`;

function rowOf(run: UatRoundRun): RunRow {
  const { outcome, scenario, title, browser, size, startMs, ratePerSecond, happening, condition, durationMs } = run;
  return {
    state: states[outcome],
    word: outcome.charAt(0).toUpperCase() + outcome.slice(1),
    scenario,
    title: shortened(title, 100),
    where: `${browser}, ${size}`,
    when: startMs === null ? 'before the load' : relative(Math.max(0, startMs)),
    round: plainNumber(run.round, 0),
    rate: startMs === null ? '' : perSecond(ratePerSecond),
    meanwhile: happening.length > 0 ? shortened(happening.join('; '), 160) : conditionWords[condition],
    took: duration(durationMs),
  };
}

/** Scenarios by what was going on; null for a run without any. @param results already readable */
export function underLoadView({ host, sections }: Results): UnderLoadView | null {
  const uat = sections.uat?.underLoad;
  if (uat === undefined) return null;
  const conditions = (['quiet', 'load', 'fault'] as const).filter((condition) =>
    uat.tallies.some((tally) => tally.condition === condition),
  );
  const failures = uat.runs
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'flaky')
    .sort((a, b) => Number(a.condition === 'fault') - Number(b.condition === 'fault') || a.round - b.round);
  const ids = [...new Set(uat.tallies.map(({ scenario }) => scenario))];
  return {
    conditions: conditions.map((condition) => sentence(conditionWords[condition])),
    tallies: ids.map((id) => ({
      id,
      title: shortened(uat.tallies.find(({ scenario }) => scenario === id)?.title ?? '', 120),
      cells: conditions.map((condition) => tallyCell(uat, id, condition)),
    })),
    failures: failures.slice(0, mostFailures).map((run) => ({
      ...rowOf(run),
      step: shortened(run.error?.step ?? '', 140),
      message: shortened(run.error?.message ?? '', 500),
      files: run.evidence
        .filter(({ kind, path }) => (kind === 'screenshot' || kind === 'trace') && isOwnFile(path))
        .slice(0, 4)
        .map(({ kind, path }) => ({ href: path, text: kind === 'screenshot' ? 'last step' : 'trace' })),
    })),
    failuresLeftOut: Math.max(0, failures.length - mostFailures),
    ...roundRows(uat),
    runs: uat.runs.slice(0, mostRuns).map(rowOf),
    runsLeftOut: Math.max(0, uat.runs.length - mostRuns) + uat.runsLeftOut,
    browsers: uat.browsers.map(({ label, notRun, waived, origin }) => ({
      state: notRun === null ? 'pass' : 'not run',
      label,
      text: notRun === null ? (origin ?? '') : `Not run: ${notRun}${waived === null ? '' : `. Waived: ${waived}`}`,
    })),
    cost: costFacts(uat, host.cpus),
    troubles: uat.troubles.map((line) => shortened(line, 400)),
    findingsUnderFault:
      uat.findingsUnderFault === 0
        ? ''
        : `${plural(uat.findingsUnderFault, 'more was', 'more were')} seen under a fault, and not counted against the pages.`,
  };
}

/** Web vitals by what was going on, of browser users too; null for a run without scenarios. */
export function vitalsUnderLoad(results: Results): VitalsBesideView | null {
  return results.sections.uat?.underLoad === undefined ? null : vitalsBesideView(vitalsOf(results));
}

function tallyCell({ tallies }: UatUnderLoad, id: string, condition: UatCondition) {
  const tally = tallies.find((each) => each.scenario === id && each.condition === condition);
  if (tally === undefined) return { state: '' as const, text: 'not run' };
  const { runs, passed, failed, flaky } = tally;
  const state = failed > 0 ? 'fail' : flaky > 0 ? 'inconclusive' : 'pass';
  return { state: state as Verdict, text: `${passed} of ${runs}${flaky > 0 ? `, ${flaky} flaky` : ''}` };
}

function costFacts({ cost, cutShort, rounds }: UatUnderLoad, cpus: number): Fact[] {
  const { wallMs, cpuSeconds, memoryBytes = null, during, between } = cost;
  const share = ({ windows, invalid }: { windows: number; invalid: number }) =>
    windows === 0 ? 'no window' : `${percent((100 * invalid) / windows)} of ${plural(windows, 'window')}`;
  const cores = cpuSeconds === null || wallMs === 0 ? null : (1000 * cpuSeconds) / wallMs;
  return [
    { name: 'Rounds under load', value: plainNumber(rounds.filter(({ kind }) => kind === 'load').length, 0) },
    { name: 'Cut short', value: cutShort === 0 ? 'none' : `${plural(cutShort, 'scenario run')}, not counted` },
    {
      name: 'CPU of the browsers',
      value: cores === null ? 'not read' : `${plainNumber(cores, 2)} of ${cpus} cores over ${duration(wallMs)}`,
    },
    {
      name: 'Memory of the browsers',
      value: memoryBytes === null ? 'not read' : `at most ${byteSize(memoryBytes)}`,
    },
    { name: 'Invalid windows during rounds', value: share(during) },
    { name: 'Invalid windows between rounds', value: share(between) },
  ];
}
