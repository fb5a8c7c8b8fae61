import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { durationMs } from './duration.ts';
import type { Aggregate, Binary, Expression, Labels, Matcher, MatchOperator, Selector, Span } from './expression.ts';
import { isBeyondParser, movedBy, type Operand, operandsOfOr, rowOfOr } from './long-chain.ts';

/** What an expression's text came to: its tree, or where and how it is not PromQL. */
export type Parsed =
  | { readonly expression: Expression; readonly error?: undefined }
  | { readonly expression?: undefined; readonly error: ParseError };

export interface ParseError {
  readonly at: number;
  readonly text: string;
  /** It may be right: it is too long, or nested too deeply, to be read here. */
  readonly isTooLong?: true;
}

/** Reads PromQL by the grammar that Prometheus' own pages use. It knows syntax only; types are for promtool. */
export function parsePromql(written: string): Parsed {
  const text = withoutComments(written);
  if (text.trim() === '') return { error: { at: 0, text: 'the expression is empty' } };
  const operands = operandsOfOr(text);
  return operands === null ? parseWhole(text) : parseRow(text, operands);
}

/** A long row of `or`, operand by operand. */
function parseRow(text: string, operands: readonly Operand[]): Parsed {
  let first: Expression | undefined;
  const rest: Binary[] = [];
  for (const { from, to } of operands) {
    // With something on its left side, an operand is an expression with its `or` and what it is matched by.
    const [before, by] = first === undefined ? ['', 0] : ['a ', from - 2];
    const { expression, error } = parseWhole(`${before}${text.slice(from, to)}`);
    if (expression === undefined) return { error: { ...error, at: Math.max(0, error.at + by) } };
    if (first === undefined) first = expression;
    else if (expression.kind === 'binary') rest.push(movedBy(by, expression));
  }
  return first === undefined
    ? { error: { at: 0, text: 'the expression is empty' } }
    : { expression: rowOfOr(first, rest) };
}

const tooLong = { at: 0, text: 'it is too long, or nested too deeply, to be read here', isTooLong: true } as const;

function parseWhole(text: string): Parsed {
  let top: SyntaxNode;
  try {
    top = parser.parse(text).topNode;
  } catch (cause) {
    // The grammar's parser calls itself once for each operator.
    if (cause instanceof RangeError) return { error: tooLong };
    throw cause;
  }
  let error: { at: number; text: string } | null = null;
  top.cursor().iterate((node) => {
    if (!node.type.isError || error !== null) return;
    const rest = text.slice(node.from).trimStart().split(/\s/)[0] ?? '';
    error = {
      at: node.from,
      text: rest === '' ? 'the expression ends too early' : `unexpected \`${rest.slice(0, 40)}\``,
    };
  });
  if (error !== null && isBeyondParser(text)) return { error: tooLong };
  if (error !== null) return { error };
  const first = top.firstChild;
  if (first === null) return { error: { at: 0, text: 'no expression' } };
  try {
    return { expression: new Reader(text).expression(first) };
  } catch (unknown) {
    if (unknown instanceof Unreadable) return { error: { at: unknown.at, text: unknown.message } };
    throw unknown;
  }
}

/** Comments as blanks, so that all else stays where it is. The grammar has them anywhere among an expression's parts. */
function withoutComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*/g, (piece) =>
    piece.startsWith('#') ? ' '.repeat(piece.length) : piece,
  );
}

class Unreadable extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

class Reader {
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  expression(node: SyntaxNode): Expression {
    const span = { from: node.from, to: node.to };
    switch (node.name) {
      case 'VectorSelector':
        return this.selector(node);
      case 'MatrixSelector':
      case 'SubqueryExpr':
        return this.range(node);
      case 'OffsetExpr': {
        const text = this.text(node.getChild('OffsetDurationExpr'));
        const sign = text.startsWith('-') ? -1 : 1;
        const length = durationMs(text.replace(/^[+-]\s*/, ''));
        const offsetMs = length === null ? null : sign * length;
        return postfix(this.first(node), node.to, (of) => ({
          kind: 'offset',
          from: of.from,
          to: node.to,
          of,
          offsetMs,
        }));
      }
      case 'StepInvariantExpr':
      case 'AnchoredExpr':
      case 'SmoothedExpr':
        return postfix(this.first(node), node.to, (of) => ({ kind: 'modified', from: of.from, to: node.to, of }));
      case 'ParenExpr':
        return { kind: 'parenthesis', ...span, of: this.first(node) };
      case 'UnaryExpr':
        return {
          kind: 'unary',
          ...span,
          operator: this.text(node.getChild('UnaryOp')) === '-' ? '-' : '+',
          of: this.first(node),
        };
      case 'NumberDurationLiteral':
        return { kind: 'number', ...span, value: numberOf(this.text(node)) };
      case 'StringLiteral':
        return { kind: 'string', ...span, value: unquoted(this.text(node)) };
      case 'FunctionCall':
        return {
          kind: 'call',
          ...span,
          name: this.text(node.getChild('FunctionIdentifier')),
          arguments: this.body(node),
        };
      case 'AggregateExpr':
        return this.aggregate(node, span);
      case 'BinaryExpr':
        return this.binary(node, span);
      default:
        throw new Unreadable(node.from, `\`${this.text(node).slice(0, 40)}\` is not understood`);
    }
  }

  private text(node: SyntaxNode | null): string {
    return node === null ? '' : this.source.slice(node.from, node.to);
  }

  private first(node: SyntaxNode): Expression {
    const child = node.getChild('Expr');
    if (child === null) throw new Unreadable(node.from, 'an expression is missing');
    return this.expression(child);
  }

