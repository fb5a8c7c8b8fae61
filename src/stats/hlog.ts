import { createReadStream } from 'node:fs';
import type { LatencyHistogram } from './histogram.ts';
import { decodeHistogram, encodeHistogram } from './payload.ts';

const columns = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"';
/** The widest payload is some 250 kB; a longer line is damage, and is not kept in memory. */
const lineCharactersAtMost = 1_000_000;
const linePattern = /^(?:Tag=([^,\s]*),)?([\d.]+),([\d.]+),([\d.]+),([A-Za-z0-9+/=]+)$/;

export interface Interval {
  /** `all`, or `r<index>` for a route of the plan; empty when the line has none. */
  tag: string;
  /** After the load's start. */
  startSec: number;
  lengthSec: number;
}

export interface PackedInterval extends Interval {
  /** V2 compressed base64, not decoded. */
  payload: string;
  line: number;
}

export interface HistogramInterval extends Interval {
  /** Values in µs. */
  histogram: LatencyHistogram;
}

/** Header of an interval log (values in µs, maxima in ms) whose times count from `startedAt`. Ends with a line feed. */
export function histogramLogHeader(startedAt: Date): string {
  const seconds = (startedAt.getTime() / 1000).toFixed(3);
  return [
    '#[Histogram log format version 1.3]',
    `#[StartTime: ${seconds} (seconds since epoch), ${startedAt.toISOString()}]`,
    `#[BaseTime: ${seconds} (seconds since epoch)]`,
    '#[Values are in microseconds; Interval_Max is in milliseconds]',
    columns,
    '',
  ].join('\n');
}

/** One line of an interval log, line feed included. */
export function formatInterval(interval: HistogramInterval): string {
  const { tag, startSec, lengthSec, histogram } = interval;
  const maxMs = (histogram.max ?? 0) / 1000;
  const figures = [startSec, lengthSec, maxMs].map((figure) => figure.toFixed(3)).join(',');
  return `Tag=${tag},${figures},${encodeHistogram(histogram)}\n`;
}

/** Reads one line of an interval log, without its line feed; null when it is none. */
export function parseInterval(line: string): Omit<PackedInterval, 'line'> | null {
  const match = linePattern.exec(line);
  if (match === null) return null;
  const [, tag = '', start, length, , payload = ''] = match;
  return { tag, startSec: Number(start), lengthSec: Number(length), payload };
}

/** Lines with their numbers; `ended` is false for a last line without a line feed. */
async function* linesOf(file: string): AsyncGenerator<{ text: string; number: number; ended: boolean }> {
  let rest = '';
  let number = 0;
  for await (const chunk of createReadStream(file, { encoding: 'latin1', highWaterMark: 1 << 16 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharactersAtMost) rest = rest.slice(0, lineCharactersAtMost);
    for (const text of lines) yield { text, number: ++number, ended: true };
  }
  if (rest !== '') yield { text: rest, number: ++number, ended: false };
}

/**
 * Streams the intervals of a log without decoding them. A damaged last line is what a killed run leaves and ends the log silently;
 * any other is reported to `onDamaged` and skipped.
 */
export async function* readPackedLog(
  file: string,
  onDamaged: (line: number, reason: string) => void,
): AsyncGenerator<PackedInterval> {
  for await (const { text, number, ended } of linesOf(file)) {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (line === '' || line.startsWith('#') || line.startsWith('"')) continue;
    const interval = parseInterval(line);
    // Without its line feed even a line that looks whole may lack the end of its payload.
    if (!ended) return;
    if (interval === null) {
      onDamaged(number, 'not an interval');
      continue;
    }
    yield { ...interval, line: number };
  }
}

/**
 * Streams an interval log, one interval in memory at a time; a last line cut off by a killed run is left out.
 * @throws RangeError naming file and line when another line is damaged
 */
export async function* readHistogramLog(file: string): AsyncGenerator<HistogramInterval> {
  const refuse = (line: number, reason: string): never => {
    throw new RangeError(`${file}:${line}: ${reason}`);
  };
  for await (const { tag, startSec, lengthSec, payload, line } of readPackedLog(file, refuse)) {
    let histogram: LatencyHistogram;
    try {
      histogram = decodeHistogram(payload);
    } catch (cause) {
      refuse(line, (cause as Error).message);
      continue;
    }
    yield { tag, startSec, lengthSec, histogram };
  }
}
