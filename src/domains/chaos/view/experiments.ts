import type {
  ChaosResult,
  ExperimentResult,
  FaultRecord,
  HypothesisCheck,
  LedgerResult,
} from '../../../model/chaos.ts';
import type { Results } from '../../../model/results.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { count, duration, more, nothing, plural } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import { clock, relative } from '../../../report-kit/time.ts';
import type { Fact } from '../../../report-kit/verdict.ts';
import { wordOf } from '../../../report-kit/verdict.ts';
import { goneEarly } from '../felt.ts';
import { skippedWords } from '../metrics.ts';
import { proofWords, shareFailed, timed, touchedWords } from './faults.ts';

export interface ExperimentView {
  verdict: Verdict;
  word: string;
  title: string;
  description: string;
  reason: string;
  /** Why the hypothesis shows little. */
  cautions: string[];
  facts: Fact[];
  done: { at: string; fault: string; touches: string; proof: string; ended: string }[];
  checks: { at: string; phase: string; verdict: Verdict; said: string }[];
  checksLeftOut: string;
  /** Relative, and within the run's folder; empty where there is none. */
  journal: string;
}

export interface MatrixView {
  objectives: string[];
  rows: {
    fault: string;
    component: string;
    cells: { verdict: Verdict; word: string }[];
    score: string;
    parts: string;
  }[];
  leftOut: string;
}

export interface LedgerView {
  verdict: Verdict;
  word: string;
  subject: string;
  reason: string;
  facts: Fact[];
  findings: { kind: string; token: string; at: string; detail: string }[];
  findingsLeftOut: string;
}

export interface ChaosView {
  experiments: ExperimentView[];
  experimentsLeftOut: string;
  matrix: MatrixView | null;
  ledgers: LedgerView[];
}

const mostExperiments = 20;
const mostFaults = 12;
const mostChecks = 8;
const mostFindings = 10;
const mostTouched = 4;
const mostCautions = 5;

const endedBy: ReadonlyMap<string, string> = new Map(
  Object.entries({
    rollback: 'by rollback',
    action: 'by the experiment',
    harness: 'by the harness',
    guard: 'by the guard, as the harness was gone',
    itself: 'by itself',
  }),
);

function endOf(fault: FaultRecord): string {
  const { injectedMs, revertedMs, revertedBy, error } = fault;
  if (error !== null || injectedMs === null) return nothing;
  const early = goneEarly(fault);
  if (early !== null) return shortened(early, 240);
  if (revertedMs === null) return 'not known to be gone';
  const lastedMs = revertedMs - injectedMs;
  return `${lastedMs < 50 ? 'at once' : `after ${duration(lastedMs)}`}${revertedBy === null ? '' : `, ${endedBy.get(revertedBy) ?? 'otherwise'}`}`;
}

/** In order of time; those next to one another that say the same are one row. Failing ones first to be kept. */
function checksOf(checks: readonly HypothesisCheck[]): { rows: ExperimentView['checks']; leftOut: string } {
  const groups: HypothesisCheck[][] = [];
  for (const check of checks.toSorted((a, b) => a.atMs - b.atMs)) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    const isSame = first?.phase === check.phase && first.met === check.met && first.deviating === check.deviating;
    if (last !== undefined && isSame) last.push(check);
    else groups.push([check]);
  }
  const rows = groups
    .toSorted((a, b) => Number(a[0]?.met) - Number(b[0]?.met))
    .slice(0, mostChecks)
    .sort((a, b) => (a[0]?.atMs ?? 0) - (b[0]?.atMs ?? 0))
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { phase, atMs, met, deviating } = first;
      const times = group.length === 1 ? '' : ` ${count(group.length)} times`;
      const said = met
        ? `held${times}`
        : `did not hold${times}: ${shortened(deviating ?? 'a probe was out of tolerance', 160)}`;
      const verdict: Verdict = met ? 'pass' : 'fail';
      return [{ at: relative(atMs), phase: shortened(phase, 30), verdict, said }];
    });
  return { rows, leftOut: more(groups.length, mostChecks) };
}

function experimentView(experiment: ExperimentResult, start: string): ExperimentView {
  const { hypothesis, faults, period, status, stopped, tags } = experiment;
  const checks = checksOf(hypothesis?.checks ?? []);
  return {
    verdict: experiment.verdict,
    word: wordOf(experiment.verdict),
    title: shortened(experiment.title, 120),
    description: shortened(experiment.description, 300),
    reason: shortened(experiment.reason, 300),
    cautions: (experiment.cautions ?? []).slice(0, mostCautions).map((one) => shortened(one, 300)),
    facts: [
      {
        name: 'Steady state',
        value: steadyState(experiment),
      },
      { name: 'Status', value: stopped === null ? status : `${status}: ${shortened(stopped, 120)}` },
      { name: 'From', value: `${relative(period.fromMs)}, ${clock(start, period.fromMs, true)} UTC` },
      { name: 'Lasted', value: duration(period.toMs - period.fromMs) },
      { name: 'File', value: shortened(experiment.file, 100) || nothing },
      { name: 'Tags', value: tags.length === 0 ? nothing : shortened(tags.join(', '), 100) },
    ],
    done: faults.slice(0, mostFaults).map((fault) => ({
      at: relative(fault.injectedMs ?? fault.announcedMs),
      fault: shortened(`${fault.title}, ${fault.component}`, 100),
      touches: shortened(
        [...fault.touches.slice(0, mostTouched), touchedWords(fault)].filter((words) => words !== '').join('; '),
        300,
      ),
      proof: proofWords(fault),
      ended: endOf(fault),
    })),
    checks: checks.rows,
    checksLeftOut: checks.leftOut,
    journal: /^evidence\/chaos\/[\w-]+\.json$/.test(experiment.journal) ? experiment.journal : '',
  };
}

