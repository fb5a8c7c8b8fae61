import { ShakedownError } from '../../../../model/error.ts';
import { visibleText } from '../../visible-text.ts';
import type { FormatName, LineParser, RecordBatch } from '../record.ts';
import type { Source } from '../source.ts';
import { createAccessLogParser } from './access-log.ts';
import { createAlbParser } from './alb.ts';
import { parseGoReplay, parseRecordHeader, separator } from './goreplay.ts';
import { parseHar } from './har.ts';
import { parseLines } from './log-lines.ts';
import { createNdjsonParser } from './ndjson.ts';
import { createNginxJsonParser } from './nginx-json.ts';

interface FormatOptions {
  /** Our field → theirs, for JSON logs. */
  fieldMap: Readonly<Record<string, string>>;
}

export interface OpenFormat {
  name: FormatName;
  batches: AsyncGenerator<RecordBatch>;
}

const sampleLines = 200;

/** Line formats in order of preference: the first that reads half of the sample, else the one that reads most of it. */
const lineFormats: [FormatName, (sample: readonly string[], options: FormatOptions) => LineParser][] = [
  ['ndjson', (sample) => createNdjsonParser(sample)],
  ['alb', () => createAlbParser()],
  ['access-log', (sample) => createAccessLogParser(sample)],
  ['nginx-json', (sample, { fieldMap }) => createNginxJsonParser(sample, fieldMap)],
];

/** Whole lines at the beginning of a source; the last one is left out unless it is the only one. */
function sampleOf(head: Buffer): string[] {
  const lines = head.toString('utf8').split(/\r?\n/);
  if (lines.length > 1) lines.pop();
  return lines.filter((line) => line.trim() !== '').slice(0, sampleLines);
}

function isHar(head: string): boolean {
  return /^\s*\{\s*"log"\s*:\s*\{/.test(head);
}

function isGoReplay(head: Buffer): boolean {
  const firstLine = head.toString('latin1', 0, 300).split('\n', 1)[0] ?? '';
  return parseRecordHeader(firstLine) !== undefined || head.indexOf(separator) >= 0;
}

function unknownFormat(source: Source): ShakedownError {
  const binary = source.head.includes(0);
  const first = visibleText(source.head.toString('utf8', 0, 400).split('\n', 1)[0] ?? '', 60);
  const what = binary ? 'holds binary data' : `begins with “${first}”`;
  return new ShakedownError(
    'TRAFFIC_FORMAT_UNKNOWN',
    `${source.file} is in no format known here: it ${what}. Looked for HAR, Apache and nginx logs (common, combined), nginx JSON logs, AWS ALB logs, GoReplay and NDJSON.`,
    { hint: 'Name the format with --format, or convert it to NDJSON with time, method and url on each line.' },
  );
}

/**
 * Recognises a source's format by its content, or takes the one asked for.
 * @throws ShakedownError TRAFFIC_FORMAT_UNKNOWN
 */
export function openFormat(source: Source, wanted: FormatName | 'auto', options: FormatOptions): OpenFormat {
  const { head, chunks } = source;
  if (wanted === 'har' || (wanted === 'auto' && isHar(head.toString('utf8', 0, 64 * 1024)))) {
    return { name: 'har', batches: parseHar(chunks) };
  }
  if (wanted === 'goreplay' || (wanted === 'auto' && isGoReplay(head))) {
    return { name: 'goreplay', batches: parseGoReplay(chunks) };
  }
  const sample = sampleOf(head);
  let best: { name: FormatName; create: () => LineParser; read: number } | undefined;
  for (const [name, create] of lineFormats) {
    if (wanted !== 'auto' && wanted !== name) continue;
    const parse = create(sample, options);
    const read = sample.filter((line) => typeof parse(line) !== 'string').length;
    if (wanted === name || read > (best?.read ?? 0)) best = { name, create: () => create(sample, options), read };
    if (read > 0 && read * 2 >= sample.length) break;
  }
  if (best === undefined) throw unknownFormat(source);
  return { name: best.name, batches: parseLines(chunks, best.create()) };
}
