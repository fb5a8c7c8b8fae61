import { type Expression, isComparison, isSetOperation } from '../promql/expression.ts';
import { constantOf } from '../promql/questions.ts';

/** `unknown`: no target says. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';

export interface Misuse {
  /** `wrong`: what comes out is not what is meant; `doubtful`: it may be meant. */
  kind: 'wrong' | 'doubtful';
  metric: string;
  /** A sentence without its full stop. */
  words: string;
}

/** They take a counter, and know that it begins at 0 again when its process does. */
const ofCounters = new Set(['rate', 'irate', 'increase']);
/** They take a gauge, and take a reset for a fall. */
const ofGauges = new Set([
  'delta',
  'idelta',
  'deriv',
  'predict_linear',
  'holt_winters',
  'double_exponential_smoothing',
]);
/** They ask nothing of the value, or know of resets. */
const careless = new Set([
  ...['resets', 'changes', 'timestamp', 'absent', 'absent_over_time', 'present_over_time', 'count_over_time'],
  ...['label_replace', 'label_join', 'sort', 'sort_desc', 'sort_by_label', 'info'],
]);
const counting = new Set(['count', 'group', 'count_values']);

interface Place {
  /** What of the value matters: `level`: how much it is; `change`: how it changes; `any`: nothing of it. */
  of: 'level' | 'change' | 'any';
  /** The function that takes its range. */
  by: string | null;
}

/**
 * Where counters and gauges are used as what they are not.
 * @param typeOf by the name of the series, so also for `x_bucket`
 */
export function misuses(expression: Expression, typeOf: (series: string) => MetricType): Misuse[] {
  const found: Misuse[] = [];
  const seen = (part: Expression, place: Place): void => {
    switch (part.kind) {
      case 'selector':
        if (part.metric !== null) found.push(...judged(part.metric, typeOf(part.metric), place));
        return;
      case 'call':
        if (part.name === 'histogram_quantile') found.push(...quantile(part.arguments[1], typeOf));
        for (const argument of part.arguments) seen(argument, within(part.name, place));
        return;
      case 'range':
        if (part.isSubquery && place.by !== null && ofCounters.has(place.by))
          found.push(...sums(part.of, typeOf, place.by));
        // Of a subquery the function gets values that were worked out before.
        seen(part.of, part.isSubquery ? { of: place.of === 'any' ? 'any' : 'change', by: null } : place);
        return;
      case 'aggregate':
        if (part.parameter !== null) seen(part.parameter, { of: 'level', by: null });
        seen(part.of, counting.has(part.name) ? { of: 'any', by: null } : place);
        return;
      case 'binary':
        binary(part, place);
        return;
      case 'number':
      case 'string':
        return;
      default:
        seen(part.of, place);
    }
  };
  const binary = (part: Extract<Expression, { kind: 'binary' }>, place: Place): void => {
    if (isSetOperation(part)) {
      seen(part.left, place);
      seen(part.right, part.operator === 'or' ? place : { of: 'any', by: null });
      return;
    }
    // Whether it has ever counted anything is a question that a counter answers.
    const isNaught = isComparison(part) && [constantOf(part.left), constantOf(part.right)].includes(0);
    // The difference of one counter at two moments is a change.
    const isChange = part.operator === '-' || isNaught;
    for (const side of [part.left, part.right]) seen(side, isChange ? { of: 'any', by: null } : place);
  };
  seen(expression, { of: 'level', by: null });
  return unique(found);
}

function within(name: string, place: Place): Place {
  if (careless.has(name)) return { of: 'any', by: name };
  if (ofCounters.has(name) || ofGauges.has(name)) return { of: 'change', by: name };
  if (name.endsWith('_over_time')) return { of: place.of, by: name };
  return { of: place.of, by: place.by };
}

function judged(metric: string, type: MetricType, { of, by }: Place): Misuse[] {
  if (of === 'any') return [];
  const isCounting = type === 'counter' || isPartOf(metric, type);
  if (by !== null && ofCounters.has(by)) {
    if (type === 'gauge')
      return [
        { kind: 'wrong', metric, words: `${by} of the gauge \`${metric}\`: every fall of it is taken for a reset` },
      ];
    if (type === 'summary' && !isPartOf(metric, type))
      return [{ kind: 'wrong', metric, words: `${by} of the quantiles \`${metric}\`, which count nothing` }];
    return [];
  }
  if (!isCounting) return [];
  if (by !== null && ofGauges.has(by))
    return [{ kind: 'wrong', metric, words: `${by} of the counter \`${metric}\`: a restart looks like a fall` }];
  if (of === 'change') return [];
  return [
    {
      kind: 'doubtful',
      metric,
      words: `the counter \`${metric}\` is used as it stands, which says how long its process has run as much as what happened`,
    },
  ];
}

/** The counting series of a histogram or summary. */
function isPartOf(metric: string, type: MetricType): boolean {
  return (
    (type === 'histogram' && /_(bucket|sum|count)$/.test(metric)) ||
    (type === 'summary' && /_(sum|count)$/.test(metric))
  );
}

/** The rate of a sum does not see that one of those added up began again. */
function sums(of: Expression, typeOf: (series: string) => MetricType, by: string): Misuse[] {
  const inner = of.kind === 'parenthesis' ? of.of : of;
  if (inner.kind !== 'aggregate') return [];
  const of2 = inner.of.kind === 'parenthesis' ? inner.of.of : inner.of;
  if (of2.kind !== 'selector' || of2.metric === null || typeOf(of2.metric) !== 'counter') return [];
  const words = `${by} of a ${inner.name} of the counter \`${of2.metric}\`: the restart of one process looks like one of all`;
  return [{ kind: 'wrong', metric: of2.metric, words }];
}

/** A quantile needs the buckets' bounds, and how they changed. */
function quantile(of: Expression | undefined, typeOf: (series: string) => MetricType): Misuse[] {
  if (of === undefined) return [];
  const inner = of.kind === 'parenthesis' ? of.of : of;
  if (inner.kind !== 'aggregate') return [];
  const { grouping } = inner;
  const keepsBounds = grouping !== null && grouping.names.includes('le') === grouping.isBy;
  const metric = bucketsIn(inner.of);
  if (keepsBounds || metric === null || typeOf(metric) === 'unknown') return [];
  return [
    {
      kind: 'wrong',
      metric,
      words: `histogram_quantile of a ${inner.name} that drops the label \`le\`, so it has no buckets`,
    },
  ];
}

function bucketsIn(expression: Expression): string | null {
  if (expression.kind === 'selector') return expression.metric?.endsWith('_bucket') ? expression.metric : null;
  if (expression.kind === 'call') return expression.arguments.map(bucketsIn).find((one) => one !== null) ?? null;
  return 'of' in expression ? bucketsIn(expression.of) : null;
}

function unique(found: readonly Misuse[]): Misuse[] {
  return [...new Map(found.map((one) => [one.words, one])).values()];
}
