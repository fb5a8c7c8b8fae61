/** Values of `${name}` in paths, headers and bodies. */
export type Fills = Record<string, string>;

const slot = /\$\{(\w+)\}/g;

/** Fills a text; names without a value stay as they are. */
export function fill(text: string, fills: Fills): string {
  return text.replace(slot, (whole, name: string) => fills[name] ?? whole);
}

/** Fills a path, where values may not add a part or a parameter. */
export function fillPath(path: string, fills: Fills): string {
  return path.replace(slot, (whole, name: string) => {
    const value = fills[name];
    return value === undefined ? whole : encodeURIComponent(value);
  });
}

/** Fills every text in a body. @returns what is sent; undefined: nothing */
export function fillBody(body: unknown, fills: Fills): string | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return fill(body, fills);
  return JSON.stringify(body, (_, value: unknown) => (typeof value === 'string' ? fill(value, fills) : value));
}

/**
 * Values at a place such as `orders[*].note`, numbers as text; what is not there or null is left out.
 * @throws SyntaxError where the answer is no JSON
 */
export function valuesAt(body: string, place: string): string[] {
  let found: unknown[] = [JSON.parse(body)];
  for (const part of place
    .replace(/^\$\.?/, '')
    .split('.')
    .filter(Boolean)) {
    const [, name = '', all] = /^([\w-]*)(\[\*\])?$/.exec(part) ?? [];
    found = found.flatMap((value) => {
      const inner = name === '' ? value : (value as Record<string, unknown> | null)?.[name];
      return all === undefined ? [inner] : Array.isArray(inner) ? inner : [];
    });
  }
  return found.flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : []));
}
