import type { Line } from '../line.ts';

/** Where log lines are found. Every call throws an Error in a few words when it can't be answered. */
export interface LogBackend {
  /** What it is, with its version: `OpenSearch 2.19.1`. */
  about(): Promise<string>;
  /** Lines of any time that have a word which begins so, at most 5,000. */
  find(prefix: string): Promise<Line[]>;
  /** Lines with a time in the span, both ends included. */
  lines(span: Span): Promise<Found>;
  /** Writes lines, each of its own time, one request a line. Absent: it has no interface for it. */
  push?(lines: readonly Pushed[]): Promise<Refusal[]>;
  /** What it counted as refused or dropped since it was started, by reason; null: it does not count. */
  dropped(): Promise<Record<string, number> | null>;
  /** Type of each field, where it has types: `long`, `date`, `keyword`, `object`. */
  types(): Promise<ReadonlyMap<string, string> | null>;
}

/** Epoch ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

export interface Found {
  /** The oldest ones where there are more than are read. */
  lines: Line[];
  /** How many there are; null: more than were read, and it is not known how many. */
  total: number | null;
}

export interface Pushed {
  atMs: number;
  fields: Record<string, unknown>;
}

/** A line that it did not take. */
export interface Refusal {
  index: number;
  reason: string;
}

/** How many lines are read of a span. */
export const linesAtMost = 10_000;
/** How many are read in a search for markers. */
export const foundAtMost = 5000;
