import { expect, test } from 'vitest';
import { amount, duration, grouped, range, targetAmount } from '../../src/gate/words.ts';

test.each([
  [213.4, 'ms', 200, '213 ms'],
  [200.04, 'ms', 200, '200.04 ms'],
  [199.96, 'ms', 200, '199.96 ms'],
  [1127.4, '/s', 1000, '1,127 /s'],
  [1000.4, '/s', 1000, '1,000.4 /s'],
  [38.74, 'ms', 38.72, '38.74 ms'],
  [38.655, 'ms', 38.7, '38.66 ms'],
  [38.7, 'ms', 38.7, '38.7 ms'],
  [38.7049, 'ms', 38.7049, '38.7049 ms'],
  [0.0412, '%', 0.1, '0.041 %'],
  [0.0999, '%', 0.1, '0.0999 %'],
  [99.9931, '%', 99.99, '99.9931 %'],
  [99.9, '%', 99.99, '99.9 %'],
  [0, '%', 0.1, '0 %'],
  [100, '%', 99.99, '100 %'],
  [24, 'h', undefined, '24 h'],
  [1 / 60, 'h', 24, '1 min'],
] as const)('%d %s beside %d is %s', (value, unit, target, text) => {
  expect(amount(value, unit, target)).toBe(text);
});

test('a figure is told apart from its target wherever it differs', () => {
  for (const off of [1e-1, 1e-2, 1e-3, 1e-4, 1e-5]) {
    for (const target of [0.1, 99.99, 100, 200, 1000]) {
      expect(amount(target + off, 'ms', target)).not.toBe(targetAmount({ target, unit: 'ms' }));
      expect(amount(target - off, '%', target)).not.toBe(targetAmount({ target, unit: '%' }));
    }
  }
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [60_000, '1 min'],
  [3_599_600, '1 h'],
  [29_400_000, '8 h 10 min'],
  [86_400_000, '24 h'],
  [3_605_000, '1 h'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('ranges and groups', () => {
  expect(grouped(97_412_880)).toBe('97,412,880');
  expect(range({ low: 208, high: 219, confidence: 0.95 }, 'ms')).toBe('208–219 ms');
  expect(range({ low: 208, high: Number.POSITIVE_INFINITY, confidence: 0.95 }, 'ms')).toBe('at least 208 ms');
});
