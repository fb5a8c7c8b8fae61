import { parseActivity } from './parse-activity.ts';
import type { Problems } from './problems.ts';
import { isObject, type Json } from './values/json.ts';
import { jsonPath } from './values/jsonpath.ts';
import { pythonPattern } from './values/pattern.ts';

/** Says what is wrong with a tolerance, by the rules of Chaos Toolkit's `validate`. */
export function checkTolerance(tolerance: Json, where: string, problems: Problems): void {
  const wrong = (message: string) => problems.add(`${where}, tolerance`, message);
  if (tolerance === null || (typeof tolerance === 'number' && !Number.isInteger(tolerance))) {
    wrong('must be a whole number, a text, true or false, a list, or a mapping with a type');
    return;
  }
  if (!isObject(tolerance)) return;
  const { type, pattern, path, range } = tolerance;
  if (type === 'probe') parseActivity(tolerance, `${where}, tolerance`, problems);
  else if (type === 'regex') {
    if (typeof pattern !== 'string') wrong('a regex tolerance must have a pattern, which is a text');
    else readable(() => pythonPattern(pattern), `the pattern ${pattern} is invalid`, wrong);
  } else if (type === 'jsonpath') {
    if (typeof path !== 'string') wrong('a jsonpath tolerance must have a path, which is a text');
    else if (path.trim() === '') wrong('the path of a jsonpath tolerance cannot be empty');
    else if (!path.includes('${')) readable(() => jsonPath(path.trim()), `the path ${path} is invalid`, wrong);
  } else if (type === 'range') {
    const numbers = Array.isArray(range) && range.length === 2 && range.every((limit) => typeof limit === 'number');
    if (!numbers) wrong('a range tolerance must have a range of two numbers, the lowest and the highest');
  } else wrong(`the type ${JSON.stringify(type ?? null)} is none of probe, regex, jsonpath, range`);
}

function readable(read: () => unknown, message: string, wrong: (message: string) => void): void {
  try {
    read();
  } catch (error) {
    wrong(`${message}: ${(error as Error).message}`);
  }
}
