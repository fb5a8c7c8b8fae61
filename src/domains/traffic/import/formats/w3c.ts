import type { Header } from '../../../../model/traffic.ts';
import { type ImportedRecord, importedRecord, noRecord } from '../record.ts';
import { type DurationReading, type DurationSample, findUnit, type Unit, unitMs } from './duration-unit.ts';
import { splitFields } from './log-escape.ts';
import { parseIsoTime } from './log-time.ts';

/** Known makers of W3C extended logs, by what their header says, with the unit of `time-taken`. */
const makers: readonly [RegExp, Unit, string][] = [
  [/^#Software: Microsoft (?:Internet Information Services|HTTP Server API)/, 'ms', 'IIS writes milliseconds'],
  [/^#Fields:.*\bTimeTakenMS\b/, 'ms', 'TimeTakenMS names it'],
  [/^#Fields:.*\bx-edge-/, 's', 'CloudFront writes seconds'],
];

const timeNames = ['time-taken', 'TimeTakenMS'];
const headerField = /^(?:cs|c)\((.+)\)$/;

export interface W3cLog {
  parse: (line: string) => ImportedRecord | typeof noRecord | string;
  reading: DurationReading;
}

/** CloudFront's standard log where its header was cut off, as by a collector: known by its edge, in the order of AWS's documentation. */
const cloudFrontLine = /^\d{4}-\d{2}-\d{2}\t\d{2}:\d{2}:\d{2}\t[A-Z]{3}\d+(?:-[A-Z]\d+)?\t/;
const cloudFrontFields =
  '#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end';

interface Columns {
  names: string[];
}

function columnsOf(line: string): Columns {
  return { names: line.slice('#Fields:'.length).trim().split(/\s+/) };
}

/** Values of a line by field; undefined where it has not as many as `#Fields` says. */
function valuesOf(line: string, columns: Columns): Map<string, string> | undefined {
  const values = line.includes('\t') ? line.split('\t') : splitFields(line, columns.names.length + 1);
  if (values.length < columns.names.length) return undefined;
  return new Map(columns.names.map((name, index) => [name, values[index] ?? '-']));
}

/** CloudFront percent-encodes what headers hold; IIS writes `+` for spaces. */
function plainText(value: string, isIis: boolean): string {
  try {
    return isIis ? value.replaceAll('+', ' ') : decodeURIComponent(value.replaceAll('%25', '%'));
  } catch {
    return value;
  }
}

function recordOf(
  values: Map<string, string>,
  isIis: boolean,
  unit: Unit | undefined,
  fallbackDate: string,
): ImportedRecord | string {
  const value = (...names: string[]): string => {
    for (const name of names) {
      const found = values.get(name);
      if (found !== undefined && found !== '-' && found !== '') return found;
    }
    return '';
  };
  const date = value('date', 'date-local') || fallbackDate;
  const stamp = parseIsoTime(`${date}T${value('time', 'time-local')}Z`);
  if (stamp === undefined) return 'date and time are not like 2024-05-01 and 10:00:00';
  const query = value('cs-uri-query');
  const uri = value('cs-uri-stem', 'cs-uri');
  // Incapsula writes host and path, without a scheme.
  const path = /^[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/|$)/.test(uri) ? `http://${uri}` : uri;
  const record = importedRecord(stamp.time, value('cs-method'), query === '' ? path : `${path}?${query}`);
  record.resolutionMs = stamp.resolutionMs;
  record.stampedAtEnd = true;
  record.client = value('c-ip') || undefined;
  record.user = value('cs-username') || undefined;
  record.host = value('x-host-header', 'cs(Host)', 'cs-host') || undefined;
  const protocol = value('cs-protocol').toLowerCase();
  if (protocol === 'https' || protocol === 'http') record.scheme = protocol;
  else if (value('s-port') === '443') record.scheme = 'https';
  if (protocol === 'wss' || protocol === 'ws') record.notReplayable = 'WebSocket';
  const status = Number(value('sc-status'));
  if (status >= 100 && status <= 999) record.status = status;
  const bytes = value('sc-bytes');
  if (/^\d+$/.test(bytes)) record.responseBytes = Number(bytes);
  const took = Number(value(...timeNames) || Number.NaN);
  if (unit !== undefined && took >= 0) record.durationMs = took * unitMs[unit];
  const headers: Header[] = [];
  for (const [name, text] of values) {
    const header = headerField.exec(name)?.[1]?.toLowerCase();
    if (header !== undefined && header !== 'host' && text !== '-' && text !== '')
      headers.push([header, plainText(text, isIis)]);
  }
  const forwarded = value('x-forwarded-for');
  if (forwarded !== '') headers.push(['x-forwarded-for', forwarded]);
  if (headers.length > 0) record.headers = headers;
  return record;
}

function unitOf(sample: readonly string[]): DurationReading {
  for (const line of sample) {
    const maker = makers.find(([pattern]) => pattern.test(line));
    if (maker !== undefined) return { unit: maker[1], because: maker[2] };
  }
  const samples: DurationSample[] = [];
  let columns: Columns | undefined;
  for (const line of sample) {
    if (line.startsWith('#Fields:')) columns = columnsOf(line);
    if (line.startsWith('#') || columns === undefined) continue;
    const values = valuesOf(line, columns);
    const taken = timeNames.map((name) => values?.get(name) ?? '').find((text) => text !== '') ?? '';
    if (!/^\d+(?:\.\d+)?$/.test(taken)) continue;
    const decimals = taken.includes('.') ? taken.length - taken.indexOf('.') - 1 : 0;
    samples.push({ value: Number(taken), decimals, timeMs: 0, resolutionMs: 1000, responseBytes: undefined });
  }
  if (samples.length === 0) return { unknown: 'the log has no time-taken' };
  if (samples.some(({ decimals }) => decimals > 0)) return findUnit(samples, ['s', 'ms'], false);
  return findUnit(samples, ['ms', 's'], false);
}

/**
 * Parser for W3C extended logs: IIS, CloudFront's standard log and others that write `#Fields` (W3C, "Extended Log File Format"). Times are UTC; both
 * write a line when the answer has been sent. `#Fields` may change on the way.
 */
export function createW3cParser(given: readonly string[]): W3cLog {
  const isBare = given.some((line) => cloudFrontLine.test(line)) && !given.some((line) => line.startsWith('#Fields:'));
  const sample = isBare ? [cloudFrontFields, ...given] : given;
  const reading = unitOf(sample);
  const unit = 'unit' in reading ? reading.unit : undefined;
  const isIis = !sample.some((line) => /^#Fields:.*\bx-edge-/.test(line));
  let columns = isBare ? columnsOf(cloudFrontFields) : undefined;
  let date = '';
  return {
    reading,
    parse: (line) => {
      if (line.startsWith('#')) {
        if (line.startsWith('#Fields:')) columns = columnsOf(line);
        // Old servers write the date once, in front.
        date = /^#(?:Start-)?Date:\s*(\d{4}-\d{2}-\d{2})/.exec(line)?.[1] ?? date;
        return noRecord;
      }
      if (columns === undefined) return 'no #Fields before this line';
      if (!columns.names.includes('cs-method')) return '#Fields has no cs-method';
      const values = valuesOf(line, columns);
      return values === undefined ? 'fewer fields than #Fields names' : recordOf(values, isIis, unit, date);
    },
  };
}
