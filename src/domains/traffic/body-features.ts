/**
 * The features of a recorded body: of JSON its paths and their types, of a page its landmarks, as 32-bit FNV-1a hashes, so that no text of a
 * body is kept. load/k6/replay/shape.go finds the same in answers.
 */

const elementsRead = 8;
const deepest = 6;
const longestKey = 64;

export interface BodyFeatures {
  /** What says what kind of answer it is: keys outside of arrays, the kind of the root, landmarks of a page. */
  core: Set<number>;
  /** All else. */
  content: Set<number>;
}

const encoder = new TextEncoder();

function fnv(text: string, from = 2_166_136_261): number {
  let hash = from;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 16_777_619);
  return hash >>> 0;
}

/** Features that no recorded body may have for them to say something where an answer has them. */
export const foreignFeatures = { jsonError: fnv('j!error'), passwordField: fnv('h.password') } as const;

/**
 * Signs of an answer with a good status that reports an error by itself, or asks for a login: an object with nothing but keys of an error, a title of
 * one (load/k6/replay/signs.go). They are no features.
 */
export const signs = {
  jsonProblem: fnv('j!problem'),
  pageProblem: fnv('h!problem'),
  pageLogin: fnv('h!login'),
} as const;

/**
 * @param keeps whether a key is the application's own: a replaced one is no feature
 * @returns undefined where the text is no JSON
 */
export function jsonFeatures(text: string, keeps: (key: string) => boolean): BodyFeatures | undefined {
  let root: unknown;
  try {
    root = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
  const found: BodyFeatures = { core: new Set(), content: new Set() };
  visit(root, fnv('j'), 0, false);
  return found;

  function visit(value: unknown, path: number, depth: number, isInArray: boolean): void {
    if (depth > deepest || value === null) return;
    const kind = Array.isArray(value)
      ? 'a'
      : (({ object: 'o', string: 's', number: 'n' } as const)[typeof value as 'object'] ?? 'b');
    (depth === 0 && kind !== 'o' ? found.core : found.content).add(fnv(`:${kind}`, path));
    if (Array.isArray(value)) {
      const item = fnv('[]', path);
      for (const element of value.slice(0, elementsRead)) visit(element, item, depth + 1, true);
      return;
    }
    if (typeof value !== 'object') return;
    for (const [key, child] of Object.entries(value)) {
      if (depth === 0 && (key === 'error' || key === 'errors') && isSaid(child))
        found.content.add(foreignFeatures.jsonError);
      if (encoder.encode(key).length > longestKey || !keeps(key)) continue;
      const own = fnv(`.${key}`, path);
      if (depth < deepest) (isInArray ? found.content : found.core).add(own);
      visit(child, own, depth + 1, isInArray);
    }
  }
}

/** An error that is null, false, zero or empty is none. */
function isSaid(value: unknown): boolean {
  return !['null', 'false', '""', '[]', '{}', '0'].includes(JSON.stringify(value) ?? 'null');
}

const landmarks = 'title h1 header nav main footer aside form'.split(' ');
const parts = 'table article section ul ol dl figure video iframe select textarea button h2 img'.split(' ');
const hashOf = new Map([...landmarks, ...parts].map((name) => [name, fnv(`h.${name}`)]));

const skipped = /<!--[\s\S]*?(?:-->|$)|<(script|style|title|textarea)\b([^>]*)>[\s\S]*?(?=<\/\1|$)/gi;
const tag = /<([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^>"'])*)/gi;

/** Names of the elements that are features of a page, each once, and `password` for a field for one. */
export function pageElements(html: string): Set<string> {
  const found = new Set<string>();
  const bare = html.replace(skipped, (_, name, attributes) => (name === undefined ? '' : `<${name}${attributes}>`));
  for (const [, named = '', attributes = ''] of bare.matchAll(tag)) {
    const name = named.toLowerCase();
    if (hashOf.has(name)) found.add(name);
    if (name === 'input' && isPassword(attributes)) found.add('password');
  }
  return found;
}

const attribute = /([^\s/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S*)))?/g;

/** Reads a tag's attributes as a browser does: the first one named type counts, and what stands in the value of another does not. */
function isPassword(attributes: string): boolean {
  for (const [, name = '', double, single, bare] of attributes.matchAll(attribute))
    if (name.toLowerCase() === 'type') return (double ?? single ?? bare)?.toLowerCase() === 'password';
  return false;
}

export function pageFeatures(html: string): BodyFeatures {
  const found: BodyFeatures = { core: new Set(), content: new Set() };
  for (const name of pageElements(html)) {
    const features = landmarks.includes(name) ? found.core : found.content;
    features.add(hashOf.get(name) ?? foreignFeatures.passwordField);
  }
  return found;
}

/** A page that was kept whole, or with its landmarks: one that has none of these was reduced to its fields and links. */
export function hasLandmarks({ core }: BodyFeatures): boolean {
  return ['title', 'h1', 'main', 'header', 'nav'].some((name) => core.has(hashOf.get(name) ?? -1));
}
