import { bare, type Expression, isSetOperation, type Selector } from './expression.ts';
import { isScalar } from './labels.ts';

/** The expressions of the rules that record a metric, with the labels that they add; none: it is no recorded one. */
export type Recorded = (
  metric: string,
) => readonly { expression: Expression; labels: Readonly<Record<string, string>> }[];

const perSeries = new Set(
  'rate irate increase delta idelta deriv changes resets abs ceil floor round clamp clamp_min clamp_max ln log2 log10 sqrt exp predict_linear histogram_quantile'.split(
    ' ',
  ),
);

/** The one value that a label has in all its series, because selectors ask for it and nothing changes it; null: none that is certain. */
export function pinnedValue(given: Expression, label: string, recorded: Recorded, depth = 0): string | null {
  const expression = bare(given);
  const of = (one: Expression) => pinnedValue(one, label, recorded, depth);
  switch (expression.kind) {
    case 'selector': {
      const own = equalityOf(expression, label);
      if (own !== null || expression.metric === null || depth > 5) return own;
      const values = recorded(expression.metric).map(
        (one) => one.labels[label] ?? pinnedValue(one.expression, label, recorded, depth + 1),
      );
      return values.length > 0 && values.every((one) => one === values[0]) ? (values[0] ?? null) : null;
    }
    case 'call':
      return keepsLabels(expression.name) ? of(expression.arguments.find((one) => !isScalar(one)) ?? expression) : null;
    case 'aggregate':
      return keeps(expression, label) ? of(expression.of) : null;
    case 'binary': {
      if (isScalar(expression.left)) return of(expression.right);
      if (isScalar(expression.right)) return of(expression.left);
      const left = of(expression.left);
      if (expression.operator === 'or') return left !== null && left === of(expression.right) ? left : null;
      if (expression.operator === 'unless') return left;
      const { matching, grouping } = expression;
      if (grouping?.names.includes(label)) return null;
      const isMatched = matching === null || matching.names.includes(label) === matching.isOn;
      if (isMatched) return left ?? of(expression.right);
      return isSetOperation(expression) ? left : null;
    }
    case 'number':
    case 'string':
      return null;
    default:
      return of(expression.of);
  }
}

function equalityOf({ matchers }: Selector, label: string): string | null {
  return matchers.find((one) => one.label === label && one.operator === '=' && one.value !== '')?.value ?? null;
}

function keepsLabels(name: string): boolean {
  return perSeries.has(name) || (/_over_time$/.test(name) && !name.startsWith('absent'));
}

function keeps({ grouping, name }: Extract<Expression, { kind: 'aggregate' }>, label: string): boolean {
  if (['topk', 'bottomk', 'limitk', 'limit_ratio', 'count_values'].includes(name)) return false;
  return grouping !== null && grouping.names.includes(label) === grouping.isBy;
}

/**
 * Whether a label's value is asked for twice, so that one of them can go: the selector stands on one side of an operation that pairs series by this label,
 * and the other side has that one value only.
 */
export function isPinnedElsewhere(whole: Expression, selector: Selector, label: string, recorded: Recorded): boolean {
  const value = equalityOf(selector, label);
  const path = pathTo(whole, selector);
  if (value === null || path === null) return false;
  // From the inside out, as long as series of other values stay apart from these.
  for (let index = path.length - 1; index > 0; index--) {
    const outer = bare(path[index - 1] as Expression);
    const inner = path[index] as Expression;
    if (outer.kind === 'binary') {
      const isLeft = bare(outer.left) === bare(inner);
      const other = isLeft ? outer.right : outer.left;
      if (!isScalar(other)) {
        const { matching, operator } = outer;
        const isMatched = matching === null || matching.names.includes(label) === matching.isOn;
        if (!isMatched || operator === 'or' || (operator === 'unless' && isLeft)) return false;
        if (pinnedValue(other, label, recorded) === value) return true;
        // With `unless` on the right, or no pin there, what is further out may still hold.
        if (operator === 'unless') return false;
      }
    } else if (outer.kind === 'aggregate') {
      if (!keeps(outer, label)) return false;
    } else if (outer.kind === 'call' && !keepsLabels(outer.name)) return false;
  }
  return false;
}

function pathTo(from: Expression, target: Expression): Expression[] | null {
  const expression = bare(from);
  if (expression === target) return [expression];
  const inner =
    expression.kind === 'call'
      ? expression.arguments
      : expression.kind === 'binary'
        ? [expression.left, expression.right]
        : 'of' in expression
          ? [expression.of]
          : [];
  for (const one of inner) {
    const rest = pathTo(one, target);
    if (rest !== null) return [expression, ...rest];
  }
  return null;
}
