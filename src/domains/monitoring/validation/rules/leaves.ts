import { bare, type Expression, type Matcher, parts, type Selector } from '../promql/expression.ts';
import { has } from '../promql/label-sets.ts';
import { possibleLabels } from '../promql/labels.ts';
import { selectorsOf, selectorText } from '../promql/questions.ts';
import { satisfies } from '../promql/satisfy.ts';
import { type Known, labelsOfRecorded, type ParsedRule } from './parsed.ts';

type Recorded = Pick<Known, 'recorded'>;

/**
 * Selectors of what is scraped, through the rules that record what is asked. What is asked of a recorded metric by a label is asked of its sources too,
 * where they hand the label on: of `absent(job:up:sum{job="shop"})`, recorded by `sum by (job) (up)`, it is `up{job="shop"}`.
 */
export function leavesOf({ expression }: Pick<ParsedRule, 'expression'>, known: Recorded): Selector[] {
  const found = new Map<string, Selector>();
  ofExpression(expression, [], known, { found, seen: new Set(), isAll: true });
  return [...found.values()];
}

/** Those that have to be there. What `absent` asks for, and what stands behind `unless` and beside `or`, may be missing. */
export function neededLeavesOf({ expression }: Pick<ParsedRule, 'expression'>, known: Recorded): Selector[] {
  const found = new Map<string, Selector>();
  ofExpression(expression, [], known, { found, seen: new Set(), isAll: false });
  return [...found.values()];
}

/** Rules that record what a selector selects; none: it is scraped, or nobody knows where it comes from. */
export function recordersOf(
  { metric, matchers }: Pick<Selector, 'metric' | 'matchers'>,
  known: Recorded,
): readonly ParsedRule[] {
  const rules = metric === null ? undefined : known.recorded.get(metric);
  return (rules ?? []).filter(({ rule }) =>
    satisfies(
      rule.labels,
      matchers.filter(({ label }) => rule.labels[label] !== undefined && !rule.labels[label].includes('{{')),
    ),
  );
}

interface Walk {
  readonly found: Map<string, Selector>;
  /** Rules with what was asked of them: each is gone into once. */
  readonly seen: Set<string>;
  /** false: only what has to be there. */
  readonly isAll: boolean;
}

function ofExpression(given: Expression, asked: readonly Matcher[], known: Recorded, walk: Walk): void {
  const expression = bare(given);
  if (expression.kind === 'selector') {
    ofSelector(expression, asked, known, walk);
    return;
  }
  const handed = asked.filter(({ label }) => isHandedOn(expression, label));
  for (const part of walk.isAll ? parts(expression) : neededParts(expression)) ofExpression(part, handed, known, walk);
}

function neededParts(expression: Expression): readonly Expression[] {
  if (expression.kind === 'call' && expression.name.startsWith('absent')) return [];
  if (expression.kind === 'binary' && expression.operator === 'or') return [];
  if (expression.kind === 'binary' && expression.operator === 'unless') return [expression.left];
  return parts(expression);
}

function ofSelector(selector: Selector, asked: readonly Matcher[], known: Recorded, walk: Walk): void {
  const missing = asked.filter((one) => !selector.matchers.some((own) => isSame(own, one)));
  const whole = missing.length === 0 ? selector : { ...selector, matchers: [...selector.matchers, ...missing] };
  const records = recordersOf(whole, known);
  if (records.length === 0) {
    if (whole.metric?.startsWith('ALERTS') !== true) walk.found.set(selectorText(whole), whole);
    return;
  }
  const labelsOf = labelsOfRecorded(known);
  for (const { rule, expression } of records) {
    const possible = possibleLabels(expression, labelsOf);
    // A label that the rule itself sets is none of its sources'.
    const handed = whole.matchers.filter(({ label }) => rule.labels[label] === undefined && has(possible, label));
    const key = `${rule.place.file}:${rule.place.line} ${selectorText({ metric: rule.name, matchers: handed })}`;
    if (walk.seen.has(key)) continue;
    walk.seen.add(key);
    ofExpression(expression, handed, known, walk);
  }
}

/** Whether a label of the result is the same label of what it is made from. */
function isHandedOn(expression: Expression, label: string): boolean {
  switch (expression.kind) {
    case 'aggregate': {
      if (expression.name === 'count_values') return false;
      if (['topk', 'bottomk', 'limitk', 'limit_ratio'].includes(expression.name)) return true;
      const { grouping } = expression;
      return grouping !== null && grouping.names.includes(label) === grouping.isBy;
    }
    case 'call':
      return !['label_replace', 'label_join', 'absent', 'absent_over_time'].includes(expression.name);
    case 'binary': {
      const { matching, grouping } = expression;
      if (grouping?.names.includes(label)) return false;
      return matching === null || matching.names.includes(label) === matching.isOn;
    }
    default:
      return true;
  }
}

function isSame(one: Matcher, other: Matcher): boolean {
  return one.label === other.label && one.operator === other.operator && one.value === other.value;
}

/** Everything that a rule is made from: its own expression, and those of the rules that record what it reads. */
export function expressionsBehind({ expression }: Pick<ParsedRule, 'expression'>, known: Recorded): Expression[] {
  const seen = new Set<Expression>();
  const visit = (one: Expression) => {
    if (seen.has(one)) return;
    seen.add(one);
    for (const selector of selectorsOf(one)) for (const rule of recordersOf(selector, known)) visit(rule.expression);
  };
  visit(expression);
  return [...seen];
}
