import { readFileSync } from 'node:fs';
import type { LaunchableBrowser } from '../../environment/browser-programs.ts';
import type { BrowserName, SizeName } from '../../model/browser.ts';
import type { UatVideo } from './configuration.ts';
import type { EvidenceLimits } from './evidence-limits.ts';

/** Which scenarios, browsers and sizes; empty: all. */
export interface UatSelection {
  scenarios: string[];
  tags: string[];
  roles: string[];
  browsers: BrowserName[];
  sizes: SizeName[];
  /** Ids, tags or roles, any of which chooses a scenario; absent or empty: all. */
  named?: readonly string[];
}

/** Settings of a run for the test runner, its workers and the reporter, in a file named by the environment. */
export interface UatSettings {
  baseUrl: string;
  /** Hosts that browsers may ask for anything, that of `baseUrl` among them: `host` or `host:port`. */
  allowHosts: string[];
  /** Absolute; the run's folder. */
  folder: string;
  browsers: LaunchableBrowser[];
  selection: UatSelection;
  retries: number;
  workers: number | null;
  shard: { current: number; total: number } | null;
  stepBudgetMs: number;
  /** CLS of a page load. */
  shiftBudget: number;
  visualTolerance: number;
  visualChanges: 'fail' | 'warn';
  /** CSS selectors. */
  visualMasks: string[];
  evidence: EvidenceLimits;
  video: UatVideo;
  /** Takes what is seen for approved. */
  approve: boolean;
  /**
   * Of a run under load: scenarios are judged and vitals are measured, but pages are not checked beside them, which
   * would take from the machine that the load comes from. Absent: a run of its own.
   */
  round?: { number: number; pictures: boolean; evidenceBytes: number };
  /** Who started the runner: without it, the runner ends. */
  parentPid?: number;
}

const settingsVariable = 'SHAKEDOWN_UAT_SETTINGS';
let known: UatSettings | null | undefined;

/** The settings of the run that started this process; null under a bare `playwright test`. */
export function uatSettings(): UatSettings | null {
  if (known === undefined) {
    const file = process.env[settingsVariable];
    known = file === undefined ? null : (JSON.parse(readFileSync(file, 'utf8')) as UatSettings);
  }
  return known;
}

/** Environment of a process that is to read these settings. */
export function settingsEnvironment(file: string): Record<string, string> {
  return { [settingsVariable]: file };
}
