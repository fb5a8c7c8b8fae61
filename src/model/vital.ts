export const vitalNames = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'] as const;
export type VitalName = (typeof vitalNames)[number];

/** "Good" at https://web.dev/articles/vitals, as of 2025; ms, but for CLS. */
export const goodVitals: Readonly<Record<VitalName, number>> = { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 };

/** Of one page load; ms, but for CLS. */
export interface VitalSample {
  metric: VitalName;
  value: number;
  page: string;
  /** What was painted (LCP), moved furthest (CLS) or was used (INP), as a CSS selector. */
  element?: string;
}
