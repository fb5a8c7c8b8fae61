import { type Binary, bare, type Call, type Expression, everyPart, isComparison } from './expression.ts';

/** What it gives at a moment (Unix time, s): a number; null: nothing. */
type At = (second: number) => number | null;

/** Whether it may give something at a moment, and whether it certainly does. */
interface Presence {
  readonly may: (second: number) => boolean;
  readonly must: (second: number) => boolean;
}

const fields: Record<string, (date: Date) => number> = {
  minute: (date) => date.getUTCMinutes(),
  hour: (date) => date.getUTCHours(),
  day_of_week: (date) => date.getUTCDay(),
  day_of_month: (date) => date.getUTCDate(),
  days_in_month: (date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  day_of_year: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1,
  month: (date) => date.getUTCMonth() + 1,
};
/** As coarse as the finest that is asked for, and through as much time as it needs to come round. */
const stepsS: Record<string, number> = { minute: 60, hour: 3600, time: 60 };
const dayS = 86_400;
/** A leap year's first day, a Monday. */
const beginS = Date.UTC(2024, 0, 1) / 1000;

/**
 * How long at a time an expression can be true at the most by the times of day, week and year that it asks for, ms; whatever else it asks is taken to be
 * true. `minute() == 5` holds for a minute. null: it asks for none, or holds at all times.
 */
export function longestMomentMs(expression: Expression): number | null {
  const asked = new Set(everyPart(expression).flatMap((part) => (part.kind === 'call' ? [part.name] : [])));
  const isAsked = [...asked].some((name) => fields[name] !== undefined || name === 'time');
  const whole = isAsked ? presenceOf(expression) : null;
  if (whole === null) return null;
  const stepS = Math.min(dayS, ...[...asked].map((name) => stepsS[name] ?? dayS));
  const isWeekly = [...asked].every(
    (name) => fields[name] === undefined || ['minute', 'hour', 'day_of_week'].includes(name),
  );
  const steps = ((isWeekly ? 14 : 2 * 366) * dayS) / stepS;
  let longest = 0;
  let run = 0;
  for (let step = 0; step < steps; step++) {
    run = whole.may(beginS + step * stepS) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  if (longest === steps) return null;
  // What `time()` asks for may begin just after one look and end just before another.
  return (longest + (asked.has('time') ? 1 : 0)) * stepS * 1000;
}

/** null: it says nothing of the time. */
function presenceOf(given: Expression): Presence | null {
  const expression = bare(given);
  const value = timedValue(expression);
  if (value !== null) {
    const is = (second: number) => value(second) !== null;
    return { may: is, must: is };
  }
  const unsure = (inner: Presence | null): Presence | null => inner && { may: inner.may, must: () => false };
  switch (expression.kind) {
    case 'aggregate':
      return unsure(presenceOf(expression.of));
    case 'call':
      // `absent` gives something where its argument gives nothing, and ranges reach into other moments.
      if (/^absent|_over_time$/.test(expression.name)) return null;
      return unsure(
        expression.arguments.map(presenceOf).reduce((all, one) => bothOf(all, one), null as Presence | null),
      );
    case 'unary':
      return presenceOf(expression.of);
    case 'binary':
      return ofBinary(expression);
    default:
      return null;
  }
}

function ofBinary(binary: Binary): Presence | null {
  const left = presenceOf(binary.left);
  const right = presenceOf(binary.right);
  switch (binary.operator) {
    case 'or': {
      if (left === null || right === null) return null;
      return {
        may: (second) => left.may(second) || right.may(second),
        must: (second) => left.must(second) || right.must(second),
      };
    }
    case 'unless': {
      // Without labels, what is on the right takes everything away only where no label is compared.
      const { matching } = binary;
      const isWhole = (matching?.isOn === true && matching.names.length === 0) || timedValue(binary.left) !== null;
      if (right === null || !isWhole) return left && { may: left.may, must: () => false };
      return { may: (second) => (left?.may(second) ?? true) && !right.must(second), must: () => false };
    }
    default: {
      const both = bothOf(left, right);
      return both && { may: both.may, must: () => false };
    }
  }
}

function bothOf(one: Presence | null, other: Presence | null): Presence | null {
  if (one === null || other === null) return one ?? other;
  return {
    may: (second) => one.may(second) && other.may(second),
    must: (second) => one.must(second) && other.must(second),
  };
}

/** null: more than the time decides what it gives. */
function timedValue(given: Expression): At | null {
  const expression = bare(given);
  switch (expression.kind) {
    case 'number':
      return () => expression.value;
    case 'unary': {
      const of = timedValue(expression.of);
      if (of === null || expression.operator === '+') return of;
      return (second) => {
        const value = of(second);
        return value === null ? null : -value;
      };
    }
    case 'call':
      return ofCall(expression);
    case 'binary': {
      const left = timedValue(expression.left);
      const right = timedValue(expression.right);
      if (left === null || right === null) return null;
      return calculated(expression, left, right);
    }
    default:
      return null;
  }
}

function ofCall({ name, arguments: given }: Call): At | null {
  if (name === 'time') return (second) => second;
  const [first] = given;
  const of = first === undefined ? null : timedValue(first);
  if (name === 'vector' || name === 'scalar') return of;
  const rounding = { floor: Math.floor, ceil: Math.ceil, round: Math.round, abs: Math.abs }[name];
  if (rounding !== undefined && given.length === 1 && of !== null)
    return (second) => {
      const value = of(second);
      return value === null ? null : rounding(value);
    };
  const field = fields[name];
  if (field === undefined || (first !== undefined && of === null)) return null;
  return (second) => {
    const at = of === null ? second : of(second);
    return at === null ? null : field(new Date(at * 1000));
  };
}

function calculated(binary: Binary, left: At, right: At): At | null {
  const with2 = (of: (a: number | null, b: number | null) => number | null): At => {
    return (second) => of(left(second), right(second));
  };
  switch (binary.operator) {
    case 'and':
      return with2((a, b) => (b === null ? null : a));
    case 'or':
      return with2((a, b) => a ?? b);
    case 'unless':
      return with2((a, b) => (b === null ? a : null));
    default:
  }
  const number = operations[binary.operator];
  if (number === undefined) return null;
  if (!isComparison(binary)) return with2((a, b) => (a === null || b === null ? null : Number(number(a, b))));
  const isLeftKept = bare(binary.left).kind !== 'number';
  return with2((a, b) => {
    if (a === null || b === null) return null;
    const holds = Boolean(number(a, b));
    return binary.isBool ? Number(holds) : holds ? (isLeftKept ? a : b) : null;
  });
}

const operations: Record<string, (a: number, b: number) => number | boolean> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};
