import { isAbsolute, relative } from 'node:path';
import { matcher } from '../glob.ts';
import { readCobertura } from './cobertura.ts';
import type { CoveredFile } from './files.ts';
import { readLcov } from './lcov.ts';

export interface CoverageFacts {
  readonly covered: number;
  readonly total: number;
  readonly files: number;
  /** Files of which no line was run, and those that the sources have and the file does not name. */
  readonly notCovered: readonly string[];
  readonly absent: readonly string[];
  /** What is left out of the count, with the reason. */
  readonly excluded: readonly {
    readonly files: string;
    readonly reason: string;
    readonly lines: number;
    readonly count: number;
  }[];
  readonly faults: readonly string[];
}

const mostListed = 200;

/**
 * How many lines were run.
 * @param folder that paths are shown relative to
 * @param sources files that are to be there; null: nobody says
 */
export function coverageOf(
  text: string,
  folder: string,
  exclude: readonly { files: string; reason: string }[],
  sources: readonly string[] | null,
): CoverageFacts {
  const start = text.trimStart();
  const { files, faults } = start.startsWith('<') ? readCobertura(start) : readLcov(start);
  const shown = new Map<string, CoveredFile>();
  for (const file of files.values()) shown.set(nameOf(file.path, folder), file);
  if (files.size === 0) faults.push('It names no file.');
  const rules = exclude.map((rule) => ({ ...rule, matches: matcher(rule.files), lines: 0, count: 0 }));
  const isExcluded = (name: string) => rules.find(({ matches }) => matches(name));
  let [covered, total] = [0, 0];
  const notCovered: string[] = [];
  for (const [name, { lines }] of [...shown].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rule = isExcluded(name);
    if (rule !== undefined) {
      rule.lines += lines.size;
      rule.count += 1;
      continue;
    }
    const run = [...lines.values()].filter((hits) => hits > 0).length;
    covered += run;
    total += lines.size;
    if (run === 0 && lines.size > 0) notCovered.push(name);
  }
  const absent = (sources ?? []).filter((name) => !shown.has(name) && isExcluded(name) === undefined);
  return {
    ...{ covered, total, files: shown.size, faults },
    notCovered: notCovered.slice(0, mostListed),
    absent: absent.slice(0, mostListed),
    excluded: rules.map(({ files: pattern, reason, lines, count }) => ({ files: pattern, reason, lines, count })),
  };
}

function nameOf(path: string, folder: string): string {
  const plain = path.replaceAll('\\', '/');
  return isAbsolute(path) ? relative(folder, path).replaceAll('\\', '/') : plain.replace(/^\.\//, '');
}
