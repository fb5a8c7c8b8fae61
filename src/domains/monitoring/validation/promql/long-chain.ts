import type { Binary, Expression } from './expression.ts';

/** The grammar's parser gives up beyond some hundred operators in a row, and beyond a thousand of them within each other. */
const operatorsAtMost = 200;
const depthAtMost = 500;

export interface Operand {
  /** Where its `or` stands; of the first one where it begins. */
  readonly from: number;
  readonly to: number;
}

/** The operands of a long row of `or`, which binds weaker than anything else; null: it is none, and can be read as it is. */
export function operandsOfOr(text: string): Operand[] | null {
  const found: number[] = [0];
  for (const { sign, at, depth } of signsOf(text)) if (depth === 0 && sign.toLowerCase() === 'or') found.push(at);
  if (found.length <= operatorsAtMost) return null;
  return found.map((from, index) => ({ from, to: found[index + 1] ?? text.length }));
}

/** Whether the parser may have given up because of its length or its depth, and not because of what is written. */
export function isBeyondParser(text: string): boolean {
  let operators = 0;
  for (const { sign, depth } of signsOf(text)) {
    if (depth > depthAtMost) return true;
    if (/^(or|and|unless|atan2|[-+*/%^]|[<>=!]=?)$/i.test(sign)) operators++;
  }
  return operators > operatorsAtMost;
}

/** Words and signs outside of strings, with the number of brackets around them. */
function* signsOf(text: string): Generator<{ sign: string; at: number; depth: number }> {
  let depth = 0;
  for (const { 0: sign, index } of text.matchAll(
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|[\w:.]+|[<>=!]=?~?|[^\s\w]/g,
  )) {
    if (/^[([{]$/.test(sign)) depth++;
    else if (/^[)\]}]$/.test(sign)) depth--;
    if (!/^["'`]/.test(sign)) yield { sign, at: index, depth };
  }
}

/**
 * A row of `or` from its operands, each but the first as the right side of a `Binary`. Where all are matched alike, what comes first holds, however
 * they are put in brackets: then they are halved again and again, so that nothing that goes through them goes thousands of steps deep.
 */
export function rowOfOr(first: Expression, rest: readonly Binary[]): Expression {
  const said = ({ matching }: Binary) => `${matching?.isOn}${matching?.names}`;
  const [one] = rest;
  if (one === undefined) return first;
  if (rest.some((other) => said(other) !== said(one)))
    return rest.reduce<Expression>((left, next) => ({ ...next, from: left.from, left }), first);
  const halved = (start: Expression, some: readonly Binary[]): Expression => {
    const middle = some[some.length >> 1];
    if (middle === undefined) return start;
    const left = halved(start, some.slice(0, some.length >> 1));
    const right = halved(middle.right, some.slice((some.length >> 1) + 1));
    return { ...middle, from: left.from, to: right.to, left, right };
  };
  return halved(first, rest);
}

/** The same, where it stands in a longer text. */
export function movedBy<T>(by: number, part: T): T {
  if (Array.isArray(part)) return part.map((one) => movedBy(by, one)) as T;
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) =>
      (key === 'from' || key === 'to') && typeof value === 'number' ? [key, value + by] : [key, movedBy(by, value)],
    ),
  ) as T;
}
