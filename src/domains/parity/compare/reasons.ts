import { count, plural } from '../../../report-kit/format.ts';
import type { NotCompared } from './compare.ts';

const namedAtMost = 3;

/** A reason, and all that it holds for. */
export interface Reason {
  readonly reason: string;
  readonly items: number;
  readonly first: string[];
}

const isAspect = ({ item }: NotCompared) => item.endsWith('/**');

/** Each reason once, that of most items first. */
export function reasonsOf(all: readonly NotCompared[]): Reason[] {
  const groups = new Map<string, NotCompared[]>();
  for (const each of all) {
    const group = groups.get(each.reason) ?? [];
    group.push(each);
    groups.set(each.reason, group);
  }
  return [...groups]
    .map(([reason, items]) => ({
      ...{ reason, items: items.length },
      // Aspects are few, and each of them is missed.
      first: items.slice(0, items.every(isAspect) ? items.length : namedAtMost).map(({ item }) => item),
    }))
    .sort((a, b) => b.items - a.items);
}

/** `95 items (version/a, version/b, version/c and 92 more): staging: /settings cannot be read: it answers 401` */
export function reasonLine({ reason, items, first }: Reason): string {
  if (items === 1) return `${first[0] ?? ''}: ${reason}`;
  const rest = items - first.length;
  const noun = rest === 0 && first.every((item) => isAspect({ item, reason })) ? 'aspect' : 'item';
  return `${plural(items, noun)} (${first.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}): ${reason}`;
}
