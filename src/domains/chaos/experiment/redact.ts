import { isObject, type Json, type JsonObject } from './values/json.ts';

const mask = '********';
/** Shorter values would blot out half of every text; they are hidden only where they are the whole value. */
const shortestInText = 4;

/** Hides the values of secrets, wherever they turn up. */
export interface Redaction {
  value<Value extends Json>(value: Value): Value;
  text(text: string): string;
}

/** @param secrets resolved, groups of values by name */
export function redaction(secrets: JsonObject): Redaction {
  const leaves = new Set(leavesOf(secrets));
  const texts = [...leaves].filter((leaf) => leaf.length >= shortestInText);
  // As they stand in addresses too; the longest first, as one may hold another.
  const hidden = [...new Set([...texts, ...texts.map(encodeURIComponent)])].sort((a, b) => b.length - a.length);
  const text = (given: string) =>
    leaves.has(given) ? mask : hidden.reduce((left, secret) => left.replaceAll(secret, mask), given);
  const value = (given: Json): Json => {
    if (typeof given === 'string') return text(given);
    if (typeof given === 'number')
      return leaves.has(String(given)) && String(given).length >= shortestInText ? mask : given;
    if (Array.isArray(given)) return given.map(value);
    if (!isObject(given)) return given;
    return Object.fromEntries(Object.entries(given).map(([key, item]) => [text(key), value(item)]));
  };
  return { value: value as Redaction['value'], text };
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
