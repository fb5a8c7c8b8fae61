/** Lines of one file: how often each was run. */
export interface CoveredFile {
  readonly path: string;
  readonly lines: Map<number, number>;
}

export interface ReadCoverage {
  readonly files: Map<string, CoveredFile>;
  readonly faults: string[];
}

/** The file of a path; made where it is not there yet. Several tests of one file add up. */
export function fileIn(files: Map<string, CoveredFile>, path: string): CoveredFile {
  const found = files.get(path) ?? { path, lines: new Map<number, number>() };
  files.set(path, found);
  return found;
}

export function hit({ lines }: CoveredFile, line: number, hits: number): void {
  lines.set(line, Math.max(lines.get(line) ?? 0, hits));
}
