import { describe, expect, it } from 'vitest';
import type { Unit } from '../../../src/domains/parity/descriptor/format.ts';
import { quantity, samePair } from '../../../src/domains/parity/descriptor/quantity.ts';

describe('quantities', () => {
  it.each<[string | number, string | number, Unit]>([
    ['2048Mi', '2Gi', 'bytes'],
    ['500m', 0.5, 'cores'],
    ['0.1', '100m', 'cores'],
    ['1e3', 1000, 'count'],
    ['128974848', '123Mi', 'bytes'],
    ['128974848000m', '123Mi', 'bytes'],
    ['1.5h', '90m', 'seconds'],
    [90, '1m30s', 'seconds'],
    ['1GB', '1G', 'bytes'],
    ['80 %', 80, 'percent'],
    ['9007199254740993', '9007199254740993', 'bytes'],
  ])('%s is %s %s', (left, right, unit) => {
    expect(quantity(left, unit)).not.toBe(null);
    expect(quantity(left, unit)).toBe(quantity(right, unit));
  });

  it.each<[string | number, string | number, Unit]>([
    ['1Gi', '1G', 'bytes'],
    ['100m', '0.2', 'cores'],
    ['9007199254740993', '9007199254740992', 'bytes'],
    ['30s', '30ms', 'seconds'],
  ])('%s is not %s %s', (left, right, unit) => {
    expect(quantity(left, unit)).not.toBe(quantity(right, unit));
  });

  it.each<[string, Unit]>([
    ['', 'bytes'],
    ['Gi', 'bytes'],
    ['1Xi', 'bytes'],
    ['1constructor', 'bytes'],
    ['one', 'count'],
    ['1.2.3', 'count'],
    [`1e99${'9'.repeat(50)}`, 'count'],
    ['9'.repeat(1000), 'count'],
    ['2', 'text'],
  ])('%s is no quantity of %s', (text, unit) => {
    expect(quantity(text, unit)).toBe(null);
  });

  it('compares texts with units only where both have one of the same kind', () => {
    expect(samePair('30s', '0.5m')).toEqual({ left: 30_000_000_000n, right: 30_000_000_000n });
    expect(samePair('512Mi', '0.5Gi')?.left).toBe(samePair('512Mi', '0.5Gi')?.right);
    for (const [left, right] of [
      ['30s', '512Mi'],
      ['30', '30s'],
      ['v1', 'v1'],
    ] as const)
      expect(samePair(left, right)).toBe(null);
  });
});
