import {
  type Binary,
  bare,
  type Expression,
  everyPart,
  isComparison,
  isSetOperation,
} from '../../promql/expression.ts';
import { isScalar } from '../../promql/labels.ts';
import { absentCalls, constantOf, selectorsOf } from '../../promql/questions.ts';
import { comparisonOutcome, valuesOf } from '../../promql/values.ts';
import { type Finding, finding } from '../finding.ts';
import type { ParsedRule } from '../parsed.ts';
import { checkContradictions } from './contradictions.ts';
import { consequence } from './needed.ts';

/** Conditions that can never be true, or always are, and alerts that have none. */
export function checkConditions({ rule, expression }: ParsedRule): Finding[] {
  const findings: Finding[] = [];
  const text = (part: Expression) => rule.expr.slice(part.from, part.to).replace(/\s+/g, ' ');
  for (const part of everyPart(expression)) {
    if (!isComparison(part) || part.isBool) continue;
    const { outcome, isSure } = comparisonOutcome(part);
    if (outcome === 'open' || constantOf(part) !== null) continue;
    const kind = isSure ? 'wrong' : 'review';
    const range = shown(part);
    if (outcome === 'never') {
      const what = `\`${text(part)}\` is never true${consequence(rule, expression, part)}: ${range}.`;
      findings.push(finding(kind, 'impossible', rule, 'expr', what, 'Correct the comparison.'));
    } else if (rule.kind === 'alert' && !isExistence(part)) {
      const what = `\`${text(part)}\` is true whenever the series is there: ${range}.`;
      findings.push(finding('review', 'comparison', rule, 'expr', what, 'Correct the comparison.'));
    }
  }
  findings.push(...checkContradictions({ rule, expression }));
  if (rule.kind === 'alert') findings.push(...withoutCondition({ rule, expression }));
  return findings;
}

/** `count(x) > 0` asks whether there is any, in more words than it needs. */
function isExistence(part: Binary): boolean {
  const side = bare(part.left);
  return side.kind === 'aggregate' && ['count', 'group'].includes(side.name);
}

function shown(part: Binary): string {
  const side = isScalar(part.left) ? part.right : part.left;
  const { low, high, isInteger } = valuesOf(side);
  if (low === high) return `the left side is always ${low}`;
  const bounds =
    low === -Infinity ? `at most ${high}` : high === Infinity ? `at least ${low}` : `between ${low} and ${high}`;
  return `what is compared is ${isInteger ? 'a whole number ' : ''}${low === -Infinity && high === Infinity ? '' : bounds}`;
}

/** An alert that fires for whatever its query gives. */
function withoutCondition({ rule, expression }: ParsedRule): Finding[] {
  // Without any series it is meant to fire always, as a dead man's switch does.
  if (selectorsOf(expression).length === 0) return [];
  if (absentCalls(expression).length > 0 || takesAway(expression)) return [];
  const top = bare(expression);
  if (isComparison(top) && top.isBool) {
    const what = `${rule.name} fires whenever its series are there: \`bool\` makes 0 or 1 of the comparison, and 0 fires too.`;
    return [finding('wrong', 'comparison', rule, 'expr', what, 'Take `bool` out, or compare the result with `== 1`.')];
  }
  const names = selectorsOf(expression).map(({ metric }) => metric);
  if (names.includes('ALERTS')) return [];
  const what = `${rule.name} has no comparison: it fires for every series that its query gives, also for those that are 0.`;
  return [finding('review', 'comparison', rule, 'expr', what, 'Add the comparison, such as `> 0`.')];
}

function takesAway(expression: Expression): boolean {
  return everyPart(expression).some(
    (part) => (isComparison(part) && !part.isBool) || (isSetOperation(part) && (part as Binary).operator === 'unless'),
  );
}
