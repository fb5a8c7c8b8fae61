import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closingLines, filesOf, type RunRecord, readRecord, withSecondRuns } from '../setup/record.ts';

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

const failed = { passed: 5, failed: 2, skipped: 1, failures: ['a > x: 1 > 2', 'b: no hook'], files: { a: 1, b: 2 } };

test('what passes when it is run again is unstable, and what fails again stays failed', () => {
  expect(filesOf(failed.failures)).toEqual(['a', 'b']);
  const a = { passed: 2, failed: 0, skipped: 0, failures: [], files: { a: 1 } };
  const b = { passed: 1, failed: 1, skipped: 0, failures: ['b > z: no'], files: { b: 1 } };
  const again = new Map<string, RunRecord>([
    ['a', a],
    ['b', b],
  ]);
  expect(withSecondRuns(failed, again)).toEqual({
    sum: { ...failed, passed: 6, failed: 1, failures: ['b: no hook'] },
    unstable: ['a > x: 1 > 2'],
  });
});

test('what was not run again, did not end, or skipped all, stays failed', () => {
  const none = { passed: 0, failed: 0, skipped: 0, failures: [], files: {} };
  const skips = { passed: 0, failed: 0, skipped: 3, failures: [], files: { b: 1 } };
  expect(withSecondRuns(failed, new Map())).toEqual({ sum: failed, unstable: [] });
  const again = new Map<string, RunRecord>([
    ['a', none],
    ['b', skips],
  ]);
  expect(withSecondRuns(failed, again)).toEqual({ sum: failed, unstable: [] });
});
