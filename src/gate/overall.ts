import type { EngineInfo } from '../model/results.ts';
import type { GateResult, Metric, ObjectiveResult, Verdict } from '../model/verdict.ts';
import { metricRules } from './rules.ts';
import { amount, duration, grouped, list, requirement, sentence, subject, targetAmount } from './words.ts';

/** What the verdict and its words are made from. */
export interface RunOutcome {
  gates: readonly GateResult[];
  /** Worst first. */
  objectives: readonly ObjectiveResult[];
  engine: Pick<EngineInfo, 'name' | 'certifiable'>;
  /** Why the run ended before its time; null: it did not. */
  interrupted: string | null;
  coveredMs: number;
  plannedMs: number;
  requests: { completed: number; failed: number };
  /** The most frequent error in plain words; null: none. */
  mainError: string | null;
}

/** Fails where any judged gate does; passes only where all do, to the end and on an engine that can certify. */
export function overallVerdict(run: Pick<RunOutcome, 'gates' | 'engine' | 'interrupted'>): Verdict {
  const judged = run.gates.filter((gate) => gate.verdict !== 'not run');
  if (judged.some((gate) => gate.verdict === 'fail')) return 'fail';
  const open = judged.length === 0 || judged.some((gate) => gate.verdict === 'inconclusive');
  return open || run.interrupted !== null || !run.engine.certifiable ? 'inconclusive' : 'pass';
}

/** One or two sentences that name the main cause with its figures. */
export function headline(verdict: Verdict, run: RunOutcome): string {
  if (verdict === 'fail') return failure(run);
  if (verdict === 'inconclusive') return doubt(run);
  const judged = run.gates.filter((gate) => gate.verdict !== 'not run').map((gate) => gate.title.toLowerCase());
  const told: Metric[] = ['response_time', 'throughput', 'availability'];
  const figures = run.objectives
    .filter(({ objective, value }) => objective.key && value !== null && told.includes(objective.metric))
    .sort((a, b) => told.indexOf(a.objective.metric) - told.indexOf(b.objective.metric))
    .map(briefly);
  const held = figures.length === 0 ? '' : `: ${list(figures)}`;
  const others = run.gates.some((gate) => gate.verdict === 'not run')
    ? ` This speaks for the ${list(judged)} gates only.`
    : '';
  return `Every key objective held for ${duration(run.coveredMs)}${held}.${others}`;
}

function briefly({ objective, value }: ObjectiveResult): string {
  const { unit, target } = objective;
  return `${subject(objective)} is ${amount(value ?? 0, unit, target)} against ${targetAmount(objective)}`;
}

function failure(run: RunOutcome): string {
  const { completed, failed } = run.requests;
  const error = run.mainError === null ? '' : `: ${run.mainError}`;
  if (completed === 0 && failed > 0)
    return `The target answered none of ${grouped(failed)} requests as it should${error}.`;
  const failing = run.objectives
    .filter((result) => result.verdict === 'fail')
    .sort((a, b) => metricRules[a.objective.metric].cause - metricRules[b.objective.metric].cause);
  const [main, ...others] = failing;
  if (main === undefined) return 'A gate failed.';
  const ofErrors = ['error_rate', 'availability'].includes(main.objective.metric);
  const first = ofErrors ? `${sentence(briefly(main))}${error}.` : main.reason;
  const names = [...new Set(others.map((result) => subject(result.objective)))];
  if (names.length === 0) return first;
  return `${first} ${sentence(list(names))} ${names.length === 1 ? 'fails' : 'fail'} too.`;
}

function doubt(run: RunOutcome): string {
  const reasons: string[] = [];
  if (!run.engine.certifiable)
    reasons.push(`the run was made on the fallback engine ${run.engine.name}, which cannot certify anything`);
  if (run.interrupted !== null) {
    reasons.push(
      `${run.engine.certifiable ? 'the run' : 'it'} was cut short after ${measured(run)}: ${run.interrupted}`,
    );
  }
  const open = run.objectives.filter((result) => result.verdict === 'inconclusive');
  const spoilt = open.find(({ objective, value }) => objective.metric === 'void_windows' && value !== null);
  if (spoilt !== undefined) {
    const { objective, value } = spoilt;
    reasons.unshift(
      `the load generator, not the target, was the bottleneck in ${amount(value ?? 0, '%')} of the windows (${targetAmount(objective)} are allowed)`,
    );
  }
  const key = open.filter((result) => result.objective.key);
  if (reasons.length === 0) reasons.push(cannotShow(key.length > 0 ? key : open, run));
  return `Nothing failed, but ${reasons.join(', and ')}.`;
}

/** `12 s of 1 min`; a search for capacity has no length that was planned. */
function measured({ coveredMs, plannedMs }: Pick<RunOutcome, 'coveredMs' | 'plannedMs'>): string {
  return `${duration(coveredMs)}${plannedMs === coveredMs ? '' : ` of ${duration(plannedMs)}`}`;
}

/** Why open objectives are open, in one clause. */
function cannotShow(open: readonly ObjectiveResult[], run: RunOutcome): string {
  // Load unlike the recorded one shows nothing, however long.
  const unlike = open.find(({ objective, value }) => objective.metric === 'fidelity' && value !== null);
  if (unlike !== undefined) return `the load was not close enough to the recorded one: ${briefly(unlike)}`;
  const [first] = open;
  if (first === undefined) return 'no gate was judged';
  const measured = open.filter((result) => result.value !== null);
  if (measured.length === 0) return `${subject(first.objective)} was ${lowerFirst(first.reason).replace(/\.$/, '')}`;
  const wanted = measured.map(({ objective }) =>
    objective.metric === 'stable_time'
      ? `${targetAmount(objective)} of stability`
      : `${subject(objective)} ${requirement(objective)}`,
  );
  return `${duration(run.coveredMs)} of this load cannot show ${list(wanted)}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What this command did not judge and what is missing, in plain words. */
export function missingEvidence(run: RunOutcome): string[] {
  const missing: string[] = [];
  const notRun = run.gates.filter((gate) => gate.verdict === 'not run').map((gate) => gate.title);
  if (notRun.length > 0) missing.push(`Not judged by this command: ${list(notRun)}.`);
  if (run.interrupted !== null) {
    missing.push(`The run was cut short after ${measured(run)}: ${run.interrupted}.`);
  }
  if (!run.engine.certifiable) {
    missing.push(`This run was made on the fallback engine ${run.engine.name}; no certificate can rest on it.`);
  }
  const saturated = run.objectives.some(
    ({ objective, verdict, value }) =>
      objective.metric === 'void_windows' && verdict === 'inconclusive' && value !== null,
  );
  const unmeasured = new Map<string, string[]>();
  for (const { objective, verdict, value, reason } of run.objectives) {
    if (verdict !== 'inconclusive') continue;
    // The line on void windows says it for all figures that they spoil.
    if (saturated && metricRules[objective.metric].spoiltByGenerator) continue;
    if (value === null) unmeasured.set(reason, [...(unmeasured.get(reason) ?? []), subject(objective)]);
    else if (objective.metric === 'stable_time') missing.push(`Stability: ${reason}`);
    else missing.push(reason);
  }
  for (const [reason, subjects] of unmeasured) missing.push(`${sentence(list(subjects))}: ${lowerFirst(reason)}`);
  // One cause can leave many objectives open.
  return [...new Set(missing)];
}
