import { expect, test } from 'vitest';
import { judgeTrend } from '../../../../src/domains/monitoring/stability/trend.ts';
import { autoregressive } from '../../../stats/autoregressive.ts';

const MB = 1024 * 1024;
const stretch = { fromMs: 720_000, toMs: 7_200_000 };

function judged(noiseMB: number, megabytesAt: (hour: number) => number) {
  const points = autoregressive(
    0.2,
    3,
  )(240).map((noise, i) => {
    const x = 0.2 + (1.8 * i) / 240;
    return { x, y: MB * (120 + megabytesAt(x) + noiseMB * noise) };
  });
  const growth = { byDay: true, least: MB, seen: 0.01 };
  const series = { id: 'm', title: 'memory', unit: 'bytes', subject: 'target', limit: null, growth, points } as const;
  return judgeTrend(series, { stretch, loadGrew: false });
}

test('growth that came to an end is no failure, and goes on to be one', () => {
  const filled = judged(3, (hour) => 20 * Math.min(hour, 1));
  expect(filled.pValue).toBeLessThan(0.01);
  expect(filled.verdict).toBe('pass');
  expect(filled.sentence).toMatch(/^memory grew from 12\d MB to 14\d MB, then levelled off\.$/);
  expect(judged(3, (hour) => 20 * hour).verdict).toBe('fail');
  expect(judged(8, (hour) => 20 * hour).verdict).toBe('fail');
});

test('growth of which noise hides the end is not told either way', () => {
  const unclear = judged(8, (hour) => 20 * Math.min(hour, 0.8));
  expect(unclear.pValue).toBeLessThan(0.01);
  expect(unclear).toMatchObject({ verdict: 'inconclusive' });
  expect(unclear.sentence).toMatch(/whether it still does at the end is not clear\.$/);
});

test('an hour’s thousandth is no proof for a day', () => {
  expect(judged(0.01, (hour) => 0.6 * hour)).toMatchObject({ verdict: 'inconclusive' });
});
