const months = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, index) => [
    name,
    index,
  ]),
);

/** An instant in milliseconds since the epoch, and how finely it was written. */
export interface Stamp {
  time: number;
  resolutionMs: number;
}

function fraction(digits: string | undefined): { ms: number; resolutionMs: number } {
  if (digits === undefined || digits === '') return { ms: 0, resolutionMs: 1000 };
  return { ms: Number(`0.${digits}`) * 1000, resolutionMs: digits.length <= 3 ? 1 : 0.001 };
}

/** `-0700` in milliseconds; 0 for none or `Z`. */
export function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === '' || zone === 'Z' || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
}

const logTime = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4})[: ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))? ?([+-]\d{2}:?\d{2})?$/;
const isoTime = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,12}))? ?([Zz]|[+-]\d{2}:?\d{2})?$/;

/** Apache's and nginx's `10/Oct/2000:13:55:36 -0700`, and Python's servers' `10/Oct/2000 13:55:36`; a time without a zone is taken as UTC. */
export function parseLogTime(text: string): Stamp | undefined {
  const match = logTime.exec(text);
  if (match === null) return undefined;
  const month = months.get(match[2] ?? '');
  if (month === undefined) return undefined;
  return stamp(Number(match[3]), month, Number(match[1]), match.slice(4));
}

/** ISO 8601 with or without fraction and zone; a time without a zone is taken as UTC. */
export function parseIsoTime(text: string): Stamp | undefined {
  const match = isoTime.exec(text);
  if (match === null) return undefined;
  return stamp(Number(match[1]), Number(match[2]) - 1, Number(match[3]), match.slice(4));
}

/** Days of a month (from 0): `Date.UTC` would take a 31st of February for the 3rd of March. */
function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

function stamp(year: number, month: number, day: number, rest: (string | undefined)[]): Stamp | undefined {
  const [hour, minute, second] = [Number(rest[0]), Number(rest[1]), Number(rest[2])];
  if (month > 11 || day < 1 || day > daysOf(year, month) || hour > 23 || minute > 59 || second > 60) return undefined;
  if (!/^(?:$|[Zz]$|[+-](?:0\d|1[0-4]):?[0-5]\d$)/.test(rest[4] ?? '')) return undefined;
  const { ms, resolutionMs } = fraction(rest[3]);
  return { time: Date.UTC(year, month, day, hour, minute, second) + ms - zoneOffsetMs(rest[4]), resolutionMs };
}

/** Seconds (10 digits), milliseconds, microseconds or nanoseconds since the epoch, distinguished by size. */
export function parseEpoch(value: number | string): Stamp | undefined {
  const text = typeof value === 'string' ? value : String(value);
  if (!/^\d{9,19}(?:\.\d{1,12})?$/.test(text)) return undefined;
  const number = Number(text);
  const decimals = text.includes('.');
  if (number < 1e11) return { time: number * 1000, resolutionMs: decimals ? (text.length <= 14 ? 1 : 0.001) : 1000 };
  if (number < 1e14) return { time: number, resolutionMs: decimals ? 0.001 : 1 };
  return { time: toMicros(number / (number < 1e17 ? 1e3 : 1e6)), resolutionMs: 0.001 };
}

/** Nanoseconds since the epoch are past what a number holds exactly: the nearest microsecond is what was meant. */
export function toMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** The same stamp stands in many lines one after another, so the last one is kept. */
export function rememberLast(parse: (text: string) => Stamp | undefined): (text: string) => Stamp | undefined {
  let lastText = '';
  let last: Stamp | undefined;
  return (text) => {
    if (text !== lastText) {
      lastText = text;
      last = parse(text);
    }
    return last;
  };
}
