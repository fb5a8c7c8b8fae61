import type { Binary, ComparisonOperator } from '../../promql/expression.ts';
import { constantOf } from '../../promql/questions.ts';
import { type Values, valuesOf } from '../../promql/values.ts';

export interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly what: string;
  readonly equivalent: string | null;
}

const others: Record<string, readonly ComparisonOperator[]> = {
  '>': ['>=', '<'],
  '>=': ['>', '<'],
  '<': ['<=', '>'],
  '<=': ['<', '>'],
  '==': ['!='],
  '!=': ['=='],
};

/** Another operator in a comparison. */
export function otherComparisons(part: Binary): Change[] {
  return (others[part.operator] ?? []).map((operator) => ({
    ...part.sign,
    text: operator,
    what: `${part.operator} → ${operator}`,
    equivalent: whyEqual(part, operator, constantOf(part.right)),
  }));
}

/** A threshold half as high again, and half as high; of 0, one more and one less. */
export function otherThresholds(part: Binary): Change[] {
  const isRight = constantOf(part.right) !== null;
  const side = isRight ? part.right : part.left;
  const constant = constantOf(side);
  if (constant === null || !Number.isFinite(constant)) return [];
  const values = constant === 0 ? [1, -1] : [constant * 1.5, constant * 0.5];
  return values.map((value) => {
    const text = numberText(value);
    const equivalent = isRight ? whyEqual(part, part.operator as ComparisonOperator, Number(text)) : null;
    // A bare negative number behind an operator is read as one all the same.
    return {
      from: side.from,
      to: side.to,
      text,
      what: `${part.operator} ${numberText(constant)} → ${part.operator} ${text}`,
      equivalent,
    };
  });
}

/** Short, and without what floating point adds: 14.4 × 0.001 × 1.5 is 0.0216. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(10)));
}

/**
 * Why a changed comparison takes the same series away as before: no value that the left side can have is judged otherwise. Between the two thresholds
 * and at them nothing changes but there, so that a few values stand for all.
 */
function whyEqual(part: Binary, operator: ComparisonOperator, threshold: number | null): string | null {
  const before = constantOf(part.right);
  if (before === null || threshold === null) return null;
  const values = valuesOf(part.left);
  const points = pointsIn(values, [before, threshold]);
  if (points.length === 0) return null;
  if (!points.every((one) => holds(part.operator, one, before) === holds(operator, one, threshold))) return null;
  const { low, high, isInteger } = values;
  const range = low === high ? `is always ${low}` : `is ${isInteger ? 'a whole number ' : ''}${rangeText(low, high)}`;
  return `what is compared ${range}${values.isSure ? '' : ', by its name'}, and for all of that both say the same`;
}

function rangeText(low: number, high: number): string {
  if (low === -Infinity) return high === Infinity ? '' : `of at most ${high}`;
  return high === Infinity ? `of at least ${low}` : `from ${low} to ${high}`;
}

function pointsIn({ low, high, isInteger }: Values, thresholds: readonly number[]): number[] {
  const least = Math.min(...thresholds);
  const most = Math.max(...thresholds);
  const points = [low, high, ...thresholds, (least + most) / 2, least - 1, most + 1, least - 1e-9, most + 1e-9];
  if (isInteger) {
    const to = Math.min(Math.ceil(most) + 1, Math.floor(least) + 1000);
    for (let one = Math.floor(least) - 1; one <= to; one++) points.push(one);
  }
  return points.filter(
    (one) => Number.isFinite(one) && one >= low && one <= high && (!isInteger || Number.isInteger(one)),
  );
}

function holds(operator: string, one: number, other: number): boolean {
  switch (operator) {
    case '>':
      return one > other;
    case '>=':
      return one >= other;
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '==':
      return one === other;
    default:
      return one !== other;
  }
}
