import { gaussian, seeded } from '../random.ts';

/** Draws stationary series in which each value is φ times the one before plus noise; their standard deviation is 1. */
export function autoregressive(phi: number, seed: number): (n: number) => number[] {
  const normal = gaussian(seeded(seed));
  const noise = Math.sqrt(1 - phi * phi);
  return (n) => {
    let value = normal();
    return Array.from({ length: n }, () => {
      value = phi * value + noise * normal();
      return value;
    });
  };
}
