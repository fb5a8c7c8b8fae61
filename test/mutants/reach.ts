import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { posix } from 'node:path/posix';
import { specifiersOf } from '../house/law.ts';
import { measuredS } from '../setup/durations.ts';
import { testFiles, tierOf } from '../setup/tiers.ts';

/** Of tests that are not in the folder of the mutant's file: no more than this many, and none that takes longer or is further away. */
const othersAtMost = 4;
const secondsAtMost = 5;
const importsAtMost = 3;

/** Of each source file the unit tests that import it, directly or through others: those of its folder first, then the nearest and quickest. */
export function testsByReach(root: string): (path: string) => string[] {
  const imports = new Map<string, string[]>();
  const importsOf = (path: string): string[] => {
    const known = imports.get(path);
    if (known !== undefined) return known;
    // What is imported as a type only is not there when the program runs.
    const text = readFileSync(join(root, path), 'utf8').replace(/^(import|export) type [^;]*;/gm, '');
    const found = specifiersOf(text)
      .filter((specifier) => specifier.startsWith('.') && specifier.endsWith('.ts'))
      .map((specifier) => posix.join(posix.dirname(path), specifier))
      .filter((target) => existsSync(join(root, target)));
    imports.set(path, found);
    return found;
  };
  const reached = new Map<string, { test: string; distance: number }[]>();
  for (const test of testFiles()) {
    if (!tierOf(test).startsWith('unit')) continue;
    for (const [path, distance] of distances(test, importsOf))
      reached.set(path, [...(reached.get(path) ?? []), { test, distance }]);
  }
  return (path) => {
    const folder = `${posix.dirname(path).replace(/^src/, 'test')}/`;
    const tests = (reached.get(path) ?? []).sort(
      (a, b) => a.distance - b.distance || (measuredS(a.test) ?? 0) - (measuredS(b.test) ?? 0),
    );
    const own = tests.filter(({ test }) => test.startsWith(folder));
    const others = tests.filter(
      ({ test, distance }) =>
        !test.startsWith(folder) && distance <= importsAtMost && (measuredS(test) ?? 0) <= secondsAtMost,
    );
    return [...own, ...others.slice(0, othersAtMost)].map(({ test }) => test);
  };
}

/** How many imports each file is away from `from`. */
function distances(from: string, importsOf: (path: string) => readonly string[]): Map<string, number> {
  const found = new Map([[from, 0]]);
  // A map is gone through in the order in which it grows.
  for (const [path, distance] of found) {
    for (const next of importsOf(path)) if (!found.has(next)) found.set(next, distance + 1);
  }
  return found;
}
