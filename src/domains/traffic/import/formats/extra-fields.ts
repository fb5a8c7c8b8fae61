import type { Header } from '../../../../model/traffic.ts';
import { forwardedList, plainAddress } from '../client-address.ts';
import type { ImportedRecord } from '../record.ts';
import {
  type DurationReading,
  type DurationSample,
  findUnit,
  isPlausible,
  isSize,
  type Unit,
  unitMs,
} from './duration-unit.ts';
import { unescapeText } from './log-escape.ts';

/** What the fields behind the combined format are, by their positions. */
export interface ExtraFields {
  /** Where the request time is, and its unit. */
  duration?: { index: number; unit: Unit | 'named' };
  /** nginx logs when the response has ended; Apache stamps the arrival. */
  stampedAtEnd: boolean;
  forwardedFor?: number;
  host?: number;
  reading: DurationReading;
}

interface Row {
  record: ImportedRecord;
  extra: string[];
}

function named(field: string): { name: string; value: string } {
  const found = /^([A-Za-z_][\w-]*)=(.*)$/s.exec(field);
  const value = found === null ? field : (found[2] ?? '');
  return { name: (found?.[1] ?? '').toLowerCase(), value: value.replace(/^"|"$/g, '') };
}

const forwardedName = /^(?:xff|x[_-]?forwarded[_-]?for|http_x_forwarded_for|fwd|forwarded)$/;
const hostNames = /^(?:host|vhost|http_host|server_name|authority)$/;
const requestTimeNames = /^(?:rt|request_time|req_time|duration|time|took|elapsed|d)$/;

/** A list of proxies as `"$http_x_forwarded_for"` writes it: addresses, and no port, which would be an upstream's. */
function isForwardedFor(fields: readonly string[]): boolean {
  const present = fields.map((field) => named(field)).filter(({ value }) => value !== '-' && value !== '');
  if (present.length === 0) return false;
  if (present.every(({ name }) => forwardedName.test(name))) return true;
  return present.every(
    ({ name, value }) =>
      name === '' && forwardedList(value).length > 0 && value.split(',').every((part) => isAddressAlone(part.trim())),
  );
}

function isAddressAlone(part: string): boolean {
  return part === 'unknown' || part === '-' || plainAddress(part) === part.toLowerCase();
}

function samplesOf(rows: readonly Row[], index: number): DurationSample[] {
  return rows.flatMap(({ record, extra }) => {
    const { value } = named(extra[index] ?? '');
    if (!/^\d+(?:\.\d+)?$/.test(value)) return [];
    return {
      value: Number(value),
      decimals: value.includes('.') ? value.length - value.indexOf('.') - 1 : 0,
      timeMs: record.time,
      resolutionMs: record.resolutionMs,
      responseBytes: record.responseBytes,
    };
  });
}

/** Finds what the fields behind the combined format are, from lines at the beginning of a log. */
export function findExtraFields(rows: readonly Row[]): ExtraFields {
  const width = rows.length === 0 ? 0 : Math.min(...rows.map((row) => row.extra.length));
  const found: ExtraFields = { stampedAtEnd: false, reading: { unknown: 'the log has none' } };
  const integers: number[] = [];
  const decimals: number[] = [];
  for (let index = 0; index < width; index++) {
    const fields = rows.map((row) => row.extra[index] ?? '');
    const present = fields.map(named).filter(({ value }) => value !== '-' && value !== '');
    if (present.length === 0) continue;
    const every = (test: RegExp) => present.every(({ value }) => test.test(value));
    const name = present[0]?.name ?? '';
    if (found.forwardedFor === undefined && isForwardedFor(fields)) found.forwardedFor = index;
    else if (hostNames.test(name)) found.host ??= index;
    else if (found.duration === undefined && every(/^\d+(?:\.\d+)?(?:ms|us|µs|s)$/)) {
      found.duration = { index, unit: 'named' };
      found.reading = { unit: 'ms', because: 'the log names it' };
    } else if (every(/^\d+\.\d+$/)) decimals.push(index);
    else if (every(/^\d+$/)) integers.push(index);
  }
  if (found.duration === undefined) findDuration(rows, decimals, integers, found);
  return found;
}

function findDuration(
  rows: readonly Row[],
  decimals: readonly number[],
  integers: readonly number[],
  found: ExtraFields,
): void {
  const nameOf = (index: number) => named(rows[0]?.extra[index] ?? '').name;
  // The request's own time before the upstream's; in nginx's formats it is the first.
  const index = decimals.find((index) => requestTimeNames.test(nameOf(index))) ?? decimals[0];
  if (index !== undefined) {
    const samples = samplesOf(rows, index);
    const values = samples.map(({ value }) => value);
    const isNginx = samples.every((sample) => sample.decimals === 3) && isPlausible(values, 's');
    found.reading = isNginx
      ? { unit: 's', because: 'nginx writes seconds with three decimals' }
      : findUnit(samples, ['s', 'ms'], false);
    if ('unit' in found.reading) {
      found.duration = { index, unit: found.reading.unit };
      found.stampedAtEnd = true;
    }
    return;
  }
  // combinedio: the size of the answer with its headers, and before it that of the request.
  const sizes = new Set<number>();
  for (const column of integers) {
    if (!isSize(samplesOf(rows, column))) continue;
    sizes.add(column);
    if (integers.includes(column - 1)) sizes.add(column - 1);
  }
  const columns = integers.filter((column) => !sizes.has(column));
  if (sizes.size > 0 && columns.length === 0) found.reading = { unknown: 'the numbers behind the agent are sizes' };
  // Traefik counts its requests before it says how long they took; its time names a unit. What counts up is no time.
  for (const column of columns) {
    const samples = samplesOf(rows, column);
    const reading = findUnit(samples, ['µs', 'ms', 's'], true);
    found.reading = reading;
    if ('unit' in reading) {
      found.duration = { index: column, unit: reading.unit };
      return;
    }
  }
}

/** Reads from a line's further fields what `findExtraFields` found in them. */
export function readExtraFields(fields: readonly string[], extra: ExtraFields, record: ImportedRecord): void {
  const headers: Header[] = [];
  if (extra.forwardedFor !== undefined) {
    const { value } = named(fields[extra.forwardedFor] ?? '');
    if (value !== '' && value !== '-') headers.push(['x-forwarded-for', unescapeText(value)]);
  }
  if (headers.length > 0) record.headers = [...(record.headers ?? []), ...headers];
  if (extra.host !== undefined) {
    const { value } = named(fields[extra.host] ?? '');
    if (value !== '' && value !== '-') record.host ??= value;
  }
  if (extra.duration === undefined) return;
  const { value } = named(fields[extra.duration.index] ?? '');
  const number = Number.parseFloat(value);
  if (!(number >= 0)) return;
  const unit = extra.duration.unit === 'named' ? namedUnit(value) : extra.duration.unit;
  record.durationMs = number * unitMs[unit];
  record.stampedAtEnd = extra.stampedAtEnd;
}

function namedUnit(value: string): Unit {
  return value.endsWith('ms') ? 'ms' : /[uµ]s$/.test(value) ? 'µs' : 's';
}
