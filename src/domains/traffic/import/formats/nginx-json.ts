import type { Header } from '../../../../model/traffic.ts';
import { importedRecord, type LineParser } from '../record.ts';
import {
  type DurationReading,
  type DurationSample,
  findUnit,
  isPlausible,
  namedDuration,
  type Unit,
  unitInName,
  unitMs,
} from './duration-unit.ts';
import { isObject, type JsonRow, numberAt, stampOf, textAt, textOf, valueAt } from './json-fields.ts';
import {
  durationFields,
  durationName,
  type FieldName,
  isFieldName,
  millisecondNames,
  usualNames,
} from './json-names.ts';
import { parseJsonObject } from './ndjson.ts';
import { otherEntry } from './other-lines.ts';
import { splitRequestLine } from './request-line.ts';

const notHeaders = new Set(['http_host', 'http_method']);
/** nginx writes these into `http_<name>` variables only through another of our fields. */
const headerFields: [FieldName, string][] = [
  ['userAgent', 'user-agent'],
  ['referer', 'referer'],
  ['cookie', 'cookie'],
  ['contentType', 'content-type'],
  ['forwardedFor', 'x-forwarded-for'],
];
interface Duration {
  key: string;
  unit: Unit | undefined;
}

/** Keys of a row and of the objects in it, three levels deep, with dots between. */
function keysOf(row: JsonRow, prefix = '', depth = 0): string[] {
  return Object.entries(row).flatMap(([key, value]) =>
    isObject(value) && depth < 3
      ? [`${prefix}${key}`, ...keysOf(value, `${prefix}${key}.`, depth + 1)]
      : [`${prefix}${key}`],
  );
}

function holdsValue(rows: readonly JsonRow[], key: string): boolean {
  return rows.some((row) => !isObject(valueAt(row, key)) && valueAt(row, key) !== undefined);
}

/** Which of a log's own fields stands for each of ours. */
function resolveFields(rows: readonly JsonRow[], fieldMap: Readonly<Record<string, string>>) {
  const present = new Set(rows.flatMap((row) => keysOf(row)));
  const resolved = new Map<FieldName, string>();
  for (const [name, usual] of Object.entries(usualNames)) {
    if (!isFieldName(name)) continue;
    const theirs = fieldMap[name] ?? usual.find((candidate) => present.has(candidate) && holdsValue(rows, candidate));
    if (theirs !== undefined) resolved.set(name, theirs);
  }
  const taken = new Set(resolved.values());
  const headers = [...present].filter((key) => key.startsWith('http_') && !taken.has(key) && !notHeaders.has(key));
  return { resolved, headers: headers.slice(0, 50), present };
}

/** Where the response time is. A unit that the user or the name states is held against what servers do; any other is looked for. */
function findDuration(
  rows: readonly JsonRow[],
  resolved: ReadonlyMap<FieldName, string>,
  present: ReadonlySet<string>,
  fieldMap: Readonly<Record<string, string>>,
): { duration?: Duration; reading: DurationReading } {
  for (const [name, unit] of durationFields) {
    const key = fieldMap[name];
    if (key !== undefined) return { duration: { key, unit }, reading: { unit, because: 'the field map says so' } };
  }
  const candidates: Duration[] = durationFields.flatMap(([name, unit]) => {
    const key = resolved.get(name);
    return key === undefined ? [] : [{ key, unit }];
  });
  for (const key of present) {
    const usual = millisecondNames.has(key) ? 'ms' : undefined;
    if (durationName.test(key) && !candidates.some((one) => one.key === key))
      candidates.push({ key, unit: unitInName(key) ?? usual });
  }
  let reading: DurationReading = { unknown: 'the log has none' };
  for (const { key, unit } of candidates) {
    const texts = rows.map((row) => textAt(row, key)).filter((text) => text !== '');
    if (texts.length === 0) continue;
    if (texts.every((text) => namedDuration(text) !== undefined))
      return { duration: { key, unit: undefined }, reading: { unit: 'ms', because: `${key} names it` } };
    const samples = texts.filter((text) => /^\d+(?:\.\d+)?$/.test(text)).map(sampleOf);
    if (samples.length < texts.length) continue;
    const values = samples.map(({ value }) => value);
    if (unit !== undefined && isPlausible(values, unit))
      return { duration: { key, unit }, reading: { unit, because: `${key} is in ${unit}` } };
    const named = unit === undefined ? '' : `, and in ${unit}, as its name says, it would be absurd`;
    const found =
      unit === undefined ? findUnit(samples, ['s', 'ms', 'µs', 'ns'], false) : { unknown: 'it contradicts its name' };
    if ('unit' in found) return { duration: { key, unit: found.unit }, reading: found };
    reading = { unknown: `${key}: ${found.unknown}${named}` };
  }
  return { reading };
}

