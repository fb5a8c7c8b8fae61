const tiny = 1e-300;
const relativeError = 1e-15;

/** Stirling's error of multiples of a half below 16: those that Student's t asks for, the same ones again and again. */
const ofHalves = new Map<number, number>();

/** Stirling's error ln n! − ln(√(2πn)(n/e)ⁿ), by Loader (2000), "Fast and accurate computation of binomial probabilities". */
function stirlingError(n: number): number {
  if (n < 16) {
    const known = ofHalves.get(n);
    if (known !== undefined) return known;
    const error = smallStirlingError(n);
    if (Number.isInteger(2 * n)) ofHalves.set(n, error);
    return error;
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / (1188 * square)) / square) / square) / square) / n;
}

/** Stirling's error of n below 16. */
function smallStirlingError(n: number): number {
  if (Number.isInteger(n)) {
    let logFactorial = 0;
    for (let k = 2; k <= n; k++) logFactorial += Math.log(k);
    return n === 0 ? 0 : logFactorial - (0.5 * Math.log(2 * Math.PI * n) + n * Math.log(n) - n);
  }
  // ln Γ(n + 1) from the series at n + 16, where it is exact, and the recurrence back down.
  let shift = 0;
  for (let k = 1; k <= 16; k++) shift += Math.log(n + k);
  const above = n + 16;
  const logGamma = 0.5 * Math.log(2 * Math.PI * above) + above * Math.log(above) - above + stirlingError(above) - shift;
  return logGamma - (0.5 * Math.log(2 * Math.PI * n) + n * Math.log(n) - n);
}

/** x ln(x/m) + m − x without cancellation where x is near m (Loader's `bd0`). */
function deviance(x: number, m: number): number {
  const difference = x - m;
  if (Math.abs(difference) >= 0.1 * (x + m)) return x * Math.log(x / m) - difference;
  const ratio = difference / (x + m);
  let sum = difference * ratio;
  let term = 2 * x * ratio;
  for (let j = 1; j < 1000; j++) {
    term *= ratio * ratio;
    const next = sum + term / (2 * j + 1);
    if (next === sum) return next;
    sum = next;
  }
  return sum;
}

/** xᵃ yᵇ / B(a, b) with y = 1 − x, a and b at least ½, to nearly full precision for parameters past 10⁹. */
function betaFactor(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.exp(exponent) * Math.sqrt((a * b) / (2 * Math.PI * n));
}

/** Continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. */
function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / Math.max(1 - ((a + b) * x) / (a + 1), tiny);
  let value = d;
  for (let m = 1; m < 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (Math.abs(1 + even * d) < tiny ? tiny : 1 + even * d);
    c = Math.abs(1 + even / c) < tiny ? tiny : 1 + even / c;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (Math.abs(1 + odd * d) < tiny ? tiny : 1 + odd * d);
    c = Math.abs(1 + odd / c) < tiny ? tiny : 1 + odd / c;
    const step = d * c;
    value *= step;
    if (Math.abs(step - 1) < relativeError * 4) return value;
  }
  return value;
}

/**
 * Regularized incomplete beta function I_x(a, b), a and b ≥ ½; within 1e-10 of R's `pbeta` for a + b up to 10⁹.
 * @param y 1 − x; given apart, so that an x near 1 keeps its digits
 */
export function incompleteBeta(x: number, a: number, b: number, y = 1 - x): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const factor = betaFactor(x, y, a, b);
  if (x < (a + 1) / (a + b + 2)) return (factor * continuedFraction(x, a, b)) / a;
  return 1 - (factor * continuedFraction(y, b, a)) / b;
}

/** The x with I_x(a, b) = `probability`; relative precision also for tiny x. */
export function betaQuantile(probability: number, a: number, b: number): number {
  // Bisection on log x finds a tiny x to as many digits as a large one.
  let low = Math.log(Number.MIN_VALUE);
  let high = 0;
  for (let i = 0; i < 200 && high - low > 1e-14 * Math.max(1e-2, Math.abs(low)); i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(Math.exp(middle), a, b, -Math.expm1(middle)) < probability) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Two-sided quantile of Student's t: |T| exceeds it with probability 1 − `confidence`. `freedom` may be Infinity (normal). */
export function studentQuantile(confidence: number, freedom: number): number {
  // A billion degrees of freedom differ from the normal distribution past the ninth digit.
  const nu = Math.min(freedom, 1e9);
  const beyond = 1 - confidence;
  let low = 0;
  let high = 1;
  const tails = (t: number): number => incompleteBeta(nu / (nu + t * t), nu / 2, 0.5, (t * t) / (nu + t * t));
  while (tails(high) > beyond && high < 1e9) high *= 2;
  for (let i = 0; i < 100 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (tails(middle) > beyond) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
