import { z } from 'zod';
import type { CauseKind } from '../gate/metric.ts';
import { partEvents } from './part.ts';
import type { ValidationPart } from './validation.ts';

/** A domain whose work is parts of the final validation. All that a report says of them is made from this and from what they record. */
export interface PartDomain {
  readonly id: string;
  /** Gate of its parts, unless they name another. */
  readonly gate: string;
  /** Gates that it declares; absent: none, another domain does. */
  readonly gates?: readonly { readonly id: string; readonly title: string }[];
  readonly parts: readonly ValidationPart[];
  /** A share over all of its parts that is an objective of its own: 98.7 % of all tests passed. Parts count for it by their `tally`. */
  readonly share?: {
    readonly id: string;
    readonly title: string;
    /** Within a sentence: `share of tests that passed`. */
    readonly words: string;
    /** Percent, at least. */
    readonly target: number;
    /** Why there is none, a sentence. */
    readonly none: string;
  };
  /** A command of its own does its parts, and `validate final` does not: they rest on what that leaves. */
  readonly isApart?: true;
  /** What kind of cause a part that failed is, where others fail too; absent: a function that fails. */
  readonly cause?: CauseKind;
  /** What it is about, within a sentence: `the security`. */
  readonly of: string;
  readonly page: {
    /** In the line of links, and as the page's name: `Security`. */
    readonly title: string;
    /** In the index's list, after the title: what is on it. */
    readonly about: string;
    /** At its foot: how its findings are to be read. */
    readonly foot: readonly string[];
  };
}

/** What such a domain leaves in a journal, after `shakedown.` and its id. */
export const partDomainEvents = {
  /** Ids of the parts that were asked for. */
  started: z.object({
    chosen: z.array(z.string()),
    /** Those that were asked for and that the configuration leaves out; absent: none. */
    leftOut: z.array(z.object({ part: z.string(), reason: z.string(), owner: z.string().nullable() })).optional(),
    /** What the run is for; absent: to look at the candidate. */
    purpose: z.enum(['readiness', 'promotion']).optional(),
  }),
  ...partEvents,
};

/** `shakedown.security.begun` and so on. */
export type PartEvents<Id extends string> = {
  [K in keyof typeof partDomainEvents as `shakedown.${Id}.${K}`]: z.output<(typeof partDomainEvents)[K]>;
};
