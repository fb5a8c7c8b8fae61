import type { Comparison, GateResult, ObjectiveResult, Verdict } from '../model/verdict.ts';
import { holds } from './comparison.ts';
import type { Metrics } from './metrics.ts';
import { amount, list, targetAmount } from './words.ts';

/** Weighted share of passed objectives that a gate needs beside its key objectives, 0 … 100. */
const passScore = 90;

/** A gate that a run has evidence for. */
export interface JudgedGate {
  id: string;
  title: string;
  /** Why it could not be judged; null: it could. */
  broken: string | null;
}

/**
 * The gates that were judged, in the order given. A key objective vetoes whatever the score; a gate without evidence is inconclusive, and so is one
 * whose judging broke.
 * @param results worst first
 */
export function evaluateGates(
  results: readonly ObjectiveResult[],
  judged: readonly JudgedGate[],
  metrics: Metrics,
): GateResult[] {
  return judged.map(({ id, title, broken }) => {
    if (broken !== null) return { id, title, verdict: 'inconclusive', summary: broken, score: null };
    const own = results.filter((result) => result.objective.gate === id);
    if (own.length === 0) return { id, title, verdict: 'inconclusive', summary: 'no objectives', score: null };
    if (own.every(({ objective }) => !objective.key && objective.weight === 0))
      return { id, title, verdict: 'inconclusive', summary: 'no objective of it is key or has a weight', score: null };
    const verdict = verdictOf(own);
    const score = Math.round(scoreOf(own, ['pass']) * 10) / 10;
    return { id, title, verdict, summary: summaryOf(own, verdict, metrics), score };
  });
}

/** Weighted share of the objectives with one of `verdicts`, 0 … 100. @param ofWarning what one with a warning counts, 0 … 1 */
function scoreOf(results: readonly ObjectiveResult[], verdicts: readonly Verdict[], ofWarning = 0.5): number {
  let reached = 0;
  let all = 0;
  for (const { objective, verdict, isWarning } of results) {
    all += objective.weight;
    if (verdicts.includes(verdict)) reached += objective.weight * (isWarning === true ? ofWarning : 1);
  }
  // A table without weights counts on its key objectives only.
  return all === 0 ? 100 : (100 * reached) / all;
}

function verdictOf(results: readonly ObjectiveResult[]): Verdict {
  const key = results.filter((result) => result.objective.key);
  if (key.some((result) => result.verdict === 'fail')) return 'fail';
  // Not even if all that is open came out well. Warnings alone are no failure.
  if (scoreOf(results, ['pass', 'inconclusive'], 1) < passScore) return 'fail';
  if (key.some((result) => result.verdict === 'inconclusive')) return 'inconclusive';
  return scoreOf(results, ['pass']) < passScore ? 'inconclusive' : 'pass';
}

const signs: Record<Comparison, string> = { '<': '<', '<=': '≤', '>': '>', '>=': '≥', '=': '=' };

/** The objective that decides, in a few words: `p99 213 ms, target < 200 ms`. */
function summaryOf(results: readonly ObjectiveResult[], verdict: Verdict, metrics: Metrics): string {
  const deciding = results.filter((result) => result.verdict === verdict);
  // Of those that are open, one past its target says more than one that may well be right.
  const past = deciding.find(({ objective, value, interval }) => interval !== null && misses(objective, value));
  const result = verdict === 'pass' ? closest(deciding) : verdict === 'fail' ? deciding[0] : (past ?? deciding[0]);
  if (result === undefined) return `${results.filter(({ isWarning }) => isWarning).length} with a warning`;
  const { objective, value } = result;
  const { unit, target } = objective;
  const parts = results.filter(isPart);
  if (isPart(result) && parts.length > 1) return summaryOfParts(parts.length, deciding.filter(isPart), verdict);
  if (result.words !== undefined) return result.words.observed;
  if (value === null) return `${result.shortSubject} not measured`;
  const tile = metrics.of(objective)?.tile;
  if (tile !== undefined) return tile(objective, value);
  return `${result.shortSubject} ${amount(value, unit, target)}, target ${signs[objective.comparison]} ${targetAmount(objective)}`;
}

const mostNamed = 2;

/** Judged as a whole, by all of its checks. */
const isPart = ({ words }: ObjectiveResult) => words?.wanted === 'all';

/** Of a gate of several parts, each with words in place of a figure: which of them decide, as the words of one say nothing of the others. */
function summaryOfParts(all: number, deciding: readonly ObjectiveResult[], verdict: Verdict): string {
  if (verdict === 'pass') return `all ${all} parts passed`;
  const names = deciding.slice(0, mostNamed).map(({ shortSubject }) => shortSubject);
  const more = deciding.length - names.length;
  if (more > 0) names.push(`${more} more`);
  return `${deciding.length} of ${all} parts ${verdict === 'fail' ? 'failed' : 'inconclusive'}: ${list(names)}`;
}

function misses({ comparison, target }: ObjectiveResult['objective'], value: number | null): boolean {
  return value !== null && !holds(value, comparison, target);
}

/** The passed key objective that came closest to its target. */
function closest(results: readonly ObjectiveResult[]): ObjectiveResult | undefined {
  const margin = ({ objective, value }: ObjectiveResult): number =>
    // A count that must be met exactly is never close.
    objective.comparison === '='
      ? Number.MAX_VALUE
      : Math.abs((value ?? 0) - objective.target) / Math.max(Math.abs(objective.target), 1e-9);
  const key = results.filter((result) => result.objective.key);
  return (key.length > 0 ? key : [...results]).sort((a, b) => margin(a) - margin(b))[0];
}
