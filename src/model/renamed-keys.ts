import { z } from 'zod';

/**
 * A schema that also takes what earlier versions wrote: keys that were renamed since. They are renamed in the value itself, for who reads a
 * journal checks an event by its schema and goes on with the event.
 * @param names old name to new one; a value that has both keeps the new one
 * @param values by key of now: old value to new one
 */
export function withRenamedKeys<T extends z.ZodType>(
  names: Readonly<Record<string, string>>,
  schema: T,
  values: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
) {
  return z.preprocess((value) => {
    if (typeof value !== 'object' || value === null) return value;
    const held = value as Record<string, unknown>;
    for (const [old, now] of Object.entries(names)) {
      if (!Object.hasOwn(held, old)) continue;
      if (!Object.hasOwn(held, now)) held[now] = held[old];
      delete held[old];
    }
    for (const [key, renamed] of Object.entries(values)) {
      const known = held[key];
      if (typeof known === 'string' && Object.hasOwn(renamed, known)) held[key] = renamed[known];
    }
    return held;
  }, schema);
}
