import type { BodyShape } from './plan.ts';

/** What was answered, against the recording: counts since the last of these. Windows under a fault are in none of them. */
export interface AnswerCounts {
  /** Every request on record: `recorded` and `got` are statuses, 0 for unknown and for none. */
  statuses: [route: number, recorded: number, got: number, count: number][];
  /** Answers that were held against the recorded ones, as the flags of samples say (src/model/sample.ts). */
  differing: [
    route: number,
    compared: number,
    otherType: number,
    emptied: number,
    shaped: number,
    otherShape: number,
    changed: number,
    unread?: number,
  ][];
  /** Bodies by their bytes, in steps of √2: `step` is twice the binary logarithm, rounded. */
  sizes: [route: number, step: number, count: number][];
  /** In what an answer differed, the first of each kind: `flags` as in samples. */
  examples: [route: number, flags: number, text: string][];
}

/** What a sample of the answers of a route had in common, where no bodies are recorded: later runs can be held against it. */
export interface LearnedAnswers {
  /** `GET /products/:id` */
  route: string;
  shape: BodyShape & { kind: string };
}

/** What a sample of the answers of a route look like by themselves; `route` by the plan's index. */
export interface FirstSigns {
  route: number;
  /** Bodies that were read. */
  bodies: number;
  /** Of these, which report an error, or ask for a login, though their status is a good one. */
  problems: number;
  logins: number;
}

/** Where the first redirects of a route led, by shape (`/login`); `route` by the plan's index. */
export interface FirstRedirects {
  route: number;
  to: [shape: string, count: number][];
}

/** What was seen of answers by themselves. */
export interface FirstSeen {
  routes: LearnedAnswers[];
  signs: FirstSigns[];
  redirects: FirstRedirects[];
}

/** Of one route, over a run. */
export interface RouteAnswers {
  route: string;
  statuses: { recorded: number; got: number; count: number }[];
  compared: number;
  otherType: number;
  emptied: number;
  shaped: number;
  otherShape: number;
  changed: number;
  /** Bytes of a body; null: not known of enough. */
  bytes: { recorded: number | null; got: number | null };
  example: string | null;
}

export interface AnswersResult {
  /** Those with differences first, then the busiest; capped. */
  routes: RouteAnswers[];
  routesLeftOut: number;
  /** Over all routes. */
  answers: number;
  compared: number;
  shaped: number;
  /** What was not compared, and why, in sentences. */
  notCompared: string[];
}
