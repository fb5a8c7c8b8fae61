import { durationText } from '../../promql/duration.ts';
import {
  type Aggregate,
  type Binary,
  type Expression,
  everyPart,
  isComparison,
  isSetOperation,
  type Labels,
  type Selector,
} from '../../promql/expression.ts';
import { isPinnedElsewhere, pinnedValue, type Recorded } from '../../promql/pinned.ts';
import { constantOf } from '../../promql/questions.ts';
import type { Rule } from '../../rules/model.ts';
import type { Known, ParsedRule } from '../../rules/parsed.ts';
import type { Mutant, RuleOperator } from '../mutant.ts';
import { type Change, otherComparisons, otherThresholds } from './comparisons.ts';

const runbook = /run_?book|playbook/i;

/** Every mutant of a rule: each operator at each place where it can be put to use. */
export function mutantsOf({ rule, expression }: ParsedRule, known: Pick<Known, 'recorded'>): Mutant[] {
  const recorded: Recorded = (metric) =>
    (known.recorded.get(metric) ?? []).map((one) => ({ expression: one.expression, labels: one.rule.labels }));
  const within = { source: rule.expr, whole: expression, recorded };
  const inExpression = everyPart(expression).flatMap((part) => changesOf(part, within));
  const seen = new Set([rule.expr]);
  const mutants: Mutant[] = [];
  for (const { operator, from, to, text, what, equivalent } of inExpression) {
    const expr = rule.expr.slice(0, from) + text + rule.expr.slice(to);
    if (seen.has(expr)) continue;
    seen.add(expr);
    mutants.push({ operator, of: rule, rule: { ...rule, expr }, what, equivalent });
  }
  return [...mutants, ...inRule(rule)];
}

interface Within {
  readonly source: string;
  readonly whole: Expression;
  readonly recorded: Recorded;
}

function changesOf(part: Expression, within: Within): (Change & { operator: RuleOperator })[] {
  const as = (operator: RuleOperator, changes: readonly Change[]) => changes.map((one) => ({ operator, ...one }));
  switch (part.kind) {
    case 'range':
      return as('window', windows(part.durationMs, part.duration));
    case 'selector':
      return as('label', matchers(part, within));
    case 'aggregate':
      return as('by', grouping(part));
    case 'binary': {
      const on = as('by', [
        ...fewer(part.matching, part.matching?.isOn === true ? 'on' : 'ignoring', (name) =>
          isOneValue(part, name, within),
        ),
        ...fewer(part.grouping, 'group'),
      ]);
      if (isComparison(part)) {
        const isConstant = constantOf(part) !== null;
        return isConstant
          ? []
          : [...as('threshold', otherThresholds(part)), ...as('comparison', otherComparisons(part)), ...on];
      }
      return [...as('set', otherSets(part, within.source)), ...on];
    }
    default:
      return [];
  }
}

function windows(ms: number | null, { from, to }: { from: number; to: number }): Change[] {
  if (ms === null) return [];
  return [ms * 2, ms / 2].map((other) => {
    const text = durationText(other);
    return { from, to, text, what: `[${durationText(ms)}] → [${text}]`, equivalent: null };
  });
}

const turned: Record<string, string> = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' };

function matchers(selector: Selector, { whole, recorded }: Within): Change[] {
  return selector.matchers.flatMap((matcher, index) => {
    const { from, to, label, operator, value } = matcher;
    const shown = `${label}${operator}"${value}"`;
    const next = selector.matchers[index + 1];
    const previous = selector.matchers[index - 1];
    // With the comma on one of its sides; a lone one leaves empty braces, which are allowed beside a name.
    const span =
      next !== undefined ? { from, to: next.from } : previous !== undefined ? { from: previous.to, to } : { from, to };
    const why =
      operator === '=~' && value === '.*'
        ? 'it matches every value, also none'
        : isPinnedElsewhere(whole, selector, label, recorded)
          ? `what it is paired with by ${label} has only ${label}="${value}"`
          : null;
    const dropped =
      selector.metric === null && selector.matchers.length === 1
        ? []
        : [
            {
              ...span,
              text: '',
              what: `{${shown}} → {}`,
              equivalent: why,
            },
          ];
    const other = turned[operator] ?? '=';
    const text = `${label}${other}${JSON.stringify(value)}`;
    return [...dropped, { from, to, text, what: `${shown} → ${label}${other}"${value}"`, equivalent: null }];
  });
}

