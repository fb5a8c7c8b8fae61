import { describe, expect, it } from 'vitest';
import type { Counted } from '../../../src/stats/clustered.ts';
import { compareShares } from '../../../src/stats/compare/shares.ts';
import { gaussian, seeded } from '../../random.ts';

const of = 500;

/** Windows whose failures are a share that wanders, correlated with its neighbours. */
function windows(seed: number, percent: number, count = 60, wander = 0.3): Counted[] {
  const random = seeded(seed);
  const normal = gaussian(seeded(seed + 1000));
  let state = 0;
  return Array.from({ length: count }, () => {
    state = 0.5 * state + wander * normal();
    const share = Math.min(1, (percent / 100) * Math.exp(state - wander ** 2 / 1.5));
    let failed = 0;
    for (let i = 0; i < of; i++) if (random() < share) failed++;
    return { failed, of };
  });
}

describe('compareShares', () => {
  it('does not cry wolf: at most one of a hundred pairs of the same version', () => {
    let alarms = 0;
    for (let seed = 0; seed < 400; seed++) {
      const found = compareShares(windows(3 * seed, 0.4), windows(3 * seed + 50_000, 0.4));
      if ((found?.pHigher(0) ?? 0) <= 0.008) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(4);
  });

  it('sees failures where there were none, and a share that doubled', () => {
    const none = Array.from({ length: 60 }, () => ({ failed: 0, of }));
    const some = compareShares(none, windows(1, 1));
    expect(some?.pHigher(0.05)).toBeLessThan(0.001);
    expect(some?.interval(0.95).low).toBeGreaterThan(0.3);
    let seen = 0;
    for (let seed = 0; seed < 50; seed++) {
      const found = compareShares(windows(7 * seed, 1), windows(7 * seed + 9000, 2));
      if ((found?.pHigher(0) ?? 1) <= 0.008) seen++;
    }
    expect(seen).toBeGreaterThanOrEqual(45);
  });

  it('takes one bad moment for one bad moment, and few windows for nothing', () => {
    const none = Array.from({ length: 60 }, () => ({ failed: 0, of }));
    const blip = none.map((window, i) => (i === 30 ? { failed: 400, of } : window));
    expect(compareShares(none, blip)?.pHigher(0.05)).toBeGreaterThan(0.05);
    expect(compareShares(none.slice(0, 9), blip)).toBeNull();
    expect(compareShares(none, none)).toMatchObject({ baseline: 0, candidate: 0, change: 0 });
    expect(compareShares(none, none)?.interval(0.95).high).toBeLessThan(0.05);
  });

  it('is Newcombe’s interval where failures are independent of one another', () => {
    // Method 10 for 56/70 against 48/80 gives 0.0524 … 0.3339; here over windows of one request each way would not be independent, so one arm of tens.
    const arm = (failed: number, total: number) =>
      Array.from({ length: 10 }, () => ({ failed: failed / 10, of: total / 10 }));
    const found = compareShares(arm(48, 80), arm(56, 70));
    const { low = 0, high = 0 } = found?.interval(0.95) ?? {};
    // Ten windows allow for some correlation, which widens it.
    expect(low).toBeLessThanOrEqual(5.25);
    expect(high).toBeGreaterThanOrEqual(33.3);
    expect(found?.change).toBeCloseTo(20, 6);
  });
});
