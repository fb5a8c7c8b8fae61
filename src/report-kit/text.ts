import type { Results } from '../model/results.ts';

const longestText = 2_000;

// What would change how its neighbours are read without being seen: direction overrides and isolates, marks, invisible separators.
const invisible =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/g;
// Most text, and the paths of every drawing.
const plain = /^[ -~]*$/;
const illegal = /\p{Surrogate}|[\ufdd0-\ufdef\ufffe\uffff]/gu;

/** Shortens in the middle, because both ends of a route carry information; whole code points only. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const points = [...text];
  if (points.length <= limit) return text;
  const head = Math.ceil((limit - 1) * 0.7);
  return `${points.slice(0, head).join('')}…${points.slice(points.length - (limit - 1 - head)).join('')}`;
}

/** As many whole words from the beginning as there is room for; where that would leave little, shortened in the middle. */
export function firstWords(text: string, limit: number): string {
  const points = [...text];
  if (points.length <= limit) return text;
  const head = points.slice(0, limit).join('');
  const end = head.search(/\s\S*$/);
  return end < limit / 2 ? shortened(text, limit) : `${head.slice(0, end).replace(/[\s,;:–-]+$/, '')}…`;
}

/** Commands in quotes, where a page shows them within a sentence: a terminal's backticks mean nothing there. */
export function quoted(text: string): string {
  return text.replace(/`([^`]+)`/g, '“$1”');
}

/** With a full stop, so that texts from elsewhere stand as sentences. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  return `${trimmed}${/[.!?…]$/.test(trimmed) ? '' : '.'}`;
}

function named(found: string): string {
  return `⟨U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/**
 * Text with nothing hidden in it: control, invisible and direction-changing characters as `⟨U+202E⟩`, lone surrogates and
 * noncharacters as `�`, newlines and tabs as a space. Escaping for HTML, XML or Markdown comes after, where it is written.
 */
export function visible(text: string): string {
  if (plain.test(text)) return text;
  return text
    .replace(illegal, '\ufffd')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(control, named)
    .replace(invisible, named);
}

/** `visible` text of at most 2,000 characters. */
export function readable(text: string): string {
  const cut = text.length > longestText * 2 ? `${text.slice(0, longestText)}${text.slice(-longestText)}` : text;
  return shortened(visible(cut), longestText);
}

/** A small picture as a data URL: no text for people, and longer than such may be. */
export function isThumbnail(value: unknown): boolean {
  return typeof value === 'string' && /^data:image\/jpeg;base64,[A-Za-z0-9+/=]+$/.test(value);
}

/** A copy whose every text has gone through `readable`. */
export function readableDeep(value: unknown): unknown {
  if (typeof value === 'string') return readable(value);
  if (Array.isArray(value)) return value.map(readableDeep);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    // Most are numbers: points of a timeline.
    const isKept = typeof inner === 'number' || (key === 'thumbnail' && isThumbnail(inner));
    const kept = isKept ? inner : readableDeep(inner);
    // Defined, not assigned, it stays a key.
    if (key === '__proto__')
      Object.defineProperty(copy, key, { value: kept, enumerable: true, configurable: true, writable: true });
    else copy[key] = kept;
  }
  return copy;
}

/** A copy of the results whose every text has gone through `readable`; what reports are made from, `results.json` excepted. */
export function readableResults(results: Results): Results {
  return readableDeep(results) as Results;
}
