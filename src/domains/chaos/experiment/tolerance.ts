import { isObject, type Json, type JsonObject, textOr } from './values/json.ts';
import { jsonPath } from './values/jsonpath.ts';
import { pythonPattern } from './values/pattern.ts';
import { between, equal, truthy } from './values/python.ts';
import { type Lookup, substitute } from './values/substitute.ts';

export type Tolerated = { met: true } | { met: false; why: string };

/** A tolerance that cannot be applied to what the probe gave: Chaos Toolkit ends there, here the probe has failed. */
export class ToleranceError extends Error {}

/**
 * Is what a probe gave within its tolerance? By the rules of Chaos Toolkit 1.44.
 * @param probe runs a tolerance that is itself a probe, `value` among its arguments
 * @throws ToleranceError where the tolerance cannot be applied to such a value
 */
export async function withinTolerance(
  tolerance: Json,
  value: Json,
  lookup: Lookup,
  probe: (tolerance: JsonObject, value: Json) => Promise<Json>,
): Promise<Tolerated> {
  if (isObject(tolerance)) {
    if (tolerance.type === 'probe') {
      const given = await probe(tolerance, value);
      return said(truthy(given), `the probe "${textOr(tolerance.name, '')}" gave ${shown(given)}`);
    }
    const tested = targetOf(tolerance, value);
    if (tolerance.type === 'regex') return regex(tolerance, tested, lookup);
    if (tolerance.type === 'jsonpath') return path(tolerance, tested, lookup);
    return range(tolerance, tested);
  }
  if (Array.isArray(tolerance)) return list(tolerance, value);
  const expected = typeof tolerance === 'string' ? substitute(tolerance, lookup) : tolerance;
  const tested = typeof expected === 'number' && isObject(value) && 'status' in value ? value.status : value;
  return said(equal(tested, expected), `${shown(tested)} is not ${shown(expected)}`);
}

function list(tolerance: Json[], value: Json): Tolerated {
  if (isObject(value) && 'status' in value) return member(tolerance, value.status);
  if (tolerance.length !== 2) return member(tolerance, value);
  const within = between(tolerance[0], value, tolerance[1]);
  if (within === null) throw new ToleranceError(`${shown(value)} cannot be compared with ${shown(tolerance)}`);
  return said(within, `${shown(value)} is not from ${shown(tolerance[0])} to ${shown(tolerance[1])}`);
}

function member(tolerance: Json[], value: Json | undefined): Tolerated {
  return said(
    tolerance.some((one) => equal(one, value)),
    `${shown(value)} is none of ${shown(tolerance)}`,
  );
}

function regex(tolerance: JsonObject, value: Json, lookup: Lookup): Tolerated {
  if (typeof value !== 'string')
    throw new ToleranceError(`${shown(value)} is no text that a pattern can be looked for in`);
  const pattern = String(substitute(tolerance.pattern ?? '', lookup));
  return said(pythonPattern(pattern).test(value), `${shown(value)} does not match ${pattern}`);
}

function path(tolerance: JsonObject, value: Json, lookup: Lookup): Tolerated {
  const text = String(substitute(tolerance.path ?? '', lookup));
  const found = jsonPath(text.trim())(parsed(value));
  const { count } = tolerance;
  if (tolerance.expect !== undefined) {
    const expected = substitute(tolerance.expect, lookup);
    const met = equal(found, Array.isArray(expected) ? expected : [expected]);
    return said(met, `${text} gave ${shown(found)}, not ${shown(expected)}`);
  }
  if (count !== undefined && count !== null) {
    return said(found.length === count, `${text} gave ${found.length} values, not ${shown(count)}`);
  }
  return said(found.length > 0, `${text} gave nothing`);
}

function parsed(value: Json): Json {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function range(tolerance: JsonObject, value: Json): Tolerated {
  if (value === null || typeof value === 'object') throw new ToleranceError(`${shown(value)} is no number`);
  const [low, high] = tolerance.range as [number, number];
  const number = typeof value === 'string' ? decimal(value) : Number(value);
  return said(low <= number && number <= high, `${shown(value)} is not from ${low} to ${high}`);
}

const decimal = (text: string) =>
  /^\s*[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;

/** A part of what the probe gave, or all of it where it has no such part. */
function targetOf(tolerance: JsonObject, value: Json): Json {
  const { target } = tolerance;
  if (typeof target !== 'string' || target === '') return value;
  if (!isObject(value)) throw new ToleranceError(`${shown(value)} has no ${target}`);
  return value[target] ?? (target in value ? null : value);
}

const said = (met: boolean, why: string): Tolerated => (met ? { met } : { met, why });

const longest = 160;

/** A value in one short line. */
export function shown(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > longest ? `${text.slice(0, longest)} …` : text;
}