/** What was not begun, or not ended, may have a hypothesis that is not known here. */
function steadyState({ hypothesis, stopped }: ExperimentResult): string {
  if (hypothesis !== null) return shortened(hypothesis.title, 120) || nothing;
  return stopped === null ? 'no hypothesis' : 'not known';
}

function matrixOf({ experiments, resilience }: ChaosResult, results: Results): MatrixView | null {
  const known = results.objectives.filter(({ objective: { id } }) =>
    resilience.some(({ objectives }) => Object.hasOwn(objectives, id)),
  );
  const columns = known.slice(0, 6).map(({ objective }) => objective);
  if (columns.length === 0) return null;
  const faults = new Map(experiments.flatMap((one) => one.faults).map((fault) => [fault.id, fault]));
  return {
    objectives: columns.map(({ title }) => shortened(title, 40)),
    rows: resilience.slice(0, mostFaults).map((measured) => {
      const fault = faults.get(measured.faultId);
      return {
        fault: shortened(fault?.title ?? measured.faultId, 60),
        component: shortened(fault?.component ?? '', 60),
        cells: columns.map(({ id }) => {
          const verdict = measured.objectives[id] ?? 'inconclusive';
          return { verdict, word: wordOf(verdict) };
        }),
        score: measured.score === null ? nothing : count(measured.score),
        parts: shortened(
          measured.scoreParts.map(({ name, score, detail }) => `${name} ${Math.round(score)} (${detail})`).join('; '),
          400,
        ),
      };
    }),
    leftOut: more(resilience.length, mostFaults),
  };
}

function ledgerView(ledger: LedgerResult): LedgerView {
  const { readBack, linearizable, findings } = ledger;
  const when = [readBack.afterRecovery ? 'after recovery' : '', readBack.afterRestart ? 'after a restart' : ''];
  return {
    verdict: ledger.verdict,
    word: wordOf(ledger.verdict),
    subject: shortened(ledger.subject, 100),
    reason: shortened(ledger.reason, 300),
    facts: [
      { name: 'Acknowledged', value: `${count(ledger.acknowledged)} of ${plural(ledger.writes, 'write')}` },
      { name: 'Refused', value: count(ledger.refused) },
      { name: 'Unknown: timed out or cut off', value: count(ledger.unknown) },
      { name: 'Lost', value: count(ledger.lost) },
      { name: 'Duplicated', value: count(ledger.duplicated) },
      { name: 'Corrupted', value: count(ledger.corrupted) },
      { name: 'Stale reads', value: count(ledger.stale) },
      { name: 'Refused, yet stored', value: count(ledger.unexpected) },
      { name: 'Read back', value: when.filter((word) => word !== '').join(' and ') || 'not' },
      { name: 'Linearizable', value: linearizable === null ? 'not shown' : linearizable ? 'yes' : 'no' },
    ],
    findings: findings.slice(0, mostFindings).map(({ kind, token, atMs, detail }) => ({
      kind: shortened(kind, 20),
      token: shortened(token, 60),
      at: relative(atMs),
      detail: shortened(detail, 200),
    })),
    findingsLeftOut: more(findings.length, mostFindings),
  };
}

const order: Record<Verdict, number> = { fail: 0, inconclusive: 1, pass: 2 };

/** Experiments, what was done and seen in each, and the ledgers; null for a run without any. */
export function chaosView(results: Results): ChaosView | null {
  const { run } = results;
  const { chaos } = results.sections;
  if (chaos === undefined) return null;
  const start = run.loadStartedAt ?? run.startedAt;
  const sorted = chaos.experiments.toSorted((a, b) => order[a.verdict] - order[b.verdict]);
  return {
    experiments: sorted.slice(0, mostExperiments).map((experiment) => experimentView(experiment, start)),
    experimentsLeftOut: more(sorted.length, mostExperiments),
    matrix: matrixOf(chaos, results),
    ledgers: chaos.ledgers.slice(0, 3).map(ledgerView),
  };
}

/** For the index: the result of experiments and ledgers. */
export function chaosLines({ sections: { chaos } }: Results): { verdict: Verdict; lines: string[] } | null {
  if (chaos === undefined) return null;
  const { experiments, ledgers, resilience } = chaos;
  const of = (verdict: Verdict) => experiments.filter((one) => one.verdict === verdict);
  const skipped = experiments.filter((one) => one.skipped === 'optional');
  const asked = experiments.length - skipped.length;
  const open = [...of('fail'), ...of('inconclusive')].filter((one) => one.skipped !== 'optional');
  const verdict = of('fail').length > 0 ? 'fail' : open.length > 0 || asked === 0 ? 'inconclusive' : 'pass';
  const worst = resilience.reduce<(typeof resilience)[number] | null>(
    (most, one) => (most === null || (one.recover?.ms ?? 0) > (most.recover?.ms ?? 0) ? one : most),
    null,
  );
  const held = `${count(of('pass').length)} of ${plural(asked, 'experiment')} held`;
  const recovered =
    worst === null
      ? ''
      : `; slowest recovery ${timed(worst.recover)}, ${shareFailed(worst.during)} of all requests failed under it`;
  return {
    verdict,
    lines: [
      `${held}${recovered}`,
      ...(skipped.length === 0 ? [] : [skippedWords(experiments) ?? '']),
      ...open.map(({ title, reason }) => `${title}: ${reason}`),
      ...of('pass').flatMap(({ title, cautions = [] }) => cautions.slice(0, 1).map((one) => `${title}: ${one}`)),
      ...ledgers.map(({ reason }) => reason),
    ],
  };
}
