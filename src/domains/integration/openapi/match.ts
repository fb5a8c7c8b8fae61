import { decodePercent } from '../../../model/percent-encoding.ts';
import type { Operation } from './operations.ts';

export type Match =
  | { readonly kind: 'operation'; readonly operation: Operation }
  /** The path is in the document, without this method. */
  | { readonly kind: 'method'; readonly template: string }
  | { readonly kind: 'none' };

/** Finds what a document says of a request. Of paths that fit, the one with the most that is written out goes first. @param bases of its servers, for operations that have none of their own */
export function createMatcher(
  operations: readonly Operation[],
  bases: readonly string[],
): (method: string, path: string) => Match {
  const templates: { template: string; all: Operation[]; segments: Segments; bases: readonly string[] }[] = [];
  const known = new Map<string, Operation[]>();
  for (const operation of operations) {
    const { template } = operation;
    const own = operation.bases ?? bases;
    const key = JSON.stringify([template, own]);
    const all = known.get(key) ?? [];
    if (all.length === 0) templates.push({ template, all, segments: segmentsOf(template), bases: own });
    known.set(key, all);
    all.push(operation);
  }
  const everyBase = new Set([...bases, ...templates.flatMap((one) => one.bases)]);
  return (method, path) => {
    const bare = path.split(/[?#]/, 1)[0] as string;
    for (const base of everyBase) {
      if (base !== '' && bare !== base && !bare.startsWith(`${base}/`)) continue;
      const segments = bare.slice(base.length).split('/').map(decodePercent);
      const fitting = templates.filter((one) => one.bases.includes(base) && fits(one.segments, segments));
      fitting.sort((a, b) => moreWrittenOut(a.segments, b.segments));
      const [first] = fitting;
      if (first === undefined) continue;
      // A path that is written out may have some methods, and the pattern that fits it too the others.
      const all = fitting.flatMap((one) => one.all);
      const operation =
        all.find((one) => one.method === method) ??
        (method === 'HEAD' ? all.find((one) => one.method === 'GET') : undefined);
      return operation === undefined ? { kind: 'method', template: first.template } : { kind: 'operation', operation };
    }
    return { kind: 'none' };
  };
}

/** Each segment as the texts around its parameters: `{id}.json` is `['', '.json']`, `orders` is `['orders']`. */
type Segments = readonly (readonly string[])[];

function segmentsOf(template: string): Segments {
  return template.split('/').map((segment) => segment.split(/\{[^{}]*\}/));
}

function fits(template: Segments, path: readonly string[]): boolean {
  return template.length === path.length && template.every((literals, i) => segmentFits(literals, path[i] as string));
}

/** Without a regular expression: what the document says cannot make it slow. */
function segmentFits(literals: readonly string[], text: string): boolean {
  const [first = ''] = literals;
  if (literals.length === 1) return first === text;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const literal of literals.slice(1, -1)) {
    const found = text.indexOf(literal, from + 1);
    if (found < 0) return false;
    from = found + literal.length;
  }
  const last = literals.at(-1) as string;
  return text.length - last.length > from && text.endsWith(last);
}

function moreWrittenOut(a: Segments, b: Segments): number {
  for (const [i, segment] of a.entries()) {
    const order = segment.length - (b[i]?.length ?? 0) || (b[i] ?? []).join('').length - segment.join('').length;
    if (order !== 0) return order;
  }
  return 0;
}
