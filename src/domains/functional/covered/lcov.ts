import { type CoveredFile, fileIn, hit, type ReadCoverage } from './files.ts';

/** Of lcov, gcov, c8, istanbul, node's and vitest's reporters `lcov`. */
export function readLcov(text: string): ReadCoverage {
  const files = new Map<string, CoveredFile>();
  const faults: string[] = [];
  let file: CoveredFile | null = null;
  let seen = new Map<number, number>();
  let stated: { found: number | null; hit: number | null } = { found: null, hit: null };
  for (const line of text.split('\n')) {
    const [, key = '', value = ''] = /^([A-Z]+):(.*?)\r?$/.exec(line) ?? [];
    if (key === 'SF') {
      if (file !== null) faults.push(`${file.path} has no end.`);
      file = fileIn(files, value.trim());
      seen = new Map();
      stated = { found: null, hit: null };
    } else if (key === 'DA' && file !== null) {
      const [number, hits] = value.split(',').map(Number);
      if (number === undefined || hits === undefined || !(number > 0) || Number.isNaN(hits)) continue;
      hit(file, number, hits);
      seen.set(number, Math.max(seen.get(number) ?? 0, hits));
    } else if (key === 'LF') stated.found = Number(value);
    else if (key === 'LH') stated.hit = Number(value);
    else if (/^end_of_record\b/.test(line) && file !== null) {
      const run = [...seen.values()].filter((hits) => hits > 0).length;
      if (stated.found !== null && stated.found !== seen.size)
        faults.push(`${file.path} says ${stated.found} lines and has ${seen.size}.`);
      else if (stated.hit !== null && stated.hit !== run)
        faults.push(`${file.path} says that ${stated.hit} lines were run, and ${run} were.`);
      file = null;
    }
  }
  if (file !== null) faults.push('It stops in the middle.');
  return { files, faults: faults.slice(0, 20) };
}
