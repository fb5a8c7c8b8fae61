import type { AppliedPolicy } from '../model/results.ts';
import type { GateResult, Objective, ObjectiveResult, Verdict } from '../model/verdict.ts';
import { holds } from './comparison.ts';
import type { Metrics } from './metrics.ts';
import { amount, duration, list, sentence, targetAmount } from './words.ts';

const mostReasons = 2;
/** Of objectives that fail beside the main one: the table has them all. */
const mostNamed = 4;
const mostWeaker = 3;
const hourMs = 3_600_000;

/** What the verdict and its words are made from. */
export interface RunOutcome {
  /** Those that the command judged. */
  gates: readonly GateResult[];
  /** Gates that the policy names, by id and title, and this run has no evidence for. */
  unjudged: readonly { id: string; title: string }[];
  policy: AppliedPolicy | null;
  /** Worst first. */
  objectives: readonly ObjectiveResult[];
  metrics: Metrics;
  /** Why it cannot pass, whatever its gates say: a clause for the headline, and a sentence for what is missing. */
  doubts: readonly { clause: string; missing: string; voids?: true }[];
  /** Why the run ended before its time; null: it did not. */
  interrupted: string | null;
  /** Why the objective failed that ended it, as was asked, and when; null: none did. */
  aborted: { atMs: number; reason: string } | null;
  /** It has not ended yet; then `interrupted` says so. */
  isRunning?: boolean;
  /** Time of load that was measured; 0 for a run without load. */
  coveredMs: number;
  plannedMs: number;
  /** Sentences behind the headline, however the run came out. */
  caveats: readonly string[];
  /** The headline of a failure by its main cause; null: the objective's own reason. */
  failure(main: ObjectiveResult, failing: readonly ObjectiveResult[]): { text: string; isWhole?: boolean } | null;
}

/**
 * Fails where any judged gate does, or an objective ended the run; passes only where all do, to the end and without a doubt. Under a policy the gates that it names decide, and
 * one that was not judged leaves the verdict open. Evidence that was changed since shows neither.
 */
export function overallVerdict(
  run: Pick<RunOutcome, 'gates' | 'unjudged' | 'policy' | 'doubts' | 'interrupted' | 'aborted'>,
): Verdict {
  const { policy } = run;
  const gates = policy === null ? run.gates : run.gates.filter(({ id }) => policy.gates.includes(id));
  if (run.doubts.some(({ voids }) => voids)) return 'inconclusive';
  if (run.aborted !== null || gates.some(({ verdict }) => verdict === 'fail')) return 'fail';
  const open = gates.length === 0 || run.unjudged.length > 0 || gates.some(({ verdict }) => verdict !== 'pass');
  return open || run.interrupted !== null || run.doubts.length > 0 ? 'inconclusive' : 'pass';
}

/** One or two sentences that name the main cause with its figures. */
export function headline(verdict: Verdict, run: RunOutcome): string {
  return [withoutCaveats(verdict, run), ...weaker(run), ...beyondPolicy(run), ...run.caveats].join(' ');
}

/** What decides: under a policy its gates alone, and what they are judged by. Others are told of behind it. */
function ofPolicy(run: RunOutcome): RunOutcome {
  const { policy } = run;
  if (policy === null) return run;
  return {
    ...run,
    gates: run.gates.filter(({ id }) => policy.gates.includes(id)),
    objectives: run.objectives.filter(({ objective }) => policy.gates.includes(objective.gate)),
  };
}

/** READY by such a policy must not be taken for READY by the whole stage. */
function weaker({ policy }: Pick<RunOutcome, 'policy'>): string[] {
  const all = policy?.weaker ?? [];
  if (policy === null || all.length === 0) return [];
  const more = all.length > mostWeaker ? ` and ${all.length - mostWeaker} more` : '';
  const some = more === '' ? list(all) : all.slice(0, mostWeaker).join(', ');
  return [`The policy “${policy.title}” asks for less than the whole stage: ${some}${more}.`];
}

