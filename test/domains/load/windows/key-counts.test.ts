import { expect, test } from 'vitest';
import { KeyCounts, sizeStep } from '../../../../src/domains/load/windows/key-counts.ts';
import { Random } from '../../../../src/domains/traffic/public.ts';

test('counts keys in whatever order they come, also while it is read', () => {
  const counts = new KeyCounts();
  for (const key of [200, 200, 404, 200]) counts.add(key);
  expect([...counts.entries()]).toEqual([
    [200, 3],
    [404, 1],
  ]);
  counts.add(200);
  counts.add(0);
  expect([...counts.entries()]).toEqual([
    [200, 4],
    [404, 1],
    [0, 1],
  ]);
});

test('a size is in the step that its logarithm says', () => {
  const random = new Random('sizes');
  const sizes = Array.from({ length: 20_000 }, () => 1 + Math.floor(2 ** (32 * (random.uint32() / 2 ** 32)) - 1));
  for (const bytes of [1, 2, 3, 4, 5, 6, 7, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, ...sizes])
    if (bytes > 0) expect(sizeStep(bytes)).toBe(Math.round(2 * Math.log2(bytes)));
});
