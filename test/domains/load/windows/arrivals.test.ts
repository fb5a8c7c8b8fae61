import { describe, expect, it } from 'vitest';
import { ArrivalFidelity } from '../../../../src/domains/load/windows/arrivals.ts';

/** Bursts of 20 every 100 ms, for 30 s. */
function bursts(sentOf: (dueUs: number, i: number) => number): ArrivalFidelity {
  const arrivals = new ArrivalFidelity();
  for (let burst = 0; burst < 300; burst++) {
    for (let i = 0; i < 20; i++) {
      const dueUs = burst * 100_000 + i * 10;
      arrivals.add(dueUs, sentOf(dueUs, i));
    }
    if (burst % 50 === 0) arrivals.settle(burst * 100_000);
  }
  return arrivals;
}

describe('fidelity of arrivals', () => {
  it('is whole when everything is sent when due', () => {
    expect(bursts((dueUs) => dueUs).finish()[0]).toEqual({ binMs: 10, correlation: 1, dispersionRatio: 1 });
  });

  it('falls when bursts are smoothed', () => {
    const [ten] = bursts((dueUs, i) => dueUs + i * 5000).finish();
    expect(ten?.dispersionRatio).toBeLessThan(0.2);
    expect(ten?.correlation).toBeLessThan(0.5);
  });

  it('falls at 10 ms and stays at 1 s when all is 30 ms late', () => {
    const [ten, , second] = bursts((dueUs) => dueUs + 30_000).finish();
    expect(ten?.correlation).toBeLessThan(0);
    expect(second?.dispersionRatio ?? 1).toBeCloseTo(1, 1);
  });

  it('says nothing of nothing', () => {
    expect(new ArrivalFidelity().finish()[0]).toEqual({ binMs: 10, correlation: null, dispersionRatio: null });
  });
});
