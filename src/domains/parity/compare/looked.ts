import { type Aspect, aspectOf } from '../descriptor/aspects.ts';
import type { Descriptor, Item } from '../descriptor/format.ts';

/** Sources that looked at all of an aspect: one that says what it could not see of it did not. */
function wholly({ sources }: Descriptor, aspect: Aspect): Descriptor['sources'] {
  return sources.filter(({ covers, gaps }) => covers.includes(aspect) && !gaps.some((gap) => gap.aspect === aspect));
}

/** Whether somebody looked at an aspect of this side as a whole, or found anything of it. */
export function looksAt(side: Descriptor, aspect: Aspect): boolean {
  if (wholly(side, aspect).length > 0) return true;
  const prefix = `${aspect}/`;
  for (const key of side.items.keys()) if (key.startsWith(prefix)) return true;
  return false;
}

/** What was not seen of an aspect, in words, where no other source of this side looked at all of it. */
export function openGaps(side: Descriptor, aspect: Aspect): string[] {
  if (wholly(side, aspect).length > 0) return [];
  const gaps = side.sources.flatMap((source) => source.gaps.filter((gap) => gap.aspect === aspect));
  // One that names an item says why that one is not compared.
  const open = gaps.filter(({ reason }) => !side.items.has(reason.split(' depends on ', 1)[0] as string));
  return [...new Set(open.map(({ reason }) => `${side.environment}: ${reason}`))];
}

/** What was not seen of an aspect of this side, where who was to look says so. */
export function gapsOf({ sources }: Descriptor, aspect: Aspect): string[] {
  return [
    ...new Set(sources.flatMap(({ gaps }) => gaps.flatMap((gap) => (gap.aspect === aspect ? [gap.reason] : [])))),
  ];
}

/**
 * Whether a side that does not list an item looked where it would be. A source of the same kind that looked at all of the aspect did, and so did a person who
 * wrote the aspect down; any other kind of source did where it knows the component.
 * @param item as the other side has it
 */
export function coversItem(side: Descriptor, key: string, item: Item): boolean {
  const aspect = aspectOf(key);
  if (aspect === null) return false;
  const looking = side.sources.filter(({ covers }) => covers.includes(aspect));
  if (wholly(side, aspect).some(({ kind }) => kind === item.source || kind === 'written')) return true;
  const component = componentOf(key);
  return looking.some(({ kind }) => componentsOf(side).has(`${kind} ${component}`));
}

/** Whether a person wrote the aspect down: what is not on the list is as the platform has it by default. */
export function isWritten(side: Descriptor, key: string): boolean {
  const aspect = aspectOf(key);
  return aspect !== null && side.sources.some(({ kind, covers }) => kind === 'written' && covers.includes(aspect));
}

const known = new WeakMap<Descriptor, Set<string>>();

/** Components that each kind of source knows, asked for once for each item. */
function componentsOf(side: Descriptor): Set<string> {
  const found = known.get(side) ?? new Set([...side.items].map(([key, { source }]) => `${source} ${componentOf(key)}`));
  known.set(side, found);
  return found;
}

/** `memory/shop` of `memory/shop/web/limit` */
function componentOf(key: string): string {
  return key.split('/', 2).join('/');
}
