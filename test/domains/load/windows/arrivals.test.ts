import { describe, expect, it } from 'vitest';
import { ArrivalFidelity } from '../../../../src/domains/load/windows/arrivals.ts';
import { Random } from '../../../../src/domains/traffic/plan/random.ts';

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

  // Pacings of a plan, in µs between two requests, and how late they are sent: what is late by little is faithful, whatever the pacing; what is sent in
  // batches is not.
  const random = new Random('pacings');
  const chance = () => random.uint32() / 2 ** 32;
  const exponential = (mean: number) => -mean * Math.log(1 - chance());
  const pacings: [string, () => number][] = [
    ['1,000 a second, one every millisecond', () => 1000],
    ['200 a second, one every 5 ms', () => 5000],
    ['1,000 a second, evenly but for half a millisecond', () => 750 + 500 * chance()],
    ['1,000 a second, independent of one another', () => exponential(1000)],
    ['200 a second, independent of one another', () => exponential(5000)],
    ['in bursts of 20', () => (chance() < 0.05 ? 20_000 : 10)],
  ];
  it.each(pacings)('%s: knows a small lateness from batches', (_, next) => {
    const [late, batches, sparse] = [new ArrivalFidelity(), new ArrivalFidelity(), new ArrivalFidelity()];
    let dueUs = 0;
    for (let i = 0; i < 20_000; i++) {
      dueUs += next();
      late.add(dueUs, dueUs + exponential(800)); // p99 3.7 ms
      batches.add(dueUs, Math.ceil(dueUs / 100_000) * 100_000);
      // Twice as late as the whole of a bin.
      sparse.add(dueUs, dueUs + 20_000 * chance());
    }
    const [good] = late.finish();
    expect(good?.correlation).toBeGreaterThan(0.85);
    expect(Math.abs(Math.log2(good?.dispersionRatio ?? 0))).toBeLessThan(0.2);
    const [bad] = batches.finish();
    expect(bad?.correlation).toBeLessThan(0.5);
    expect(bad?.dispersionRatio).toBeGreaterThan(1.5);
    expect(sparse.finish()[0]?.correlation).toBeLessThan(good?.correlation ?? 0);
  });
});
