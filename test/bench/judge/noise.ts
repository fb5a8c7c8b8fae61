import { seeded } from '../../random.ts';

/** Standard normal numbers by Marsaglia's polar method; two a draw. */
export function normals(seed: number): () => number {
  const random = seeded(seed);
  let spare = Number.NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = Number.NaN;
      return kept;
    }
    for (;;) {
      const u = 2 * random() - 1;
      const v = 2 * random() - 1;
      const q = u * u + v * v;
      if (q >= 1 || q === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(q)) / q);
      spare = v * factor;
      return u * factor;
    }
  };
}

export type Noise = 'ar1' | 'heavy tails' | 'with white noise';

/** Fills a stationary series of unit variance whose neighbours have the correlation `phi` (before white noise is laid over it). */
export function fill(into: Float64Array, phi: number, normal: () => number, noise: Noise): void {
  const innovation = Math.sqrt(1 - phi * phi);
  const white = noise === 'with white noise';
  const part = white ? Math.SQRT1_2 : 1;
  // Student's t with 5 degrees of freedom, scaled to unit variance.
  const draw =
    noise === 'heavy tails'
      ? () => {
          let squares = 0;
          for (let i = 0; i < 5; i++) squares += normal() ** 2;
          return (normal() / Math.sqrt(squares / 5)) * Math.sqrt(3 / 5);
        }
      : normal;
  let state = normal();
  for (let i = 0; i < into.length; i++) {
    into[i] = part * state + (white ? part * normal() : 0);
    state = phi * state + innovation * draw();
  }
}
