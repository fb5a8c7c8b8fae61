import { type Aggregate, type Binary, bare, type Call, type Expression, isSetOperation } from './expression.ts';
import { anyLabels, intersection, type LabelSet, noLabels, only, union, withAlso, without } from './label-sets.ts';

/** Functions whose result is one number without labels. */
const scalarFunctions = new Set(['scalar', 'time', 'pi']);
const withoutArgument = new Set([
  'hour',
  'minute',
  'month',
  'year',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'days_in_month',
]);
const sampling = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/** Whether it is a number and no vector: literals, `time()`, `scalar(x)`, and what is calculated from those only. */
export function isScalar(given: Expression): boolean {
  const expression = bare(given);
  switch (expression.kind) {
    case 'number':
    case 'string':
      return true;
    case 'unary':
      return isScalar(expression.of);
    case 'call':
      return scalarFunctions.has(expression.name);
    case 'binary':
      return isScalar(expression.left) && isScalar(expression.right);
    default:
      return false;
  }
}

/** Labels that series of a metric can have; null: any. */
export type LabelsOf = (metric: string) => LabelSet | null;

const notKnown: LabelsOf = () => null;

/**
 * Labels that its series can have, the metric's name aside. Wide where it cannot be known: a label that is not in it is certainly not there,
 * one that is in it may be.
 * @param labelsOf what is known of metrics, such as those that rules record
 */
export function possibleLabels(given: Expression, labelsOf: LabelsOf = notKnown): LabelSet {
  const expression = bare(given);
  switch (expression.kind) {
    case 'number':
    case 'string':
      return noLabels;
    case 'selector': {
      const empty = expression.matchers.filter((one) => one.operator === '=' && one.value === '');
      return without(
        (expression.metric === null ? null : labelsOf(expression.metric)) ?? anyLabels,
        empty.map((one) => one.label),
      );
    }
    case 'call':
      return ofCall(expression, labelsOf);
    case 'aggregate':
      return ofAggregate(expression, labelsOf);
    case 'binary':
      return ofBinary(expression, labelsOf);
    default:
      return possibleLabels(expression.of, labelsOf);
  }
}

function ofCall(call: Call, labelsOf: LabelsOf): LabelSet {
  const argument = call.arguments.find((one) => bare(one).kind !== 'string' && !isScalar(one));
  const named = (index: number) => {
    const one = call.arguments[index];
    return one?.kind === 'string' ? [one.value] : [];
  };
  if (scalarFunctions.has(call.name) || call.name === 'vector') return noLabels;
  if (argument === undefined) return withoutArgument.has(call.name) ? noLabels : anyLabels;
  switch (call.name) {
    case 'absent':
    case 'absent_over_time': {
      const inner = withoutRange(argument);
      // Only what a selector says for certain becomes a label of what is absent.
      if (inner.kind !== 'selector') return noLabels;
      const sure = inner.matchers.filter((one) => one.operator === '=' && one.value !== '').map((one) => one.label);
      return only(sure.filter((name) => inner.matchers.filter((one) => one.label === name).length === 1));
    }
    case 'histogram_quantile':
      return without(possibleLabels(argument, labelsOf), ['le']);
    case 'label_replace':
    case 'label_join':
      return withAlso(possibleLabels(argument, labelsOf), named(1));
    case 'info':
      return anyLabels;
    default:
      return possibleLabels(argument, labelsOf);
  }
}

function withoutRange(given: Expression): Expression {
  const expression = bare(given);
  return expression.kind === 'range' || expression.kind === 'offset' || expression.kind === 'modified'
    ? withoutRange(expression.of)
    : expression;
}

function ofAggregate(aggregate: Aggregate, labelsOf: LabelsOf): LabelSet {
  const inner = possibleLabels(aggregate.of, labelsOf);
  if (sampling.has(aggregate.name)) return inner;
  const { grouping } = aggregate;
  const kept =
    grouping === null
      ? noLabels
      : grouping.isBy
        ? intersection(inner, only(grouping.names))
        : without(inner, grouping.names);
  const added = aggregate.name === 'count_values' && aggregate.parameter?.kind === 'string';
  return added ? withAlso(kept, [(aggregate.parameter as { value: string }).value]) : kept;
}

function ofBinary(binary: Binary, labelsOf: LabelsOf): LabelSet {
  if (isScalar(binary.left)) return possibleLabels(binary.right, labelsOf);
  if (isScalar(binary.right)) return possibleLabels(binary.left, labelsOf);
  const left = possibleLabels(binary.left, labelsOf);
  const right = possibleLabels(binary.right, labelsOf);
  if (binary.operator === 'or') return union(left, right);
  if (isSetOperation(binary)) return left;
  const { grouping, matching } = binary;
  if (grouping !== null) return withAlso(grouping.isLeft ? left : right, grouping.names);
  if (matching === null) return intersection(left, right);
  return matching.isOn ? intersection(only(matching.names), intersection(left, right)) : without(left, matching.names);
}

/**
 * Labels that every one of its series has, whatever is scraped: those that a selector asks for and nothing drops. Narrow where it cannot be known.
 */
export function certainLabels(given: Expression): ReadonlySet<string> {
  const expression = bare(given);
  switch (expression.kind) {
    case 'number':
    case 'string':
      return new Set();
    case 'selector':
      return new Set(expression.matchers.filter(asksForValue).map((one) => one.label));
    case 'call': {
      const kept = [
        'rate',
        'irate',
        'increase',
        'delta',
        'idelta',
        'deriv',
        'abs',
        'ceil',
        'floor',
        'round',
        'changes',
      ];
      const isKept = kept.includes(expression.name) || /_over_time$/.test(expression.name);
      const [argument] = expression.arguments;
      if (argument === undefined || !isKept || expression.name.startsWith('absent')) return new Set();
      return certainLabels(argument);
    }
    case 'aggregate': {
      const inner = certainLabels(expression.of);
      const { grouping } = expression;
      if (sampling.has(expression.name)) return inner;
      if (grouping === null) return new Set();
      return new Set([...inner].filter((name) => grouping.names.includes(name) === grouping.isBy));
    }
    case 'binary': {
      const both = [certainLabels(expression.left), certainLabels(expression.right)] as const;
      if (isScalar(expression.right)) return both[0];
      if (isScalar(expression.left)) return both[1];
      if (expression.operator === 'and' || expression.operator === 'unless') return both[0];
      return new Set([...both[0]].filter((name) => both[1].has(name)));
    }
    default:
      return certainLabels(expression.of);
  }
}

function asksForValue(matcher: { operator: string; value: string }): boolean {
  if (matcher.operator === '=') return matcher.value !== '';
  if (matcher.operator === '!=') return matcher.value === '';
  if (matcher.operator !== '=~') return false;
  try {
    return !new RegExp(`^(?:${matcher.value})$`).test('');
  } catch {
    return false;
  }
}
