import type { Results } from '../model/results.ts';
import type { GateResult, Verdict } from '../model/verdict.ts';
import { duration } from './format.ts';

/** Something that the reader must not miss, above the verdict. */
export interface Notice {
  title: string;
  text: string;
  /** Said first and last on a terminal, whose lines scroll away; absent: with the others only. */
  brief?: string;
}

export interface Fact {
  name: string;
  value: string;
}

/** The first screen of a page. */
export interface VerdictView {
  verdict: Verdict;
  word: string;
  /** Candidate and version. */
  subject: string;
  /** Before the word, for those who hear the page: `Performance of shop v2.1.0`. */
  spoken: string;
  sentence: string;
  notices: Notice[];
  facts: Fact[];
  /** What the word is about, above it; null where the page's head says so. */
  eyebrow: string | null;
  aside: { title: string; lines: string[]; leftOut: number };
}

/** A figure that says how far the others can be trusted. */
export interface TrustRow {
  name: string;
  value: string;
  /** How to read the figure; empty where it speaks for itself. */
  note: string;
}

export interface TrustCard {
  title: string;
  rows: TrustRow[];
}

/** `Pass`, `Fail`, `Inconclusive`, `Not run`. */
export function wordOf(verdict: GateResult['verdict']): string {
  return `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}`;
}

/** `12 s of 1 min`; of what was measured whole, or had no length that was planned, its length alone. */
export function coveredLength({ coveredMs, plannedMs }: Pick<Results['run'], 'coveredMs' | 'plannedMs'>): string {
  const covered = coveredMs > 0 ? duration(coveredMs) : 'none';
  return coveredMs === plannedMs ? covered : `${covered} of ${duration(plannedMs)}`;
}