function grouping({ grouping: labels }: Aggregate): Change[] {
  return labels === null ? [] : fewer(labels, labels.isBy ? 'by' : 'without');
}

/** One label less in a list of labels. */
function fewer(labels: Labels | null, word: string, why: (name: string) => string | null = () => null): Change[] {
  if (labels === null) return [];
  return labels.names
    .filter((name) => name !== 'le')
    .map((name) => {
      const text = `(${labels.names.filter((one) => one !== name).join(', ')})`;
      return {
        from: labels.from,
        to: labels.to,
        text,
        what: `${word} (${labels.names.join(', ')}) → ${word} ${text}`,
        equivalent: why(name),
      };
    });
}

/** A label by which nothing is kept apart: both sides have the one value only, and the result keeps its labels without it. */
function isOneValue(part: Binary, name: string, { recorded }: Within): string | null {
  if (part.matching?.isOn !== true || (!isSetOperation(part) && part.grouping === null)) return null;
  const left = pinnedValue(part.left, name, recorded);
  return left !== null && left === pinnedValue(part.right, name, recorded)
    ? `both sides have only ${name}="${left}"`
    : null;
}

function otherSets(part: Binary, source: string): Change[] {
  const { sign, left, right, from, to } = part;
  const only = (side: Expression, what: string) => ({
    from,
    to,
    text: source.slice(side.from, side.to),
    what,
    equivalent: null,
  });
  const say = (text: string) => ({ ...sign, text, what: `${part.operator} → ${text}`, equivalent: null });
  switch (part.operator) {
    case 'and':
      return [say('unless'), only(left, 'what follows `and` taken out')];
    case 'unless':
      return [say('and'), only(left, 'what follows `unless` taken out')];
    case 'or':
      return [only(left, 'what follows `or` taken out'), only(right, 'what stands before `or` taken out')];
    default:
      return [];
  }
}

function inRule(rule: Rule): Mutant[] {
  const deleted: Mutant = {
    operator: 'deleted',
    of: rule,
    rule: null,
    what: 'the rule is not there',
    equivalent: null,
  };
  if (rule.kind === 'record') return [deleted];
  const change = (operator: RuleOperator, changed: Partial<Rule>, what: string): Mutant => ({
    operator,
    of: rule,
    rule: { ...rule, ...changed },
    what,
    equivalent: null,
  });
  const waits = rule.forMs > 0 ? [0, rule.forMs * 2] : [300_000];
  const mutants = waits.map((forMs) =>
    change('for', { forMs }, `for: ${durationText(rule.forMs)} → ${durationText(forMs)}`),
  );
  const { severity } = rule.labels;
  if (severity !== undefined) {
    const other = severity === 'critical' ? 'warning' : 'critical';
    mutants.push(
      change('severity', { labels: { ...rule.labels, severity: other } }, `severity ${severity} → ${other}`),
    );
  }
  for (const [name, text] of Object.entries(rule.annotations)) {
    const { [name]: _, ...rest } = rule.annotations;
    if (runbook.test(name)) mutants.push(change('runbook', { annotations: rest }, `${name} taken out`));
    const action = /\{\{.*?\}\}/s.exec(text)?.[0];
    if (action === undefined || /\{\{-?\s*(if|range|with|define|\$\w+\s*:=)/.test(text)) continue;
    const annotations = { ...rule.annotations, [name]: text.replace(action, '') };
    mutants.push(change('template', { annotations }, `${name}: ${action} taken out`));
  }
  return [...mutants, deleted];
}
