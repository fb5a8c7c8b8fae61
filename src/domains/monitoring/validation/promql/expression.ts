/** Where something stands in the text of its expression: characters from its beginning. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher extends Span {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

export interface Selector extends Span {
  readonly kind: 'selector';
  /** null: only matchers, or a matcher of `__name__` that is no equality. */
  readonly metric: string | null;
  /** Without the metric's name. */
  readonly matchers: readonly Matcher[];
}

/** `x[5m]`, or a subquery `x[1h:5m]`. A duration that depends on the query's step is null. */
export interface Range extends Span {
  readonly kind: 'range';
  readonly of: Expression;
  readonly durationMs: number | null;
  readonly duration: Span;
  readonly isSubquery: boolean;
  /** Of a subquery; null: that of the evaluation. */
  readonly stepMs: number | null;
}

/** `x offset 5m`; milliseconds are positive into the past. */
export interface Offset extends Span {
  readonly kind: 'offset';
  readonly of: Expression;
  readonly offsetMs: number | null;
}

/** `x @ end()`, and other modifiers that do not change which series are used. */
export interface Modified extends Span {
  readonly kind: 'modified';
  readonly of: Expression;
}

export interface Parenthesis extends Span {
  readonly kind: 'parenthesis';
  readonly of: Expression;
}

export interface Unary extends Span {
  readonly kind: 'unary';
  readonly operator: '-' | '+';
  readonly of: Expression;
}

export interface NumberLiteral extends Span {
  readonly kind: 'number';
  readonly value: number;
}

export interface StringLiteral extends Span {
  readonly kind: 'string';
  readonly value: string;
}

export interface Call extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Expression[];
}

/** The labels of `by (a, b)`, `on (a)` or `group_left (a)`. */
export interface Labels extends Span {
  readonly names: readonly string[];
  /** Of each name, in the order of `names`. */
  readonly each: readonly Span[];
}

export interface Aggregate extends Span {
  readonly kind: 'aggregate';
  /** `sum` */
  readonly name: string;
  /** null: neither `by` nor `without`, so all labels are dropped. */
  readonly grouping: (Labels & { readonly isBy: boolean }) | null;
  /** The first one of `topk`, `quantile` and `count_values`; null for others. */
  readonly parameter: Expression | null;
  readonly of: Expression;
}

export interface Binary extends Span {
  readonly kind: 'binary';
  /** `+`, `==`, `and` */
  readonly operator: string;
  /** Where the operator's word or sign stands. */
  readonly sign: Span;
  readonly left: Expression;
  readonly right: Expression;
  readonly isBool: boolean;
  /** null: neither `on` nor `ignoring`. */
  readonly matching: (Labels & { readonly isOn: boolean }) | null;
  /** null: neither `group_left` nor `group_right`. */
  readonly grouping: (Labels & { readonly isLeft: boolean }) | null;
}

export type Expression =
  | Selector
  | Range
  | Offset
  | Modified
  | Parenthesis
  | Unary
  | NumberLiteral
  | StringLiteral
  | Call
  | Aggregate
  | Binary;

export const comparisonOperators = ['==', '!=', '>', '<', '>=', '<='] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

const setOperators = ['and', 'or', 'unless'] as const;

export function isComparison(expression: Expression): expression is Binary & { operator: ComparisonOperator } {
  return expression.kind === 'binary' && (comparisonOperators as readonly string[]).includes(expression.operator);
}

export function isSetOperation(expression: Expression): boolean {
  return expression.kind === 'binary' && (setOperators as readonly string[]).includes(expression.operator);
}

/** What an expression is directly made of. */
export function parts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'selector':
    case 'number':
    case 'string':
      return [];
    case 'call':
      return expression.arguments;
    case 'aggregate':
      return expression.parameter === null ? [expression.of] : [expression.parameter, expression.of];
    case 'binary':
      return [expression.left, expression.right];
    default:
      return [expression.of];
  }
}

/** It and all that it is made of, outer ones first. */
export function everyPart(expression: Expression): Expression[] {
  return [expression, ...parts(expression).flatMap(everyPart)];
}

/** Without the parentheses around it. */
export function bare(expression: Expression): Exclude<Expression, Parenthesis> {
  return expression.kind === 'parenthesis' ? bare(expression.of) : expression;
}
