import type { JournalData } from '../model/event.ts';
import type { TimelineBand } from '../model/results.ts';
import type { Verdict } from '../model/verdict.ts';

/**
 * A domain's part of the live view: a fold over the journal's events while they are written. What it gives is shown on the dashboard, in the terminal and
 * as metrics; it is never judged by.
 */
export interface LivePanel {
  /** Takes an event into account, once it is written. @returns marks for the timeline; null: nothing that is shown has changed */
  follow(event: JournalData): readonly TimelineBand[] | null;
  /** Always the same names, in the same order. @param doing what its companion is doing at this moment; null: nothing */
  figures?(doing: string | null): readonly LiveFigure[];
  /** What is to be said above all else; null: nothing. */
  alarm?(): string | null;
  metrics?(): readonly LiveMetric[];
}

export interface LiveFigure {
  /** In a word or two: `Target`. */
  readonly name: string;
  /** In a few words: `up, status 200`. null: nothing yet. */
  readonly value: string | null;
  /** In its place while there is none: `not checked yet`. */
  readonly none: string;
  /** Absent: neither good nor bad. What is good is left out where there is little room. */
  readonly state?: Verdict;
}

/** A metric family of Prometheus. What is not known has no sample. */
export interface LiveMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly {
    /** Of a histogram: `_bucket`, `_sum` or `_count`. */
    readonly suffix?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

/** A mark for a moment. */
export function markAt(atMs: number, band: Pick<TimelineBand, 'lane' | 'label' | 'state'>): TimelineBand {
  return { ...band, startMs: atMs, endMs: atMs };
}

/** What a run that is under way shows of itself. */
export interface RunFigures {
  /** Of the last window of its load; null: it has none. */
  readonly load: {
    readonly ratePerSecond: number;
    readonly plannedRatePerSecond: number;
    readonly p95Ms: number | null;
    readonly p99Ms: number | null;
    readonly errorPercent: number | null;
    readonly isInvalid: boolean;
  } | null;
  /** Of each domain that has a part in the live view, by its id. */
  readonly panels: readonly { readonly id: string; readonly figures: readonly LiveFigure[] }[];
}

export interface RunFollower {
  /** What is new is read; what it shows now. */
  look(): RunFigures;
}
