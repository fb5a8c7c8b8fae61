import { describe, expect, it } from 'vitest';
import { byChance, isLost, isSettled, settledByChance } from '../../../src/stats/capacity/confirmation.ts';
import { evaluateCapacity } from '../../../src/stats/capacity/evaluate.ts';
import { kneeOf } from '../../../src/stats/capacity/knee.ts';
import type { WantedStep } from '../../../src/stats/capacity/search.ts';
import { seeded } from '../../random.ts';
import { queue, type Seen, search } from './queue.ts';

const limit =
  (capacity: number) =>
  (wanted: WantedStep): Seen =>
    wanted.ratePerSecond <= capacity
      ? { outcome: 'held', p95Ms: 10, reason: null }
      : { outcome: 'missed', p95Ms: 500, reason: 'p95 above 100 ms' };

describe('searchCapacity', () => {
  it('finds the capacity of a queue within 5 % below it, over ten seeds', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const found = evaluateCapacity(search(seed, queue(seeded(1000 + seed))), null);
      const share = (found.sustainablePerSecond ?? 0) / 1000;
      expect(share, `seed ${seed}`).toBeGreaterThanOrEqual(0.95);
      expect(share, `seed ${seed}`).toBeLessThanOrEqual(1);
      expect(found.confirmations, `seed ${seed}`).toBeGreaterThanOrEqual(4);
      expect(found.interval?.high).toBeGreaterThan(found.sustainablePerSecond ?? 0);
      expect(found.limitedBy).toBe('p95 above 100 ms');
    }
  });

  it('finds it and confirms it on a machine where one step in ten comes out wrong', () => {
    const shares: number[] = [];
    for (let seed = 1; seed <= 10; seed++) {
      const noise = seeded(seed);
      const clean = queue(seeded(2000 + seed));
      const steps = search(seed, (wanted) => {
        const seen = clean(wanted);
        if (noise() > 0.1) return seen;
        return seen.outcome === 'held' ? { ...seen, outcome: 'missed', reason: 'noise' } : { ...seen, outcome: 'held' };
      });
      const found = evaluateCapacity(steps, null);
      if (found.confirmed) shares.push((found.sustainablePerSecond ?? 0) / 1000);
    }
    expect(shares.length).toBeGreaterThanOrEqual(8);
    for (const share of shares) {
      expect(share).toBeGreaterThanOrEqual(0.9);
      expect(share).toBeLessThanOrEqual(1.02);
    }
  });

  it('is not taken in by one lucky step', () => {
    let lucky = true;
    const steps = search(3, (wanted) => {
      if (wanted.ratePerSecond >= 400 && wanted.ratePerSecond < 450 && lucky) {
        lucky = false;
        return { outcome: 'held', p95Ms: 10, reason: null };
      }
      return limit(300)(wanted);
    });
    expect(lucky).toBe(false);
    const found = evaluateCapacity(steps, null);
    expect(found.sustainablePerSecond).toBeLessThanOrEqual(300);
    expect(found.sustainablePerSecond).toBeGreaterThan(300 * 0.9);
  });

  it('goes up again after one unlucky step', () => {
    let unlucky = true;
    const steps = search(4, (wanted) => {
      if (wanted.ratePerSecond === 400 && unlucky) {
        unlucky = false;
        return { outcome: 'missed', p95Ms: 500, reason: 'p95 above 100 ms' };
      }
      return limit(440)(wanted);
    });
    const found = evaluateCapacity(steps, null);
    expect(found.sustainablePerSecond).toBeGreaterThan(400);
    expect(found.sustainablePerSecond).toBeLessThanOrEqual(440);
  });

  it('begins below a start that is too high', () => {
    const found = evaluateCapacity(search(5, limit(7), 100), null);
    expect(found.sustainablePerSecond).toBeGreaterThan(7 * 0.95);
    expect(found.sustainablePerSecond).toBeLessThanOrEqual(7);
  });

  it('says at least where the generator gave way first', () => {
    const found = evaluateCapacity(
      search(6, ({ ratePerSecond }) =>
        ratePerSecond < 900
          ? { outcome: 'held', p95Ms: 10, reason: null }
          : { outcome: 'generator', p95Ms: 10, reason: 'was 40 ms late' },
      ),
      null,
    );
    expect(found.lowerBoundOnly).toBe(true);
    expect(found.interval).toBeNull();
    expect(found.sustainablePerSecond).toBeGreaterThanOrEqual(800);
    expect(found.sustainablePerSecond).toBeLessThan(900);
    expect(found.sentence).toMatch(/at least 8\d\d requests per second/);
    expect(found.limitedBy).toContain('the generator');
  });

  it('finds nothing where nothing holds, and ends', () => {
    const steps = search(7, limit(0));
    const found = evaluateCapacity(steps, null);
    expect(found.sustainablePerSecond).toBeNull();
    expect(found.interval?.low).toBe(0);
    expect(found.sentence).toContain('not even the lowest');
  });

  it('ends whatever the target does', () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = seeded(seed);
      const steps = search(seed, () =>
        random() < 0.5 ? { outcome: 'held', p95Ms: 1, reason: null } : { outcome: 'missed', p95Ms: 9, reason: 'p95' },
      );
      expect(steps.length).toBeLessThanOrEqual(81);
    }
  });
});

describe('confirmation', () => {
  it('takes 4 of 4, 6 of 7 and 8 of 10, and no fewer', () => {
    expect([
      isSettled(3, 0),
      isSettled(4, 0),
      isSettled(5, 1),
      isSettled(6, 1),
      isSettled(7, 2),
      isSettled(8, 2),
    ]).toEqual([false, true, false, true, false, true]);
    expect([isLost(0, 2), isLost(1, 2), isLost(9, 3)]).toEqual([true, false, true]);
  });

  it('is reached by a fair coin as often as is said', () => {
    expect(settledByChance).toBeCloseTo(57 / 512, 12);
    const random = seeded(11);
    let settled = 0;
    for (let i = 0; i < 20_000; i++) {
      for (let held = 0, missed = 0; held + missed < 10; ) {
        random() < 0.5 ? held++ : missed++;
        if (!isSettled(held, missed)) continue;
        settled++;
        break;
      }
    }
    expect(settled / 20_000).toBeCloseTo(settledByChance, 2);
    expect([byChance(3, 0), byChance(5, 1), byChance(0, 0)]).toEqual([1 / 8, 7 / 64, 1]);
  });
});

describe('kneeOf', () => {
  it('finds where a queue begins to form, and nothing on a straight line', () => {
    const rates = [100, 200, 300, 400, 500, 600, 700, 800, 900, 950, 980];
    const knee = kneeOf(rates.map((rate) => ({ ratePerSecond: rate, p95Ms: 10 / (1 - rate / 1000) })));
    expect(knee).toBeGreaterThanOrEqual(700);
    expect(knee).toBeLessThanOrEqual(950);
    expect(kneeOf(rates.map((rate) => ({ ratePerSecond: rate, p95Ms: 10 })))).toBeNull();
    expect(kneeOf(rates.map((rate) => ({ ratePerSecond: rate, p95Ms: Math.exp(rate / 300) })))).toBeNull();
    expect(kneeOf([])).toBeNull();
  });
});
