import { z } from 'zod';
import { type ConditionVital, type UatCondition, uatConditions } from './uat.ts';
import { vitalNames } from './vital.ts';

const count = z.number().min(0);

/** How often a value was seen, `[value, count]`, values rising; to three digits. */
const valueCounts = z.array(z.tuple([z.number(), count]));
export type ValueCounts = z.infer<typeof valueCounts>;

/** Views of one page under one condition, within a minute at most. */
const pageViews = z.object({
  condition: z.enum(uatConditions),
  /** Index in the pages of `shakedown.browsers.started`. */
  page: z.int().min(0),
  loaded: count,
  /** `timeout`, `failed`, `http 503`: how often. */
  failed: z.array(z.tuple([z.string(), count])),
  /** Of those that loaded. */
  vitals: z.array(z.tuple([z.enum(vitalNames), valueCounts])),
});
export type PageViews = z.infer<typeof pageViews>;

/** What browsers sent beside the replay: no part of it, nor of its figures. */
const browserTraffic = z.object({
  requests: count,
  /** Answers of 5xx, pages and parts of pages. */
  serverErrors: count,
  receivedBytes: count,
});
export type BrowserTraffic = z.infer<typeof browserTraffic>;

const visitedPage = z.object({
  /** A route of the recording, or the path of the configuration. */
  name: z.string(),
  paths: z.array(z.string()),
});
export type VisitedPage = z.infer<typeof visitedPage>;

/** How the browser part of a run was set up. */
export const browserSetup = z.object({
  visitors: count,
  /** `Chromium 156.0.8078.79`; null: there is none. */
  browser: z.string().nullable(),
  /** `2.2.0`; null: there is none. */
  k6: z.string().nullable(),
  /** Why no browser visits anything; null: they do. */
  notRun: z.string().nullable(),
  pages: z.array(visitedPage),
  /** Whether the pages are the recording's busiest, and not the configuration's. */
  derived: z.boolean(),
  quietMs: count,
});
export type BrowserSetup = z.infer<typeof browserSetup>;

export const browserMeasured = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  views: z.array(pageViews),
  traffic: browserTraffic,
  /** Requests of pages to hosts that no traffic may be sent to: none left the machine. */
  blocked: z.array(z.tuple([z.string(), count])),
  /** CPU time of k6 and all browser processes in this time; null where it is not known. */
  cpuSeconds: z.number().nullable(),
  /** Of the busiest five seconds. */
  peakCores: z.number().nullable(),
});
export type BrowserMeasured = z.infer<typeof browserMeasured>;

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

/** Browsers beside the load, as a run's results report them. */
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
