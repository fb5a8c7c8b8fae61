import { errorFunction } from 'simple-statistics';
import { carefulCorrelation } from './autocorrelation.ts';
import { studentQuantile } from './beta.ts';
import { type Point, type Trend, trendOf } from './trend.ts';

/** Periods that are looked for, hours: parts of a day, as people and scheduled jobs have them. */
const periodsHours = [24, 12, 8, 6, 4, 3, 2, 1];
/** A season swings by 30 % about its mean at the most; a little more is what noise makes of it. */
const swingAtMost = 0.33;
/** A period counts as seen where a run has all of it, but for what warm-up took. */
const seenAtLeast = 0.9;
/** Log-likelihood by which one explanation must beat another: six more coefficients, and eight periods that are tried. */
const seasonClearly = 12;
const lineClearly = 3;
const phases = 120;
/** Where growth may have ended, as shares of the series. */
const endsEvery = 1 / 80;
const endsAt = Array.from({ length: 56 }, (_, i) => (i + 5) * endsEvery);
/** What approaches a level counts as there when less than a fiftieth is left. */
const approached = 4;

export interface TrendApart {
  trend: Trend;
  /** Without the swing. */
  points: readonly Point[];
  /** What line and swing leave over, and how many independent points that is of. */
  squares: number;
  independent: number;
  /** Whether a swing was taken out. */
  hasSeason: boolean;
}

/**
 * The trend of a series, apart from a season of it: where a swing that comes round within the series (a fundamental and its first harmonic, of some
 * hours up to a day) explains it far better than a line, line and swing are fitted together by least squares, and the slope's error allows for
 * residuals that resemble their neighbours. Else as `trendOf`.
 * @param points in order of x, in hours
 * @returns null as `trendOf`
 */
export function trendApartFromSeason(points: readonly Point[]): TrendApart | null {
  const trend = trendOf(points);
  const [first, last] = [points[0], points.at(-1)];
  if (trend === null || first === undefined || last === undefined) return null;
  const length = last.x - first.x;
  const line = leastSquares(points, lineTerms(first.x));
  if (line === null) return { trend, points, squares: 0, independent: 1, hasSeason: false };
  const plain = { trend, points, squares: line.squares, independent: independent(line), hasSeason: false };
  let best: { fit: Fit; gain: number } | null = null;
  for (const period of periodsHours.filter((hours) => hours * seenAtLeast <= length)) {
    const fit = leastSquares(points, [...lineTerms(first.x), ...swings(period), ...swings(period / 2)]);
    if (fit === null) continue;
    const gain = (independent(fit) / 2) * Math.log(line.squares / Math.max(fit.squares, Number.MIN_VALUE));
    if (gain > seasonClearly && gain > (best?.gain ?? 0)) best = { fit, gain };
  }
  if (best === null) return plain;
  const { coefficients, errors, residuals } = best.fit;
  const [level = 0, slope = 0] = coefficients;
  const error = (errors[1] ?? 0) * Math.sqrt(residuals.length / independent(best.fit));
  const half = studentQuantile(0.95, Number.POSITIVE_INFINITY) * error;
  return {
    trend: {
      slope,
      interval: { low: slope - half, high: slope + half, confidence: 0.95 },
      pValue: twoSided(slope, error),
      start: level,
      end: level + slope * length,
      points: points.length,
    },
    points: points.map(({ x }, i) => ({ x, y: level + slope * (x - first.x) + (residuals[i] ?? 0) })),
    squares: best.fit.squares,
    independent: independent(best.fit),
    hasSeason: true,
  };
}

/**
 * Whether what looks like growth may be a part of a season that is longer than the series: a swing about a level, by up to 30 % to each side and with a
 * period of up to a day, explains it about as well as growth does, with a shorter swing where there is one.
 * @param points in order of x, in hours; above 0
 * @param growth as found in them
 * @param atLeastHours shortest period that is thought possible
 */
export function couldBeSeason(points: readonly Point[], growth: TrendApart, atLeastHours: number): boolean {
  const length = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  const enough = growth.squares * Math.exp((2 * lineClearly) / growth.independent);
  return (
    periodsHours
      // Where there is a season at all, one that is hardly longer than the series is possible too.
      .filter((period) => period >= length * seenAtLeast && (growth.hasSeason || period >= atLeastHours))
      .some((period) => swingLeaves(points, period) <= enough)
  );
}

export interface EndedGrowth {
  /** Fitted at the first and at the last point. */
  start: number;
  end: number;
  /** What was measured after it had surely ended. */
  after: readonly Point[];
}

/**
 * Growth that came to an end within the first three quarters of a series: along a line, or as what approaches a level does; null where a line
 * explains the points about as well, or a line with a swing better.
 * @param points as measured, in order of x
 * @param line as found in them
 */
