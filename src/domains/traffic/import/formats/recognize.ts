import type { FormatName, ImportedRecord, LineParser, RecordBatch } from '../record.ts';
import type { Source } from '../source.ts';
import { sourceText } from '../source-text.ts';
import { createAccessLogParser } from './access-log.ts';
import { createAlbParser } from './alb.ts';
import { isInsomnia, isPostman, parseInsomnia, parsePostman } from './collections.ts';
import type { DurationReading } from './duration-unit.ts';
import { createElbParser, createS3Parser } from './elb.ts';
import { createEnvoyParser } from './envoy.ts';
import { createFormatParser } from './format-string.ts';
import { parseGoReplay, parseRecordHeader, separator } from './goreplay.ts';
import { createHaproxyParser } from './haproxy.ts';
import { createHarParser } from './har.ts';
import { parseJsonList } from './json-documents.ts';
import { EntryScanner } from './json-entries.ts';
import { type JsonLog, jsonLogs } from './json-logs.ts';
import { parseLines } from './log-lines.ts';
import { createNdjsonParser, isMeantAsNdjson, parseJsonObject } from './ndjson.ts';
import { createNginxJsonParser } from './nginx-json.ts';
import { otherEntry, tolerating } from './other-lines.ts';
import { resourceSpanRequests } from './otlp.ts';
import { pairingLines } from './paired-lines.ts';
import { createProxyManagerParser } from './proxy-hosts.ts';
import { unknownFormat } from './unknown-format.ts';
import { createW3cParser } from './w3c.ts';
import { findWrapping, unwrapped, unwrapping, type Wrapping } from './wrapping.ts';

interface FormatOptions {
  /** Our field → theirs, for JSON logs. */
  fieldMap: Readonly<Record<string, string>>;
  /** A format string of nginx or Apache, for logs that no known format fits. */
  logFormat: string | undefined;
}

export interface OpenFormat {
  name: FormatName;
  /** What stands around each line, such as a syslog's prefix. */
  wrapping: string | undefined;
  /** How response times are read. */
  durations: DurationReading;
  batches: AsyncGenerator<RecordBatch>;
}

interface OpenParser {
  parse: LineParser;
  /** Requests that it still holds at the end of the source. */
  rest?: () => ImportedRecord[];
  durations: DurationReading;
}

const sampleLines = 1000;
/** That many lines are enough to see what a format is; all of the sample to see its units. */
const probedLines = 200;

function exact(writer: string, unit: 's' | 'ms' | 'µs' | 'ns' | undefined): DurationReading {
  return { unit: unit ?? 'ms', because: `${writer} says so` };
}

function fixed(log: JsonLog): (sample: readonly string[]) => OpenParser {
  return () => ({
    durations: exact(log.writer, log.unit),
    parse: (line) => {
      const row = parseJsonObject(line);
      if (row === undefined) return 'not a JSON object';
      return log.is(row) ? log.read(row) : otherEntry(row);
    },
  });
}

type Create = (sample: readonly string[], options: FormatOptions) => OpenParser;

/** Line formats in order of preference: the first that reads half of the sample, else the one that reads most of it. */
const lineFormats: readonly [FormatName, Create][] = [
  ['ndjson', (sample) => ({ parse: createNdjsonParser(sample), durations: exact('NDJSON', 'ms') })],
  ...jsonLogs.map((log): [FormatName, Create] => [log.name, fixed(log)]),
  [
    'w3c',
    (sample) => {
      const { parse, reading } = createW3cParser(sample);
      return { parse, durations: reading };
    },
  ],
  ['alb', () => ({ parse: createAlbParser(), durations: exact('AWS', 's') })],
  ['elb', () => ({ parse: createElbParser(), durations: exact('AWS', 's') })],
  ['s3', () => ({ parse: createS3Parser(), durations: exact('AWS', 'ms') })],
  ['envoy', () => ({ parse: createEnvoyParser(), durations: exact('Envoy', 'ms') })],
  ['haproxy', () => ({ parse: createHaproxyParser(), durations: exact('HAProxy', 'ms') })],
  [
    'access-log',
    (sample) => {
      const { parse, extra } = createAccessLogParser(sample);
      return { parse, durations: extra.reading };
    },
  ],
  ['nginx-proxy-manager', () => ({ parse: createProxyManagerParser(), durations: { unknown: 'the format has none' } })],
  [
    'nginx-json',
    (sample, { fieldMap }) => {
      const paired = pairingLines(sample, (joined) => createNginxJsonParser(joined, fieldMap));
      if (paired !== undefined) return paired;
      const { parse, reading } = createNginxJsonParser(sample, fieldMap);
      return { parse, durations: reading };
    },
  ],
];

