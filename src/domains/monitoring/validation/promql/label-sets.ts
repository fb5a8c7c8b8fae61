/** Which labels series can have: any but some, or some only. */
export type LabelSet =
  | { readonly kind: 'only'; readonly names: ReadonlySet<string> }
  | { readonly kind: 'all-but'; readonly names: ReadonlySet<string> };

export const noLabels: LabelSet = { kind: 'only', names: new Set() };
export const anyLabels: LabelSet = { kind: 'all-but', names: new Set() };

export function only(names: Iterable<string>): LabelSet {
  return { kind: 'only', names: new Set(names) };
}

export function has(set: LabelSet, name: string): boolean {
  return set.names.has(name) === (set.kind === 'only');
}

export function without(set: LabelSet, names: Iterable<string>): LabelSet {
  const left = new Set(set.names);
  for (const name of names) {
    if (set.kind === 'only') left.delete(name);
    else left.add(name);
  }
  return { kind: set.kind, names: left };
}

export function withAlso(set: LabelSet, names: Iterable<string>): LabelSet {
  const left = new Set(set.names);
  for (const name of names) {
    if (set.kind === 'only') left.add(name);
    else left.delete(name);
  }
  return { kind: set.kind, names: left };
}

export function union(one: LabelSet, other: LabelSet): LabelSet {
  if (one.kind === 'only') return withAlso(other, one.names);
  if (other.kind === 'only') return withAlso(one, other.names);
  return { kind: 'all-but', names: new Set([...one.names].filter((name) => other.names.has(name))) };
}

export function intersection(one: LabelSet, other: LabelSet): LabelSet {
  if (one.kind === 'only') return only([...one.names].filter((name) => has(other, name)));
  if (other.kind === 'only') return only([...other.names].filter((name) => has(one, name)));
  return { kind: 'all-but', names: new Set([...one.names, ...other.names]) };
}
