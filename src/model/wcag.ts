export const manualResults = ['passed', 'failed', 'not applicable'] as const;

/** What a person found of a criterion. */
export interface ManualResult {
  /** `1.4.3` */
  criterion: string;
  result: (typeof manualResults)[number];
  person: string;
  /** Day, ISO 8601. */
  date: string;
  note: string;
}

/** A criterion of the checklist. */
export interface ManualCheck {
  id: string;
  level: 'A' | 'AA';
  title: string;
  /** null: nobody has looked at it. */
  result: ManualResult | null;
}

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
