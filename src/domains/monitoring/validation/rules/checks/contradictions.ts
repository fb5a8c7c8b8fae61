import { durationText } from '../../promql/duration.ts';
import { whyEmpty } from '../../promql/emptiness.ts';
import { type Binary, bare, type Expression, everyPart, isComparison } from '../../promql/expression.ts';
import { longestMomentMs } from '../../promql/moments.ts';
import { absentCalls, constantOf } from '../../promql/questions.ts';
import { canonical } from '../../promql/same.ts';
import { isMatchedWhole, isSubset, neededNow } from '../../promql/subset.ts';
import { type Finding, finding } from '../finding.ts';
import type { ParsedRule } from '../parsed.ts';
import { consequence } from './needed.ts';

/** Conditions whose parts exclude each other: by their bounds, by what is taken away, by absence, by the time of day. */
export function checkContradictions(parsed: ParsedRule): Finding[] {
  return [...ofBounds(parsed), ...ofParts(parsed), ...ofMoments(parsed)];
}

type Bounds = { low: number; lowIn: boolean; high: number; highIn: boolean; not: Set<number> };
const mirrored: Record<string, string> = { '>': '<', '<': '>', '>=': '<=', '<=': '>=' };

/** `x > 5 and x < 3`: bounds of the same thing that leave nothing. */
function ofBounds({ rule, expression }: ParsedRule): Finding[] {
  for (const part of everyPart(expression)) {
    if (part.kind !== 'binary' || part.operator !== 'and' || !isMatchedWhole(part)) continue;
    // The outermost of a row of `and` holds all of them.
    const bounds = new Map<string, Bounds>();
    for (const one of conjuncts(part)) {
      const bound = boundOf(one);
      if (bound === null) continue;
      const known = bounds.get(bound.of) ?? {
        ...{ low: -Infinity, lowIn: true, high: Infinity, highIn: true, not: new Set() },
      };
      narrow(known, bound);
      bounds.set(bound.of, known);
    }
    const isEmpty = [...bounds.values()].some(
      ({ low, lowIn, high, highIn, not }) => low > high || (low === high && (!(lowIn && highIn) || not.has(low))),
    );
    if (!isEmpty) continue;
    const what = `\`${textOf(rule.expr, part)}\` asks for values that no number has${consequence(rule, expression, part)}.`;
    return [finding('wrong', 'impossible', rule, 'expr', what, 'Correct the bounds, or say `or`.')];
  }
  return [];
}

/** `x > 5`, or `5 < x`. */
function boundOf(one: Expression): { of: string; operator: string; value: number } | null {
  if (!isComparison(one) || one.isBool) return null;
  const right = constantOf(one.right);
  if (right !== null) return { of: canonical(one.left), operator: one.operator, value: right };
  const left = constantOf(one.left);
  if (left === null) return null;
  return { of: canonical(one.right), operator: mirrored[one.operator] ?? one.operator, value: left };
}

function narrow(known: Bounds, { operator, value }: { operator: string; value: number }): void {
  if (operator === '!=') {
    known.not.add(value);
    return;
  }
  const isIn = operator.endsWith('=');
  const isUpper = operator.startsWith('<') || operator === '==';
  const isLower = operator.startsWith('>') || operator === '==';
  if (isLower && (value > known.low || (value === known.low && !isIn)))
    Object.assign(known, { low: value, lowIn: isIn });
  if (isUpper && (value < known.high || (value === known.high && !isIn)))
    Object.assign(known, { high: value, highIn: isIn });
}

/** All that must hold of the same series, also `(x > 1) < 5`. */
function conjuncts(given: Expression): Expression[] {
  const expression = bare(given);
  if (expression.kind === 'binary' && expression.operator === 'and' && isMatchedWhole(expression))
    return [...conjuncts(expression.left), ...conjuncts(expression.right)];
  return [expression];
}

function ofParts({ rule, expression }: ParsedRule): Finding[] {
  return everyPart(expression).flatMap((part) => {
    const why = whyEmpty(part) ?? (part.kind === 'binary' ? whyNothing(part, (one) => textOf(rule.expr, one)) : null);
    if (why === null) return [];
    const what = `\`${textOf(rule.expr, part)}\` never gives anything${consequence(rule, expression, part)}: ${why}.`;
    const todo = part.kind === 'binary' ? 'Correct one of the sides.' : 'Correct what it is given.';
    return [finding('wrong', 'impossible', rule, 'expr', what, todo)];
  });
}

function whyNothing(part: Binary, text: (one: Expression) => string): string | null {
  if (part.operator === 'unless' && isSubset(part.left, part.right))
    return `every series of \`${text(part.left)}\` is also one of \`${text(part.right)}\`, and is taken away`;
  if (['>', '<'].includes(part.operator) && part.matching === null && !part.isBool) {
    if (constantOf(part.left) === null && canonical(part.left) === canonical(part.right))
      return 'both sides are the same';
  }
  if (['or', 'unless'].includes(part.operator)) return null;
  for (const [one, other] of [
    [part.left, part.right],
    [part.right, part.left],
  ] as const) {
    const absent = absentNow(one);
    if (absent === null) continue;
    if (neededNow(other).some((selector) => isSubset(selector, absent)))
      return `\`${text(other)}\` needs series whose absence the other side asks for`;
  }
  return null;
}

/** What must not be there for it to give anything: the selector of an `absent` that it cannot do without. */
function absentNow(given: Expression): Expression | null {
  const expression = bare(given);
  if (expression.kind === 'call' && absentCalls(expression)[0] === expression) {
    const [of] = expression.arguments;
    const argument = of === undefined ? null : bare(of);
    if (expression.name === 'absent') return argument;
    // Absent over time is absent now too.
    return argument?.kind === 'range' && !argument.isSubquery ? bare(argument.of) : null;
  }
  if (expression.kind === 'binary' && expression.operator !== 'or')
    return absentNow(expression.left) ?? (expression.operator === 'unless' ? null : absentNow(expression.right));
  return expression.kind === 'aggregate' ? absentNow(expression.of) : null;
}

/** `minute() == 5` with a `for` that is longer than a minute. */
function ofMoments({ rule, expression }: ParsedRule): Finding[] {
  const longestMs = longestMomentMs(expression);
  if (longestMs === null) return [];
  if (longestMs === 0) {
    const never = rule.kind === 'alert' ? `, so ${rule.name} can never fire` : '';
    const what = `The times that the expression asks for never come${never}.`;
    return [finding('wrong', 'impossible', rule, 'expr', what, 'Correct the times. They are in UTC.')];
  }
  if (rule.kind !== 'alert' || rule.forMs < longestMs) return [];
  const what = `${rule.name} can never fire: by the times that it asks for its expression is true for ${durationText(longestMs)} at the most, and its \`for\` is ${durationText(rule.forMs)}.`;
  return [finding('wrong', 'impossible', rule, 'for', what, `Take a \`for\` of less than ${durationText(longestMs)}.`)];
}

function textOf(expr: string, part: Expression): string {
  return expr.slice(part.from, part.to).replace(/\s+/g, ' ');
}
