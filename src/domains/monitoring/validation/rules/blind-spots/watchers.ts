import { durationText } from '../../promql/duration.ts';
import { bare, type Expression, everyPart, type Selector } from '../../promql/expression.ts';
import { absentCalls, selectorsOf } from '../../promql/questions.ts';
import { expressionsBehind, leavesOf, recordersOf } from '../leaves.ts';
import type { Rule } from '../model.ts';
import type { Known, ParsedRule } from '../parsed.ts';
import { recordsFor } from '../uses.ts';

/** An alert that may fire when series are gone, or one side of its `or`. */
export interface Watcher {
  readonly rule: Rule;
  readonly leaves: readonly Selector[];
  /** What promtool is to evaluate: the rules that record what it reads, then itself, with its number in the label `watcherLabel`. */
  readonly rules: readonly Rule[];
}

export interface Watch {
  readonly watchers: readonly Watcher[];
  /** How long it takes until all that they look back at is gone, ms. */
  readonly backMs: number;
}

export const watcherLabel = 'shakedown_watcher';
const minuteMs = 60_000;
/** The shortest range holds a few steps. */
const shortestMs = 3 * minuteMs;

/**
 * Alerts that may fire without their own series, and so may see that others are gone. Their windows are shortened, in their order, as the question is only
 * whether they fire at all: windows of days would have promtool go through days.
 */
export function watchOf(known: Known): Watch {
  const alerts = known.rules.filter((one) => one.rule.kind === 'alert' && mayFireWithout(one, known));
  const records = [...new Set(alerts.flatMap((one) => recordsFor(one, known)))];
  const all = [...alerts, ...records];
  const lengths = lengthsOf(all);
  const sides = alerts.flatMap((one) => sidesOf(one.expression).map((side) => ({ rule: one.rule, expression: side })));
  const shorter = new Map(
    records.map((one) => [one, { ...one.rule, expr: shortened(one.rule.expr, one.expression, lengths) }]),
  );
  const watchers = sides.map(({ rule, expression }, index): Watcher => {
    const own = {
      ...{ ...rule, annotations: {}, forMs: Math.min(rule.forMs, minuteMs) },
      expr: shortened(rule.expr, expression, lengths),
      labels: { ...rule.labels, [watcherLabel]: String(index) },
    };
    const behind = recordsFor({ expression }, known).flatMap((one) => shorter.get(one) ?? []);
    return { rule, leaves: leavesOf({ expression }, known), rules: [...behind, own] };
  });
  // A rule that reads what another records looks back through both.
  const backMs = Math.max(shortestMs, ...lengths.values()) * (1 + depthOf(alerts, known));
  return { watchers, backMs };
}

/** Of `a or b` each fires by itself: one that fires always would hide the other. */
function sidesOf(given: Expression): Expression[] {
  const expression = bare(given);
  if (expression.kind === 'binary' && expression.operator === 'or' && expression.matching === null)
    return [...sidesOf(expression.left), ...sidesOf(expression.right)];
  return [expression];
}

/** What can fire without its own series; the rest would only take time. */
function mayFireWithout(one: ParsedRule, known: Known): boolean {
  return expressionsBehind(one, known).some((expression) => {
    const all = everyPart(expression);
    return (
      absentCalls(expression).length > 0 ||
      all.some((part) => part.kind === 'binary' && ['or', 'unless'].includes(part.operator)) ||
      all.some((part) => part.kind === 'offset') ||
      selectorsOf(expression).some(({ metric }) => metric === 'up')
    );
  });
}

function depthOf(alerts: readonly ParsedRule[], known: Known): number {
  const depths = new Map<Expression, number>();
  const of = (expression: Expression): number => {
    const found = depths.get(expression);
    if (found !== undefined) return found;
    depths.set(expression, 0);
    const inner = selectorsOf(expression).flatMap((selector) =>
      recordersOf(selector, known).map((one) => 1 + of(one.expression)),
    );
    const depth = inner.reduce((most, one) => Math.max(most, one), 0);
    depths.set(expression, depth);
    return depth;
  };
  return alerts.reduce((most, { expression }) => Math.max(most, of(expression)), 0);
}

/** For each length of a window or an offset a shorter one: a minute more for each that is longer than the one before. */
function lengthsOf(rules: readonly ParsedRule[]): Map<number, number> {
  const given = new Set<number>();
  for (const part of rules.flatMap(({ expression }) => everyPart(expression))) {
    if (part.kind === 'range' && part.durationMs !== null) given.add(part.durationMs);
    if (part.kind === 'offset' && (part.offsetMs ?? 0) > 0) given.add(part.offsetMs ?? 0);
  }
  const sorted = [...given].sort((one, other) => one - other);
  return new Map(sorted.map((ms, index) => [ms, shortestMs + index * minuteMs]));
}

/** The text of an expression with its lengths changed. */
function shortened(source: string, expression: Expression, lengths: ReadonlyMap<number, number>): string {
  const changes = everyPart(expression).flatMap((part): { from: number; to: number; text: string }[] => {
    if (part.kind === 'range' && part.durationMs !== null) {
      const text = durationText(lengths.get(part.durationMs) ?? part.durationMs);
      const own = { ...part.duration, text };
      return part.isSubquery ? [own, { from: part.duration.to, to: part.to, text: ':1m]' }] : [own];
    }
    if (part.kind !== 'offset' || part.offsetMs === null || part.offsetMs <= 0) return [];
    const ms = lengths.get(part.offsetMs) ?? part.offsetMs;
    return [{ from: part.of.to, to: part.to, text: ` offset ${durationText(ms)}` }];
  });
  let text = source;
  for (const change of changes.sort((one, other) => other.from - one.from))
    text = text.slice(0, change.from) + change.text + text.slice(change.to);
  const grown = text.length - source.length;
  return text.slice(expression.from, expression.to + grown);
}
