import { bare, type Expression } from '../../promql/expression.ts';
import type { Rule } from '../model.ts';

/** Whether the whole gives nothing where a part gives nothing. */
function isNeeded(expression: Expression, part: Expression): boolean {
  const whole = bare(expression);
  if (whole === part) return true;
  if (whole.kind === 'binary') {
    if (whole.operator === 'or') return false;
    if (whole.operator === 'unless') return isNeeded(whole.left, part);
    return isNeeded(whole.left, part) || isNeeded(whole.right, part);
  }
  if (whole.kind === 'call')
    // `scalar` makes NaN of nothing.
    return !/^(absent|scalar$)/.test(whole.name) && whole.arguments.some((one) => isNeeded(one, part));
  if (whole.kind === 'aggregate') return isNeeded(whole.of, part);
  return 'of' in whole ? isNeeded(whole.of, part) : false;
}

/** What a part that gives nothing means for its rule: words to go on with, or none. */
export function consequence({ kind, name }: Rule, expression: Expression, part: Expression): string {
  if (!isNeeded(expression, part)) return '';
  return kind === 'alert' ? `, so ${name} can never fire` : `, so ${name} is never recorded`;
}
