import { type Binary, bare, type Call, type Expression, isComparison, type Selector } from './expression.ts';
import { isScalar } from './labels.ts';
import { constantOf } from './questions.ts';
import { canonical, isShareOf } from './same.ts';

/** The values that an expression can have: from `low` to `high`, both included where they are finite. */
export interface Values {
  readonly low: number;
  readonly high: number;
  readonly isInteger: boolean;
  /** false: what a metric's name promises (`up` is 0 or 1, a `_total` is never negative) is part of it. */
  readonly isSure: boolean;
}

const anything: Values = { low: -Infinity, high: Infinity, isInteger: false, isSure: true };
const notNegative: Values = { ...anything, low: 0 };
const share: Values = { low: 0, high: 1, isInteger: false, isSure: true };
const byFunction: Record<string, Values> = {
  rate: notNegative,
  irate: notNegative,
  increase: notNegative,
  changes: { ...notNegative, isInteger: true },
  resets: { ...notNegative, isInteger: true },
  count_over_time: { ...notNegative, low: 1, isInteger: true },
  stddev_over_time: notNegative,
  stdvar_over_time: notNegative,
  present_over_time: { low: 1, high: 1, isInteger: true, isSure: true },
  absent: { low: 1, high: 1, isInteger: true, isSure: true },
  absent_over_time: { low: 1, high: 1, isInteger: true, isSure: true },
  time: notNegative,
  sqrt: notNegative,
  exp: notNegative,
  sgn: { low: -1, high: 1, isInteger: true, isSure: true },
  hour: { low: 0, high: 23, isInteger: true, isSure: true },
  minute: { low: 0, high: 59, isInteger: true, isSure: true },
  day_of_week: { low: 0, high: 6, isInteger: true, isSure: true },
  day_of_month: { low: 1, high: 31, isInteger: true, isSure: true },
  day_of_year: { low: 1, high: 366, isInteger: true, isSure: true },
  days_in_month: { low: 28, high: 31, isInteger: true, isSure: true },
  month: { low: 1, high: 12, isInteger: true, isSure: true },
};
const sameAsArgument = new Set([
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'last_over_time',
  'vector',
  'scalar',
  'sort',
  'sort_desc',
  'label_replace',
  'label_join',
]);

/** What it can be, by what functions give and, where `isSure` is false, by what metrics' names promise. NaN aside. */
export function valuesOf(given: Expression): Values {
  const expression = bare(given);
  const constant = constantOf(expression);
  if (constant !== null && !Number.isNaN(constant))
    return { low: constant, high: constant, isInteger: Number.isInteger(constant), isSure: true };
  switch (expression.kind) {
    case 'selector':
      return ofSelector(expression);
    case 'unary': {
      const of = valuesOf(expression.of);
      return expression.operator === '-' ? { ...of, low: -of.high, high: -of.low } : of;
    }
    case 'call':
      return ofCall(expression);
    case 'aggregate': {
      const of = valuesOf(expression.of);
      switch (expression.name) {
        case 'count':
        case 'count_values':
          return { low: 1, high: Infinity, isInteger: true, isSure: true };
        case 'group':
          return { low: 1, high: 1, isInteger: true, isSure: true };
        case 'stddev':
        case 'stdvar':
          return notNegative;
        case 'sum':
          return { ...of, low: of.low >= 0 ? of.low : -Infinity, high: of.high <= 0 ? of.high : Infinity };
        case 'avg':
        case 'quantile':
          return { ...of, isInteger: false };
        default:
          return of;
      }
    }
    case 'binary':
      return ofBinary(expression);
    case 'number':
    case 'string':
      return anything;
    default:
      return valuesOf(expression.of);
  }
}

function ofSelector({ metric }: Selector): Values {
  if (metric === null) return anything;
  if (metric === 'up' || /(^|_)(up|success)$/.test(metric))
    return { low: 0, high: 1, isInteger: true, isSure: metric === 'up' };
  if (metric === 'ALERTS') return { low: 1, high: 1, isInteger: true, isSure: true };
  if (/_(total|count|bucket)$/.test(metric)) return { ...notNegative, isSure: false };
  return anything;
}

function ofCall(call: Call): Values {
  const known = byFunction[call.name];
  if (known !== undefined) return known;
  const argument = call.arguments.find((one) => bare(one).kind !== 'string');
  if (argument === undefined) return anything;
  const of = valuesOf(argument);
  if (sameAsArgument.has(call.name)) return call.name === 'avg_over_time' ? { ...of, isInteger: false } : of;
  const bound = (index: number) => (call.arguments[index] === undefined ? null : constantOf(call.arguments[index]));
  switch (call.name) {
    case 'abs':
      return of.low >= 0 ? of : { ...of, low: 0, high: Math.max(Math.abs(of.low), Math.abs(of.high)) };
    case 'ceil':
    case 'floor':
      return { ...of, low: Math.floor(of.low), high: Math.ceil(of.high), isInteger: true };
    case 'clamp_min':
      return { ...of, low: Math.max(of.low, bound(1) ?? -Infinity), isInteger: false };
    case 'clamp_max':
      return { ...of, high: Math.min(of.high, bound(1) ?? Infinity), isInteger: false };
    case 'clamp':
      return {
        ...of,
        low: Math.max(of.low, bound(1) ?? -Infinity),
        high: Math.min(of.high, bound(2) ?? Infinity),
        isInteger: false,
      };
    default:
      return anything;
  }
}

