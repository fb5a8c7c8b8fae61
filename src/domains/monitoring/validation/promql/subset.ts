import { type Binary, bare, type Expression, isComparison, type Matcher, type Selector } from './expression.ts';
import { possibleLabels } from './labels.ts';
import { constantOf } from './questions.ts';
import { canonical } from './same.ts';

/**
 * Whether every series that one expression gives is also given by the other, by labels: `x > 5` by `x`, `x{a="1"}` by `x`. Values aside; false where it
 * is not certain.
 */
export function isSubset(givenPart: Expression, givenWhole: Expression): boolean {
  const part = bare(givenPart);
  const whole = bare(givenWhole);
  if (canonical(part) === canonical(whole)) return true;
  if (part.kind === 'binary') {
    if (part.operator === 'or') return isSubset(part.left, whole) && isSubset(part.right, whole);
    if (part.operator === 'and' || part.operator === 'unless') return isSubset(part.left, whole);
  }
  if (whole.kind === 'binary' && whole.operator === 'or')
    return isSubset(part, whole.left) || isSubset(part, whole.right);
  if (isFilter(part)) {
    if (isFilter(whole) && canonical(part.left) === canonical(whole.left) && implies(part, whole)) return true;
    return isSubset(part.left, whole);
  }
  if (part.kind === 'selector' && whole.kind === 'selector') return isNarrower(part, whole);
  if (part.kind === 'range' && whole.kind === 'range')
    return !part.isSubquery && !whole.isSubquery && part.durationMs === whole.durationMs && isSubset(part.of, whole.of);
  if (part.kind === 'offset' && whole.kind === 'offset')
    return part.offsetMs !== null && part.offsetMs === whole.offsetMs && isSubset(part.of, whole.of);
  if (part.kind === 'call' && whole.kind === 'call')
    return (
      part.name === whole.name &&
      /^(rate|irate|increase|delta|idelta|deriv|changes|resets|abs|ceil|floor|round|(?!absent)\w+_over_time)$/.test(
        part.name,
      ) &&
      part.arguments.length === whole.arguments.length &&
      part.arguments.every((one, index) => isSubset(one, whole.arguments[index] as Expression))
    );
  if (part.kind === 'aggregate' && whole.kind === 'aggregate') {
    if (['topk', 'bottomk', 'limitk', 'limit_ratio', 'count_values'].includes(whole.name)) return false;
    const names = (one: typeof part) => `${one.grouping?.isBy ?? true}${[...(one.grouping?.names ?? [])].sort()}`;
    return names(part) === names(whole) && part.name !== 'count_values' && isSubset(part.of, whole.of);
  }
  return false;
}

/** A comparison with one number, which only takes series away. */
function isFilter(part: Expression): part is Binary {
  return isComparison(part) && !part.isBool && constantOf(part.right) !== null;
}

/** Whether what the first comparison keeps is kept by the second: `> 5` by `> 3`. */
function implies(part: Binary, whole: Binary): boolean {
  const [own, other] = [constantOf(part.right) ?? Number.NaN, constantOf(whole.right) ?? Number.NaN];
  switch (whole.operator) {
    case '>':
      return (part.operator === '>' && own >= other) || (['>=', '=='].includes(part.operator) && own > other);
    case '>=':
      return ['>', '>=', '=='].includes(part.operator) && own >= other;
    case '<':
      return (part.operator === '<' && own <= other) || (['<=', '=='].includes(part.operator) && own < other);
    case '<=':
      return ['<', '<=', '=='].includes(part.operator) && own <= other;
    case '!=':
      return (
        (part.operator === '==' && own !== other) ||
        (part.operator === '>' && own >= other) ||
        (part.operator === '<' && own <= other) ||
        (part.operator === '>=' && own > other) ||
        (part.operator === '<=' && own < other)
      );
    default:
      return part.operator === '==' && own === other;
  }
}

function isNarrower(part: Selector, whole: Selector): boolean {
  if (whole.metric === null || part.metric !== whole.metric) return false;
  const text = ({ label, operator, value }: Matcher) => `${label}${operator}${value}`;
  const has = new Set(part.matchers.map(text));
  return whole.matchers.every((one) => has.has(text(one)));
}

/** Whether both sides of an operation are matched by every label that they can have, so that only the same series are a pair. */
export function isMatchedWhole({ matching, left, right }: Binary): boolean {
  if (matching === null) return true;
  if (!matching.isOn) return matching.names.length === 0;
  return [left, right].every((side) => {
    const possible = possibleLabels(side);
    return possible.kind === 'only' && [...possible.names].every((name) => matching.names.includes(name));
  });
}

/** Selectors without which it gives nothing at the very moment: those of which it needs no older sample. */
export function neededNow(given: Expression): Selector[] {
  const expression = bare(given);
  switch (expression.kind) {
    case 'selector':
      return [expression];
    case 'unary':
    case 'aggregate':
      return neededNow(expression.of);
    case 'call':
      if (/^absent/.test(expression.name) || ['scalar', 'vector'].includes(expression.name)) return [];
      return expression.arguments.flatMap(neededNow);
    case 'binary':
      if (expression.operator === 'or') {
        const right = neededNow(expression.right);
        return neededNow(expression.left).filter((one) => right.some((other) => canonical(one) === canonical(other)));
      }
      if (expression.operator === 'unless') return neededNow(expression.left);
      return [...neededNow(expression.left), ...neededNow(expression.right)];
    default:
      return [];
  }
}
