import { parseIsoTime, parseLogTime, type Stamp } from './log-time.ts';

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Each directive of strftime that a time needs, as a group of an expression. */
const directives: Readonly<Record<string, string>> = {
  Y: '(?<year>\\d{4})',
  y: '(?<shortYear>\\d{2})',
  m: '(?<month>\\d{2})',
  b: '(?<monthName>[A-Z][a-z]{2})',
  h: '(?<monthName>[A-Z][a-z]{2})',
  d: '(?<day>\\d{2})',
  e: '(?<day>[ \\d]\\d)',
  H: '(?<hour>\\d{2})',
  M: '(?<minute>\\d{2})',
  S: '(?<second>\\d{2})',
  z: '(?<zone>[+-]\\d{2}:?\\d{2})',
  Z: '[A-Za-z]+',
  a: '[A-Z][a-z]{2}',
  '%': '%',
};
const composed: Readonly<Record<string, string>> = { F: '%Y-%m-%d', T: '%H:%M:%S', D: '%m/%d/%y', R: '%H:%M' };

/** A parser of times in a format of strftime. A time without a zone is taken for UTC; a format with something else in it is tried as the usual ones. */
export function createTimeParser(format: string): (text: string) => Stamp | undefined {
  const plain = format.replaceAll(/%([FTDR])/g, (_, letter: string) => composed[letter] ?? '');
  if ([...plain.matchAll(/%(.)/g)].some(([, letter]) => directives[letter ?? ''] === undefined))
    return (text) => parseIsoTime(text) ?? parseLogTime(text);
  const pattern = plain
    .split(/(%.)/)
    .map((part) =>
      part.startsWith('%') ? directives[part.slice(1)] : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
    )
    .join('');
  const expression = new RegExp(`^${pattern}$`);
  return (text) => {
    const found = expression.exec(text)?.groups;
    if (found === undefined) return undefined;
    const year = found.year ?? `20${found.shortYear ?? ''}`;
    const month = found.month ?? String(months.indexOf(found.monthName ?? '') + 1).padStart(2, '0');
    const day = (found.day ?? '').trim().padStart(2, '0');
    const { hour = '00', minute = '00', second = '00', zone = 'Z' } = found;
    return parseIsoTime(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  };
}
