/**
 * Reads JSON that is written in one way only, as `JSON.stringify` does: without a key twice, which two readers could read as two things, and
 * without another spelling of the same, so that every change of a byte is a change.
 * @returns undefined where it is none
 */
export function strictJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whole strings, which are kept, or white space between them. */
const stringOrSpace = /("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g;

/** The same for what other programs write: white space between the parts says nothing, and is all that may differ. */
export function spacedJson(text: string): unknown {
  return strictJson(text.replace(stringOrSpace, (_, kept: string | undefined) => kept ?? ''));
}

/** A whole string, and whether it is a key. */
const stringAndColon = /"(?:[^"\\]|\\.)*"([ \t\r\n]*:)?/g;

/**
 * Reads JSON of programs that spell it as they like, without a key twice: the later of two would win here, and the first elsewhere.
 * @returns undefined where it is none, or has one
 */
export function uniqueJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    const written = [...text.matchAll(stringAndColon)].filter(([, colon]) => colon !== undefined).length;
    return written === keysIn(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce((sum: number, one) => sum + keysIn(one), 0);
  return Array.isArray(value) ? inside : inside + Object.keys(value).length;
}
