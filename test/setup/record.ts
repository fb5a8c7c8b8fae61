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

const mostFailures = 20;

/** What closes a log: failures, a line each, then one line that any CI can read. */
export function closingLines({ passed, failed, skipped, failures }: RunRecord): string {
  const lines = failures.slice(0, mostFailures).map((line) => `\nFAILED ${line}`);
  return `${lines.join('')}\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
