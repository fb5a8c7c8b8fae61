import { type Sought, soughtOf } from './encodings.ts';
import { readingsOf, type Span } from './readings.ts';
import { isObject, type Json, type JsonObject } from './values/json.ts';

const mask = '********';
/** Shorter numbers may be any. */
const fewestFigures = 4;

/**
 * Hides the values of secrets, wherever they turn up: as they are, and encoded, also twice over, for addresses, headers, HTML or JSON or as hexadecimal or
 * base64 digits. What is packed, encrypted, or base64 of base64 is not seen through.
 */
export interface Redaction {
  value<Value extends Json>(value: Value): Value;
  text(text: string): string;
}

/** @param secrets resolved, groups of values by name */
export function redaction(secrets: JsonObject): Redaction {
  const leaves = new Set(leavesOf(secrets));
  const sought = [...leaves].map((leaf) => soughtOf(leaf, readingsOf));
  const text = (given: string) => masked(given, sought);
  const value = (given: Json): Json => {
    if (typeof given === 'string') return text(given);
    if (typeof given === 'number')
      return leaves.has(String(given)) && String(given).length >= fewestFigures ? mask : given;
    if (Array.isArray(given)) return holdsBytes(given, sought) ? mask : given.map(value);
    if (!isObject(given)) return given;
    return Object.fromEntries(Object.entries(given).map(([key, item]) => [text(key), value(item)]));
  };
  return { value: value as Redaction['value'], text };
}

function masked(text: string, sought: readonly Sought[]): string {
  if (sought.length === 0 || text === '') return text;
  const readings = readingsOf(text);
  const spans = sought.flatMap((one) => one.in(readings)).sort(([a], [b]) => a - b);
  let [shown, done] = ['', 0];
  for (const [from, to] of united(spans)) {
    shown += text.slice(done, from) + mask;
    done = to;
  }
  return shown + text.slice(done);
}

/** @param spans in order of where they begin */
function united(spans: readonly Span[]): Span[] {
  const parts: Span[] = [];
  for (const [from, to] of spans) {
    const last = parts.at(-1);
    if (last !== undefined && from < last[1]) parts[parts.length - 1] = [last[0], Math.max(last[1], to)];
    else parts.push([from, to]);
  }
  return parts;
}

/** As JSON has the bytes of a `Buffer`. */
function holdsBytes(given: readonly Json[], sought: readonly Sought[]): boolean {
  if (given.length === 0 || !given.every((one) => Number.isInteger(one) && Number(one) >= 0 && Number(one) <= 255))
    return false;
  const readings = readingsOf(Buffer.from(given as number[]).toString('latin1'));
  return sought.some((one) => one.in(readings).length > 0);
}

/** The secrets of an experiment as they may be shown: names and where they come from, no values. */
export function maskedSecrets(written: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(written).map(([key, value]) => {
      if (!isObject(value)) return [key, mask];
      return [key, value.type === 'env' || value.type === 'vault' ? value : maskedSecrets(value)];
    }),
  );
}

function leavesOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (isObject(value)) return Object.values(value).flatMap(leavesOf);
  return value === null || typeof value === 'boolean' || value === '' ? [] : [String(value)];
}
