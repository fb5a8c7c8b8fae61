import { bare, type Expression, everyPart, type Range, type Selector } from './expression.ts';

/** Every selector, also those within functions and subqueries, in the order in which they stand. */
export function selectorsOf(expression: Expression): Selector[] {
  return everyPart(expression).filter((part) => part.kind === 'selector');
}

/** Names of the metrics that are read, each once. */
export function metricsOf(expression: Expression): string[] {
  return [...new Set(selectorsOf(expression).flatMap(({ metric }) => (metric === null ? [] : [metric])))];
}

/** Ranges and subqueries. */
export function rangesOf(expression: Expression): Range[] {
  return everyPart(expression).filter((part) => part.kind === 'range');
}

/** `absent(x)` and `absent_over_time(x[…])` within it. */
export function absentCalls(expression: Expression): Extract<Expression, { kind: 'call' }>[] {
  return everyPart(expression).filter((part) => part.kind === 'call' && part.name.startsWith('absent')) as never;
}

/** A selector as it would be asked for alone: `up{job="shop"}`. */
export function selectorText(selector: Pick<Selector, 'metric' | 'matchers'>): string {
  const matchers = selector.matchers.map((one) => `${one.label}${one.operator}${JSON.stringify(one.value)}`);
  return `${selector.metric ?? ''}${matchers.length > 0 ? `{${matchers.join(',')}}` : ''}`;
}

/** Whether it is one number at all times, as `5 * 1024` is; its value, or null. */
export function constantOf(given: Expression): number | null {
  const expression = bare(given);
  if (expression.kind === 'number') return expression.value;
  if (expression.kind === 'unary') {
    const value = constantOf(expression.of);
    return value === null ? null : expression.operator === '-' ? -value : value;
  }
  if (expression.kind !== 'binary') return null;
  const left = constantOf(expression.left);
  const right = constantOf(expression.right);
  if (left === null || right === null) return null;
  switch (expression.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    default:
      return null;
  }
}
