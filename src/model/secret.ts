import { z } from 'zod';

/**
 * What of a key's value is a secret, or may hold one. `value`: all of it; `values`: those of a table, whose names are none; `arguments`: what follows
 * the program of a command line; `address`: user, password, query and fragment of a URL; `path`: what `address` hides, and the path.
 */
export type SecretKind = 'value' | 'values' | 'arguments' | 'address' | 'path';

const kinds = z.registry<{ kind: SecretKind }>();
const hidden = '(not shown)';

/** Marks a key's schema: what is secret of its value is not written to journals. The schema is returned as it is. */
export function secret<T extends z.ZodType>(kind: SecretKind, schema: T): T {
  kinds.add(schema, { kind });
  return schema;
}

/** undefined: the schema was not marked. */
export function secretKind(schema: z.core.$ZodType): SecretKind | undefined {
  return kinds.get(schema)?.kind;
}

/**
 * A copy of a value in which what its schema calls secret is not shown.
 * @param schema of the value as it was written; one that was resolved since has the same keys where any of them is secret
 */
export function withoutSecrets(schema: z.core.$ZodType, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  const kind = secretKind(schema);
  if (kind !== undefined) return hide(kind, value);
  const { def } = (schema as unknown as { _zod: unknown })._zod as {
    def: z.core.$ZodTypeDef & Record<string, unknown>;
  };
  const inner = def.innerType ?? def.in;
  if (inner !== undefined) return withoutSecrets(inner as z.core.$ZodType, value);
  if (Array.isArray(def.options))
    return (def.options as z.core.$ZodType[]).reduce((shown: unknown, option) => withoutSecrets(option, shown), value);
  if (Array.isArray(value))
    return def.type === 'array' ? value.map((one) => withoutSecrets(def.element as z.core.$ZodType, one)) : value;
  if (typeof value !== 'object') return value;
  const shape = def.shape as Record<string, z.core.$ZodType> | undefined;
  const of = (key: string) =>
    def.type === 'record'
      ? (def.valueType as z.core.$ZodType)
      : shape !== undefined && Object.hasOwn(shape, key)
        ? shape[key]
        : undefined;
  return mapped(value, (key, one) => {
    const schemaOfKey = of(key);
    return schemaOfKey === undefined ? one : withoutSecrets(schemaOfKey, one);
  });
}

function hide(kind: SecretKind, value: unknown): unknown {
  switch (kind) {
    case 'value':
      return hidden;
    case 'values':
      // A list of names and values, or a table of them.
      if (Array.isArray(value)) return value.map((pair) => [Array.isArray(pair) ? pair[0] : hidden, hidden]);
      return typeof value === 'object' && value !== null ? mapped(value, () => hidden) : hidden;
    case 'arguments':
      return Array.isArray(value) ? value.slice(0, 1).concat(hidden) : hidden;
    case 'address':
      return withoutCredentials(String(value));
    case 'path':
      return withoutCredentials(String(value)).replace(/^([^:]+:\/\/[^/?]*).*$/s, `$1/${hidden}`);
  }
}

/** Up to the last `@`, since a password may hold any sign; what is no URL may hold one anywhere. */
function withoutCredentials(url: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return hidden;
  return url.replace(/\/\/.*@/s, `//${hidden}@`).replace(/[?#].*$/s, `?${hidden}`);
}

function mapped(table: object, change: (key: string, value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(table).map(([key, one]) => [key, change(key, one)]));
}
