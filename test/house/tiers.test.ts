import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { durationsFile } from '../setup/durations.ts';
import { heavy, namedPaths, testFiles, tierOf, tiers } from '../setup/tiers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const unitAtMostS = 30;

test('every test file is in one tier, and none is named that is not there', () => {
  const files = testFiles();
  expect(files.length).toBeGreaterThan(150);
  expect(namedPaths.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
  const byTier = tiers.map((tier) => files.filter((path) => tierOf(path) === tier).length);
  expect(byTier.every((count) => count > 0)).toBe(true);
  expect(byTier.reduce((sum, count) => sum + count, 0)).toBe(files.length);
  expect(heavy.map(tierOf)).toEqual(heavy.map(() => 'all'));
});

test('what changes or measures its process has one of its own', () => {
  const isAlone = /\bvi\.(?:do)?mock\(|\bprocess\.(?:chdir|memoryUsage|resourceUsage|cpuUsage)\(/i;
  const found = testFiles().filter(
    (path) => tierOf(path) === 'unit' && isAlone.test(readFileSync(`${root}${path}`, 'utf8')),
  );
  expect(found).toEqual([]);
});

test('no file of the unit tier takes long', () => {
  const durations: Record<string, number> = JSON.parse(readFileSync(durationsFile, 'utf8'));
  expect(Object.keys(durations).length).toBeGreaterThan(100);
  const long = Object.entries(durations).filter(([path, s]) => tierOf(path).startsWith('unit') && s > unitAtMostS);
  expect(long).toEqual([]);
});
