import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/sample/random.ts';
import { detectableShare, extremeP, oddOneOut, smallestP, testable } from '../../../src/stats/compare/odd-one-out.ts';

describe('the odd one of three', () => {
  it('has the p-values of the binomial distribution', () => {
    expect(oddOneOut(0, 0)).toBe(1);
    expect(oddOneOut(5, 5)).toBeCloseTo(1 / 243, 12);
    // P(X ≥ 4), X of 5 with a third each: 5·2 + 1 of 243.
    expect(oddOneOut(4, 5)).toBeCloseTo(11 / 243, 12);
    expect(smallestP(5)).toBeCloseTo(1 / 243, 12);
    expect(extremeP({ candidate: 5, of: 5 }, { candidate: 0, of: 3 })).toBeCloseTo(2 / 243, 12);
  });

  it('alarms no more often than it says, whatever the noise', () => {
    const random = seededRandom(7);
    for (const noise of [0.02, 0.3, 0.7]) {
      let alarms = 0;
      for (let run = 0; run < 2000; run++) {
        let [candidate, informative] = [0, 0];
        for (let i = 0; i < 100; i++) {
          const [a, b, c] = [random() < noise, random() < noise, random() < noise];
          if (a === b && b === c) continue;
          informative++;
          if (a === b) candidate++;
        }
        if (oddOneOut(candidate, informative) <= 0.05) alarms++;
      }
      expect(alarms / 2000).toBeLessThan(0.065);
    }
  });

  it('counts only tests that can come to an alarm', () => {
    // Forty fields with one case each take nothing from the one with five.
    expect(testable([...Array<number>(40).fill(1 / 3), smallestP(5)], 0.01)).toEqual([40]);
    // Three with five cases each: 1/243 passes 0.01 / 2, not 0.01 / 3.
    expect(testable([smallestP(5), smallestP(5), smallestP(5)], 0.01)).toEqual([]);
    expect(testable([smallestP(9), smallestP(9), smallestP(5)], 0.01)).toEqual([0, 1]);
    expect(testable([], 0.01)).toEqual([]);
  });

  it('says how often a change must show', () => {
    expect(detectableShare(4, 0, 0.01)).toBeNull();
    const [few, many] = [detectableShare(20, 0, 0.01), detectableShare(500, 0, 0.01)];
    expect(few).toBeGreaterThan(0.25);
    expect(few).toBeLessThan(0.45);
    expect(many).toBeLessThan(0.02);
    // Noise hides it.
    expect(detectableShare(100, 0.15, 0.01) ?? 1).toBeGreaterThan(detectableShare(100, 0.01, 0.01) ?? 1);
  });
});
