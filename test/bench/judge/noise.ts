import type { Noise } from '../../../src/stats/compare/noise.ts';
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

/** Innovations: normal, or Student's t with five degrees of freedom, scaled to unit variance. */
export type Tails = 'normal' | 'heavy';

/** Fills a stationary series of unit variance: a first-order process, with white noise over it where there is any. */
export function fill(
  into: Float64Array,
  { correlation, white }: Noise,
  normal: () => number,
  tails: Tails = 'normal',
): void {
  const innovation = Math.sqrt((1 - white) * (1 - correlation ** 2));
  const over = Math.sqrt(white);
  const draw =
    tails === 'heavy'
      ? () => {
          let squares = 0;
          for (let i = 0; i < 5; i++) squares += normal() ** 2;
          return (normal() / Math.sqrt(squares / 5)) * Math.sqrt(3 / 5);
        }
      : normal;
  let state = Math.sqrt(1 - white) * normal();
  for (let i = 0; i < into.length; i++) {
    into[i] = state + (white > 0 ? over * normal() : 0);
    state = correlation * state + innovation * draw();
  }
}
