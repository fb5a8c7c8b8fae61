import { ShakedownError } from '../../../model/error.ts';
import { type Edn, type EdnMap, EdnReader, ednText, Tagged, Word } from './edn.ts';

/** One event of a history: what a client asked, or was answered. */
export interface Entry {
  process: string;
  type: 'invoke' | 'ok' | 'fail' | 'info';
  f: string;
  /** undefined: it has none. */
  value: Edn | undefined;
  key: Edn | undefined;
  hasError: boolean;
  line: number;
  /** Nothing shows where its value ends. */
  isOpen?: boolean;
}

/** Lines that say nothing of a client: what a nemesis did, and other lines of a log. */
export interface LeftOut {
  nemesis: number;
  other: number;
  firstOther: string | null;
}

export interface Problem {
  line: number;
  what: string;
}

/** `INFO  jepsen.util - 2 :invoke :cas [3 0]`, with tabs or blanks. */
const logLine = /^(.*?\s)??(\d+|:?nemesis)\s+:(invoke|ok|fail|info)\s+:([^\s,]+)/;
const opensForm = /^\s*(?:[{[(]|#[\w:{])/;
const wordOfOperation = /:(?:invoke|ok|fail|info)(?![\w-])/i;
const types = new Set(['invoke', 'ok', 'fail', 'info']);
/** The beginning of an operation in a log, whose rest is missing. */
const cutOff = /(?:^|\s)\d+\s+:[a-z]*\s*$/;
const beginsComment = /(?:^|\s);/;

/** The events of a history, in order, each by itself; what cannot be read is a problem with its line. @param text lines end with `\n` */
export function entriesOf(text: string): { entries: Entry[]; leftOut: LeftOut; problems: Problem[] } {
  const entries: Entry[] = [];
  const leftOut: LeftOut = { nemesis: 0, other: 0, firstOther: null };
  const problems: Problem[] = [];
  const add = (entry: Entry) => {
    if (/^:?nemesis$/.test(entry.process)) leftOut.nemesis++;
    else entries.push(entry);
  };
  const lineAt = linesOf(text);
  const reader = new EdnReader(text);
  const endOfLine = (at: number) => {
    const newline = text.indexOf('\n', at);
    return newline < 0 ? text.length : newline;
  };
  for (let from = 0; from < text.length; ) {
    let line = lineAt(from);
    let end = endOfLine(from);
    const row = text.slice(from, end);
    const trimmed = row.trim();
    const logged = row.includes(':type') || row.includes(':process') ? null : logLine.exec(row);
    reader.at = from;
    try {
      if (trimmed === '' || trimmed.startsWith(';')) {
        // Nothing, or a comment.
      } else if (logged !== null) {
        const [whole, before = ''] = logged;
        refuseComment(before);
        const entry = loggedEntry(logged, row.slice(whole.length), line);
        const isOpen = end === text.length && !entry.hasError && entry.value instanceof Word && /\S$/.test(row);
        add({ ...entry, isOpen });
      } else if (opensForm.test(row) || row.includes(':process')) {
        // Behind the words of a log, or at once; and as many of them as begin on this line.
        const start = opensForm.test(row) ? 0 : startOfMap(row);
        refuseComment(row.slice(0, start));
        reader.at = from + start;
        while (isMoreOnLine(text, reader)) {
          line = lineAt(reader.at);
          for (const map of mapsOf(reader.next())) add(entryOf(map, line));
        }
        end = endOfLine(reader.at);
      } else if (wordOfOperation.test(row) || cutOff.test(row)) {
        problems.push({ line, what: `${JSON.stringify(trimmed.slice(0, 60))} is not understood` });
      } else {
        leftOut.other++;
        leftOut.firstOther ??= `line ${line}, ${JSON.stringify(trimmed.slice(0, 40))}`;
      }
    } catch (cause) {
      if (!(cause instanceof ShakedownError)) throw cause;
      problems.push({ line, what: cause.message.replace(/\.$/, '') });
      // Never back, or a file of forms without an end is read once for each of its lines.
      end = endOfLine(reader.at);
    }
    from = end + 1;
  }
  return { entries, leftOut, problems };
}

/** The line of a place in a text, which may not be before one asked for earlier. */
function linesOf(text: string): (at: number) => number {
  let line = 1;
  let newline = text.indexOf('\n');
  return (at) => {
    for (; newline >= 0 && newline < at; newline = text.indexOf('\n', newline + 1)) line++;
    return line;
  };
}

/** Skips blanks and forms left out. @returns whether another form begins before the line ends */
function isMoreOnLine(text: string, reader: EdnReader): boolean {
  for (;;) {
    while (/[^\S\n]|,/.test(text.charAt(reader.at))) reader.at++;
    if (!text.startsWith('#_', reader.at)) break;
    reader.at += 2;
    reader.next();
  }
  return !['', '\n', ';'].includes(text.charAt(reader.at));
}

/** @throws ShakedownError HISTORY_FORMAT */
function refuseComment(before: string): void {
  if (!beginsComment.test(before)) return;
  throw new ShakedownError('HISTORY_FORMAT', 'an operation behind a semicolon, which begins a comment.');
}

/** @throws ShakedownError HISTORY_FORMAT */
function loggedEntry([, , process = '', type, f = '']: RegExpExecArray, after: string, line: number): Entry {
  if (wordOfOperation.test(after)) throw new ShakedownError('HISTORY_FORMAT', 'more than one operation.');
  const forms: Edn[] = [];
  for (const reader = new EdnReader(after); reader.hasNext(); ) forms.push(reader.next());
  const [value] = forms;
  if (value === undefined && !process.endsWith('nemesis')) {
    throw new ShakedownError('HISTORY_FORMAT', `no value behind :${f}, as where a line was cut off.`);
  }
  return { process, type: type as Entry['type'], f, key: undefined, value, hasError: forms.length > 1, line };
}

function startOfMap(row: string): number {
  const at = /(?:#[\w./-]+\s*)?\{[^{]*:process/.exec(row)?.index;
  return at ?? Math.max(0, row.indexOf('{'));
}

/** The operations in a value: itself, or those in its list. @throws ShakedownError HISTORY_FORMAT */
function mapsOf(value: Edn): EdnMap[] {
  if (value instanceof Tagged) return mapsOf(value.value);
  if (Array.isArray(value)) return value.flatMap(mapsOf);
  if (value instanceof Map) return [value];
  throw new ShakedownError('HISTORY_FORMAT', `${JSON.stringify(shown(value))} is no operation.`);
}

function entryOf(map: EdnMap, line: number): Entry {
  const process = map.get(':process') ?? null;
  const type = nameOf(map.get(':type'));
  if (process === null) throw new ShakedownError('HISTORY_FORMAT', 'no :process.');
  if (!types.has(type)) throw new ShakedownError('HISTORY_FORMAT', 'no :type of :invoke, :ok, :fail or :info.');
  return {
    process: typeof process === 'string' && process === 'nemesis' ? process : ednText(process),
    type: type as Entry['type'],
    f: nameOf(map.get(':f')),
    key: map.get(':key'),
    value: map.get(':value'),
    hasError: (map.get(':error') ?? null) !== null,
    line,
  };
}

/** Of a keyword without its colon. */
function nameOf(value: Edn | undefined): string {
  if (typeof value === 'string') return value;
  return value instanceof Word ? value.text.replace(/^:/, '') : '';
}

/** For people. */
export const shown = (value: Edn) => ednText(value).slice(0, 60);
