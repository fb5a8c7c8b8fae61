import { expect, test } from 'vitest';
import { anHour, inUnit, roughly } from '../../../../src/domains/monitoring/stability/words.ts';

test('figures in words', () => {
  expect(anHour(1.8 * 1024 ** 2, 'bytes')).toBe('1.8 MB/h');
  expect(inUnit(512 * 1024 ** 2, 'bytes')).toBe('512 MB');
  expect(inUnit(1500, 'count')).toBe('1,500');
  expect(anHour(3, 'count')).toBe('3 an hour');
  expect(anHour(0.02, '%')).toBe('0.02 %/h');
  expect([roughly(9 * 86_400_000), roughly(5 * 3_600_000), roughly(1)]).toEqual(['9 days', '5 hours', '1 minute']);
});
