export type FindingKind =
  /** axe-core, beyond doubt. */
  | 'violation'
  /** axe-core could not decide. */
  | 'review'
  /** axe-core, a best practice outside WCAG. */
  | 'practice'
  /** A request to a host that the configuration does not allow: it was not sent. */
  | 'held-back'
  | 'keyboard'
  | 'reflow'
  | 'motion'
  | 'forced-colours'
  /** A criterion that a person looked at, and that is not met. */
  | 'manual'
  | 'console'
  | 'request'
  | 'link'
  | 'cut-off'
  | 'slow-step'
  | 'layout-shift'
  | 'visual';

export const accessibilityKinds: readonly FindingKind[] = [
  'violation',
  'keyboard',
  'reflow',
  'motion',
  'forced-colours',
  'manual',
];
export const experienceKinds: readonly FindingKind[] = [
  'console',
  'request',
  'link',
  'cut-off',
  'slow-step',
  'layout-shift',
  'visual',
];

/** Something wrong on a page, seen once. */
export interface UatFinding {
  kind: FindingKind;
  /** axe's rule, or a name of ours: `color-contrast`, `focus-not-visible`. */
  rule: string;
  impact: 'critical' | 'serious' | 'moderate' | 'minor' | null;
  /** Path with what changes taken out: `/products/:id`. */
  page: string;
  /** CSS selector; null where it is the page's. */
  element: string | null;
  /** Markup of the element, cut. */
  snippet: string | null;
  what: string;
  fix: string | null;
  /** Where the rule is explained. */
  help: string | null;
  /** Success criteria: `wcag143`. */
  criteria: string[];
  /** The step after which it was seen. */
  step: string;
  /** Its element on the page, cut out: a small JPEG as a data URL. Absent where there is none. */
  thumbnail?: string;
}

/** An element that is accused of something, cut out of its page. */
export interface ElementPicture {
  page: string;
  element: string;
  thumbnail: string;
}

/** One check of one page. */
export interface PageCheck {
  check: 'axe' | 'keyboard' | 'reflow' | 'zoom' | 'motion' | 'forced-colours' | 'links' | 'cut-off' | 'visual';
  page: string;
  tookMs: number;
  /** axe: rules that passed; links: links followed; keyboard: stops. */
  count: number;
  /** Why it could not be done here; null: it was done. */
  notDone: string | null;
  /** axe: rules that found nothing wrong. */
  rules?: string[];
  /** Places that were found and are not listed one by one. */
  leftOut?: number;
  /** What was left alone on purpose, each with its reason: links that may do something. */
  notLookedAt?: string[];
}

/** Findings of one rule at one element, over pages, browsers, sizes and scenarios. */
export interface FindingGroup extends Omit<UatFinding, 'page' | 'step'> {
  pages: string[];
  /** `chromium desktop`. */
  seenIn: string[];
  scenarios: string[];
  steps: string[];
  count: number;
  /** The waiver that covers it; null: it counts. */
  waiver: { owner: string; reason: string; expires: string } | null;
}

export interface WaiverProblem {
  rule: string;
  owner: string;
  /** `expired on 2026-10-01`, `covers nothing`. */
  problem: string;
}

/** One kind of check over all pages. */
export interface CheckTotal {
  check: PageCheck['check'];
  pages: number;
  times: number;
  tookMs: number;
  count: number;
  notDone: string[];
  leftOut: number;
  /** axe: rules that found nothing wrong, and where; the first pages of each. Absent in runs of before they were listed. */
  passed?: { rule: string; pages: string[] }[];
  /** Absent in runs of before it was listed. */
  notLookedAt?: string[];
}
