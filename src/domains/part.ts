import { z } from 'zod';
import type { EventSchemas } from '../model/event.ts';
import type { Verdict } from '../model/verdict.ts';

/**
 * One piece of a domain's work that is done, leaves evidence, and is judged by it: a rehearsal, a part of a validation. What is needed to choose it is
 * here as data; what does the work is loaded when it is asked for.
 * @template Context what it is given to work with
 */
export interface Part<Context> {
  /** `blue-green`: the name of its folder. */
  readonly id: string;
  /** In reports: `Blue-green switch`. */
  readonly title: string;
  /** In the help of the command line. */
  readonly help: string;
  readonly load: () => Promise<PartWork<Context>>;
}

/** @template E what it finds: pieces of evidence, distinguished by their `kind` */
export interface PartWork<Context, E = unknown> {
  /** Of one piece of evidence, as the journal holds it. */
  readonly evidence: z.ZodType<E>;
  /**
   * Does it, and records what it saw. It decides nothing of the verdict: that is made from the evidence.
   * @throws ShakedownError for what stands in its way; the part is then inconclusive, with that as the reason, and the next one begins
   */
  run(context: Context): Promise<void>;
  /**
   * What the evidence shows: a pure function, also of evidence that a killed harness left. What was not shown is inconclusive and not left out.
   * @param ended whether it came to its end
   */
  judge(evidence: readonly Recorded<E>[], ended: boolean): Judged;
}

export interface Recorded<E> {
  /** Of the run's clock. */
  readonly atMs: number;
  readonly data: E;
}

/** What a part comes to. Its verdict is the worst of its checks. */
export interface Judged {
  readonly checks: readonly Check[];
  /** Figures for the report: `Rollback` `0.4 s`. */
  readonly figures: readonly { readonly name: string; readonly value: string }[];
  /** In the middle of the report: what was compared, step by step, or what was in flight. */
  readonly tables?: readonly Table[];
  /** How it is done in production, step by step, with the times that were measured. */
  readonly runbook?: readonly string[];
  /** How much of what there is was looked at. */
  readonly coverage?: readonly Coverage[];
  /** What of it the configuration leaves out, each with why: `TLS (it is spoken to on this machine only)`. */
  readonly leftOut?: readonly string[];
  /** What it came to where it passes, a few words, where these say more than how many checks passed: `p99 27 ms, target < 200 ms`. */
  readonly brief?: string;
  /** What it counts, where its domain judges the share over all parts: tests that passed, of those that were run. */
  readonly tally?: { readonly good: number; readonly all: number };
}

/** One question that a part answers. */
export interface Check {
  /** `lost-requests` */
  readonly id: string;
  /** What is wanted: `No request is lost`. */
  readonly title: string;
  readonly verdict: Verdict;
  /** What was seen, with figures: a sentence. */
  readonly reason: string;
}

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many of the last columns hold figures. */
  readonly figures: number;
}

export interface Coverage {
  /** In the plural: `rules`. */
  readonly of: string;
  readonly covered: number;
  readonly total: number;
  /** What was not covered, each by name and with the reason. */
  readonly gaps: readonly string[];
}

/** A moment that the report's list of what happened shows. */
export interface Mark {
  readonly text: string;
  /** `decision`: it was decided what to do next; `move`: something was changed; `trouble`: something went wrong. */
  readonly kind: 'move' | 'decision' | 'trouble' | 'info';
}

export function check(id: string, title: string, verdict: Verdict, reason: string): Check {
  return { id, title, verdict, reason };
}

/** The worst of them; inconclusive where there is none. */
export function verdictOf(checks: readonly Pick<Check, 'verdict'>[]): Verdict {
  const has = (verdict: Verdict) => checks.some((each) => each.verdict === verdict);
  return has('fail') ? 'fail' : has('inconclusive') || checks.length === 0 ? 'inconclusive' : 'pass';
}

/** For a part's module: checks it against its own evidence, and forgets the type. */
export function partWork<Context, E>(work: PartWork<Context, E>): PartWork<Context> {
  return work as unknown as PartWork<Context>;
}

const text = z.string();
const atMs = z.number();

/** What parts leave in a journal. `part` is the part's id. */
export const partEvents = {
  begun: z.object({ part: text, atMs }),
  /** One piece of its evidence; the part owns the schema. */
  evidence: z.object({ part: text, atMs, data: z.unknown() }),
  marked: z.object({ part: text, atMs, text, kind: z.enum(['move', 'decision', 'trouble', 'info']) }),
  /** It came to its end, or could not go on. */
  ended: z.object({ part: text, atMs, error: text.nullable() }),
} satisfies EventSchemas;
