import type { FieldReader } from './field.ts';

/** Elements that have no end. */
const empty = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** Elements that end where one of their kind begins. */
const ownKindEnds = new Set(['li', 'p', 'tr', 'td', 'th', 'dt', 'dd', 'option', 'tbody', 'thead', 'tfoot']);
/** Attributes that say where something leads or what it holds. */
const kept = new Set(
  'href src action method name value type content rel for alt placeholder checked disabled required selected datetime lang'.split(
    ' ',
  ),
);
/** Their text is no text: only whether it is the same is compared. */
const raw = new Set(['script', 'style', 'textarea', 'title']);
const depthAtMost = 200;

/**
 * Reads HTML or XML into fields: the text and the attributes of each kind of element, by where it stands. No page is too broken to be read: both versions are
 * read alike, and only that matters here.
 */
export function readHtml(text: string, reader: FieldReader): void {
  const open: string[] = [];
  const place = () => open.slice(-3).join(' > ') || 'page';
  const words = (part: string) => {
    const shown = decoded(part).replace(/\s+/g, ' ').trim();
    if (shown !== '') reader.scalar(place(), shown);
  };
  let lower: string | null = null;
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    if (next < 0) {
      words(text.slice(at));
      break;
    }
    if (next > at) words(text.slice(at, next));
    if (text.startsWith('<!--', next)) {
      const end = text.indexOf('-->', next + 4);
      at = end < 0 ? text.length : end + 3;
      continue;
    }
    const end = endOfTag(text, next);
    const tag = text.slice(next + 1, end);
    at = end + 1;
    const name = /^\/?([A-Za-z][\w:-]*)/.exec(tag)?.[1]?.toLowerCase();
    if (name === undefined) continue;
    if (tag.startsWith('/')) {
      close(open, name);
      continue;
    }
    const attributes = attributesOf(tag.slice(name.length));
    if (ownKindEnds.has(name) && nameIn(open.at(-1)) === name) open.pop();
    if (open.length < depthAtMost) open.push(labelOf(name, attributes));
    reader.scalar(`${place()} (count)`, 1);
    for (const [key, value] of attributes) if (kept.has(key)) reader.scalar(`${place()} @${key}`, decoded(value));
    if (empty.has(name) || tag.endsWith('/')) open.pop();
    else if (raw.has(name)) {
      lower ??= text.toLowerCase();
      const found = lower.indexOf(`</${name}`, at);
      const stop = found < 0 ? text.length : found;
      words(text.slice(at, stop));
      at = stop;
    }
  }
}

/** A `>` in a quoted value ends no tag. */
function endOfTag(text: string, from: number): number {
  let quote = '';
  for (let i = from + 1; i < text.length; i++) {
    const char = text[i] as string;
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '>') return i;
    else if ((char === '"' || char === "'") && text[i - 1] === '=') quote = char;
  }
  return text.length;
}

function close(open: string[], name: string): void {
  for (let i = open.length - 1; i >= 0; i--) {
    if (nameIn(open[i]) !== name) continue;
    open.length = i;
    return;
  }
}

const nameIn = (label: string | undefined) => label?.split(/[.#]/, 1)[0];

/** `p.price`: the element and its first class. */
function labelOf(name: string, attributes: ReadonlyMap<string, string>): string {
  const first = (attributes.get('class') ?? '').trim().split(/\s+/)[0] ?? '';
  return /^[A-Za-z][A-Za-z_-]{0,40}$/.test(first) ? `${name}.${first}` : name;
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single, bare] of text.matchAll(
    /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g,
  ))
    found.set(name.toLowerCase(), double ?? single ?? bare ?? '');
  return found;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
};

function decoded(text: string): string {
  return text.replace(/&(#?\w{1,8});/g, (whole, name: string) => entities[name] ?? numeric(name) ?? whole);
}

function numeric(name: string): string | undefined {
  const code = /^#x([0-9a-f]+)$/i.test(name)
    ? Number.parseInt(name.slice(2), 16)
    : /^#\d+$/.test(name)
      ? Number(name.slice(1))
      : -1;
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