/** What failed in gates that do not decide: a red row is not passed over. */
function beyondPolicy({ gates, policy }: RunOutcome): string[] {
  const failed = failedBeyond({ gates, policy });
  if (failed.length === 0) return [];
  const [noun, are] = failed.length === 1 ? ['The gate', 'is'] : ['The gates', 'are'];
  return [`${noun} ${list(failed)} failed, and ${are} not in the policy.`];
}

function failedBeyond({ gates, policy }: Pick<RunOutcome, 'gates' | 'policy'>): string[] {
  if (policy === null || policy.isOneGate === true) return [];
  return gates.filter(({ id, verdict }) => !policy.gates.includes(id) && verdict === 'fail').map(({ title }) => title);
}

function withoutCaveats(verdict: Verdict, whole: RunOutcome): string {
  const run = ofPolicy(whole);
  if (verdict === 'fail') return failure(run);
  if (verdict === 'inconclusive') return doubt(run, failedBeyond(whole).length > 0);
  const { objectives, metrics, policy, gates } = run;
  const place = (objective: Objective) => metrics.of(objective)?.inHeadline;
  const figures = objectives
    .filter(({ objective, value }) => objective.key && value !== null && place(objective) !== undefined)
    .sort((a, b) => (place(a.objective) ?? 0) - (place(b.objective) ?? 0))
    .map(briefly);
  const held = figures.length === 0 ? '' : `: ${list(figures)}`;
  const time = run.coveredMs > 0 ? ` for ${duration(run.coveredMs)}` : '';
  const scope = policy !== null ? '' : ` Judged: ${gatesInWords(gates)}.`;
  const rule = policy === null ? 'E' : `By the policy “${policy.title}”, e`;
  return `${rule}very key objective held${time}${held}.${scope}`;
}

const mostGatesNamed = 5;

/** `the gate UAT`, `the gates Performance and Stability`; of more than a line holds their number. */
function gatesInWords(gates: readonly GateResult[]): string {
  if (gates.length > mostGatesNamed) return `${gates.length} gates`;
  const names = list(gates.map(({ title }) => title));
  return gates.length === 1 ? `the gate ${names}` : `the gates ${names}`;
}

/** The reason, with what it is of where that has words in place of a figure: several parts may have the same reason. */
function namedReason({ reason, shortSubject, words }: ObjectiveResult): string {
  const isNamed = reason.toLowerCase().includes(shortSubject.toLowerCase());
  if (words === undefined || isNamed) return reason;
  return `${shortSubject.charAt(0).toUpperCase()}${shortSubject.slice(1)}: ${reason}`;
}

