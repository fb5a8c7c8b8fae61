import type { BrowserName, SizeName, UatBrowser, UatSize } from './browser.ts';
import type { CheckTotal, ElementPicture, FindingGroup, PageCheck, UatFinding, WaiverProblem } from './finding.ts';
import type { LookResult, LookSeen } from './look.ts';
import type { Interval, Verdict } from './verdict.ts';
import type { VitalName, VitalSample } from './vital.ts';
import type { CoverageResult, ManualCheck } from './wcag.ts';

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
  /** Line in it; absent in runs of earlier versions. */
  line?: number;
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
  /** What was checked beside later scenarios, and by what name its result is known; absent: nothing. */
  beside?: { id: string; page: string }[];
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

export interface UatError {
  message: string;
  /** In which it happened; null: in none. */
  step: string | null;
  /** `shop.uat.ts:14`; absent: not known. */
  place?: string;
  /** The lines around it. */
  code?: string[];
}

export interface UatSkip {
  /** As a clause: `its test is skipped: “waits for the back end”`. */
  reason: string;
  /** The suite's own choice of sizes and browsers, which is no loss. */
  isChoice: boolean;
}

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
  error: UatError | null;
  /** Why it was skipped; absent: it was not, or by an earlier version. */
  skip?: UatSkip;
  /** Its test says that it fails (`test.fail`), and it did: the words that it gives. */
  declaredToFail?: string;
  observation: UatObservation;
  evidence: EvidenceFile[];
}

/** What `uat.ndjson` of a run holds, a line each. */
export type UatEvent =
  | { type: 'begin'; at: string; planned: { scenario: ScenarioInfo; browser: BrowserName; size: SizeName }[] }
  | { type: 'start'; at: string; scenario: string; title: string; browser: BrowserName; size: SizeName }
  | { type: 'attempt'; attempt: UatAttempt }
  /** What was checked beside later scenarios than the one whose observation has this id. */
  | { type: 'beside'; id: string; checked: { check: PageCheck; findings: UatFinding[]; pictures?: ElementPicture[] }[] }
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
  error: UatError | null;
  /** Why it was not run, as a clause; absent: not known, or it was. */
  notRun?: string;
  /** Its test says that it fails (`test.fail`), and it did: the words that it gives. */
  declaredToFail?: string;
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

/** How scenarios came out in the runs before one, newest first. */
export interface ScenarioHistory {
  runs: { id: string; version: string; startedAt: string; outcomes: Record<string, CellOutcome> }[];
}

/** Result of scenarios that were run without any load: the User Acceptance Report. */
export interface AcceptanceResult {
  browsers: UatBrowser[];
  sizes: UatSize[];
  scenarios: ScenarioResult[];
  /** null: not kept, as by earlier versions. */
  history: ScenarioHistory | null;
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
  /** What people found of the criteria that no tool can check; absent in results of earlier versions. */
  checklist?: ManualCheck[];
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
