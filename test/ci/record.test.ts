import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closingLines, readRecord } from '../setup/record.ts';

test('runs are added up, and the last line says all of them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-record-'));
  const file = join(folder, 'record.ndjson');
  const runs = [
    { passed: 2, failed: 0, skipped: 1, failures: [], files: { a: 1 } },
    { passed: 3, failed: 1, skipped: 0, failures: ['b > x: no'], files: { b: 2 } },
  ];
  writeFileSync(file, runs.map((run) => `${JSON.stringify(run)}\n`).join(''));
  const sum = readRecord(file);
  rmSync(folder, { recursive: true });
  expect(sum).toEqual({ passed: 5, failed: 1, skipped: 1, failures: ['b > x: no'], files: { a: 1, b: 2 } });
  expect(closingLines(sum)).toBe('\nFAILED b > x: no\n5 passed, 1 failed, 1 skipped\n');
  expect(readRecord(join(folder, 'none'))).toMatchObject({ passed: 0, files: {} });
});