  private body(node: SyntaxNode): Expression[] {
    return (node.getChild('FunctionCallBody')?.getChildren('Expr') ?? []).map((child) => this.expression(child));
  }

  private selector(node: SyntaxNode): Selector {
    const identifier = node.getChild('Identifier');
    const matchers: Matcher[] = [];
    let metric = identifier === null ? null : this.text(identifier);
    const within = node.getChild('LabelMatchers');
    for (let child = within?.firstChild ?? null; child !== null; child = child.nextSibling) {
      if (child.name === 'QuotedLabelName') metric = unquoted(this.text(child));
      if (child.name !== 'UnquotedLabelMatcher' && child.name !== 'QuotedLabelMatcher') continue;
      const quoted = child.getChild('QuotedLabelName');
      const label = quoted === null ? this.text(child.getChild('LabelName')) : unquoted(this.text(quoted));
      const operator = this.text(child.getChild('MatchOp')) as MatchOperator;
      const value = unquoted(this.text(child.getChild('StringLiteral')));
      // A second name is one more matcher: no series has both.
      if (label === '__name__' && operator === '=' && (metric ?? value) === value) metric = value;
      else matchers.push({ label, operator, value, from: child.from, to: child.to });
    }
    return { kind: 'selector', from: node.from, to: node.to, metric, matchers };
  }

  private range(node: SyntaxNode): Expression {
    const [duration, step] = node.getChildren('DurationExpr');
    if (duration === undefined) throw new Unreadable(node.from, 'a range without a duration');
    return postfix(this.first(node), node.to, (of) => ({
      kind: 'range',
      from: of.from,
      to: node.to,
      of,
      durationMs: durationMs(this.text(duration)),
      duration: { from: duration.from, to: duration.to },
      isSubquery: node.name === 'SubqueryExpr',
      stepMs: step === undefined ? null : durationMs(this.text(step)),
    }));
  }

  private aggregate(node: SyntaxNode, span: Span): Aggregate {
    const given = this.body(node);
    const of = given.at(-1);
    if (of === undefined) throw new Unreadable(node.from, 'an aggregation of nothing');
    const modifier = node.getChild('AggregateModifier');
    const labels = this.labels(modifier?.getChild('GroupingLabels') ?? null);
    return {
      kind: 'aggregate',
      ...span,
      name: this.text(node.getChild('AggregateOp')).toLowerCase(),
      grouping: labels === null ? null : { ...labels, isBy: modifier?.getChild('By') !== null },
      parameter: given.length > 1 ? (given[0] ?? null) : null,
      of,
    };
  }

  private binary(node: SyntaxNode, span: Span): Binary {
    const [left, right] = node.getChildren('Expr');
    if (left === undefined || right === undefined) throw new Unreadable(node.from, 'an operator without two sides');
    const sign = left.nextSibling;
    if (sign === null) throw new Unreadable(node.from, 'an operator is missing');
    const clause = node.getChild('MatchingModifierClause');
    const lists = clause?.getChildren('GroupingLabels') ?? [];
    const matching = this.labels(lists[0] ?? null);
    const group = clause?.getChild('GroupLeft') ?? clause?.getChild('GroupRight') ?? null;
    const empty = group === null ? null : { from: group.from, to: group.to, names: [], each: [] };
    return {
      kind: 'binary',
      ...span,
      operator: this.text(sign).toLowerCase(),
      sign: { from: sign.from, to: sign.to },
      left: this.expression(left),
      right: this.expression(right),
      isBool: node.getChild('BoolModifier') !== null,
      matching: matching === null ? null : { ...matching, isOn: (clause?.getChild('On') ?? null) !== null },
      grouping:
        empty === null ? null : { ...(this.labels(lists[1] ?? null) ?? empty), isLeft: group?.name === 'GroupLeft' },
    };
  }

  private labels(list: SyntaxNode | null): Labels | null {
    if (list === null) return null;
    const each: Span[] = [];
    const names: string[] = [];
    for (let child = list.firstChild; child !== null; child = child.nextSibling) {
      if (child.name !== 'LabelName' && child.name !== 'QuotedLabelName') continue;
      each.push({ from: child.from, to: child.to });
      names.push(child.name === 'LabelName' ? this.text(child) : unquoted(this.text(child)));
    }
    return { from: list.from, to: list.to, names, each };
  }
}

/**
 * What stands behind an expression belongs to its last part: `a + b[5m]` has a range of b. The grammar gives it to the whole, where Prometheus' own
 * parser does not.
 */
function postfix(of: Expression, to: number, make: (of: Expression) => Expression): Expression {
  if (of.kind === 'binary') return { ...of, to, right: postfix(of.right, to, make) };
  if (of.kind === 'unary') return { ...of, to, of: postfix(of.of, to, make) };
  return make(of);
}

function numberOf(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  if (/^[+-]?inf$/.test(plain)) return plain.startsWith('-') ? -Infinity : Infinity;
  if (plain === 'nan') return Number.NaN;
  const value = Number(plain);
  // A duration is its seconds.
  if (!Number.isNaN(value)) return value;
  return (durationMs(plain) ?? Number.NaN) / 1000;
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** A string of PromQL without its quotes; escapes are those of Go. */
function unquoted(text: string): string {
  const inner = text.slice(1, -1);
  if (text.startsWith('`')) return inner;
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/gs, (_, sign: string) => {
    if (/^[xuU]./.test(sign)) return String.fromCodePoint(Number.parseInt(sign.slice(1), 16));
    if (/^[0-7]{3}$/.test(sign)) return String.fromCodePoint(Number.parseInt(sign, 8));
    return escapes[sign] ?? sign;
  });
}
