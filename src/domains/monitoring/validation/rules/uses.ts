import { bare, type Expression, parts, type Selector } from '../promql/expression.ts';
import { selectorsOf } from '../promql/questions.ts';
import { expressionsBehind, recordersOf } from './leaves.ts';
import type { Known, ParsedRule } from './parsed.ts';

type Recorded = Pick<Known, 'recorded'>;

/** How the values of a series go on: they stay, they grow, they start somewhere and grow, they grow by whole steps. */
export type Shape = 'level' | 'counter' | 'ramp' | 'stairs';

/** A selector, and what is done with its series. */
export interface Use {
  readonly selector: Selector;
  readonly shape: Shape;
  /** Within `histogram_quantile`, or by its name: its series are buckets. */
  readonly isBucket: boolean;
}

const shapes: Record<string, Shape> = {
  rate: 'counter',
  irate: 'counter',
  increase: 'counter',
  deriv: 'ramp',
  predict_linear: 'ramp',
  delta: 'ramp',
  idelta: 'ramp',
  changes: 'stairs',
  resets: 'stairs',
};

/** Everything that an expression asks for, through rules that record it. */
export function usesOf({ expression }: Pick<ParsedRule, 'expression'>, known: Recorded): Use[] {
  const found: Use[] = [];
  for (const one of expressionsBehind({ expression }, known)) visit(one, 'level', false, known, found);
  return found;
}

function visit(given: Expression, shape: Shape, isBucket: boolean, known: Recorded, found: Use[]): void {
  const part = bare(given);
  if (part.kind === 'selector') {
    if (part.metric === null || recordersOf(part, known).length > 0) return;
    // The quantile may be asked for by another rule, of what this one records.
    found.push({ selector: part, shape, isBucket: isBucket || /_bucket$/.test(part.metric) });
    return;
  }
  const inner = part.kind === 'call' ? (shapes[part.name] ?? shape) : shape;
  const buckets = isBucket || (part.kind === 'call' && part.name === 'histogram_quantile');
  for (const one of parts(part)) visit(one, inner, buckets, known, found);
}

/** The rules that record what a rule reads, directly or not, each before those that read it. */
export function recordsFor({ expression }: Pick<ParsedRule, 'expression'>, known: Recorded): ParsedRule[] {
  const ordered: ParsedRule[] = [];
  const seen = new Set<ParsedRule>();
  const follow = (of: Expression) => {
    for (const one of selectorsOf(of).flatMap((selector) => recordersOf(selector, known))) {
      if (seen.has(one)) continue;
      seen.add(one);
      follow(one.expression);
      ordered.push(one);
    }
  };
  follow(expression);
  return ordered;
}
