import type { EngineInfo } from '../model/results.ts';
import type { GateResult, ObjectiveResult, Verdict } from '../model/verdict.ts';
import { metricRules } from './rules.ts';
import { amount, duration, grouped, list, sentence, subject } from './words.ts';

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
  const figures = run.objectives
    .filter(
      ({ objective, value }) => objective.key && value !== null && metricRules[objective.metric].missed === 'fail',
    )
    .filter(({ objective }) => objective.metric !== 'stable_time')
    .slice(0, 3)
    .map(briefly);
  const held = figures.length === 0 ? '' : `: ${list(figures)}`;
  const others = run.gates.some((gate) => gate.verdict === 'not run')
    ? ` This speaks for the ${list(judged)} gates only.`
    : '';
  return `Every key objective held for ${duration(run.coveredMs)}${held}.${others}`;
}

function briefly({ objective, value }: ObjectiveResult): string {
  const { unit, target } = objective;
  return `${subject(objective)} is ${amount(value ?? 0, unit, target)} against ${amount(target, unit, value ?? undefined)}`;
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
  const first = main.value === null ? main.reason : `${sentence(briefly(main))}${ofErrors ? error : ''}.`;
  const names = [...new Set(others.map((result) => subject(result.objective)))];
  if (names.length === 0) return first;
  return `${first} ${sentence(list(names))} ${names.length === 1 ? 'fails' : 'fail'} too.`;
}

function doubt(run: RunOutcome): string {
  const reasons: string[] = [];
  if (run.interrupted !== null) {
    reasons.push(`the run ended after ${duration(run.coveredMs)} of ${duration(run.plannedMs)} (${run.interrupted})`);
  }
  if (!run.engine.certifiable)
    reasons.push(`it was made on the fallback engine ${run.engine.name}, which cannot certify anything`);
  const open = run.objectives.filter((result) => result.verdict === 'inconclusive');
  const spoilt = open.find((result) => result.objective.metric === 'void_windows');
  if (spoilt !== undefined && spoilt.value !== null) {
    reasons.push(
      `the load generator, not the target, was the bottleneck in ${amount(spoilt.value, '%')} of the windows (${amount(spoilt.objective.target, '%')} are allowed)`,
    );
  }
  const key = open.filter((result) => result.objective.key);
  const next = (key.length > 0 ? key : open)[0];
  if (reasons.length === 0 && next !== undefined) reasons.push(because(next));
  if (reasons.length === 0) reasons.push('no gate was judged');
  const rest = open.filter((result) => result !== next).length;
  const more = spoilt === undefined && run.interrupted === null && run.engine.certifiable && rest > 0;
  const tail = more ? ` ${rest === 1 ? 'One more objective is' : `${rest} more objectives are`} open.` : '';
  return `Nothing failed, but ${list(reasons)}.${tail}`;
}

/** An open objective's reason as part of a sentence. */
function because({ objective, value, reason }: ObjectiveResult): string {
  if (objective.metric === 'stable_time' && value !== null) {
    return `${amount(value, 'h')} of load cannot show ${amount(objective.target, 'h')} of stability`;
  }
  const plain = reason.replace(/\.$/, '');
  const own = plain.charAt(0).toLowerCase() + plain.slice(1);
  return plain.startsWith('Only') || plain.startsWith('Not measured') ? `${subject(objective)}: ${own}` : own;
}

/** What this command did not judge and what is missing, in plain words. */
export function missingEvidence(run: RunOutcome): string[] {
  const missing: string[] = [];
  const notRun = run.gates.filter((gate) => gate.verdict === 'not run').map((gate) => gate.title);
  if (notRun.length > 0) missing.push(`Not judged by this command: ${list(notRun)}.`);
  if (run.interrupted !== null) {
    missing.push(`The run ended after ${duration(run.coveredMs)} of ${duration(run.plannedMs)}: ${run.interrupted}.`);
  }
  if (!run.engine.certifiable) {
    missing.push(`This run was made on the fallback engine ${run.engine.name}; no certificate can rest on it.`);
  }
  for (const { objective, verdict, value, reason } of run.objectives) {
    if (verdict !== 'inconclusive') continue;
    if (value === null) missing.push(`${sentence(subject(objective))}: ${reason}`);
    else if (objective.metric === 'stable_time') missing.push(`Stability: ${reason}`);
    else if (objective.metric === 'throughput') missing.push(reason);
  }
  return missing;
}
