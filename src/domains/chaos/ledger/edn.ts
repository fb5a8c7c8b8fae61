import { ShakedownError } from '../../../model/error.ts';

/** What of EDN (https://github.com/edn-format/edn) histories are written in; keywords are their names without the colon. */
export type Edn = string | number | boolean | null | Edn[] | { [key: string]: Edn };

const token = /\s*(?:,\s*)*("(?:[^"\\]|\\.)*"|[{}[\]()]|[^\s,{}[\]()"]+)/y;

/** @throws ShakedownError HISTORY_FORMAT */
export function parseEdn(text: string): Edn {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) tokens.push(match[1] as string);
  let next = 0;
  const bad = (what: string) =>
    new ShakedownError('HISTORY_FORMAT', `${what} in ${JSON.stringify(text.slice(0, 80))}.`);
  const value = (): Edn => {
    const word = tokens[next++];
    if (word === undefined) throw bad('A value is missing');
    if (word === '{') {
      const parts = until('}');
      return Object.fromEntries(
        Array.from({ length: parts.length >> 1 }, (_, index) => [
          String(parts[index * 2]),
          parts[index * 2 + 1] ?? null,
        ]),
      );
    }
    if (word === '[' || word === '(') return until(word === '[' ? ']' : ')');
    if (word.startsWith('"')) return JSON.parse(word) as string;
    if (word === 'nil') return null;
    if (word === 'true' || word === 'false') return word === 'true';
    if (word.startsWith(':')) return word.slice(1);
    const number = Number(word);
    return Number.isNaN(number) ? word : number;
  };
  const until = (close: string): Edn[] => {
    const list: Edn[] = [];
    while (tokens[next] !== close) {
      if (next >= tokens.length) throw bad(`${close} is missing`);
      list.push(value());
    }
    next++;
    return list;
  };
  return value();
}
