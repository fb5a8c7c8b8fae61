import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What one run of vitest came to: a line of the file that SHAKEDOWN_TEST_RECORD names. */
export interface RunRecord {
  passed: number;
  failed: number;
  skipped: number;
  /** A line each. */
  failures: string[];
  /** Seconds of every test file that ended, hooks and imports included. */
  files: Record<string, number>;
}

/** Adds a run to the record, where one is kept. */
export function keepRecord(record: RunRecord): void {
  const file = process.env.SHAKEDOWN_TEST_RECORD;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(record)}\n`);
}

/** All runs of a record, added up. */
export function readRecord(file: string): RunRecord {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  const sum: RunRecord = { passed: 0, failed: 0, skipped: 0, failures: [], files: {} };
  for (const line of lines) {
    const one = JSON.parse(line) as RunRecord;
    for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += one[key];
    sum.failures.push(...one.failures);
    Object.assign(sum.files, one.files);
  }
  return sum;
}

/** Test files of failures, each once. @param failures lines of a record: `path > test: why` or `path: why` */
export function filesOf(failures: readonly string[]): string[] {
  return [...new Set(failures.map((line) => line.split(/ > |: /, 1)[0] ?? ''))];
}

/**
 * What a run came to when the files that failed were run once more, each by itself: those that now ended without a failure have none, and their failures are named as unstable.
 * A file that was not run again, or failed again, stays failed.
 */
export function withSecondRuns(
  first: RunRecord,
  again: ReadonlyMap<string, RunRecord>,
): { sum: RunRecord; unstable: string[] } {
  // One in which all was skipped shows nothing.
  const passes = (path: string) => {
    const second = again.get(path);
    return second?.files[path] !== undefined && second.failed === 0 && second.passed > 0;
  };
  const unstable = first.failures.filter((line) => filesOf([line]).some(passes));
  const failures = first.failures.filter((line) => !unstable.includes(line));
  const sum = {
    ...first,
    passed: first.passed + unstable.length,
    failed: first.failed - unstable.length,
    failures,
  };
  return { sum, unstable };
}

const mostFailures = 20;

/** What closes a log: failures, a line each, then one line that any CI can read. */
export function closingLines({ passed, failed, skipped, failures }: RunRecord): string {
  const lines = failures.slice(0, mostFailures).map((line) => `\nFAILED ${line}`);
  return `${lines.join('')}\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