function ofBinary(binary: Binary): Values {
  const left = valuesOf(binary.left);
  const right = valuesOf(binary.right);
  const isSure = left.isSure && right.isSure;
  const isInteger = left.isInteger && right.isInteger;
  if (isComparison(binary)) return binary.isBool ? { ...share, isInteger: true } : narrowed(binary, left, right);
  switch (binary.operator) {
    case 'and':
    case 'unless':
      return left;
    case 'or':
      return { low: Math.min(left.low, right.low), high: Math.max(left.high, right.high), isInteger, isSure };
    case '+':
      return {
        low: sum(left.low, right.low, -Infinity),
        high: sum(left.high, right.high, Infinity),
        isInteger,
        isSure,
      };
    case '-':
      if (isItself(binary)) return { low: 0, high: 0, isInteger: true, isSure: true };
      return {
        low: sum(left.low, -right.high, -Infinity),
        high: sum(left.high, -right.low, Infinity),
        isInteger,
        isSure,
      };
    case '*':
      return { ...hull(left, right, (a, b) => (a === 0 || b === 0 ? 0 : a * b)), isInteger, isSure };
    case '/':
      if (binary.matching === null && isShareOf(binary.left, binary.right)) return share;
      // A divisor that can be zero can make anything of it, but not another sign.
      if (right.low > 0 || right.high < 0) return { ...hull(left, right, quotient), isInteger: false, isSure };
      return left.low >= 0 && right.low >= 0 ? { ...notNegative, isSure } : { ...anything, isSure };
    case '%': {
      // The remainder has the sign of what is divided, and is less than the divisor.
      const bound = Math.max(Math.abs(right.low), Math.abs(right.high));
      return { low: left.low >= 0 ? 0 : -bound, high: left.high <= 0 ? 0 : bound, isInteger, isSure };
    }
    default:
      return anything;
  }
}

/** `x - x`, of the same series at the same moment. */
function isItself({ left, right, matching }: Binary): boolean {
  return matching === null && canonical(left) === canonical(right);
}

/** What is left of one side by a comparison: that of the side which is kept. */
function narrowed(binary: Binary, left: Values, right: Values): Values {
  const isLeftKept = !isScalar(binary.left);
  const [kept, other] = isLeftKept ? [left, right] : [right, left];
  const isSure = left.isSure && right.isSure;
  const operator = isLeftKept ? binary.operator : mirrored[binary.operator];
  switch (operator) {
    case '>':
    case '>=':
      return { ...kept, low: Math.max(kept.low, other.low), isSure };
    case '<':
    case '<=':
      return { ...kept, high: Math.min(kept.high, other.high), isSure };
    case '==':
      return { ...kept, low: Math.max(kept.low, other.low), high: Math.min(kept.high, other.high), isSure };
    default:
      return kept;
  }
}

const mirrored: Record<string, string> = { '>': '<', '<': '>', '>=': '<=', '<=': '>=', '==': '==', '!=': '!=' };

/** `never`: no two values of both sides make it true; `always`: all do, so that it takes no series away. */
export function comparisonOutcome(binary: Binary): { outcome: 'never' | 'always' | 'open'; isSure: boolean } {
  const left = valuesOf(binary.left);
  const right = valuesOf(binary.right);
  const isSure = left.isSure && right.isSure;
  // There is nothing to compare: that is told of the side itself.
  if (left.low > left.high || right.low > right.high) return { outcome: 'open', isSure };
  const is = (never: boolean, always: boolean) =>
    ({ outcome: never ? 'never' : always ? 'always' : 'open', isSure }) as const;
  const isOne = left.low === left.high && right.low === right.high;
  const isApart = left.high < right.low || left.low > right.high;
  switch (binary.operator) {
    case '>':
      return is(left.high <= right.low, left.low > right.high);
    case '>=':
      return is(left.high < right.low, left.low >= right.high);
    case '<':
      return is(left.low >= right.high, left.high < right.low);
    case '<=':
      return is(left.low > right.high, left.high <= right.low);
    case '==':
      return is(isApart || between(left, right) || between(right, left), isOne && left.low === right.low);
    case '!=':
      return is(isOne && left.low === right.low, isApart || between(left, right) || between(right, left));
    default:
      return is(false, false);
  }
}

/** Whether one of them is whole numbers and the other a number that is none. */
function between(whole: Values, point: Values): boolean {
  return whole.isInteger && point.low === point.high && !Number.isInteger(point.low);
}

function sum(one: number, other: number, unknown: number): number {
  const result = one + other;
  return Number.isNaN(result) ? unknown : result;
}

function quotient(one: number, other: number): number {
  const result = one / other;
  return Number.isNaN(result) ? 0 : result;
}

function hull(left: Values, right: Values, of: (a: number, b: number) => number): { low: number; high: number } {
  const corners = [left.low, left.high].flatMap((one) => [right.low, right.high].map((other) => of(one, other)));
  return { low: Math.min(...corners), high: Math.max(...corners) };
}
