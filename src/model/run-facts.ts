import type { LearnedAnswers } from './answers.ts';
import type { JournalEvents } from './event.ts';
import type { FidelityResult, WindowResult } from './results.ts';
import type { Period } from './stability.ts';

/** Sums over a route, or over all of them. */
export interface Counts {
  completed: number;
  failed: number;
  unsent: number;
  bytes: number;
}

export interface RouteCounts {
  /** Over all windows. */
  all: Counts;
  /** Over the windows that count. */
  judged: Counts;
}

/** Something that was going on for a while, or at one moment, on the run's clock. `toMs` is Infinity where it is not known to have ended. */
export interface Span extends Period {
  /** `generator`: a process of the load generator took over. */
  kind: 'fault' | 'alert' | 'outage' | 'deployment' | 'generator' | 'scenarios';
  /** Domain that it comes from. */
  domain: string;
  label: string;
  /** When its effects may be felt, where that is longer: before it is known to be there, and for a while after its end. */
  felt?: Period;
  /** Of a fault: whether a measurement showed that it took effect; absent: not measured. */
  seen?: boolean;
}

/** What of a run counts for its judgement: the windows in which the generator was not the bottleneck, and no fault was on. */
export interface JudgedRun {
  windows: WindowResult[];
  counts: Counts;
  /** Time covered that counts, and the windows that began in it. */
  durationMs: number;
  inTime: WindowResult[];
  plannedRatePerSecond: number | null;
  invalidWindows: number;
  coveredMs: number;
  /** Where the last part of it ended; gaps before that are no part of `coveredMs`. */
  endMs: number;
}

/** What every domain may know of a run besides its own events: how it began, its clock, its windows, and what was going on. */
export interface RunFacts {
  /** Folder of the run. */
  folder: string;
  started: JournalEvents['shakedown.run.started'] & { time: string };
  plan: JournalEvents['shakedown.plan.ready'] | null;
  engine: JournalEvents['shakedown.engine.started'] | null;
  loadStartedAt: string | null;
  /** Periods that were measured, in order: more than one where the run was resumed. */
  parts: Period[];
  /** In order of their start. */
  windows: WindowResult[];
  /** By the plan's index of routes. */
  routes: RouteCounts[];
  /** The same of what objectives name by tag or tenant, by the plan's index of groups; absent: nothing. */
  groups?: RouteCounts[];
  /** What its answers had in common, by route, where no bodies are recorded; absent: nothing is known of them. */
  learned?: LearnedAnswers[];
  health: { atMs: number; up: boolean; detail?: string }[];
  loadEnded: JournalEvents['shakedown.load.ended'] | null;
  /** Over all parts; null when too little is known. */
  fidelity: FidelityResult | null;
  interrupted: string | null;
  /** The objective whose failure ended it, as was asked, and why it failed; null: none did. */
  aborted: JournalEvents['shakedown.run.aborted'] | null;
  endedAt: string | null;
  /** The latest time of any event (ISO 8601); null in a journal without any. */
  lastEventAt: string | null;
  judged: JudgedRun;
  /**
   * The same run with those answers counted as they should be that may have another cause than the target, and that cause as a sentence; absent: there are
   * none. What fails by them only is inconclusive.
   */
  excused?: { facts: RunFacts; cause: string };
  /** From all domains, in order of their start. */
  spans: Span[];
  /** Moments that the journal marks, such as instances that were added. */
  marks: JournalEvents['shakedown.marked'][];
  /** The rate went up step by step to find the highest that holds, so no figure over the whole run means anything. */
  isSearch: boolean;
  /** How long it was to be; of a search, whose end only shows itself, what was covered. */
  plannedMs: number;
}

/** Whether a load was planned, even if none of it was measured. */
export function hasLoad({
  plan,
  loadStartedAt,
  started,
}: Pick<RunFacts, 'plan' | 'loadStartedAt' | 'started'>): boolean {
  return plan !== null || loadStartedAt !== null || started.durationMs > 0;
}
