import { expect, it } from 'vitest';
import { longestRangeS, writtenOut } from '../../../../../src/domains/monitoring/validation/alerts/predict.ts';
import { expanded, labelsOf } from '../../../../../src/domains/monitoring/validation/alerts/scenario.ts';

it('promtool’s notation of series', () => {
  expect(expanded('1+2x3 5x1 _ _x2 -1-1x1')).toEqual([1, 3, 5, 7, 5, 5, null, null, null, -1, -2]);
  expect(expanded('NaN 1e3')).toEqual([Number.NaN, 1000]);
  expect(() => expanded('1+x')).toThrow('not a value');
  expect(labelsOf('up{job="a", x="b\\"c,d"}')).toEqual({ __name__: 'up', job: 'a', x: 'b"c,d' });
});

it('recorded series are written out where they stand alone', () => {
  const recorded = [{ name: 'a:b', expression: 'rate(x[5m])' }];
  expect(writtenOut('a:b > 1 and a:b:c > 1', recorded)).toBe('(rate(x[5m])) > 1 and a:b:c > 1');
  expect(writtenOut('max_over_time(a:b[1h])', recorded)).toBe('max_over_time(a:b[1h])');
  expect(longestRangeS(['rate(x[1h30m])', 'max_over_time(y[5m:1m])', '1'])).toBe(5400);
});
