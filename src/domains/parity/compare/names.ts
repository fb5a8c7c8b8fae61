import type { Descriptor, Item, Scalar } from '../descriptor/format.ts';

/** What one thing is called in each environment: `shop-prod` and `shop-staging`. */
export type Names = readonly { readonly production: string; readonly staging: string }[];

/** Staging with production's names, in keys and in values, as whole words. */
export function named(staging: Descriptor, names: Names): Descriptor {
  if (names.length === 0) return staging;
  const ordered = [...names].sort((a, b) => b.staging.length - a.staging.length);
  const to = new Map(ordered.map((each) => [each.staging, each.production]));
  const escaped = ordered.map(({ staging: name }) => name.replace(/[\\^$.|?*+()[\]{}-]/g, '\\$&'));
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${escaped.join('|')})(?![A-Za-z0-9])`, 'g');
  const text = (given: string) => given.replace(pattern, (found) => to.get(found) ?? found);
  const value = (given: Scalar) => (typeof given === 'string' ? text(given) : given);
  const items = new Map<string, Item>();
  for (const [key, item] of staging.items) {
    const renamed =
      item.secret || item.value === null
        ? item.value
        : Array.isArray(item.value)
          ? item.value.map(value)
          : value(item.value);
    let free = text(key);
    while (items.has(free)) free += '#2';
    items.set(free, { ...item, value: renamed });
  }
  return { ...staging, items };
}
