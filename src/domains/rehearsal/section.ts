import type { Verdict } from '../../model/verdict.ts';
import type { Check, Judged, Mark } from '../part.ts';
import type { DeploymentRecord } from './events.ts';
import type { Second } from './rehearsal.ts';

/** What one rehearsal came to. */
export interface RehearsalResult extends Judged {
  id: string;
  title: string;
  verdict: Verdict;
  checks: readonly Check[];
  startMs: number;
  /** null: it did not come to its end. */
  endMs: number | null;
  /** Why it could not go on; null: it could. */
  error: string | null;
  marks: (Mark & { atMs: number })[];
  /** A few hundred at the most: neighbours are joined where there are more. */
  seconds: Second[];
}

export interface RehearsalSection {
  candidate: string;
  previous: string;
  driver: string;
  switchDriver: string;
  rehearsals: RehearsalResult[];
  /** Ids of those that were asked for and did not begin. */
  notBegun: { id: string; title: string }[];
  /** Whether the traffic went back to where it was; null: not known, as the run was cut off. */
  restored: { ok: boolean; detail: string } | null;
  /** The newest last. */
  history: DeploymentRecord[];
}

declare module '../../model/results.ts' {
  interface Sections {
    /** Moves of a deployment that were tried out, and the deployments before. */
    rehearsal: RehearsalSection;
  }
}