/** Without its stop. What to do about it, and what else there was, stands with the objective. */
function firstSentence(text: string): string {
  return (/^.*?[\p{L}\d%)”"](?=\.\s+[\p{Lu}\d-])/u.exec(text)?.[0] ?? text).replace(/\.$/, '');
}

/** `p95 response time is 213 ms against 200 ms`; there must be a value, or words for it. */
export function briefly({ objective, subject, value, words }: ObjectiveResult): string {
  if (words !== undefined) return `${subject}, ${words.observed}`;
  const { unit, target } = objective;
  return `${subject} is ${amount(value ?? 0, unit, target)} against ${targetAmount(objective)}`;
}

function failure({ objectives, metrics, aborted, plannedMs, failure: ofDomain }: RunOutcome): string {
  if (aborted !== null)
    return `${sentence(aborted.reason)} The run was ended for it after ${duration(aborted.atMs)} of ${duration(plannedMs)}, as asked.`;
  const failing = objectives
    .filter((result) => result.verdict === 'fail')
    .sort((a, b) => metrics.place(a.objective) - metrics.place(b.objective));
  const [main, ...others] = failing;
  if (main === undefined) return 'A gate failed.';
  const { text: first, isWhole = false } = ofDomain(main, failing) ?? { text: namedReason(main) };
  const all = [
    ...new Set(others.map(({ subject, shortSubject, words }) => (words === undefined ? subject : shortSubject))),
  ];
  const names =
    all.length > mostNamed ? [...all.slice(0, mostNamed - 1), `${all.length - mostNamed + 1} more objectives`] : all;
  if (isWhole || names.length === 0) return first;
  return `${first} ${sentence(list(names))} ${names.length === 1 ? 'fails' : 'fail'} too.`;
}

/** @param isFailedBeyond a gate failed that the policy does not name */
function doubt(run: RunOutcome, isFailedBeyond: boolean): string {
  const { metrics, doubts, unjudged, interrupted } = run;
  const voiding = doubts.filter(({ voids }) => voids).map(({ clause }) => clause);
  if (voiding.length > 0 && (run.aborted !== null || run.gates.some(({ verdict }) => verdict === 'fail')))
    return sentence(`${list(voiding)}, so neither a pass nor a failure is shown.`);
  const open = run.objectives.filter((result) => result.verdict === 'inconclusive');
  const reasons = doubts.map(({ clause }) => clause);
  if (interrupted !== null) reasons.push(`${reasons.length === 0 ? 'the run' : 'it'} ${howCut(run, interrupted)}`);
  const evidence = open.find(({ objective, value }) => value !== null && metrics.of(objective)?.cause === 'evidence');
  const why = evidence === undefined ? undefined : doubtOf(evidence, metrics);
  if (why !== undefined) reasons.unshift(why);
  const key = open.filter((result) => result.objective.key);
  const broken = run.gates.filter(({ verdict, score }) => verdict === 'inconclusive' && score === null);
  if (reasons.length === 0 && broken.length > 0)
    reasons.push(list(broken.map(({ title, summary }) => `the gate ${title} has no verdict: ${summary}`)));
  if (reasons.length === 0 && open.length > 0) reasons.push(cannotShow(key.length > 0 ? key : open, run));
  const warned = run.objectives.filter(({ isWarning }) => isWarning === true);
  if (reasons.length === 0 && warned.length > 0 && run.gates.some(({ verdict }) => verdict === 'inconclusive'))
    reasons.push(`too much passed with a warning: ${list(warned.map(({ subject }) => subject))}`);
  if (unjudged.length > 0 && reasons.length === 0)
    reasons.push(`${list(unjudged.map(({ title }) => title))} ${unjudged.length === 1 ? 'was' : 'were'} not judged`);
  if (reasons.length === 0) {
    const undecided = run.gates.filter(({ verdict }) => verdict !== 'pass');
    const gates = undecided.map(({ title, summary }) => `the gate ${title} is inconclusive: ${summary}`);
    reasons.push(gates.length > 0 ? list(gates) : 'no gate was judged');
  }
  const nothing = isFailedBeyond ? 'Nothing that the policy names' : 'Nothing';
  return `${nothing} failed, but ${reasons.join(', and ')}.`;
}

function howCut(run: RunOutcome, reason: string): string {
  // A run without a load has no time that is measured.
  const isTimed = run.plannedMs > 0 || run.coveredMs > 0;
  if (run.isRunning) return isTimed ? `is still running: ${measured(run)} measured so far` : 'is still running';
  return `was cut short${isTimed ? ` after ${measured(run)}` : ''}: ${reason}`;
}

/** `12 s of 1 min`; a run of no planned length has none to be part of. */
function measured({ coveredMs, plannedMs }: Pick<RunOutcome, 'coveredMs' | 'plannedMs'>): string {
  return `${duration(coveredMs)}${plannedMs === coveredMs ? '' : ` of ${duration(plannedMs)}`}`;
}

/** Why open objectives are open, in one clause. */
function cannotShow(open: readonly ObjectiveResult[], { metrics, coveredMs }: RunOutcome): string {
  for (const result of open) {
    const why = doubtOf(result, metrics);
    if (why !== undefined) return why;
    const { objective, value, interval } = result;
    if (value !== null && interval !== null && coveredMs > 0 && !holds(value, objective.comparison, objective.target))
      return `${briefly(result)}, which could still be chance after ${duration(coveredMs)} of this load`;
  }
  const [first] = open;
  if (first === undefined) return 'no gate was judged';
  const shown = open.filter((result) => result.value !== null);
  if (shown.length === 0) return `${first.subject} was ${lowerFirst(first.reason).replace(/\.$/, '')}`;
  if (coveredMs === 0) {
    const reasons = [...new Set(shown.map((result) => firstSentence(namedReason(result))))];
    const more = reasons.length > mostReasons ? `; and ${reasons.length - mostReasons} more` : '';
    return `this is inconclusive: ${reasons.slice(0, mostReasons).join('; ')}${more}`;
  }
  // A figure that stands for itself and is on the right side is open for another reason than the length of the run.
  const isMet = ({ objective, value, interval }: ObjectiveResult) =>
    interval === null && holds(value ?? 0, objective.comparison, objective.target);
  // Nor is a time that the run was long enough for.
  const isLongEnough = ({ objective }: ObjectiveResult) =>
    objective.unit === 'h' && objective.target * hourMs <= coveredMs;
  const short = shown.filter((result) => !isMet(result) && !isLongEnough(result));
  if (short.length > 0)
    return `${duration(coveredMs)} of this load cannot show ${list(short.map(({ objective }) => metrics.wanted(objective)))}`;
  const why = lowerFirst(first.reason).replace(/\.$/, '');
  if (first.value === null) return `${first.subject} was ${why}`;
  return why.startsWith('only ') ? `${first.subject} has ${why}` : why;
}

/** Why the metric leaves this open; undefined where its value meets the target: then it is open for another reason, and this would be none. */
function doubtOf({ objective, value, reason }: ObjectiveResult, metrics: RunOutcome['metrics']): string | undefined {
  if (value === null || holds(value, objective.comparison, objective.target)) return undefined;
  return metrics.of(objective)?.doubt?.(objective, value, reason);
}

/** Names such as GET stay as they are. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** What is missing, in plain words: what cut the run short, why objectives are open, and gates that the policy names and nobody judged. */
export function missingEvidence(run: RunOutcome): string[] {
  const missing: string[] = [];
  const { unjudged, policy, interrupted, doubts, metrics } = run;
  for (const { title, summary } of run.gates.filter(
    ({ verdict, score }) => verdict === 'inconclusive' && score === null,
  ))
    missing.push(`The gate ${title} has no verdict: ${summary}.`);
  if (interrupted !== null) missing.push(`The run ${howCut(run, interrupted)}.`);
  missing.push(...doubts.map((one) => one.missing));
  const saturated = run.objectives.some(
    ({ objective, verdict, value }) =>
      metrics.of(objective)?.cause === 'evidence' && verdict === 'inconclusive' && value !== null,
  );
  const unmeasured = new Map<string, string[]>();
  for (const result of run.objectives) {
    const { objective, subject, verdict, value, reason } = result;
    if (verdict !== 'inconclusive') continue;
    const metric = metrics.of(objective);
    // The line on the generator says it for all figures that need it.
    if (saturated && metric?.needsGenerator === true) continue;
    if (value === null) unmeasured.set(reason, [...(unmeasured.get(reason) ?? []), subject]);
    else missing.push(metric?.missingPrefix === undefined ? namedReason(result) : `${metric.missingPrefix}: ${reason}`);
  }
  for (const [reason, subjects] of unmeasured) missing.push(`${sentence(list(subjects))}: ${lowerFirst(reason)}`);
  // After what went wrong: other commands judge them.
  if (unjudged.length > 0)
    missing.push(
      `Not judged in this run, though ${policy?.title} requires it: ${list(unjudged.map(({ title }) => title))}.`,
    );
  // One cause can leave many objectives open.
  return [...new Set(missing)];
}