export function endedGrowth(points: readonly Point[], line: TrendApart): EndedGrowth | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const length = last.x - first.x;
  const lines = endsAt.map((share) => ({
    shape: (x: number) => Math.min((x - first.x) / (share * length), 1),
    endX: first.x + (share + endsEvery) * length,
  }));
  const approaches = endsAt.map((share) => ({
    shape: (x: number) => 1 - Math.exp((-approached * (x - first.x)) / (share * length)),
    endX: first.x + (share + endsEvery) * length,
  }));
  let best: { fit: Fit; found: EndedGrowth } | null = null;
  for (const { shape, endX } of [...lines, ...approaches]) {
    const fit = leastSquares(points, [() => 1, shape]);
    const [start = 0, height = 0] = fit?.coefficients ?? [];
    if (fit === null || height <= 0 || fit.squares >= (best?.fit.squares ?? Number.POSITIVE_INFINITY)) continue;
    best = { fit, found: { start, end: start + height, after: points.filter(({ x }) => x >= endX) } };
  }
  if (best === null) return null;
  const least = Number.MIN_VALUE;
  const gain =
    (independent(best.fit) / 2) * Math.log(Math.max(line.squares, least) / Math.max(best.fit.squares, least));
  // A swing takes four figures more to say as much.
  return gain > (line.hasSeason ? 0 : lineClearly) ? best.found : null;
}

/** Squares that the best swing within its bounds leaves over. */
function swingLeaves(points: readonly Point[], period: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < phases; i++) {
    const waves = points.map(({ x }) => Math.sin(2 * Math.PI * (x / period + i / phases)));
    const free = leastSquares(points, [() => 1, (_, k) => waves[k] ?? 0]);
    const [level = 0, height = 0] = free?.coefficients ?? [];
    const swing = Math.min(Math.max(height / level, 0), swingAtMost);
    const bound = leastSquares(points, [(_, k) => 1 + swing * (waves[k] ?? 0)]);
    if (level > 0 && bound !== null) least = Math.min(least, bound.squares);
  }
  return least;
}

type Term = (x: number, index: number) => number;

interface Fit {
  coefficients: number[];
  /** Standard errors, for residuals that are independent. */
  errors: number[];
  residuals: number[];
  squares: number;
}

const lineTerms = (from: number): Term[] => [() => 1, (x) => x - from];

const swings = (period: number): Term[] => [
  (x) => Math.sin((2 * Math.PI * x) / period),
  (x) => Math.cos((2 * Math.PI * x) / period),
];

/** How many independent points the residuals are worth. */
function independent({ residuals, coefficients }: Fit): number {
  const correlation = carefulCorrelation(residuals, coefficients.length);
  return (residuals.length * (1 - correlation)) / (1 + correlation);
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** By the normal equations; null where terms cannot be told apart. */
function leastSquares(points: readonly Point[], terms: readonly Term[]): Fit | null {
  const columns = terms.map((term) => points.map(({ x }, i) => term(x, i)));
  const values = points.map(({ y }) => y);
  const inverse = inverted(columns.map((a) => columns.map((b) => dot(a, b))));
  if (inverse === null) return null;
  const products = columns.map((column) => dot(column, values));
  const coefficients = inverse.map((row) => dot(row, products));
  const residuals = [...values];
  columns.forEach((column, k) => {
    const coefficient = coefficients[k] ?? 0;
    for (let i = 0; i < residuals.length; i++)
      residuals[i] = (residuals[i] as number) - coefficient * (column[i] as number);
  });
  const squares = dot(residuals, residuals);
  const variance = squares / Math.max(points.length - terms.length, 1);
  return { coefficients, errors: inverse.map((row, k) => Math.sqrt(variance * (row[k] ?? 0))), residuals, squares };
}

/** By Gauss and Jordan; null where it has none. */
function inverted(matrix: readonly (readonly number[])[]): number[][] | null {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, k) => Number(k === i))]);
  for (let i = 0; i < n; i++) {
    const pivot = rows.slice(i).reduce((best, row) => (Math.abs(row[i] ?? 0) > Math.abs(best[i] ?? 0) ? row : best));
    const scale = pivot[i] ?? 0;
    if (Math.abs(scale) < 1e-12 * Math.abs(matrix[i]?.[i] ?? 0) || scale === 0) return null;
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(
      i,
      0,
      pivot.map((value) => value / scale),
    );
    for (let k = 0; k < n; k++) {
      const factor = rows[k]?.[i] ?? 0;
      if (k !== i) rows[k] = (rows[k] ?? []).map((value, c) => value - factor * (rows[i]?.[c] ?? 0));
    }
  }
  return rows.map((row) => row.slice(n));
}

function twoSided(slope: number, error: number): number {
  if (!(error > 0)) return slope === 0 ? 1 : 0;
  return 1 - errorFunction(Math.abs(slope) / error / Math.SQRT2);
}
