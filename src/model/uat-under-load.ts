import type { BrowserName, SizeName, UatBrowser, UatSize } from './browser.ts';
import type { FindingGroup, WaiverProblem } from './finding.ts';
import type { SignOffState } from './sign-off.ts';
import type { CellOutcome, EvidenceFile, ScenarioResult, UatCondition } from './uat.ts';

/** One scenario in one round, with what was going on meanwhile. */
export interface UatRoundRun {
  round: number;
  condition: UatCondition;
  scenario: string;
  title: string;
  browser: BrowserName;
  size: SizeName;
  outcome: CellOutcome;
  attempts: number;
  /** On the run's clock; null: before the load. */
  startMs: number | null;
  durationMs: number;
  /** Requests a second that the target answered meanwhile; null where no window shows it. */
  ratePerSecond: number | null;
  /** Faults, deployments, alerts and generators that took over meanwhile, in words. */
  happening: string[];
  error: { message: string; step: string | null } | null;
  evidence: EvidenceFile[];
}

/** `results.json`, part uat: scenarios in browsers before and while the load was on. */
export interface UatUnderLoad {
  browsers: UatBrowser[];
  sizes: UatSize[];
  /** What the command line or the configuration chose; empty: all. */
  chosen: string[];
  /** Without what ran under a fault: all rounds of a cell together. */
  scenarios: ScenarioResult[];
  tallies: {
    scenario: string;
    title: string;
    condition: UatCondition;
    runs: number;
    passed: number;
    failed: number;
    flaky: number;
  }[];
  rounds: {
    round: number;
    kind: 'quiet' | 'load';
    /** On the run's clock; null: before the load. */
    startMs: number | null;
    endMs: number | null;
    passed: number;
    failed: number;
    flaky: number;
    /** Those of `failed` and `flaky` under a fault. */
    underFault: number;
    /** Faults that were on, or had just ended, while it ran, in words. Absent: none. */
    faults?: string[];
    /** It did not finish: what it was about to run does not count. Absent: it did. */
    cutShort?: true;
  }[];
  /** Those that did not pass first of all, in order of time; capped. */
  runs: UatRoundRun[];
  runsLeftOut: number;
  /** Scenario runs that the end of the load, or of the harness, cut short: they count for nothing. */
  cutShort: number;
  /** Without what was seen under a fault. Worst first. */
  findings: FindingGroup[];
  findingsUnderFault: number;
  waiverProblems: WaiverProblem[];
  troubles: string[];
  /** What the browsers took of the machine that the load came from. */
  cost: {
    wallMs: number;
    cpuSeconds: number | null;
    /** The most memory that they held at once; absent or null: not read. */
    memoryBytes?: number | null;
    /** Windows while scenarios ran and while none did, and how many of each were invalid. */
    during: { windows: number; invalid: number };
    between: { windows: number; invalid: number };
  };
}

/** Who accepted or rejected a run under load, and on which evidence; no part of its results, which are signed with the rest. */
export interface RunAcceptance {
  evidence: {
    files: number;
    bytes: number;
    /** null: the run has not finished, and cannot be signed. */
    manifestSha256: string | null;
    /** What is no longer as it was, a few words each. */
    tampered: string[];
  };
  /** Oldest first. */
  signOffs: SignOffState[];
  /** Whether signatures are asked for: the allowed signers are known. An asserted sign-off then counts for nothing. */
  isSignatureAsked: boolean;
}