/** Whole lines at the beginning of a source; the last one is left out unless it is the only one. */
function sampleOf(head: Buffer): string[] {
  const lines = sourceText(head).text.split(/\r?\n|\r/);
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

interface Recognized {
  name: FormatName;
  parser: OpenParser;
  /** Lines of the sample that it reads. */
  read: number;
}

function recordsIn(parse: LineParser, sample: readonly string[]): number {
  let read = 0;
  for (const line of sample) {
    const parsed = parse(line);
    if (typeof parsed === 'string') continue;
    if ('method' in parsed ? parsed.target !== '' || parsed.notReplayable === undefined : parsed.length > 0) read++;
  }
  return read;
}

function recognizeLines(
  sample: readonly string[],
  asked: FormatName | 'auto',
  options: FormatOptions,
): Recognized | undefined {
  const probed = sample.slice(0, probedLines);
  const isOwn = asked === 'auto' && Object.keys(options.fieldMap).length === 0 && isMeantAsNdjson(probed);
  const wanted = isOwn ? 'ndjson' : asked;
  let best: { name: FormatName; create: Create; read: number } | undefined;
  for (const [name, create] of lineFormats) {
    if (wanted !== 'auto' && wanted !== name) continue;
    const read = recordsIn(create(sample, options).parse, probed);
    if (wanted === name || read > (best?.read ?? 0)) best = { name, create, read };
    if (read > 0 && read * 2 >= probed.length) break;
  }
  // A parser may hold what it saw, such as the last #Fields: the source gets one of its own.
  return best && { name: best.name, parser: best.create(sample, options), read: best.read };
}

function withFormatString(format: string, sample: readonly string[]): Recognized {
  if (format.startsWith('#Fields:')) {
    const whole = [format, ...sample];
    const { parse, reading } = createW3cParser(whole);
    recordsIn(parse, whole);
    return { name: 'w3c', parser: { parse, durations: reading }, read: recordsIn(parse, sample) };
  }
  const { parse, durationName } = createFormatParser(format);
  const durations: DurationReading =
    durationName === undefined
      ? { unknown: 'the format has none' }
      : { unit: 'ms', because: `${durationName} has its unit` };
  return { name: 'log-format', parser: { parse, durations }, read: recordsIn(parse, sample) };
}

/** Takes what is around the lines off, layer by layer, and recognises what is inside. */
function recognizeWrapped(
  sample: readonly string[],
  recognize: (inner: readonly string[]) => Recognized | undefined,
): { found: Recognized | undefined; layers: Wrapping[] } {
  const layers: Wrapping[] = [];
  let inner = sample;
  while (layers.length < 3) {
    const wrapping = findWrapping(inner);
    if (wrapping === undefined) break;
    layers.push(wrapping);
    inner = unwrapped(inner, wrapping);
  }
  // From the innermost outwards: a time in front may as well be the log's own.
  let best: { found: Recognized | undefined; layers: Wrapping[] } = { found: recognize(sample), layers: [] };
  let text = sample;
  for (let depth = 1; depth <= layers.length; depth++) {
    const wrapping = layers[depth - 1];
    if (wrapping !== undefined) text = unwrapped(text, wrapping);
    const found = recognize(text);
    if (found !== undefined && found.read >= (best.found?.read ?? 0)) best = { found, layers: layers.slice(0, depth) };
  }
  return best;
}

/** Formats whose files are one JSON text, known by how it begins. */
function openDocument(source: Source, wanted: FormatName | 'auto', options: FormatOptions): OpenFormat | undefined {
  const { head, chunks } = source;
  const start = head.toString('utf8', 0, 64 * 1024);
  const is = (name: FormatName, looksLikeIt: () => boolean) =>
    wanted === name || (wanted === 'auto' && options.logFormat === undefined && looksLikeIt());
  const open = (name: FormatName, batches: AsyncGenerator<RecordBatch>, durations: DurationReading): OpenFormat => ({
    name,
    batches,
    durations,
    wrapping: undefined,
  });
  if (is('har', () => isHar(start)))
    return open('har', parseJsonList(chunks, ['log', 'entries'], createHarParser()), exact('HAR', 'ms'));
  if (is('goreplay', () => isGoReplay(head))) return open('goreplay', parseGoReplay(chunks), exact('GoReplay', 'ns'));
  if (is('otlp', () => /^\s*\{\s*"resourceSpans"\s*:/.test(start))) {
    const parse: LineParser = (text) => {
      const row = parseJsonObject(text);
      return row === undefined ? 'not a JSON object' : resourceSpanRequests(row);
    };
    return open('otlp', parseJsonList(chunks, ['resourceSpans'], parse), exact('OpenTelemetry', 'ns'));
  }
  const untimed: DurationReading = { unknown: 'a collection is no recording' };
  if (is('postman', () => isPostman(start))) return open('postman', parsePostman(chunks, source.file), untimed);
  if (is('insomnia', () => isInsomnia(start))) return open('insomnia', parseInsomnia(chunks, source.file), untimed);
  const path = /^\s*\[\s*\{/.test(start) ? [] : /^\s*\{\s*"records"\s*:\s*\[/.test(start) ? ['records'] : undefined;
  if (path === undefined || options.logFormat !== undefined) return undefined;
  // The rows of a list as they would stand one a line.
  const rows = rowsOf(head, path);
  const found = recognizeLines(rows, wanted, options);
  if (found === undefined || found.read === 0) return undefined;
  return open(
    found.name,
    withRest(parseJsonList(chunks, path, found.parser.parse), found.parser.rest),
    found.parser.durations,
  );
}

function rowsOf(head: Buffer, path: readonly string[]): string[] {
  const scanner = new EntryScanner(path);
  return scanner
    .feed(head)
    .slice(0, sampleLines)
    .flatMap(({ bytes }) => (bytes === undefined ? [] : sourceText(bytes).text));
}

/**
 * Recognises a source's format by its content, or takes the one asked for.
 * @throws ShakedownError TRAFFIC_FORMAT_UNKNOWN, TRAFFIC_LOG_FORMAT
 */
export function openFormat(source: Source, wanted: FormatName | 'auto', options: FormatOptions): OpenFormat {
  const document = openDocument(source, wanted, options);
  if (document !== undefined) return document;
  const { logFormat } = options;
  const { found, layers } = recognizeWrapped(sampleOf(source.head), (sample) =>
    logFormat === undefined ? recognizeLines(sample, wanted, options) : withFormatString(logFormat, sample),
  );
  if (found === undefined) throw unknownFormat(source);
  const own = tolerating(
    found.parser.parse,
    layers.some(({ isShared }) => isShared),
  );
  const parse = layers.reduceRight((inner, layer) => unwrapping(layer, inner), own);
  return {
    name: found.name,
    wrapping: layers.length === 0 ? undefined : layers.map(({ name }) => name).join(', '),
    durations: found.parser.durations,
    batches: withRest(
      parseLines(source.chunks, parse, () => source.broken() !== undefined),
      found.parser.rest,
    ),
  };
}

async function* withRest(
  batches: AsyncGenerator<RecordBatch>,
  rest: (() => ImportedRecord[]) | undefined,
): AsyncGenerator<RecordBatch> {
  yield* batches;
  if (rest !== undefined) yield { records: rest(), damaged: [] };
}
