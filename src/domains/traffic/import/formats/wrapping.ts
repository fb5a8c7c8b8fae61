import { type ImportedRecord, type LineParser, noRecord, type ParsedLine } from '../record.ts';
import { stampOf } from './json-fields.ts';
import { parseIsoTime, type Stamp } from './log-time.ts';
import { parseJsonObject } from './ndjson.ts';
import { otherLine } from './other-lines.ts';

/** What a container runtime or a syslog wrote around a line. */
export interface Wrapped {
  text: string;
  /** When the line was written, by the outer clock; undefined where it is no finer than a second. */
  stamp: Stamp | undefined;
  /** The line was written to standard error. */
  isError: boolean;
  /** The line goes on in the next one. */
  isPart: boolean;
}

type Unwrap = (line: string) => Wrapped | undefined;

function whole(text: string, stamp?: Stamp): Wrapped {
  return { text, stamp, isError: false, isPart: false };
}

const iso = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})`;
const containerd = new RegExp(`^(${iso}) (stdout|stderr) ([FP])(?::\\S*)? ?(.*)$`, 's');
const syslog5424 = new RegExp(
  `^<\\d{1,3}>1 (${iso}|-) \\S+ \\S+ \\S+ \\S+ (?:-|(?:\\[(?:[^\\]\\\\]|\\\\.)*\\])+) ?\\ufeff?(.*)$`,
  's',
);
const syslogIso = new RegExp(`^(?:<\\d{1,3}>)?(${iso}) \\S+ [\\w./-]+(?:\\[\\d+\\])?: ?(.*)$`, 's');
const syslog3164 =
  /^(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d+)? (?:[\w.:%-]+ )?[\w./-]+(?:\[\d+\])?: ?(.*)$/s;
const priority = /^<\d{1,3}>([\w./-]+)(?:\[\d+\])?: ?(.*)$/s;
const timestamped = new RegExp(`^(${iso}) (.*)$`, 's');

const ansi = String.raw`(?:\x1b\[[\d;]*[A-Za-z])*`;
const compose = new RegExp(`^${ansi}[\\w.-]+ +\\| ${ansi}(.*)$`, 's');

/** Those that join the words of several programs. */
const shared = new Set([
  'JSON (message)',
  'syslog (RFC 5424)',
  'syslog',
  'kubectl logs --prefix',
  'docker compose logs',
]);

/** Each kind with what people call it. */
const kinds: readonly [string, Unwrap][] = [
  [
    'Kubernetes (CRI)',
    (line) => {
      const found = containerd.exec(line);
      if (found === null) return undefined;
      const [, time = '', stream, tag, text = ''] = found;
      return { text, stamp: parseIsoTime(time), isError: stream === 'stderr', isPart: tag === 'P' };
    },
  ],
  [
    'Docker (json-file)',
    (line) => {
      const row = line.startsWith('{"log":') ? parseJsonObject(line) : undefined;
      if (typeof row?.log !== 'string' || typeof row.time !== 'string') return undefined;
      const { log, time, stream } = row;
      const isPart = !log.endsWith('\n');
      return { text: log.replace(/\r?\n$/, ''), stamp: parseIsoTime(time), isError: stream === 'stderr', isPart };
    },
  ],
  [
    'JSON (message)',
    (line) => {
      const row = line.startsWith('{') ? parseJsonObject(line) : undefined;
      const text = row?.message ?? row?.log ?? row?.MESSAGE;
      if (row === undefined || typeof text !== 'string') return undefined;
      const time = row['@timestamp'] ?? row.time ?? row.timestamp ?? row.__REALTIME_TIMESTAMP;
      const stamp = stampOf(time);
      const isFine = stamp !== undefined && stamp.resolutionMs < 1000;
      return { ...whole(text.trimEnd(), isFine ? stamp : undefined), isError: row.stream === 'stderr' };
    },
  ],
  ['syslog (RFC 5424)', (line) => matched(syslog5424.exec(line))],
  ['syslog', (line) => matched(syslogIso.exec(line))],
  ['syslog', (line) => textOnly(syslog3164.exec(line)?.[1] ?? priority.exec(line)?.[2])],
  ['kubectl logs --prefix', (line) => textOnly(/^\[pod\/[^\]\s]+\] (.*)$/s.exec(line)?.[1])],
  ['docker compose logs', (line) => textOnly(compose.exec(line)?.[1])],
  ['timestamps', (line) => matched(timestamped.exec(line))],
];

function matched(found: RegExpExecArray | null): Wrapped | undefined {
  if (found === null) return undefined;
  const stamp = parseIsoTime(found[1] ?? '');
  return whole(found[2] ?? '', stamp !== undefined && stamp.resolutionMs < 1000 ? stamp : undefined);
}

function textOnly(text: string | undefined): Wrapped | undefined {
  return text === undefined ? undefined : whole(text);
}

export interface Wrapping {
  name: string;
  unwrap: Unwrap;
  /** It joins the words of several programs. */
  isShared: boolean;
}

/** What is around nearly all of these lines; undefined when nothing is. */
export function findWrapping(sample: readonly string[]): Wrapping | undefined {
  for (const [name, unwrap] of kinds) {
    const found = sample.filter((line) => unwrap(line) !== undefined).length;
    if (found > 0 && found >= 0.9 * sample.length) return { name, unwrap, isShared: shared.has(name) };
  }
  return undefined;
}

/** The lines inside, long ones joined of their parts, empty ones left out. */
export function unwrapped(lines: readonly string[], { unwrap }: Wrapping): string[] {
  const inner: string[] = [];
  let joined = '';
  for (const line of lines) {
    const found = unwrap(line);
    if (found === undefined) continue;
    joined += found.text;
    if (found.isPart) continue;
    if (joined.trim() !== '') inner.push(joined);
    joined = '';
  }
  return inner;
}

/** The outer clock is later than the line's own by what it takes to write it, where both say the same moment at all. */
const writingMs = 5000;
const unknownDurationMs = 60_000;

/** Gives a record that was stamped in whole seconds the outer clock's time, which is that of the request's end. */
function useFinerClock(record: ImportedRecord, outer: Stamp | undefined): void {
  if (outer === undefined || record.resolutionMs <= outer.resolutionMs) return;
  const laterMs = outer.time - record.time;
  const tookMs = record.durationMs ?? (record.stampedAtEnd ? 0 : unknownDurationMs);
  if (laterMs < -1000 || laterMs > (record.stampedAtEnd ? 0 : tookMs) + 1000 + writingMs) return;
  record.resolutionMs = outer.resolutionMs;
  if (record.stampedAtEnd || record.durationMs !== undefined) {
    record.time = outer.time;
    record.stampedAtEnd = true;
  } else {
    // The end is known, the arrival to the second: it came no later than either says.
    record.time = Math.min(Math.max(outer.time, record.time), record.time + 999.999);
  }
}

const maxJoined = 1024 * 1024;

/** A parser for wrapped lines: joins the parts of long ones. Lines to standard error that are no requests are an application's own words. */
export function unwrapping({ unwrap }: Wrapping, parse: LineParser): LineParser {
  let joined = '';
  return (line): ParsedLine => {
    const wrapped = unwrap(line);
    if (wrapped === undefined) return parse(line);
    if (wrapped.isPart && joined.length < maxJoined) {
      joined += wrapped.text;
      return noRecord;
    }
    const text = joined + wrapped.text;
    joined = '';
    const parsed = text.trim() === '' ? noRecord : parse(text);
    if (typeof parsed === 'string') return wrapped.isError ? otherLine() : parsed;
    for (const record of 'method' in parsed ? [parsed] : parsed) useFinerClock(record, wrapped.stamp);
    return parsed;
  };
}
