import { ShakedownError } from '../../../model/error.ts';
import type { FormatName, LineParser, RecordBatch } from '../record.ts';
import type { Source } from '../source.ts';
import { createAccessLogParser } from './access-log.ts';
import { parseLines } from './log-lines.ts';
import { createNdjsonParser } from './ndjson.ts';

export interface FormatOptions {
  fieldMap: Readonly<Record<string, string>>;
}

const sampleLines = 200;

const lineFormats: [FormatName, (sample: readonly string[], options: FormatOptions) => LineParser][] = [
  ['ndjson', (sample) => createNdjsonParser(sample)],
  ['access-log', (sample) => createAccessLogParser(sample)],
];

/** Whole lines at the beginning of a source; the last one is left out unless it is the only one. */
function sampleOf(source: Source): string[] {
  const lines = source.head.toString('utf8').split(/\r?\n/);
  if (lines.length > 1) lines.pop();
  return lines.filter((line) => line.trim() !== '').slice(0, sampleLines);
}

/**
 * Recognises a source's format by its content, or takes the one asked for.
 * @throws ShakedownError TRAFFIC_FORMAT_UNKNOWN
 */
export function openFormat(
  source: Source,
  wanted: FormatName | 'auto',
  options: FormatOptions,
): { name: FormatName; batches: AsyncGenerator<RecordBatch> } {
  const sample = sampleOf(source);
  let best: { name: FormatName; parse: LineParser; read: number } | undefined;
  for (const [name, create] of lineFormats) {
    if (wanted !== 'auto' && wanted !== name) continue;
    const parse = create(sample, options);
    const read = sample.filter((line) => typeof parse(line) !== 'string').length;
    if (read > (best?.read ?? 0) || wanted === name) best = { name, parse: create(sample, options), read };
  }
  if (best === undefined) {
    throw new ShakedownError(
      'TRAFFIC_FORMAT_UNKNOWN',
      `${source.file} is in no format known here: no HAR, Apache or nginx log, nginx JSON, AWS ALB, GoReplay or NDJSON was found in it.`,
      { hint: 'Name the format with --format, or convert it to NDJSON with time, method and url on each line.' },
    );
  }
  return { name: best.name, batches: parseLines(source.chunks, best.parse) };
}
