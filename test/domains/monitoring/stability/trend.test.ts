import { expect, test } from 'vitest';
import { judgeTrend } from '../../../../src/domains/monitoring/stability/trend.ts';
import { autoregressive } from '../../../stats/autoregressive.ts';

const MB = 1024 * 1024;
const period = { fromMs: 720_000, toMs: 7_200_000 };

function judged(noiseMB: number, megabytesAt: (hour: number) => number, swingHours = 24) {
  const points = autoregressive(
    0.2,
    3,
  )(240).map((noise, i) => {
    const x = 0.2 + (1.8 * i) / 240;
    return { x, y: MB * (120 + megabytesAt(x) + noiseMB * noise) };
  });
  const growth = { byDay: true, least: MB, seen: 0.01, swingHours };
  const series = { id: 'm', title: 'memory', unit: 'bytes', subject: 'target', limit: null, growth, points } as const;
  return judgeTrend(series, { period, loadGrew: false });
}

test('growth that came to an end is no failure, and goes on to be one', () => {
  const filled = judged(3, (hour) => 20 * Math.min(hour, 1));
  expect(filled.pValue).toBeLessThan(0.01);
  expect(filled.verdict).toBe('pass');
  expect(filled.sentence).toMatch(/^memory grew from 12\d MB to 14\d MB, then levelled off\.$/);
  expect(judged(3, (hour) => 20 * hour).verdict).toBe('fail');
  expect(judged(8, (hour) => 20 * hour).verdict).toBe('fail');
});

test('growth of which noise hides the end is not reported either way', () => {
  const unclear = judged(8, (hour) => 20 * Math.min(hour, 0.8));
  expect(unclear.pValue).toBeLessThan(0.01);
  expect(unclear).toMatchObject({ verdict: 'inconclusive' });
  expect(unclear.sentence).toMatch(/whether it still does at the end is not clear\.$/);
});

test('an hour’s thousandth is no proof for a day', () => {
  expect(judged(0.01, (hour) => 0.6 * hour)).toMatchObject({ verdict: 'inconclusive' });
});

test('what a part of a day’s swing could be is not taken for growth, and more of the day shows it', () => {
  const part = judged(1, (hour) => 20 * hour, 6);
  expect(part.verdict).toBe('inconclusive');
  expect(part.sentence).toMatch(/would look the same: a run of a day would show which\.$/);
  expect(judged(1, (hour) => 8 * hour).verdict).toBe('inconclusive');
});

/** A day of points that swing by a share about their level, and grow. */
function ofDay(swing: number, growthPerHour: number) {
  const points = autoregressive(
    0.5,
    11,
  )(240).map((noise, i) => {
    const x = 0.5 + (23.5 * i) / 240;
    const level = 1 + growthPerHour * x + swing * Math.sin((2 * Math.PI * (x + 3)) / 24);
    return { x, y: 100 * (level + 0.03 * noise) };
  });
  const growth = { byDay: true, least: 1, seen: 0.05, swingHours: 6 };
  const series = { id: 'p95', title: 'p95', unit: 'ms', subject: 'target', limit: null, growth, points } as const;
  return judgeTrend(series, { period: { fromMs: 1_800_000, toMs: 86_400_000 }, loadGrew: false });
}

test('a swing that comes round within the run is no drift, and hides none', () => {
  expect(ofDay(0.3, 0).verdict).toBe('pass');
  expect(ofDay(0.3, 0.03).verdict).toBe('fail');
  expect(ofDay(0, 0.03).verdict).toBe('fail');
});

/** Memory over so many hours, with hardly any noise, as it is where nothing but the target uses it. */
function ofHours(hours: number, megabytesAt: (hour: number) => number) {
  const points = Array.from({ length: 240 }, (_, i) => {
    const x = 0.5 + ((hours - 0.5) * i) / 240;
    return { x, y: MB * (megabytesAt(x) + Math.sin(i * 7)) };
  });
  const growth = { byDay: true, least: 4 * MB, seen: 0.01, swingHours: 24 };
  const limit = 8192 * MB;
  const series = { id: 'm', title: 'memory', unit: 'bytes', subject: 'target', limit, growth, points } as const;
  const context = { period: { fromMs: 1_800_000, toMs: hours * 3_600_000 }, loadGrew: false, requiredHours: hours };
  return judgeTrend(series, context);
}

test.each([6, 12, 24])('growth that ended long ago in %i h passes, however a swing might draw it', (hours) => {
  for (const share of [0.1, 0.4, 0.7]) {
    const filled = ofHours(hours, (hour) => 200 + 75 * Math.min(hour / (share * hours), 1));
    expect([share, filled.verdict, filled.sentence]).toEqual([
      share,
      'pass',
      expect.stringMatching(/then levelled off\.$/),
    ]);
  }
  expect(ofHours(hours, (hour) => 200 + 75 * (1 - Math.exp((-6 * hour) / hours))).verdict).toBe('pass');
  const goesOn = ofHours(hours, (hour) => 200 + 75 * Math.min((4 * hour) / hours, 1) + (60 * hour) / hours);
  expect(goesOn.verdict).not.toBe('pass');
});

test('a leak that is reset late has not come to an end, and one that stays down for as long as it climbed has', () => {
  for (const at of [8, 11]) {
    const reset = ofHours(12, (hour) => (hour < at ? 200 + 300 * hour : 210));
    expect(reset.verdict).toBe('inconclusive');
    expect(reset.sentence).toMatch(/^memory climbed from 2\d\d MB to \d\.\d GB within \d+ hours, then fell back;/);
  }
  // Too low for a tooth.
  expect(ofHours(12, (hour) => (hour < 10 ? 200 + 8 * hour : 205)).verdict).toBe('inconclusive');
  expect(ofHours(12, (hour) => 200 + 300 * (hour < 4 ? hour : hour - 4)).verdict).not.toBe('pass');
  expect(ofHours(12, (hour) => (hour < 3 ? 200 + 300 * hour : 210)).verdict).toBe('pass');
});

test('a day of growth is judged by figures that were seen in it, and is not asked for a day', () => {
  const points = Array.from({ length: 240 }, (_, i) => {
    const x = 0.5 + (23.5 * i) / 240;
    return { x, y: MB * (200 + 75 * Math.min(x / 3, 1) + 2 * x + Math.sin(i * 7)) };
  });
  const growth = { byDay: true, least: 4 * MB, seen: 0.01, swingHours: 24 };
  const series = { id: 'm', title: 'memory', unit: 'bytes', subject: 'target', limit: null, growth, points } as const;
  const { sentence } = judgeTrend(series, { period: { fromMs: 1_800_000, toMs: 86_400_000 }, loadGrew: false });
  const [, from, to] = /from (\d+) MB to (\d+) MB in 24 h/.exec(sentence) ?? [];
  expect(Number(from), sentence).toBeGreaterThanOrEqual(213);
  expect(Number(to), sentence).toBeLessThanOrEqual(324);
  expect(sentence).toMatch(/a run of two days would show which/);
});
