import type { ConditionVital, UatCondition } from './uat.ts';
import type { VitalName } from './vital.ts';

/** How often a value was seen, values rising; to three digits. */
export type ValueCounts = [value: number, count: number][];

/** Views of one page under one condition, in one stretch of a minute at most. */
export interface PageViews {
  condition: UatCondition;
  /** Index in the pages of `shakedown.browsers.started`. */
  page: number;
  loaded: number;
  /** `timeout`, `failed`, `http 503`: how often. */
  failed: [outcome: string, count: number][];
  /** Of those that loaded. */
  vitals: [VitalName, ValueCounts][];
}

/** What browsers sent beside the replay: no part of it, nor of its figures. */
export interface BrowserTraffic {
  requests: number;
  /** Answers of 5xx, pages and parts of pages. */
  serverErrors: number;
  receivedBytes: number;
}

export interface VisitedPage {
  /** A route of the recording, or the path of the configuration. */
  name: string;
  paths: string[];
}

/** How the browser part of a run was set up. */
export interface BrowserSetup {
  visitors: number;
  /** `Chromium 156.0.8078.79`; null: there is none. */
  browser: string | null;
  /** `2.2.0`; null: there is none. */
  k6: string | null;
  /** Why no browser visits anything; null: they do. */
  notRun: string | null;
  pages: VisitedPage[];
  /** Whether the pages are the recording's busiest, and not the configuration's. */
  derived: boolean;
  quietMs: number;
}

export interface BrowserMeasured {
  fromMs: number;
  toMs: number;
  views: PageViews[];
  traffic: BrowserTraffic;
  /** Requests of pages to hosts that no traffic may be sent to: none left the machine. */
  blocked: [host: string, count: number][];
  /** CPU time of k6 and all browser processes in this stretch; null where it is not known. */
  cpuSeconds: number | null;
  /** Of the busiest five seconds. */
  peakCores: number | null;
}

/** Of one page, under one condition. */
export interface PageVital extends ConditionVital {
  page: string;
}

export interface VisitCounts {
  condition: UatCondition;
  /** null: over all pages. */
  page: string | null;
  views: number;
  loaded: number;
  failed: [outcome: string, count: number][];
}

/** Browsers beside the load, as a run's results tell of them. */
export interface BrowserVisitsResult extends Omit<BrowserSetup, 'quietMs'> {
  quietMs: number;
  /** The vitals are objectives of the run; else they are shown only. */
  judged: boolean;
  counts: VisitCounts[];
  /** Page by page; over all of them they are among the results' `vitals`. */
  pageVitals: PageVital[];
  traffic: BrowserTraffic;
  blocked: { host: string; count: number }[];
  /** k6 and all browser processes, in cores of this machine; null where not known. */
  cpuCoresMean: number | null;
  cpuCoresMax: number | null;
  /** Browsers that ended by themselves, each followed by another. */
  crashes: { count: number; why: string } | null;
  /** Why the visits ended before the load did; null: they did not. */
  endedEarly: string | null;
}
