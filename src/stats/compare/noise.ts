/** A kind of noise that windows may have: a first-order process, with white noise laid over it. */
export interface Noise {
  /** Of neighbours, in the process: φ. */
  correlation: number;
  /** White noise's share of the variance: 0 is AR(1), else ARMA(1,1). */
  white: number;
}

const correlations = [-0.45, -0.3, -0.15, 0, 0.15, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95];
const shares = [0.04, 0.12, 0.3, 0.6, 0.9];

/**
 * Kinds of noise that are reckoned with. A window's percentile is a level that wanders (AR(1)) and the error of estimating it from so many
 * requests (white); to leave the latter out is what makes a judge see correlation die away too soon.
 */
export const noises: readonly Noise[] = [
  ...correlations.map((correlation) => ({ correlation, white: 0 })),
  ...shares.flatMap((white) => [0.7, 0.8, 0.9, 0.95].map((correlation) => ({ correlation, white }))),
];

/**
 * How much each kind is looked for when a slowdown is: evenly in φ, less where it is near 1, and little in white noise over a process. Says
 * where power is put, not what is safe: that is `caution`. With ten windows a slowdown is found at high φ or not at all.
 * @param windows of an arm
 */
export function attention(windows: number): Float64Array {
  const leaning = Math.min(1, Math.max(0, 2 - 20 / windows));
  return Float64Array.from(noises, ({ correlation, white }, i) => {
    if (white > 0) return 0.002;
    const below = correlations[i - 1] ?? correlation - 0.1;
    const above = correlations[i + 1] ?? correlation + 0.025;
    return ((above - below) / 2) * (1 - correlation) ** leaning;
  });
}

/** What whitens a series of one kind of noise and unit variance, window by window (the Kalman filter's gains). */
export interface Whitener {
  correlation: number;
  gains: Float64Array;
  /** 1 ÷ standard deviation of a window, given those before it. */
  precisions: Float64Array;
  /** A level of 1, whitened. */
  ones: Float64Array;
  /** By number of windows: of the level. */
  information: Float64Array;
  /** By number of windows: logarithm of the covariance's determinant. */
  determinants: Float64Array;
}

const made: Whitener[] = [];

/** Of each of `noises`, for as many windows at least. */
export function whiteners(windows: number): readonly Whitener[] {
  const [first] = made;
  if (first === undefined || first.gains.length < windows) {
    const room = Math.max(256, 2 ** Math.ceil(Math.log2(windows)));
    made.splice(0, made.length, ...noises.map((noise) => whitener(noise, room)));
  }
  return made;
}

/** @param windows to be ready for */
export function whitener({ correlation, white }: Noise, windows: number): Whitener {
  const gains = new Float64Array(windows);
  const precisions = new Float64Array(windows);
  const ones = new Float64Array(windows);
  const information = new Float64Array(windows + 1);
  const determinants = new Float64Array(windows + 1);
  let variance = 1 - white;
  let state = 0;
  for (let i = 0; i < windows; i++) {
    const all = variance + white;
    const gain = variance / all;
    const off = 1 - state;
    const one = off / Math.sqrt(all);
    gains[i] = gain;
    precisions[i] = 1 / Math.sqrt(all);
    ones[i] = one;
    information[i + 1] = (information[i] as number) + one * one;
    determinants[i + 1] = (determinants[i] as number) + Math.log(all);
    state = correlation * (state + gain * off);
    variance = correlation ** 2 * variance * (1 - gain) + (1 - white) * (1 - correlation ** 2);
  }
  return { correlation, gains, precisions, ones, information, determinants };
}
