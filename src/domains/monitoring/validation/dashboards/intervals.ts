import { durationMs } from '../promql/duration.ts';

/** Steps that Grafana rounds to, each from a length on, ms (`rangeutil.roundInterval`). */
const steps: readonly (readonly [below: number, step: number])[] = [
  ...([
    [10, 1],
    [15, 10],
    [35, 20],
    [75, 50],
    [150, 100],
    [350, 200],
    [750, 500],
    [1500, 1000],
  ] as const),
  ...([
    [3500, 2000],
    [7500, 5000],
    [12_500, 10_000],
    [17_500, 15_000],
    [25_000, 20_000],
    [45_000, 30_000],
  ] as const),
  ...([
    [90_000, 60_000],
    [210_000, 120_000],
    [450_000, 300_000],
    [750_000, 600_000],
    [1_050_000, 900_000],
  ] as const),
  ...([
    [1_500_000, 1_200_000],
    [2_700_000, 1_800_000],
    [5_400_000, 3_600_000],
    [9_000_000, 7_200_000],
  ] as const),
  ...([
    [16_200_000, 10_800_000],
    [32_400_000, 21_600_000],
    [86_400_000, 43_200_000],
  ] as const),
  ...([
    [604_800_000, 86_400_000],
    [1_814_400_000, 604_800_000],
    [3_628_800_000, 2_592_000_000],
  ] as const),
];
const longestMs = 31_536_000_000;
/** Prometheus gives no more points of a series. */
const pointsAtMost = 11_000;

export interface Lengths {
  /** The time between two values of a graph, and `$__interval`, ms. */
  stepMs: number;
  intervalMs: number;
  /** `$__rate_interval`, ms. */
  rateIntervalMs: number;
}

/**
 * Lengths that Grafana puts into a query of Prometheus (pkg/promlib/models/query.go).
 * @param asked rangeMs: of the dashboard; points: of the panel; minStep: of the query or its panel, as written; scrape: the data source's interval
 */
export function lengths(asked: {
  rangeMs: number;
  points: number;
  minStep: string | null;
  scrapeIntervalMs: number;
  factor: number;
}): Lengths {
  const { rangeMs, points, minStep, scrapeIntervalMs, factor } = asked;
  const isRate = minStep !== null && /^\$\{?__rate_interval\}?$/.test(minStep);
  const leastMs = minStep === null ? null : durationMs(minStep.replace(/^[<>]=?\s*/, ''));
  const calculatedMs = Math.max(rounded(rangeMs / points), leastMs ?? scrapeIntervalMs);
  const safeMs = rounded(rangeMs / pointsAtMost);
  const intervalMs = Math.max(calculatedMs, safeMs);
  const scrapeMs = leastMs ?? scrapeIntervalMs;
  const stepMs = isRate ? rateInterval(intervalMs, scrapeIntervalMs) : intervalMs * Math.max(1, factor);
  return { stepMs, intervalMs: stepMs, rateIntervalMs: rateInterval(stepMs, scrapeMs) };
}

function rateInterval(stepMs: number, scrapeMs: number): number {
  return Math.max(stepMs + scrapeMs, 4 * scrapeMs);
}

/** A length that a person would choose. */
export function rounded(ms: number): number {
  return steps.find(([below]) => ms < below)?.[1] ?? longestMs;
}

const unitMs: Record<string, number> = {
  ...{ s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 },
  ...{ w: 604_800_000, M: 2_592_000_000, y: 31_536_000_000 },
};

/** `now-24h`, `now-1d/d` or a date, in ms since the epoch; null: it is none of them. */
export function momentMs(text: string, nowMs: number): number | null {
  const [, sign, count, unit, roundTo] = /^now(?:([+-])(\d+)([smhdwMy]))?(?:\/([smhdwMy]))?$/.exec(text.trim()) ?? [];
  if (/^now/.test(text.trim())) {
    if (sign === undefined && roundTo === undefined && text.trim() !== 'now') return null;
    const shift = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * Number(count) * (unitMs[unit ?? ''] ?? 0);
    const at = nowMs + shift;
    return roundTo === undefined ? at : Math.floor(at / (unitMs[roundTo] ?? 1)) * (unitMs[roundTo] ?? 1);
  }
  const at = /^\d{10,}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