function sampleOf(text: string): DurationSample {
  const decimals = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
  return { value: Number(text), decimals, timeMs: 0, resolutionMs: 1000, responseBytes: undefined };
}

export interface JsonAccessLog {
  parse: LineParser;
  reading: DurationReading;
}

/**
 * Parser for JSON access logs of any kind, as nginx writes them with `log_format … escape=json` and applications with their loggers. The time is taken for
 * the end of the request, as it is in nginx, and the request time is subtracted. Fields called `http_<name>` become headers.
 */
export function createNginxJsonParser(
  sample: readonly string[],
  fieldMap: Readonly<Record<string, string>>,
): JsonAccessLog {
  const rows = sample.map(parseJsonObject).filter((row) => row !== undefined);
  const { resolved, headers: headerKeys, present } = resolveFields(rows, fieldMap);
  const { duration, reading } = findDuration(rows, resolved, present, fieldMap);
  const parse: LineParser = (line) => {
    const row = parseJsonObject(line);
    if (row === undefined) return 'not a JSON object';
    const value = (name: FieldName): unknown => {
      const key = resolved.get(name);
      return key === undefined ? undefined : valueAt(row, key);
    };
    const stamp = stampOf(value('time'));
    if (stamp === undefined) return 'no time that can be read';
    let { method, target } = splitRequestLine(textOf(value('request')));
    if (!resolved.has('request') || target === '') {
      method = textOf(value('method'));
      target = textOf(value('url'));
      const args = textOf(value('args'));
      if (args !== '' && !target.includes('?')) target += `?${args}`;
    }
    if (method === '' && target === '') {
      // nginx writes empty variables for what was no HTTP request; a line without any such field is another kind of log.
      if (!['request', 'method', 'url'].some((name) => value(name as FieldName) !== undefined)) return otherEntry(row);
    }
    const record = importedRecord(stamp.time, method.toUpperCase(), target);
    record.resolutionMs = stamp.resolutionMs;
    record.stampedAtEnd = true;
    if (duration !== undefined) {
      const { key, unit } = duration;
      const number = numberAt(row, key);
      record.durationMs =
        unit === undefined ? namedDuration(textAt(row, key)) : number === undefined ? undefined : number * unitMs[unit];
    }
    const status = Number(textOf(value('status')) || Number.NaN);
    if (status >= 100 && status <= 999) record.status = status;
    const bytes = Number(textOf(value('responseBytes')) || Number.NaN);
    if (bytes >= 0) record.responseBytes = bytes;
    record.client = textOf(value('client')) || undefined;
    record.user = textOf(value('user')) || undefined;
    record.host = textOf(value('host')) || undefined;
    const scheme = textOf(value('scheme')).toLowerCase();
    if (scheme === 'http' || scheme === 'https') record.scheme = scheme;
    const headers: Header[] = [];
    for (const [name, header] of headerFields) {
      const text = textOf(value(name));
      if (text !== '') headers.push([header, text]);
    }
    for (const key of headerKeys) {
      const text = textOf(row[key]);
      if (text !== '') headers.push([key.slice('http_'.length).replaceAll('_', '-'), text]);
    }
    if (headers.length > 0) record.headers = headers;
    const body = textOf(value('requestBody'));
    if (body !== '') record.body = { mime: textOf(value('contentType')), encoding: 'utf8', data: body };
    return record;
  };
  return { parse, reading };
}
