import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Scalar } from 'yaml';
import type { Place, Remark } from '../model.ts';

/** A node of a YAML document that is read step by step; what is not as it should be becomes a remark. */
export interface At {
  readonly node: unknown;
  /** Where an alias finds what it stands for. */
  readonly document: Document;
  readonly file: string;
  readonly lines: LineCounter;
  readonly remarks: Remark[];
}

/** One merged into another, and so on: nobody writes more, and a file may be hostile. */
const mergesAtMost = 5;

export function placeAt({ node, file, lines }: At): Place {
  const range = (node as Node | null)?.range;
  return { file, line: range ? lines.linePos(range[0]).line : 1 };
}

/** null: it is not there. */
export function child(at: At, key: string): At | null {
  const found = pairsOf(at).find((one) => one.key === key);
  return found === undefined || found.node === null ? null : { ...at, node: found.node };
}

/** Where a key itself stands, since a value in many lines begins below it. */
export function keyLine(at: At, key: string): number | null {
  const range = pairsOf(at).find((one) => one.key === key)?.keyNode.range;
  return range ? at.lines.linePos(range[0]).line : null;
}

export function items(at: At | null): At[] {
  return at !== null && isSeq(at.node) ? at.node.items.map((node) => ({ ...at, node: resolved(node, at) })) : [];
}

export function keysOf(at: At | null): string[] {
  return at === null ? [] : [...new Set(pairsOf(at).map(({ key }) => key))];
}

interface Entry {
  key: string;
  keyNode: Scalar;
  node: unknown;
}

/** Its entries, then those that merge keys (`<<`, YAML 1.1) bring in: the first of a name holds. */
function pairsOf(at: At, depth = 0): Entry[] {
  if (!isMap(at.node) || depth > mergesAtMost) return [];
  const own: Entry[] = [];
  const merged: Entry[] = [];
  for (const { key, value } of at.node.items) {
    if (!isScalar(key)) continue;
    const node = resolved(value, at);
    if (key.source === '<<') {
      const sources = isSeq(node) ? node.items.map((one) => resolved(one, at)) : [node];
      merged.push(...sources.flatMap((source) => pairsOf({ ...at, node: source }, depth + 1)));
    } else own.push({ key: String(key.value), keyNode: key, node });
  }
  return [...own, ...merged];
}

function resolved(node: unknown, { document }: At): unknown {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

/** Its text, also that of numbers and booleans; null where it is none. */
export function text(at: At | null): string | null {
  if (at === null || !isScalar(at.node) || at.node.value === null) return null;
  // A number as it was written: `1h` is text anyway, `0.10` must not become `0.1`.
  return typeof at.node.value === 'string' ? at.node.value : (at.node.source ?? String(at.node.value));
}

export function textAt(at: At, ...path: readonly string[]): string | null {
  return text(path.reduce<At | null>((inner, key) => (inner === null ? null : child(inner, key)), at));
}

export function inner(at: At, ...path: readonly string[]): At | null {
  return path.reduce<At | null>((within, key) => (within === null ? null : child(within, key)), at);
}

/** A table of names and texts, with the line of each. */
export function table(at: At | null): { values: Record<string, string>; lines: Record<string, number> } {
  const values: Record<string, string> = {};
  const lines: Record<string, number> = {};
  for (const key of keysOf(at)) {
    values[key] = (at === null ? null : text(child(at, key))) ?? '';
    lines[key] = (at === null ? null : keyLine(at, key)) ?? 1;
  }
  return { values, lines };
}

export function remark(at: At, kind: Remark['kind'], what: string, todo: string): void {
  at.remarks.push({ place: placeAt(at), what, todo, kind });
}
