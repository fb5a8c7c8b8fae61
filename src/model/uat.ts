import type { BrowserName, SizeName, UatBrowser, UatSize } from './browser.ts';
import type { CheckTotal, FindingGroup, PageCheck, UatFinding, WaiverProblem } from './finding.ts';
import type { LookResult, LookSeen } from './look.ts';
import type { Interval, Verdict } from './verdict.ts';
import type { VitalName, VitalSample } from './vital.ts';
import type { CoverageResult } from './wcag.ts';

/** A business scenario as its file states it. */
export interface ScenarioInfo {
  /** `SHOP-03`; one scenario has it. */
  id: string;
  title: string;
  /** What it shows: `U1`, `FR-12`. */
  requirement: string;
  role: string;
  priority: 'must' | 'should' | 'could';
  tags: string[];
  /** Relative to the folder of the scenarios. */
  file: string;
}

/** `flaky`: failed first and passed when tried again, which is no pass. */
export type CellOutcome = 'passed' | 'failed' | 'flaky' | 'not run';

/** What was seen beside the scenario's own expectations. */
export interface UatObservation {
  findings: UatFinding[];
  vitals: VitalSample[];
  unsupported: VitalName[];
  checks: PageCheck[];
  /** Absent in runs of before there were any. */
  looks?: LookSeen[];
  /** A plain Playwright test: it ran, and nothing was checked beside it. */
  unwatched?: boolean;
}

export interface UatStep {
  title: string;
  durationMs: number;
  /** null: it passed. */
  error: string | null;
}

export interface EvidenceFile {
  kind: 'screenshot' | 'trace' | 'video' | 'diff' | 'other';
  /** Within the run's folder. */
  path: string;
}

export const attemptStatuses = ['passed', 'failed', 'skipped', 'interrupted'] as const;

/** One attempt at one scenario in one browser and size. */
export interface UatAttempt {
  scenario: ScenarioInfo;
  browser: BrowserName;
  size: SizeName;
  retry: number;
  /** Of a run under load, in which scenarios are run again and again; absent: there is one. */
  round?: number;
  status: (typeof attemptStatuses)[number];
  startedAt: string;
  durationMs: number;
  steps: UatStep[];
  error: { message: string; step: string | null } | null;
  observation: UatObservation;
  evidence: EvidenceFile[];
}

/** What `uat.ndjson` of a run holds, a line each. */
export type UatEvent =
  | { type: 'begin'; at: string; planned: { scenario: ScenarioInfo; browser: BrowserName; size: SizeName }[] }
  | { type: 'start'; at: string; scenario: string; title: string; browser: BrowserName; size: SizeName }
  | { type: 'attempt'; attempt: UatAttempt }
  /** Something outside any scenario: a file that cannot be loaded, a browser that does not start. */
  | { type: 'trouble'; message: string }
  /** `leftOut`: files of evidence that were not kept; absent in runs of before they were counted. */
  | { type: 'end'; at: string; status: string; durationMs: number; leftOut?: number };

export interface UatCell {
  browser: BrowserName;
  size: SizeName;
  outcome: CellOutcome;
  attempts: number;
  durationMs: number;
  steps: UatStep[];
  error: { message: string; step: string | null } | null;
  evidence: EvidenceFile[];
}

export interface ScenarioResult {
  info: ScenarioInfo;
  cells: UatCell[];
}

export interface VitalResult {
  metric: VitalName;
  browser: BrowserName;
  /** `unsupported` by the engine: not zero, not measured. */
  state: 'measured' | 'unsupported' | 'not measured';
  samples: number;
  /** 75th percentile with its spread; ms, but for CLS. */
  p75: number | null;
  p25: number | null;
  max: number | null;
  interval: Interval | null;
  budget: number;
  verdict: Verdict;
  /** The page with the worst value. */
  worstPage: string | null;
  /** What of it, as a CSS selector; absent where the browser names none. */
  worstElement?: string;
}

/** What was going on: no load yet, the replayed load, or a fault on top of it (and the ten seconds after it). */
export const uatConditions = ['quiet', 'load', 'fault'] as const;
export type UatCondition = (typeof uatConditions)[number];

/** A vital under one condition, to be shown side by side with the others; the budget is the same under all. */
export interface ConditionVital extends VitalResult {
  condition: UatCondition;
  /** What opened the pages: business scenarios, or the browser users of the load generator. */
  source: 'scenarios' | 'browser users';
}

export interface SignOff {
  role: string;
  person: string;
  at: string;
  decision: 'accept' | 'reject';
  comment: string;
  manifestSha256: string;
  /** Of `results.json`; absent: they hold the sign-offs themselves, or the manifest covers them (earlier versions). */
  resultsSha256?: string;
  /** Of the record before this one, so that none can be taken out unseen. */
  previousSha256: string | null;
}

/** Result of scenarios that were run without any load: the User Acceptance Report. */
export interface AcceptanceResult {
  browsers: UatBrowser[];
  sizes: UatSize[];
  scenarios: ScenarioResult[];
  /** Worst first. */
  findings: FindingGroup[];
  /** Changed ones first. */
  looks: LookResult[];
  vitals: VitalResult[];
  checks: CheckTotal[];
  coverage: CoverageResult;
  waiverProblems: WaiverProblem[];
  /** What no tool can check. */
  manual: { title: string; how: string }[];
  /** Outside any scenario: a file that cannot be loaded, a browser that does not start. */
  troubles: string[];
  /** Ids of plain Playwright tests: they ran, and nothing was checked beside them. */
  unwatched: string[];
  /** Files of evidence that were not kept. */
  leftOut: number;
  wallMs: number;
  /** The test runner finished. */
  ended: boolean;
  /** Version that wrote the traces. */
  playwright: string;
}
