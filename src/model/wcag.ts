/** How much of WCAG 2.2, A and AA, is looked at by anything automatic. */
export interface CoverageResult {
  /** `axe-core 4.13.0` */
  engine: string;
  /** Rules that are run, best practices included. */
  rules: number;
  criteria: {
    /** `1.4.3` */
    id: string;
    level: 'A' | 'AA';
    title: string;
    /** Rules that look at a part of it. */
    rules: number;
    /** A check of our own that does; null: none. */
    own: string | null;
  }[];
}
